"""The platform's own calls: proved, taken once, left to a job; forged ones learn nothing."""

import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from config.wechat import WeChatAccount
from tests.clients import Client, TestClock
from tests.console import sql
from tests.wechat.platform import Envelope, Platform
from villagepub.accounts import identities
from villagepub.accounts import queries as accounts
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.wechat import pushes
from villagepub.wechat.envelopes import EnvelopeRefused, open_envelope, signature

PUSH = "/wechat/push"
ONE = "o-wa-lu-cun-0001"
POPUP = {"FromUserName": ONE, "Event": "subscribe_msg_popup_event"}
ITEM = {"TemplateId": "tpl-returned", "SubscribeStatusString": "accept", "PopupScene": "0"}

# The worked example of the platform's page 消息推送.
EXAMPLE = WeChatAccount("http://127.0.0.1:9", "wxba5fad812f8e6fb9", "unused", "AAAAA", "A" * 43, "release")
EXAMPLE_ENCRYPTED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8"
    "XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32II"
    "jdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
EXAMPLE_REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="


def deliver(client: Client, letter: Envelope) -> TestResponse:
    headers = {"Content-Type": "application/json"}
    return client.open("POST", PUSH, query_string=letter.query, data=letter.body, headers=headers)


def queued(app: Flask) -> list[Any]:
    return [
        (kind, json.loads(payload) if isinstance(payload, str) else payload)
        for kind, payload in sql(app, "SELECT kind, payload FROM job WHERE kind LIKE 'notices.%' ORDER BY id")
    ]


@pytest.fixture
def person(wechat_app: Flask) -> str:
    """Whom the platform knows as ONE."""
    with wechat_app.app_context(), transaction(tenancy.EVERYWHERE):
        found = accounts.find_person_by_username("leader")
        assert found is not None
        identities.bind(ONE, None, found)
        return found.id


# --- the worked example -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (("1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        (("1714112445", "415670741", EXAMPLE_ENCRYPTED), "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"),
        (("1713424427", "415670741", EXAMPLE_REPLY), "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"),
    ],
    ids=["address", "plain", "secure", "reply"],
)
def test_signatures_are_those_of_the_worked_example(parts: tuple[str, ...], expected: str) -> None:
    assert signature(EXAMPLE.push_token, *parts) == expected


def test_envelopes_open_as_in_the_worked_example() -> None:
    opened = open_envelope(EXAMPLE_ENCRYPTED, aes_key=EXAMPLE.aes_key, appid=EXAMPLE.appid)
    assert len(opened) == 167
    event = {"CreateTime": 1714112445, "MsgType": "event", "Event": "debug_demo", "debug_str": "hello world"}
    names = {"ToUserName": "gh_97417a04a28d", "FromUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"}
    assert json.loads(opened) == names | event
    reply = open_envelope(EXAMPLE_REPLY, aes_key=EXAMPLE.aes_key, appid=EXAMPLE.appid)
    assert reply == b'{"demo_resp":"good luck"}'
    with pytest.raises(EnvelopeRefused):
        open_envelope(EXAMPLE_ENCRYPTED, aes_key=EXAMPLE.aes_key, appid="wx-of-somebody-else")


def test_every_length_of_padding_opens(platform: Platform) -> None:
    for length in range(64):
        event = {"Event": "x" * length}
        encrypted = json.loads(platform.envelope(event).body)["Encrypt"]
        opened = open_envelope(encrypted, aes_key=platform.account.aes_key, appid=platform.appid)
        assert json.loads(opened)["Event"] == "x" * length


def test_the_door_takes_the_worked_example(wechat_app: Flask, anybody: Client, moment: TestClock) -> None:
    wechat_app.config["SETTINGS"] = replace(wechat_app.config["SETTINGS"], wechat=EXAMPLE)
    query = {"signature": "f464b24fc39322e44b38aa78f5edd27bd1441696", "timestamp": "1714036504", "nonce": "1514711492"}
    proved = anybody.get(PUSH, query_string=query | {"echostr": "4375120948345356249"})
    assert (proved.status_code, proved.text, proved.mimetype) == (200, "4375120948345356249", "text/plain")
    signed = {"msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"}
    letter = Envelope(
        {"timestamp": "1714112445", "nonce": "415670741", "encrypt_type": "aes", "openid": "o9AgO5"} | signed,
        json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": EXAMPLE_ENCRYPTED}).encode(),
    )
    moment.set("2024-04-26 14:20")
    taken = deliver(anybody, letter)
    assert (taken.status_code, taken.text) == (200, "success")


# --- forged, stale, foreign -------------------------------------------------------------------------------------


def test_a_push_that_is_not_the_platform_s_is_refused(wechat_app: Flask, anybody: Client, platform: Platform) -> None:
    good = platform.envelope(POPUP)
    now = int(good.query["timestamp"])
    elsewhere = json.loads(platform.envelope({"Event": "other"}).body)["Encrypt"]
    letters = {
        "forged": platform.envelope(POPUP, forged=True),
        "of another app": platform.envelope(POPUP, appid="wx-of-somebody-else"),
        "late": platform.envelope(POPUP, timestamp=now - 301),
        "early": platform.envelope(POPUP, timestamp=now + 301),
        "no time": Envelope(good.query | {"timestamp": "soon"}, good.body),
        "another nonce": Envelope(good.query | {"nonce": "1"}, good.body),
        "another body": Envelope(good.query, json.dumps({"Encrypt": elsewhere}).encode()),
        "signed as plain": Envelope(good.query | {"msg_signature": good.query["signature"]}, good.body),
        "plain": Envelope(good.query, json.dumps(POPUP).encode()),
        "xml": Envelope(good.query, b"<xml><Encrypt>AAAA</Encrypt></xml>"),
        "array": Envelope(good.query, b"[]"),
        "nested": Envelope(good.query, b"[" * 100_000),
        "half a sign": Envelope(good.query, json.dumps({"Encrypt": "\ud800"}).encode()),
        "empty": Envelope({}, b""),
        "signature in Chinese": Envelope(good.query | {"msg_signature": "签名"}, good.body),
    }
    answers = {what: deliver(anybody, letter) for what, letter in letters.items()}
    assert {what: answer.status_code for what, answer in answers.items()} == dict.fromkeys(letters, 403)
    bodies = {json.dumps({**answer.json, "request_id": "", "instance": ""}) for answer in answers.values()}
    assert len(bodies) == 1  # nothing tells one from the other
    assert sql(wechat_app, "SELECT count(*) FROM wechat_push")[0][0] == 0
    assert deliver(anybody, good).status_code == 200


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce"])
def test_the_address_is_proved_to_the_platform_alone(
    wechat_app: Flask, anybody: Client, platform: Platform, name: str
) -> None:
    query = platform.envelope({}).query | {"echostr": "12345"}
    assert anybody.get(PUSH, query_string=query).text == "12345"
    for wrong in ({name: "1"}, {name: ""}):
        assert anybody.get(PUSH, query_string=query | wrong).status_code == 403


def test_without_a_push_token_nothing_is_taken(wechat_app: Flask, anybody: Client, platform: Platform) -> None:
    account = replace(platform.account, push_token="", aes_key="")
    wechat_app.config["SETTINGS"] = replace(wechat_app.config["SETTINGS"], wechat=account)
    unsigned = {"signature": signature("", "1", "2"), "timestamp": "1", "nonce": "2", "echostr": "3"}
    assert anybody.get(PUSH, query_string=unsigned).status_code == 403
    assert deliver(anybody, platform.envelope(POPUP)).status_code == 403


# --- what is handed on ------------------------------------------------------------------------------------------


ITEMS = (
    {"List": ITEM},
    {"List": [ITEM, ITEM | {"TemplateId": "tpl-2"}]},
    {"SubscribeMsgPopupEvent": {"List": [ITEM]}},
    {"SubscribeMsgSentEvent": {"List": ITEM}},
)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("subscribe_msg_popup_event", "notices.consents_changed"),
        ("subscribe_msg_change_event", "notices.consents_changed"),
        ("subscribe_msg_sent_event", "notices.message_sent"),
    ],
)
def test_events_of_subscriptions_are_handed_on(
    wechat_app: Flask, anybody: Client, platform: Platform, person: str, event: str, kind: str
) -> None:
    """One item comes as an object, several as an array, and some forms wrap them once more."""
    for items in ITEMS:
        assert deliver(anybody, platform.envelope(POPUP | items | {"Event": event})).text == "success"
    found = queued(wechat_app)
    assert [name for name, _ in found] == [kind] * len(ITEMS)
    assert {(payload["event"], payload["person"]) for _, payload in found} == {(event, person)}
    assert [payload["list"][0] for _, payload in found] == [ITEM] * len(ITEMS)
    assert [len(payload["list"]) for _, payload in found] == [1, 2, 1, 1]
    assert ONE not in json.dumps(found)


def test_what_comes_again_is_taken_once(wechat_app: Flask, anybody: Client, platform: Platform, person: str) -> None:
    letter = platform.envelope(POPUP | {"List": ITEM})
    repeated = platform.envelope(POPUP | {"List": ITEM})  # in an envelope of its own
    for each in (letter, letter, repeated):
        assert deliver(anybody, each).text == "success"
    assert len(queued(wechat_app)) == 1
    deliver(anybody, platform.envelope(POPUP | {"List": ITEM | {"SubscribeStatusString": "reject"}}))
    assert len(queued(wechat_app)) == 2


@pytest.mark.parametrize(
    "event",
    [
        {"Event": "debug_demo"},
        {"Event": "subscribe_msg_popup_event", "FromUserName": "o-somebody-else", "List": ITEM},
        {"MsgType": "text", "Content": "在吗"},
        {"Event": ["wxa_media_check"]},
    ],
    ids=["unknown event", "unknown person", "a message", "no name"],
)
def test_what_nobody_waits_for_is_taken_and_dropped(
    wechat_app: Flask, anybody: Client, platform: Platform, event: dict[str, Any]
) -> None:
    assert deliver(anybody, platform.envelope(event)).text == "success"
    assert queued(wechat_app) == []


def test_what_was_taken_is_forgotten_after_a_day(
    wechat_app: Flask, anybody: Client, platform: Platform, moment: TestClock
) -> None:
    deliver(anybody, platform.envelope(POPUP))
    for hours, left in ((23, 1), (2, 0)):
        moment.forward(hours=hours)
        with wechat_app.app_context(), transaction(tenancy.EVERYWHERE):
            pushes.forget_old()
        assert sql(wechat_app, "SELECT count(*) FROM wechat_push")[0][0] == left
