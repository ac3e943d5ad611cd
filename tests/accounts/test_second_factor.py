"""Codes of a telephone: asked for once they are turned on, taken once, and replaced when the telephone is lost."""

from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import Flask

from tests.accounts.phones import phone
from tests.clients import Client, TestClock, sign_in
from tests.console import sql
from tests.journeys import VILLAGE, As
from tests.pages import Browser, Page
from tests.wechat.platform import Platform

PATH = "/account/totp"
LEADER = {"username": "leader", "password": "demo-leader"}


class Telephone:
    """An authenticator: shows the code of the moment, some seconds off if its clock is wrong."""

    def __init__(self, key: str, moment: TestClock) -> None:
        self.totp = TOTP(b32decode(key), 6, SHA1(), 30)  # noqa: S303  as RFC 6238 has it
        self.moment = moment

    def code(self, off: float = 0) -> str:
        return self.totp.generate(int(self.moment().timestamp() + off)).decode()


Enrolled = tuple[Telephone, list[str]]


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def enrolled(browser: Browser, moment: TestClock) -> Enrolled:
    """The leader's telephone, and the recovery codes that were shown."""
    browser.sign_in("leader")
    return _enrol(browser, moment)


def _enrol(browser: Browser, moment: TestClock) -> Enrolled:
    shown = browser.send(browser.get(PATH), PATH)
    telephone = Telephone(shown.all("main code")[0].to_text(), moment)
    done = browser.send(shown, f"{PATH}/confirm", totp=telephone.code())
    assert done.heading == "动态口令已启用"
    moment.forward(seconds=30)
    return telephone, [each.to_text() for each in done.all(".codes li")]


def _sign_in(app: Flask, code: str) -> Page:
    browser = Browser(app, "10.0.0.7")
    asked = browser.sign_in("leader")
    assert asked.heading == "输入动态口令"
    return browser.send(asked, "/sign-in", totp=code)


@pytest.mark.slow
def test_turning_it_on(app: Flask, browser: Browser, enrolled: Enrolled) -> None:
    telephone, codes = enrolled
    assert len(set(codes)) == 10
    page = browser.get(PATH)
    assert "还有 10 个恢复码" in page.words
    assert not page.all("img")
    assert all(code not in page.html for code in codes)
    stored = repr(sql(app, "SELECT * FROM second_factor")) + repr(sql(app, "SELECT * FROM recovery_code"))
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]
    assert _sign_in(app, telephone.code()).path == "/console"


def test_a_wrong_code_turns_nothing_on(app: Flask, browser: Browser) -> None:
    browser.sign_in("leader")
    shown = browser.send(browser.get(PATH), PATH)
    assert shown.all("img.qr")[0].attrs["src"].startswith("data:image/svg+xml")
    wrong = browser.send(shown, f"{PATH}/confirm", totp="000000")
    assert (wrong.status, "动态口令不正确" in wrong.words) == (401, True)
    assert wrong.all("img.qr")
    assert sign_in(app, "leader").get("/me").status_code == 200


@pytest.mark.slow
def test_both_steps_at_once(app: Flask, enrolled: Enrolled) -> None:
    telephone, _ = enrolled
    browser = Browser(app)
    page = browser.get("/sign-in")
    assert browser.send(page, "/sign-in", **LEADER, totp=telephone.code()).path == "/console"


@pytest.mark.slow
@pytest.mark.parametrize(("off", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_the_window(app: Flask, enrolled: Enrolled, moment: TestClock, off: float, taken: bool) -> None:
    moment.forward(minutes=5)
    assert (_sign_in(app, enrolled[0].code(off)).path == "/console") is taken


def test_a_code_is_taken_once(app: Flask, anybody: Client, enrolled: Enrolled) -> None:
    code = enrolled[0].code()
    assert anybody.post("/auth/login", LEADER | {"totp": code}).status_code == 200
    again = anybody.post("/auth/login", LEADER | {"totp": code})
    assert (again.status_code, again.json["code"]) == (401, "wrong_totp")
    assert _sign_in(app, code).status == 401
    assert anybody.post("/auth/login", LEADER | {"totp": enrolled[0].code(-30)}).status_code == 401


@pytest.mark.slow
def test_of_many_at_once_one_has_the_code(app: Flask, enrolled: Enrolled) -> None:
    code, together = enrolled[0].code(), Barrier(4)

    def log_in(number: int) -> int:
        together.wait()
        client = Client(app, address=f"10.1.0.{number}")
        return client.post("/auth/login", LEADER | {"totp": code}).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(log_in, range(4)))
    assert statuses == [200, 401, 401, 401]


def test_the_interface_asks_too(anybody: Client, enrolled: Enrolled) -> None:
    asked = anybody.post("/auth/login", LEADER)
    assert (asked.status_code, asked.json["code"]) == (401, "totp_required")
    wrong = anybody.post("/auth/login", {"username": "leader", "password": "x"})
    assert wrong.json["code"] == "wrong_credentials"


def test_the_second_step_needs_the_first(app: Flask, enrolled: Enrolled, moment: TestClock) -> None:
    telephone, _ = enrolled
    stranger = Browser(app)
    token = stranger.get("/sign-in").form("/sign-in")
    refused = stranger.post("/sign-in", {"form_token": token["form_token"], "totp": telephone.code()})
    assert refused.status == 422
    slow = Browser(app)
    asked = slow.sign_in("leader")
    moment.forward(minutes=6)
    assert slow.send(asked, "/sign-in", totp=telephone.code()).status == 422
    assert slow.get("/account").path == "/sign-in"


@pytest.mark.slow
def test_guessing_codes_is_slowed_down(app: Flask, enrolled: Enrolled) -> None:
    statuses = [_sign_in(app, f"{number:06}").status for number in range(5)]
    assert statuses == [401] * 5
    browser = Browser(app, "10.0.0.7")
    assert browser.sign_in("leader").status == 429


@pytest.mark.slow
def test_recovery_codes(app: Flask, browser: Browser, enrolled: Enrolled) -> None:
    telephone, codes = enrolled
    assert _sign_in(app, codes[0].lower()).path == "/console"
    assert _sign_in(app, codes[0]).status == 401
    page = browser.get(PATH)
    assert "还有 9 个恢复码" in page.words
    new = browser.send(page, f"{PATH}/recovery-codes", totp=telephone.code())
    assert len(new.all(".codes li")) == 10
    assert _sign_in(app, codes[1]).status == 401
    assert _sign_in(app, new.all(".codes li")[0].to_text()).path == "/console"


def test_turning_it_off(app: Flask, browser: Browser, enrolled: Enrolled) -> None:
    page = browser.get(PATH)
    assert browser.send(page, f"{PATH}/turn-off", totp="000000").status == 401
    off = browser.send(page, f"{PATH}/turn-off", totp=enrolled[0].code())
    assert (off.path, "动态口令已停用" in off.words) == ("/account", True)
    assert sign_in(app, "leader").get("/me").status_code == 200


@pytest.mark.slow
def test_the_administrator_resets_it(
    app: Flask, browser: Browser, as_: As, anybody: Client, enrolled: Enrolled
) -> None:
    me = _leader_id(app)
    for name, status in (("secrecy", 403), ("daxin-admin", 404)):
        assert as_(name).post(f"/people/{me}/totp/reset").status_code == status
    assert as_("admin").post(f"/people/{me}/totp/reset").status_code == 204
    assert browser.get("/account").path == "/sign-in"
    assert browser.sign_in("leader").path == "/console"
    again = as_("admin").post(f"/people/{me}/totp/reset")
    assert (again.status_code, again.json["code"]) == (409, "wrong_state")
    entries = as_("auditor").get("/audit", query_string={"subject": me}).json["data"]
    assert [entry["action"] for entry in entries][-2:] == ["account.totp_turned_on", "person.totp_reset"]


@pytest.mark.slow
def test_an_invitation_asks_as_well(app: Flask, as_: As, anybody: Client, enrolled: Enrolled) -> None:
    """Who gets hold of an invitation still lacks the telephone; a wrong code leaves the invitation unused."""
    code = as_("admin").post(f"/people/{_leader_id(app)}/invitation").json["code"]
    browser = Browser(app)
    page = browser.send(browser.get("/invitation"), "/invitation", code=code, password="a-new-one-2023")
    assert "还需要动态口令" in page.words
    wrong = browser.send(page, "/invitation", password="a-new-one-2023", totp="000000")
    assert wrong.status == 401
    assert Browser(app, "10.0.0.8").sign_in("leader").heading == "输入动态口令"
    right = browser.send(wrong, "/invitation", password="a-new-one-2023", totp=enrolled[0].code())
    assert right.path == "/console"


def test_a_binding_asks_as_well(app: Flask, wechat_app: Flask, platform: Platform, as_: As, enrolled: Enrolled) -> None:
    """Nor does somebody else's WeChat account become the invited person without the telephone."""
    code = as_("admin").post(f"/people/{_leader_id(app)}/invitation").json["code"]
    other = phone(wechat_app, platform, "o-somebody")
    for totp, refusal in ((None, "totp_required"), ("000000", "wrong_totp")):
        refused = other.post("/auth/bindings", {"invitation": code, "totp": totp})
        assert (refused.status_code, refused.json["code"]) == (401, refusal)
        assert other.get("/me").json["posts"] == []
    for _ in range(2):  # the answer may be lost
        done = other.post("/auth/bindings", {"invitation": code, "totp": enrolled[0].code()})
        assert [post["role"] for post in done.json["posts"]] == ["leader"]


@pytest.fixture
def demanded(app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], totp_required=True)


@pytest.mark.usefixtures("demanded")
def test_where_it_is_demanded(app: Flask, browser: Browser, anybody: Client, moment: TestClock) -> None:
    refused = anybody.post("/auth/login", LEADER)
    assert (refused.status_code, refused.json["code"]) == (403, "totp_not_set_up")
    assert browser.sign_in("leader").path == PATH
    assert browser.get("/account/devices").path == PATH
    telephone, _ = _enrol(browser, moment)
    assert browser.get("/account/devices").path == "/account/devices"
    page = browser.get(PATH)
    assert not page.all("button.danger")
    kept = browser.post(f"{PATH}/turn-off", page.form(f"{PATH}/recovery-codes") | {"totp": telephone.code()})
    assert kept.status == 409
    assert anybody.post("/auth/login", LEADER | {"totp": telephone.code()}).status_code == 200
    village = sign_in(app, f"uploader-{VILLAGE}")
    assert village.get("/me").status_code == 200


def test_a_sign_in_of_before_is_powerless_until_it_is_set_up(app: Flask, browser: Browser, moment: TestClock) -> None:
    leader = sign_in(app, "leader")
    village = sign_in(app, f"uploader-{VILLAGE}")
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], totp_required=True)
    for answer in (leader.get("/review/queue"), leader.get("/me"), leader.post("/delegations", {})):
        assert (answer.status_code, answer.json["code"]) == (403, "totp_not_set_up")
    assert leader.get(f"/public/disclosures?division={VILLAGE}").status_code == 200
    assert village.get("/me").status_code == 200
    assert browser.sign_in("leader").path == PATH
    _enrol(browser, moment)
    assert leader.get("/review/queue").status_code == 200


def _leader_id(app: Flask) -> str:
    return str(sql(app, "SELECT id FROM person WHERE username = 'leader'")[0][0])
