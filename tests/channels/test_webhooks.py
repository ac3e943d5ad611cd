"""Telling platforms what changed: signed, to those that want it, by those who may."""

import json
import re
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from flask import Flask

from config.base import PROJECT
from tests.channels.platforms import PLAN, Work, log, register, said, send_test
from tests.channels.receiver import TOLERANCE, Receiver, is_genuine
from tests.clearance.passages import CLASSIFIED
from tests.clients import Client, TestClock
from tests.console import run, sql
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, publish

# --- what is told -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_change_is_told_signed_and_as_it_is_read(
    as_: As, anybody: Client, receiver: Receiver, work: Work, moment: TestClock
) -> None:
    hook = register(as_, receiver.url)
    item = publish(as_, **PLAN)
    publish(as_)  # of C02, which does not belong on the website
    work()
    [told] = receiver.received
    [change] = [each for each in anybody.get(f"/public/changes?division={TOWNSHIP}").json["data"] if each["seq"] == 1]
    assert said(told) == change
    assert told.path == "/hook?from=villagepub"
    assert (told.headers["X-Villagepub-Event"], told.headers["X-Villagepub-Id"]) == ("published", change["id"])
    assert told.headers["Content-Type"] == "application/json"
    assert is_genuine(hook["secret"], told, moment().timestamp())
    as_("admin").post(f"/disclosures/{item['id']}/withdraw", {"reason": "有误"})
    work()
    withdrawn = said(receiver.received[1])
    assert (withdrawn["event"], withdrawn["title"], withdrawn["number"]) == ("withdrawn", None, item["number"])
    assert [(row["event"], row["taken"], row["status"]) for row in log(as_("admin"), hook)] == [
        ("published", True, 204),
        ("withdrawn", True, 204),
    ]


def test_a_receiver_tells_a_forgery(as_: As, receiver: Receiver, work: Work, moment: TestClock) -> None:
    hook, other = register(as_, receiver.url), register(as_, receiver.url)
    send_test(as_, hook)
    work()
    [told] = receiver.received
    secret, now, headers = hook["secret"], moment().timestamp(), dict(told.headers)
    assert is_genuine(secret, told, now)
    assert not is_genuine(secret, replace(told, body=told.body.replace(b"test", b"withdrawn")), now)
    newer = headers | {"X-Villagepub-Timestamp": str(int(now) + 60)}  # an old message as if it were new
    assert not is_genuine(secret, replace(told, headers=newer), now)
    made_up = headers | {"X-Villagepub-Signature": "v1=" + "0" * 64}
    assert not is_genuine(secret, replace(told, headers=made_up), now)
    assert not is_genuine(other["secret"], told, now)
    assert not is_genuine(secret, told, now + TOLERANCE + 1)  # replayed as it was


def test_the_recipe_in_the_docs_verifies(as_: As, receiver: Receiver, work: Work, moment: TestClock) -> None:
    page = (PROJECT / "docs" / "api.md").read_text(encoding="utf-8")
    recipe = next(each for each in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "X-Villagepub" in each)
    there: dict[str, Any] = {}
    exec(recipe, there)  # noqa: S102  our own page
    hook = register(as_, receiver.url)
    send_test(as_, hook)
    work()
    [told] = receiver.received
    verify = partial(there["is_genuine"], hook["secret"], told.headers)
    assert verify(told.body, now=moment().timestamp()) is True
    assert verify(told.body + b" ", now=moment().timestamp()) is False
    assert verify(told.body, now=moment().timestamp() + 301) is False


@pytest.mark.slow
def test_only_the_events_that_were_asked_for_and_from_then_on(as_: As, receiver: Receiver, work: Work) -> None:
    item = publish(as_, **PLAN)
    register(as_, receiver.url, events=["withdrawn"])
    publish(as_, village=NEIGHBOUR, **PLAN)
    work()
    assert receiver.received == []
    as_("admin").post(f"/disclosures/{item['id']}/withdraw", {"reason": "有误"})
    work()
    assert [said(each)["event"] for each in receiver.received] == ["withdrawn"]


@pytest.mark.slow
def test_each_of_several_is_told_and_one_that_is_disabled_is_not(as_: As, receiver: Receiver, work: Work) -> None:
    admin = as_("admin")
    one, other = register(as_, receiver.url), register(as_, f"{receiver.url}&second")
    publish(as_, **PLAN)
    work()
    assert sorted(each.path for each in receiver.received) == [
        "/hook?from=villagepub",
        "/hook?from=villagepub&second",
    ]
    assert len({each.headers["X-Villagepub-Id"] for each in receiver.received}) == 1
    publish(as_, village=NEIGHBOUR, **PLAN)
    assert admin.delete(f"/channels/webhooks/{one['id']}").status_code == 204
    work()
    assert [each.path for each in receiver.received[2:]] == ["/hook?from=villagepub&second"]
    assert admin.delete(f"/channels/webhooks/{one['id']}").json["code"] == "wrong_state"
    assert admin.delete(f"/channels/webhooks/{other['id']}").status_code == 204
    work()
    publish(as_, **PLAN)
    assert work() == 0
    assert [each["disabled_at"] is None for each in admin.get("/channels/webhooks").json["data"]] == [False, False]


@pytest.mark.slow
def test_an_act_that_is_rolled_back_tells_nobody(app: Flask, as_: As, receiver: Receiver, work: Work) -> None:
    register(as_, receiver.url)
    item = publish(as_, **PLAN)
    work()
    refused = as_("leader").post(f"/disclosures/{item['id']}/withdraw", {"reason": CLASSIFIED})
    assert refused.status_code == 422
    assert work() == 0
    assert len(receiver.received) == 1
    assert sql(app, "SELECT max(seq) FROM publication_change") == [(1,)]


# --- the doors --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_who_may(as_: As, receiver: Receiver) -> None:
    hook = register(as_, receiver.url)
    path = f"/channels/webhooks/{hook['id']}"
    body = {"channel": "website", "url": receiver.url}
    for person, status in (("leader", 403), ("auditor", 403), ("secrecy", 403), ("daxin-admin", 404)):
        client = as_(person)
        assert client.get(path).status_code == status
        assert client.get(f"{path}/deliveries").status_code == status
        assert client.delete(path).status_code == status
        assert client.post(f"{path}/rotate").status_code == status
        assert client.post(f"{path}/test").status_code == status
        assert client.post("/channels/webhooks", body | {"division": TOWNSHIP}).status_code == status
    assert as_("daxin-admin").get("/channels/webhooks").json["data"] == []
    assert as_(f"uploader-{VILLAGE}").get("/channels/webhooks").status_code == 403


def test_what_cannot_be_registered(as_: As) -> None:
    admin, good = as_("admin"), {"channel": "website", "url": "https://a.example/"}
    cases: list[tuple[Json, str]] = [
        ({"channel": "radio"}, "channel"),
        ({"channel": "mini_program"}, "channel"),
        ({"channel": "weibo"}, "channel"),  # nothing is routed to it
        ({"url": "ftp://a.example/"}, "url"),
        ({"url": "https://user@a.example/"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["deleted"]}, "events"),
        ({"division": VILLAGE}, "division"),
    ]
    for changes, field in cases:
        refused = admin.post("/channels/webhooks", good | changes)
        assert refused.status_code == 422, changes
        assert [name.partition(".")[0] for name in refused.json["errors"]] == [field]
    assert admin.get("/channels/webhooks").json["data"] == []


@pytest.mark.slow
def test_there_may_be_so_many(as_: As) -> None:
    admin = as_("admin")
    for _ in range(10):
        register(as_, "https://a.example/")
    refused = admin.post("/channels/webhooks", {"channel": "website", "url": "https://a.example/"})
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")


def test_the_secret_is_shown_once_and_kept_nowhere(app: Flask, as_: As, receiver: Receiver) -> None:
    admin = as_("admin")
    body, key = {"channel": "website", "url": receiver.url}, {"Idempotency-Key": "one"}
    hook = admin.post("/channels/webhooks", body, headers=key).json
    assert re.fullmatch("whsec_[0-9a-f]{64}", hook["secret"])
    shown = admin.get(f"/channels/webhooks/{hook['id']}").json
    assert "secret" not in shown
    for table in ("webhook", "audit_entry", "stored_answer", "job"):
        assert hook["secret"] not in repr(sql(app, f"SELECT * FROM {table}"))  # noqa: S608  four names


def test_a_new_key_signs_and_the_old_one_for_a_day(as_: As, receiver: Receiver, work: Work, moment: TestClock) -> None:
    old = register(as_, receiver.url)
    new = as_("admin").post(f"/channels/webhooks/{old['id']}/rotate").json
    assert new["secret"] != old["secret"]
    send_test(as_, old)
    work()
    [told] = receiver.received
    assert [is_genuine(each["secret"], told, moment().timestamp()) for each in (old, new)] == [True, True]
    moment.forward(hours=24)
    send_test(as_, old)
    work()
    later = receiver.received[1]
    assert [is_genuine(each["secret"], later, moment().timestamp()) for each in (old, new)] == [False, True]


def test_a_test_message_is_sent_and_followed(as_: As, receiver: Receiver, work: Work, moment: TestClock) -> None:
    hook = register(as_, receiver.url)
    asked = as_("admin").post(f"/channels/webhooks/{hook['id']}/test")
    assert asked.status_code == 202
    work()
    [told] = receiver.received
    assert (told.headers["X-Villagepub-Event"], said(told)["event"]) == ("test", "test")
    assert is_genuine(hook["secret"], told, moment().timestamp())
    done = as_("admin").get(f"/jobs/{asked.json['id']}").json
    assert (done["state"], done["result"]) == ("done", {"sent": True, "status": 204})
    assert as_("admin").delete(f"/channels/webhooks/{hook['id']}").status_code == 204
    assert as_("admin").post(f"/channels/webhooks/{hook['id']}/test").json["code"] == "wrong_state"


@pytest.mark.slow
def test_every_act_is_in_the_audit_without_address_or_secret(app: Flask, as_: As, receiver: Receiver) -> None:
    hook = register(as_, receiver.url)
    for verb in ("test", "rotate"):
        assert as_("admin").post(f"/channels/webhooks/{hook['id']}/{verb}").status_code in (200, 202)
    as_("admin").delete(f"/channels/webhooks/{hook['id']}")
    noted = as_("auditor").get(f"/audit?subject={hook['id']}").json["data"]
    assert [each["action"].removeprefix("channels.webhook_") for each in noted] == [
        "registered",
        "tested",
        "rotated",
        "disabled",
    ]
    assert receiver.url not in json.dumps(noted)
    assert run(app, "audit", "verify").exit_code == 0
