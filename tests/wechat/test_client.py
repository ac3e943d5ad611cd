"""The client against a platform that answers, refuses, dawdles and hangs up."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import text

from tests.clients import TestClock
from tests.proxy import Proxy, dripping
from tests.wechat.platform import JPEG, SEND, TOKEN, Platform
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.extensions import db, wechat
from villagepub.wechat.answers import MediaKind, Scene, Suggest, WeChatUser
from villagepub.wechat.client import WeChatClient
from villagepub.wechat.errors import NeverAsked, Unanswered, WeChatError, WeChatOff
from villagepub.wechat.line import Limits

ONE, TEMPLATE = "o-wa-lu-cun-0001", "tpl-returned"
CHECK, LOGIN = "/wxa/msg_sec_check", "/sns/jscode2session"
QUICK = Limits(connect=0.5, answer=0.15, check=0.15, pause=0.01)


@pytest.fixture
def on(wechat_app: Flask, platform: Platform) -> Iterator[Flask]:
    platform.template(TEMPLATE, "thing1")
    with wechat_app.app_context():
        yield wechat_app


@pytest.fixture
def hasty(on: Flask) -> WeChatClient:
    """A client that waits for a fraction of a second only."""
    settings = on.config["SETTINGS"]
    return WeChatClient(settings.wechat, settings.secret_key, QUICK)


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def send(client: WeChatClient | None = None) -> str:
    return (client or wechat).send_message(ONE, TEMPLATE, {"thing1": "村务公开"}, "pages/a")


def check(client: WeChatClient | None = None) -> Suggest:
    return (client or wechat).check_text(ONE, Scene.COMMENT, "路灯何时修好").suggest


# --- answers ----------------------------------------------------------------------------------------------------


def test_every_question_has_its_answer(on: Flask, platform: Platform) -> None:
    assert wechat.code_to_session(platform.login_code(ONE)) == WeChatUser(ONE, None)
    phone = wechat.phone_number(platform.phone_code(ONE, "13800000001"), ONE)
    assert (phone.number, phone.country_code) == ("13800000001", "86")
    platform.consent(ONE, TEMPLATE)
    msgid = send()
    assert msgid.isdigit()
    assert int(msgid) > 2**53
    assert platform.messages[0].data == {"thing1": "村务公开"}
    assert check() is Suggest.PASS
    assert wechat.check_media(ONE, Scene.COMMENT, "https://example.gov.cn/a.jpg", MediaKind.PICTURE)
    assert wechat.mini_program_code("d=8K3F2A", "pages/item/item").startswith(JPEG[:3])
    assert wechat.url_link("pages/item/item", "d=8K3F2A", days=7).startswith("https://")
    assert platform.count(TOKEN) == 1


def test_a_message_says_which_version_it_opens(on: Flask, platform: Platform) -> None:
    settings = on.config["SETTINGS"]
    platform.consent(ONE, TEMPLATE, 3)
    for version, state in (("release", "formal"), ("trial", "trial"), ("develop", "developer")):
        account = replace(settings.wechat, env_version=version)
        send(WeChatClient(account, settings.secret_key))
        assert platform.calls[-1].body["miniprogram_state"] == state


@pytest.mark.parametrize("suggest", ["risky", "review"])
def test_the_strictest_verdict_on_any_part_counts(on: Flask, platform: Platform, suggest: str) -> None:
    platform.login_code(ONE)
    platform.risky("违规", suggest)
    verdict = wechat.check_text(ONE, Scene.COMMENT, "字" * 2500 + "违规" + "字" * 2500, title="路灯")
    assert (verdict.suggest, verdict.label) == (Suggest(suggest), 20001)
    assert max(len(call.body.get("content", "")) for call in platform.calls) == 2500


def test_a_scene_that_the_platform_refuses_is_not_asked_for(on: Flask, platform: Platform) -> None:
    for scene in ("", "d" * 33, "村", "a&b", "a%20", "a b"):
        with pytest.raises(ValueError, match="scene"):
            wechat.mini_program_code(scene, "pages/a")
    assert platform.calls == []


def test_nothing_is_asked_without_an_account(app: Flask) -> None:
    with app.app_context():
        for question in (
            lambda: wechat.code_to_session("code"),
            lambda: wechat.phone_number("code", ONE),
            send,
            check,
            lambda: wechat.check_media(ONE, Scene.COMMENT, "https://a", MediaKind.PICTURE),
            lambda: wechat.mini_program_code("d=1", "pages/a"),
            lambda: wechat.url_link("pages/a", ""),
            wechat.prove_reachable,
        ):
            with pytest.raises(WeChatOff):
                question()


# --- refusals ---------------------------------------------------------------------------------------------------


def test_a_code_is_refused_with_its_reason(on: Flask, platform: Platform) -> None:
    code = platform.login_code(ONE)
    wechat.code_to_session(code)
    for each, errcode in ((code, 40163), ("never-given", 40029)):
        with pytest.raises(WeChatError) as refused:
            wechat.code_to_session(each)
        assert (refused.value.errcode, refused.value.retryable) == (errcode, False)
        assert re.fullmatch(r"[0-9a-f-]{26}", refused.value.rid)
        assert "微信" in refused.value.sentence


def test_a_message_without_consent_is_refused_and_not_repeated(on: Flask, platform: Platform) -> None:
    platform.login_code(ONE)
    with pytest.raises(WeChatError) as refused:
        send()
    assert (refused.value.errcode, refused.value.retryable, refused.value.is_unknown) == (43101, False, False)
    assert platform.count(SEND) == 1


def test_a_field_that_is_wrong_is_named(on: Flask, platform: Platform) -> None:
    platform.template("tpl-of-two", "thing1", "thing2")
    platform.consent(ONE, "tpl-of-two")
    for data in ({"thing1": "好", "thing2": "长" * 21}, {"thing1": "好"}):
        with pytest.raises(WeChatError) as refused:
            wechat.send_message(ONE, "tpl-of-two", data)
        assert (refused.value.errcode, refused.value.field) == (47003, "thing2")
    assert platform.consents_left(ONE, "tpl-of-two") == 1


def test_a_template_that_the_account_has_not_chosen(on: Flask, platform: Platform) -> None:
    platform.consent(ONE, "tpl-of-nobody")
    with pytest.raises(WeChatError) as refused:
        wechat.send_message(ONE, "tpl-of-nobody", {"thing1": "好"})
    assert (refused.value.errcode, refused.value.retryable, refused.value.is_unknown) == (40037, False, False)
    assert platform.count(SEND) == 1


@pytest.mark.usefixtures("on")
def test_who_was_never_in_the_mini_program_is_no_one(platform: Platform) -> None:
    for question in (send, check):
        with pytest.raises(WeChatError) as refused:
            question()
        assert (refused.value.errcode, refused.value.retryable) == (40003, False)


def test_a_day_s_quota_is_not_hammered(on: Flask, platform: Platform, logged: list[Any]) -> None:
    platform.fault(SEND, errcode=45009)
    with pytest.raises(WeChatError) as refused:
        send()
    assert (refused.value.errcode, refused.value.retryable) == (45009, True)
    assert platform.count(SEND) == 1
    assert [line["log_level"] for line in logged if line.get("errcode") == 45009] == ["error"]


def test_somebody_who_has_not_been_there_is_not_checked(on: Flask, platform: Platform) -> None:
    platform.idle(ONE)
    with pytest.raises(WeChatError) as refused:
        check()
    assert refused.value.errcode == 61010


# --- trouble on the way -----------------------------------------------------------------------------------------


def test_a_busy_platform_is_asked_again(hasty: WeChatClient, platform: Platform) -> None:
    platform.consent(ONE, TEMPLATE)
    platform.fault(SEND, times=2, errcode=-1)
    assert send(hasty)
    assert (platform.count(SEND), len(platform.messages)) == (3, 1)


def test_a_platform_that_stays_busy_is_left_alone(hasty: WeChatClient, platform: Platform) -> None:
    platform.fault(SEND, times=9, errcode=-1)
    with pytest.raises(WeChatError) as refused:
        send(hasty)
    assert (refused.value.errcode, refused.value.retryable, refused.value.is_unknown) == (-1, True, False)
    assert platform.count(SEND) == 3


@pytest.mark.parametrize(
    "trouble",
    [{"drop": True, "after": True}, {"drop": True}, {"delay": 0.5, "after": True}, {"status": 502, "after": True}],
    ids=["lost", "dropped", "slow", "gateway"],
)
def test_a_message_that_may_have_gone_is_not_sent_again(
    hasty: WeChatClient, platform: Platform, trouble: dict[str, Any]
) -> None:
    hasty.prove_reachable()
    platform.consent(ONE, TEMPLATE, 2)
    platform.fault(SEND, **trouble)
    with pytest.raises(Unanswered) as unknown:
        send(hasty)
    assert unknown.value.is_unknown
    assert platform.count(SEND) == 1


def test_an_answer_that_only_drips_is_not_waited_for(on: Flask, platform: Platform) -> None:
    settings = on.config["SETTINGS"]
    platform.consent(ONE, TEMPLATE)
    with Proxy(platform.server.server_address[1]) as proxy:
        account = replace(settings.wechat, base_url=proxy.url)
        client = WeChatClient(account, settings.secret_key, QUICK)
        wechat.prove_reachable()
        proxy.answer = dripping(after=170)  # in the midst of the body
        with pytest.raises(Unanswered):
            send(client)


@pytest.mark.parametrize("trouble", [{"drop": True, "after": True}, {"delay": 0.5}, {"status": 502}])
def test_a_check_may_be_asked_again(hasty: WeChatClient, platform: Platform, trouble: dict[str, Any]) -> None:
    platform.login_code(ONE)
    platform.fault(CHECK, **trouble)
    assert check(hasty) is Suggest.PASS
    assert platform.count(CHECK) == 2


def test_a_login_whose_answer_was_lost_is_lost(on: Flask, platform: Platform) -> None:
    platform.fault(LOGIN, drop=True, after=True)
    with pytest.raises(Unanswered):
        wechat.code_to_session(platform.login_code(ONE))
    assert platform.count(LOGIN) == 1


def test_a_platform_that_is_not_there_was_never_asked(on: Flask) -> None:
    settings = on.config["SETTINGS"]
    with Platform() as gone:
        account = gone.account
    with pytest.raises(NeverAsked) as unreached:
        send(WeChatClient(account, settings.secret_key, QUICK))
    assert (unreached.value.retryable, unreached.value.is_unknown) == (True, False)


def test_nothing_is_asked_inside_a_transaction_that_writes(on: Flask, platform: Platform) -> None:
    with pytest.raises(RuntimeError, match="outside"), transaction(tenancy.EVERYWHERE):
        send()
    with transaction(tenancy.EVERYWHERE.reading()), pytest.raises(WeChatError):
        send()
    assert platform.count(SEND) == 1


# --- the token --------------------------------------------------------------------------------------------------


def together(app: Flask, work: Callable[[], Any], threads: int = 50) -> list[Any]:
    def one(_: int) -> Any:
        with app.app_context():
            return work()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


def another_worker(app: Flask) -> WeChatClient:
    """As another process has it: the same row, and nothing else in common."""
    settings = app.config["SETTINGS"]
    return WeChatClient(settings.wechat, settings.secret_key)


def test_fifty_threads_of_two_workers_ask_for_one_token(on: Flask, platform: Platform) -> None:
    platform.login_code(ONE)
    workers = [on.extensions["wechat"], another_worker(on)]
    turns = iter(workers * 25)
    assert set(together(on, lambda: check(next(turns)))) == {Suggest.PASS}
    assert (platform.count(TOKEN), platform.count(CHECK)) == (1, 50)


@pytest.mark.parametrize("trouble", [{"drop": True, "after": True}, {"errcode": -1}, {"delay": 0.1}])
def test_a_token_that_is_slow_to_come_is_waited_for_by_all(
    hasty: WeChatClient, on: Flask, platform: Platform, trouble: dict[str, Any]
) -> None:
    platform.login_code(ONE)
    platform.fault(TOKEN, **trouble)
    assert set(together(on, lambda: check(hasty), threads=10)) == {Suggest.PASS}
    assert platform.count(TOKEN) == (1 if "delay" in trouble else 2)


@pytest.mark.parametrize("state", ["expired", "superseded"])
def test_a_token_that_ends_is_renewed_once(on: Flask, platform: Platform, state: str) -> None:
    platform.login_code(ONE)
    workers = [on.extensions["wechat"], another_worker(on)]
    for worker in workers:
        check(worker)
    platform.token(state)
    turns = iter(workers * 25)
    assert set(together(on, lambda: check(next(turns)))) == {Suggest.PASS}
    assert platform.count(TOKEN) == 2
    assert not any(call.body.get("force_refresh") for call in platform.calls)


def test_a_message_refused_for_its_token_goes_out_once(on: Flask, platform: Platform) -> None:
    platform.consent(ONE, TEMPLATE, 2)
    wechat.prove_reachable()
    platform.token("expired")
    send()
    assert len(platform.messages) == 1


def test_a_token_that_is_refused_and_given_again_is_forced_once(on: Flask, platform: Platform) -> None:
    platform.login_code(ONE)
    check()
    platform.token("stuck")
    assert check() is Suggest.PASS
    assert [call.body["force_refresh"] for call in platform.calls if call.path == TOKEN] == [False, False, True]


def test_it_is_not_forced_again_within_half_a_minute(on: Flask, platform: Platform, moment: TestClock) -> None:
    platform.login_code(ONE)
    check()
    platform.token("stuck")
    check()
    platform.token("stuck")
    with pytest.raises(WeChatError) as refused:
        check()
    assert refused.value.errcode == 40001
    asked = len(platform.calls)
    moment.forward(seconds=31)
    assert check() is Suggest.PASS
    assert len(platform.calls) - asked <= 5


def test_a_token_is_asked_for_anew_before_it_ends(on: Flask, platform: Platform, moment: TestClock) -> None:
    wechat.prove_reachable()
    moment.forward(seconds=7200 - 301)
    another_worker(on).prove_reachable()
    assert platform.count(TOKEN) == 1
    moment.forward(seconds=2)
    another_worker(on).prove_reachable()
    assert platform.count(TOKEN) == 2


def test_a_worker_that_died_while_asking_holds_up_nobody(on: Flask, platform: Platform, moment: TestClock) -> None:
    wechat.prove_reachable()
    with transaction(tenancy.EVERYWHERE):
        db.session.execute(
            text(
                "UPDATE wechat_token SET sealed = NULL, fingerprint = NULL, usable_until = NULL, "
                "lease_token = 'of-one-that-died', lease_until = '2023-11-06 01:00:20'"
            )
        )
    moment.set("2023-11-06 09:00:21")
    another_worker(on).prove_reachable()
    assert platform.count(TOKEN) == 2


def test_a_token_is_of_no_use_to_who_reads_the_database(on: Flask, platform: Platform) -> None:
    wechat.prove_reachable()
    with transaction(tenancy.EVERYWHERE.reading()):
        row = db.session.execute(text("SELECT * FROM wechat_token")).one()
    assert row.sealed
    assert b"token-" not in bytes(row.sealed)
    assert "token-" not in str(row)


def test_with_another_secret_key_the_token_is_asked_for_anew(on: Flask, platform: Platform) -> None:
    wechat.prove_reachable()
    settings = on.config["SETTINGS"]
    WeChatClient(settings.wechat, "another-secret-key-that-is-long-enough").prove_reachable()
    assert platform.count(TOKEN) == 2


def test_a_wrong_secret_is_an_alarm_and_no_loop(on: Flask, platform: Platform, logged: list[Any]) -> None:
    settings = on.config["SETTINGS"]
    client = WeChatClient(replace(settings.wechat, secret="not-that-one"), settings.secret_key)
    for _ in range(2):
        with pytest.raises(WeChatError) as refused:
            client.prove_reachable()
        assert (refused.value.errcode, refused.value.retryable) == (40125, False)
    assert [line["log_level"] for line in logged] == ["error", "error"]
    assert platform.count(TOKEN) == 2


# --- the log ----------------------------------------------------------------------------------------------------


def test_no_secret_is_in_any_line(hasty: WeChatClient, platform: Platform, logged: list[Any]) -> None:
    number = "13800000001"
    login, phone = platform.login_code(ONE), platform.phone_code(ONE, number)
    hasty.code_to_session(login)
    hasty.phone_number(phone, ONE)
    platform.fault(SEND, drop=True)
    with pytest.raises(Unanswered) as unknown:
        send(hasty)
    platform.token("expired")
    with pytest.raises(WeChatError) as refused:
        send(hasty)
    tokens = {call.query.get("access_token") for call in platform.calls} - {None}
    assert len(tokens) == 2
    said = json.dumps(logged, default=str) + f"{unknown.value!r}{refused.value!r}{unknown.value}{refused.value}"
    for secret in (platform.secret, platform.appid, ONE, number, login, phone, "村务公开", *tokens):
        assert str(secret) not in said
    assert [line["path"] for line in logged] == [call.path for call in platform.calls]
    assert all(line.keys() == {"event", "log_level", "path", "errcode", "rid", "milliseconds"} for line in logged)
