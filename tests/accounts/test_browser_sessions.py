"""Signing in with a browser: what begins a session, what ends it, and what cannot be done with one."""

import re
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from tests.clients import Client, TestClock, sign_in
from tests.engines import Engine, settings_for
from tests.journeys import VILLAGE, As
from tests.pages import Browser, Page
from villagepub import create_app

UPLOADER = f"uploader-{VILLAGE}"
COOKIE = "villagepub_session"


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


def _cookie(browser: Browser) -> str:
    found = browser.http.get_cookie(COOKIE)
    assert found is not None
    return found.value


def _put_cookie(browser: Browser, value: str) -> None:
    browser.http.set_cookie(COOKIE, value, path="/")


def _is_sign_in(page: Page) -> bool:
    return page.path == "/sign-in" and page.heading == "登录"


def test_signing_in_and_out(browser: Browser) -> None:
    asked = browser.get("/account/devices")
    assert _is_sign_in(asked)
    there = browser.send(asked, "/sign-in", username="leader", password="demo-leader")
    assert (there.status, there.path, there.heading) == (200, "/account/devices", "登录的设备")
    gone = browser.send(there, "/sign-out")
    assert _is_sign_in(gone)
    assert "您已退出。" in gone.words
    assert _is_sign_in(browser.get("/account"))


def test_the_cookie(browser: Browser) -> None:
    page = browser.get("/sign-in")
    before = _cookie(browser)
    answer = browser.http.post(
        "/sign-in", data=page.form("/sign-in") | {"username": "leader", "password": "demo-leader"}
    )
    assert answer.status_code == 303
    flags = answer.headers["Set-Cookie"]
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags
    assert "Secure" not in flags  # served without TLS here
    assert answer.headers["Cache-Control"] == "no-store"
    assert _cookie(browser) != before
    account = browser.get("/account")
    assert account.form("/sign-out")["form_token"] != page.form("/sign-in")["form_token"]


@pytest.mark.slow
def test_where_the_site_is_https_the_cookie_is_too(engine: Engine, tmp_path: Path) -> None:
    settings = settings_for(engine.at("test"), tmp_path, public_base_url="https://cunwu.example.gov.cn")
    answer = create_app(settings).test_client().get("/sign-in", base_url="https://cunwu.example.gov.cn")
    flags = answer.headers["Set-Cookie"]
    assert flags.startswith("__Host-villagepub_session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {flag.strip() for flag in flags.split(";")}
    assert "Domain" not in flags


@pytest.mark.slow
def test_a_session_that_was_there_before_gains_nothing(app: Flask, browser: Browser) -> None:
    """Whoever planted a cookie beforehand does not share the session that begins."""
    planted = browser.get("/sign-in")
    value = _cookie(browser)
    browser.sign_in("leader")
    attacker = Browser(app)
    _put_cookie(attacker, value)
    assert _is_sign_in(attacker.get("/account"))
    _put_cookie(attacker, _cookie(browser)[:-2] + "xx")
    assert _is_sign_in(attacker.get("/account"))
    refused = browser.post("/account/devices/end-others", {"form_token": planted.form("/sign-in")["form_token"]})
    assert refused.status == 403


def test_a_wrong_password_and_an_unknown_name_look_alike(browser: Browser) -> None:
    pages = [
        browser.send(browser.get("/sign-in"), "/sign-in", username=name, password="x") for name in ("leader", "no")
    ]
    assert [page.status for page in pages] == [401, 401]
    assert len({re.sub("leader|no|[0-9a-f]{24}", "", page.words) for page in pages}) == 1  # save for each one's number
    assert "用户名或密码不正确" in pages[0].words
    assert pages[0].form("/sign-in")["username"] == "leader"
    assert pages[0].form("/sign-in")["password"] == ""


@pytest.mark.slow
def test_guessing_is_slowed_down(browser: Browser, anybody: Client) -> None:
    for _ in range(5):
        assert browser.send(browser.get("/sign-in"), "/sign-in", username="leader", password="x").status == 401
    waiting = browser.send(browser.get("/sign-in"), "/sign-in", username="leader", password="demo-leader")
    assert waiting.status == 429
    assert "秒" in waiting.words
    login = anybody.post("/auth/login", {"username": "leader", "password": "demo-leader"})
    assert login.status_code == 429


def test_what_is_left_blank_is_named(browser: Browser) -> None:
    page = browser.send(browser.get("/sign-in"), "/sign-in", username="leader")
    assert page.status == 422
    assert "密码：此项必填。" in page.words
    assert [link.attrs["href"] for link in page.all(".error-summary a")] == ["#field-password"]


def test_idle_log_out(browser: Browser, moment: TestClock) -> None:
    browser.sign_in("leader")
    for _ in range(3):
        moment.forward(minutes=29)
        assert browser.get("/account").status == 200
    old = _cookie(browser)
    moment.forward(minutes=31)
    page = browser.get("/account")
    assert _is_sign_in(page)
    assert "您有 30 分钟没有操作" in page.words
    _put_cookie(browser, old)
    assert _is_sign_in(browser.get("/account"))


def test_writing_is_not_idling(browser: Browser, moment: TestClock) -> None:
    """What the script of a page asks for while somebody writes."""
    browser.sign_in("leader")
    for _ in range(3):
        moment.forward(minutes=25)
        assert browser.http.get("/account/alive").status_code == 204
    assert browser.get("/account").heading == "我的账号"


@pytest.mark.slow
def test_an_absolute_end(browser: Browser, moment: TestClock) -> None:
    browser.sign_in("leader")
    for _ in range(24):
        moment.forward(minutes=29)
        browser.get("/account")
    moment.forward(minutes=29)
    assert _is_sign_in(browser.get("/account"))


def test_what_ends_sign_ins_ends_sessions(app: Flask, browser: Browser, as_: As) -> None:
    browser.sign_in(UPLOADER)
    person = as_(UPLOADER).get("/me").json["person"]["id"]
    changed = as_(UPLOADER).post("/auth/password", {"old": f"demo-{UPLOADER}", "new": "another-pass-2023"})
    assert changed.status_code == 204
    assert _is_sign_in(browser.get("/account"))
    browser.sign_in(UPLOADER, "another-pass-2023")
    assert browser.get("/account").status == 200
    assert as_("admin").post(f"/people/{person}/deactivate").status_code == 200
    assert _is_sign_in(browser.get("/account"))


def test_an_ended_cookie_stays_ended(browser: Browser) -> None:
    account = browser.sign_in("leader")
    old = _cookie(browser)
    browser.send(account, "/sign-out")
    _put_cookie(browser, old)
    assert _is_sign_in(browser.get("/account"))


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%5cevil.example",
        "/%2f/evil.example",
        "javascript:x",
        "http://[",
    ],
)
def test_the_way_back_stays_on_this_site(app: Flask, address: str) -> None:
    browser = Browser(app)
    page = browser.get("/sign-in", query_string={"next": address})
    fields = page.form("/sign-in") | {"username": "leader", "password": "demo-leader", "next": address}
    answer = browser.http.post("/sign-in", data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console")
    large = browser.http.post("/type-size", data={"size": "large", "next": address})
    assert large.headers["Location"] == "/"


def test_a_form_from_elsewhere_is_refused(browser: Browser) -> None:
    account = browser.sign_in("leader")
    fields = account.form("/sign-out")
    for data, headers in (
        ({}, {}),
        ({"form_token": "x"}, {}),
        ({"form_token": "A" * 43}, {}),
        (fields, {"Origin": "https://evil.example"}),
        (fields, {"Sec-Fetch-Site": "cross-site"}),
        (fields, {"Origin": "null"}),
        (fields, {"Origin": "http://["}),
    ):
        refused = browser.post("/sign-out", data, headers=headers)
        assert (refused.status, refused.heading) == (403, "没有收下这张表单")
        assert "什么都没有改动" in refused.words
    assert browser.get("/account").heading == "我的账号"
    same = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert _is_sign_in(browser.post("/sign-out", fields, headers=same))


def test_a_way_back_that_is_no_address_is_none(browser: Browser) -> None:
    page = browser.get("/nowhere", headers={"Referer": "http://["})
    assert (page.status, page.heading) == (404, "没有找到")
    assert "返回上一页" not in page.words


def test_an_access_token_opens_no_page_and_a_cookie_no_interface(app: Flask, browser: Browser) -> None:
    token = sign_in(app, "leader").token
    assert _is_sign_in(browser.get("/account", headers={"Authorization": f"Bearer {token}"}))
    browser.sign_in("leader")
    assert browser.http.get("/api/v1/me").status_code == 401


@pytest.mark.slow
def test_changing_the_password(app: Flask, browser: Browser) -> None:
    browser.sign_in("leader")
    elsewhere = Browser(app, "10.0.0.9")
    elsewhere.sign_in("leader")
    page = browser.get("/account/password")
    new = {"new": "a-new-one-2023", "new_again": "a-new-one-2023"}
    assert (
        "两次输入的新密码不一致" in browser.send(page, page.path, old="demo-leader", **new | {"new_again": "x"}).words
    )
    assert "原密码不正确" in browser.send(page, page.path, old="wrong", **new).words
    done = browser.send(browser.get("/account/password"), page.path, old="demo-leader", **new)
    assert (done.path, "密码已修改" in done.words) == ("/account", True)
    assert "密码已修改" not in browser.get("/account").words
    assert _is_sign_in(elsewhere.get("/account"))
    assert elsewhere.sign_in("leader", "a-new-one-2023").path == "/console"


@pytest.mark.slow
def test_devices(app: Flask, browser: Browser, anybody: Client) -> None:
    browser.sign_in("leader")
    phone = sign_in(app, "leader")
    others = [Browser(app, f"10.0.0.{number}") for number in (1, 2)]
    for other in others:
        other.sign_in("leader")
    page = browser.get("/account/devices")
    assert len(page.all(".items li")) == 4
    assert page.words.count("本机") == 1
    kinds = Counter(each.to_text() for each in page.all(".items strong"))
    assert kinds == {"浏览器": 3, "小程序或其他程序": 1}
    endings = [form.attrs["action"] for form in page.all(".items form")]
    assert len(endings) == 3
    foreign = Browser(app)
    foreign.sign_in("secrecy")
    token = foreign.get("/account").form("/sign-out")["form_token"]
    assert foreign.post(endings[0], {"form_token": token}).status == 404
    ended = browser.send(page, endings[0])
    assert len(ended.all(".items li")) == 3
    alone = browser.send(ended, "/account/devices/end-others")
    assert len(alone.all(".items li")) == 1
    assert phone.get("/me").status_code == 401
    assert all(_is_sign_in(other.get("/account")) for other in others)


def test_an_invitation_is_taken_up(app: Flask, browser: Browser, as_: As) -> None:
    person = as_(UPLOADER).get("/me").json["person"]["id"]
    code = as_("admin").post(f"/people/{person}/invitation").json["code"]
    page = browser.get("/invitation")
    assert "邀请码无效" in browser.send(page, "/invitation", code="wrong", password="a-new-one-2023").words
    weak = browser.send(page, "/invitation", code=code, password="short")
    assert (weak.status, "新密码：密码须为 10 至 128 个字符" in weak.words) == (422, True)
    done = browser.send(browser.get("/invitation"), "/invitation", code=code, password="a-new-one-2023")
    assert (done.path, "您已登录" in done.words) == ("/upload", True)
    again = Browser(app)
    assert again.send(again.get("/invitation"), "/invitation", code=code, password="a-new-one-2024").status == 422


def test_large_type_lasts(browser: Browser) -> None:
    page = browser.get("/sign-in")
    large = browser.send(page, "/type-size", size="large")
    assert large.path == "/sign-in"
    assert large.all("html")[0].attrs["class"] == "large"
    assert "Cookie" in large.answer.headers["Vary"]
    normal = browser.send(large, "/type-size", size="normal")
    assert "class" not in normal.all("html")[0].attrs
