"""The frame of pages: refusals in words, one effect of a form sent twice, static files kept long; and what the
page-checking browser of the tests would find."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from tests.clients import Client
from tests.journeys import VILLAGE
from tests.pages import HTML_ACCEPT, Browser, Page, faults_of
from villagepub.core.errors import (
    Conflict,
    Forbidden,
    Gone,
    IfMatchStale,
    InternalError,
    Invalid,
    NotFound,
    Problem,
    TooManyAttempts,
    Unavailable,
)
from villagepub.web.pages import done

REFUSALS = (Forbidden, NotFound, Conflict, Gone, IfMatchStale, Invalid, TooManyAttempts, InternalError, Unavailable)


@pytest.fixture
def browser(own_app: Flask) -> Browser:
    return Browser(own_app)


def _page_that(app: Flask, act: Any, path: str = "/account/acts", **options: Any) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule(path, f"account_pages.{path}", act, **options)


@pytest.mark.slow
def test_a_refusal_is_a_page_in_words(own_app: Flask, browser: Browser) -> None:
    def refuse(code: str) -> str:
        kind = Problem.known[code]
        raise kind(errors={"title": ["题目太长。"]} if kind is Invalid else None, retry_after=7)

    _page_that(own_app, refuse, "/account/acts/<code>")
    browser.sign_in("leader")
    for kind in REFUSALS:
        page = browser.get(f"/account/acts/{kind.code}", headers={"Referer": "http://localhost/account"})
        assert (page.status, page.answer.mimetype, page.heading) == (kind.status, "text/html", kind.title)
        assert kind.remedy in page.words
        assert page.answer.headers["X-Request-Id"] in page.words
        assert "请 7 秒后再试" in page.words
        assert page.answer.headers["Retry-After"] == "7"
        assert ("题目太长。" in page.words) is (kind is Invalid)
        assert page.all("a.button")[0].attrs["href"] == "/account"
        assert page.answer.headers["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_what_was_not_foreseen_tells_nothing_of_the_inside(own_app: Flask, browser: Browser) -> None:
    _page_that(own_app, lambda: 1 / 0)
    browser.sign_in("leader")
    page = browser.get("/account/acts")
    assert (page.status, page.heading) == (500, "服务器内部错误")
    assert "ZeroDivision" not in page.html


@pytest.mark.slow
def test_machines_are_answered_as_before(browser: Browser) -> None:
    for path in ("/api/v1/nowhere", "/api/v1/me", "/metrics/x"):
        answer: TestResponse = browser.http.get(path, headers=HTML_ACCEPT)
        assert answer.mimetype == "application/problem+json", path
    assert browser.http.get("/nowhere").mimetype == "application/problem+json"
    assert browser.get("/nowhere").heading == "没有找到"


@pytest.mark.slow
def test_a_form_sent_twice_has_one_effect(own_app: Flask, browser: Browser) -> None:
    acts: list[str] = []

    def act() -> Response:
        acts.append("acted")
        return done(f"第 {len(acts)} 次。", "/account")

    _page_that(own_app, act, methods=["POST"])
    account = browser.sign_in("leader")
    sent = {"form_token": account.form("/sign-out")["form_token"], "once": "A" * 22, "text": "甲"}
    assert "第 1 次。" in browser.post("/account/acts", sent).words
    again = browser.post("/account/acts", sent)
    assert (again.path, "第 1 次。" in again.words) == ("/account", True)
    other = browser.post("/account/acts", sent | {"text": "乙"})
    assert (other.status, other.heading) == (409, "这张表单已经提交过")
    assert acts == ["acted"]
    assert "第 2 次。" in browser.post("/account/acts", sent | {"once": "B" * 22}).words


@pytest.mark.slow
def test_a_notice_is_told_once(own_app: Flask, browser: Browser) -> None:
    _page_that(own_app, lambda: done("<b>办好了</b>", "/account"), methods=["POST"])
    token = browser.sign_in("leader").form("/sign-out")["form_token"]
    told = browser.post("/account/acts", {"form_token": token})
    assert told.all(".banner")[0].to_text().strip() == "<b>办好了</b>"
    assert not browser.get("/account").all(".banner")


def test_static_files_are_kept_by_their_digest(anybody: Client, app: Flask) -> None:
    page = Browser(app).get("/sign-in")
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.html):
        assert re.search(r"\?v=[0-9a-f]{16}$", address), address
        with anybody.http.get(address) as kept:
            assert (kept.status_code, kept.cache_control.max_age) == (200, 365 * 86400)
    with anybody.http.get("/static/page.css") as asked_again:
        assert asked_again.cache_control.no_cache


def test_the_styles_load_nothing(app: Flask) -> None:
    for file in Path(str(app.static_folder)).glob("*.css"):
        assert not re.search(r"url\(|@import", file.read_text(encoding="utf-8")), file.name


GOOD = """<!doctype html><html lang="zh-CN"><head><title>题</title></head><body><main><h1>题</h1>
<form method="post"><input type="hidden" name="form_token" value="x"><label for="a">名</label><input id="a" name="a">
<button>好</button></form><a href="/x">去</a><table><caption>表</caption><tr><td>1</td></tr></table>
</main></body></html>"""

BROKEN = {
    "HTML": ("</form>", "</form></form>"),
    "head > title": ("<title>题</title>", ""),
    "empty title": ("<title>题</title>", "<title> </title>"),
    "language": (' lang="zh-CN"', ""),
    "exactly one main": ("main>", "div>"),
    "exactly one h1": ("h1>", "h2>"),
    "skip": ("</h1>", "</h1><h3>节</h3>"),
    "id twice": ('<a href="/x">', '<a id="a" href="/x">'),
    "without label": ('<label for="a">名</label>', ""),
    "names nothing": ('name="a">', 'name="a" aria-describedby="none">'),
    "without token": ("form_token", "other"),
    "in an address": ('method="post"', 'method="get"'),
    "without a button": ("<button>好</button>", ""),
    "a without text": (">去<", "><"),
    "without address": ('<a href="/x">', "<a>"),
    "without alt": (">去<", '>去<img src="/x.png"><'),
    "inline style": ("<h1>", '<h1 style="color:red">'),
    "style element": ("</head>", "<style>a{}</style></head>"),
    "inline script": ("</main>", "<script>1</script></main>"),
    "inline handler": ("<h1>", '<h1 onclick="x()">'),
    "leads outside: https": ('href="/x"', 'href="https://example.com/x"'),
    "leads outside: //": ('href="/x"', 'href="//example.com/x"'),
    "leads outside: java": ('href="/x"', 'href="javascript:x"'),
    "another document": ("</main>", '<iframe src="/x"></iframe></main>'),
    "without caption": ("<caption>表</caption>", ""),
}


def _faults(html: str) -> list[str]:
    page = Page.__new__(Page)
    page.html = html
    return list(faults_of(page))


def test_a_good_page_has_no_fault() -> None:
    assert _faults(GOOD) == []


@pytest.mark.parametrize("fault", BROKEN)
def test_what_the_checker_finds(fault: str) -> None:
    before, after = BROKEN[fault]
    assert before in GOOD
    assert [found for found in _faults(GOOD.replace(before, after)) if fault in found]


PLACES = (
    ("/console", "工作台"),
    ("/console/office", "管理"),
    ("/console/people", "管理"),
    ("/console/handovers", "管理"),
    ("/notices", "消息"),
    ("/account/password", "我的账号"),
)


@pytest.mark.slow
def test_one_entry_of_the_bar_is_where_the_person_is(app: Flask) -> None:
    browser = Browser(app)
    browser.sign_in("admin")
    for path, text in PLACES:
        current = browser.get(path).all(".masthead-nav [aria-current]")
        assert [each.to_text() for each in current] == [text], path


FIRST = {"admin": "/console", "leader": "/console", "auditor": "/console", f"uploader-{VILLAGE}": "/upload"}


@pytest.mark.parametrize("username", FIRST)
def test_whoever_signs_in_begins_at_the_first_place_of_the_own_bar(app: Flask, username: str) -> None:
    browser = Browser(app)
    page = browser.sign_in(username)
    assert page.path == FIRST[username] == page.all(".masthead-nav a")[0].attrs["href"]
