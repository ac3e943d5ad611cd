"""A repeated request has one effect, and its asker gets the first answer."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from tests.clients import Client, TestClock
from tests.engines import Engine
from tests.intake.make_files import pdf
from tests.journeys import NEIGHBOUR, VILLAGE, As, content, draft
from villagepub.core import tenancy
from villagepub.core.idempotency import StoredAnswer
from villagepub.core.transactions import transaction
from villagepub.disclosures.models import Disclosure
from villagepub.extensions import db

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
UPLOADER = f"uploader-{VILLAGE}"
NEW = {"village": VILLAGE, "entry": "C02"} | content()
ACCOUNTS, OTHER_ACCOUNTS = pdf("12000.00"), pdf("92000.00")


def _create(client: Client, key: str = KEY, **changes: Any) -> TestResponse:
    return client.post("/disclosures", NEW | changes, headers={"Idempotency-Key": key})


def _count(app: Flask, entity: type = Disclosure) -> int:
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        return db.session.scalar(select(func.count()).select_from(entity)) or 0


def _is_replay(answer: TestResponse) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"


def test_the_same_key_and_body_give_the_first_answer(app: Flask, as_: As) -> None:
    first, again = _create(as_(UPLOADER)), _create(as_(UPLOADER))
    assert (first.status_code, again.status_code) == (201, 201)
    assert (_is_replay(first), _is_replay(again)) == (False, True)
    assert again.get_data() == first.get_data()
    for name in ("Content-Type", "Location", "ETag"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert _count(app) == 1


def test_the_key_is_good_for_one_request(app: Flask, as_: As) -> None:
    uploader = as_(UPLOADER)
    created = _create(uploader).json
    for other in (
        _create(uploader, title="另一条"),
        uploader.post("/disclosures?again=1", NEW, headers={"Idempotency-Key": KEY}),
        uploader.post(f"/disclosures/{created['id']}/submit", headers={"Idempotency-Key": KEY}),
    ):
        assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert _count(app) == 1
    assert uploader.get(f"/disclosures/{created['id']}").json["state"] == "draft"


def test_a_key_that_is_none(as_: As) -> None:
    for key in ("", "a" * 256, "键".encode().decode("latin-1"), "a\tb"):
        refused = _create(as_(UPLOADER), key)
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["Idempotency-Key"]), key


@pytest.mark.slow
def test_of_twenty_at_once_one_takes_effect(app: Flask, as_: As) -> None:
    token, start = as_(UPLOADER).token, Barrier(20)

    def call(_: int) -> TestResponse:
        client = Client(app, token)
        start.wait()
        return _create(client)

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(call, range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.json["code"] for answer in answers if answer.status_code == 409} <= {"request_in_progress"}
    assert len({answer.json["id"] for answer in answers if answer.status_code == 201}) == 1
    assert sum(answer.status_code == 201 and not _is_replay(answer) for answer in answers) == 1
    assert _count(app) == 1


def test_a_request_that_failed_leaves_the_key_free(app: Flask, as_: As) -> None:
    uploader = as_(UPLOADER)
    for refused in (_create(uploader, title=""), _create(uploader, entry="Z99"), _create(uploader, village=NEIGHBOUR)):
        assert refused.status_code in (404, 422)
        assert refused.json["code"] != "idempotency_key_reused"
    assert _count(app, StoredAnswer) == 0
    assert (_create(uploader).status_code, _count(app)) == (201, 1)


def test_the_key_of_one_person_says_nothing_to_another(app: Flask, as_: As) -> None:
    mine = _create(as_(UPLOADER))
    theirs = _create(as_(f"uploader-{NEIGHBOUR}"), village=NEIGHBOUR)
    assert (mine.status_code, theirs.status_code, _is_replay(theirs)) == (201, 201, False)
    assert _count(app) == 2
    assert _create(as_("admin")).json["code"] == "forbidden"


def test_who_has_lost_the_post_gets_no_stored_answer(as_: As) -> None:
    uploader, neighbour = as_(UPLOADER), as_(f"uploader-{NEIGHBOUR}")
    created = _create(uploader)
    me, other = uploader.get("/me").json, neighbour.get("/me").json
    over = {"post": me["posts"][0]["id"], "to_person": other["person"]["id"], "on": "2023-11-06"}
    assert as_("admin").post("/handovers", over).status_code == 201
    refused = _create(uploader)
    assert (refused.status_code, refused.json["code"], _is_replay(refused)) == (403, "forbidden", False)
    assert created.json["title"] not in refused.text


def test_who_has_gained_a_post_still_gets_the_answer(as_: As) -> None:
    neighbour, uploader = as_(f"uploader-{NEIGHBOUR}"), as_(UPLOADER)
    first = _create(neighbour, village=NEIGHBOUR)
    more = {"post": uploader.get("/me").json["posts"][0]["id"], "to_person": neighbour.get("/me").json["person"]["id"]}
    assert as_("admin").post("/handovers", more | {"on": "2023-11-06"}).status_code == 201
    assert _create(neighbour, village=NEIGHBOUR).json == first.json


def test_answers_with_tokens_in_them_are_not_kept(app: Flask, anybody: Client, as_: As) -> None:
    body, headers = {"username": "leader", "password": "demo-leader"}, {"Idempotency-Key": KEY}
    first, again = (anybody.post("/auth/login", body, headers=headers) for _ in range(2))
    assert first.json["access_token"] != again.json["access_token"]
    changed = as_("leader").post("/auth/password", {"old": "demo-leader", "new": "x7" * 8}, headers=headers)
    assert changed.status_code == 204
    assert _count(app, StoredAnswer) == 0


def test_only_a_post_has_a_key(app: Flask, as_: As) -> None:
    disclosure = draft(as_)
    headers = {"Idempotency-Key": KEY, "If-Match": '"1-draft-none"'}
    uploader = as_(UPLOADER)
    assert uploader.put(f"/disclosures/{disclosure['id']}", content(), headers=headers).status_code == 200
    assert uploader.put(f"/disclosures/{disclosure['id']}", content(), headers=headers).status_code == 412
    assert _count(app, StoredAnswer) == 0


def test_a_key_lasts_seven_days(app: Flask, as_: As, moment: TestClock) -> None:
    first = _create(as_(UPLOADER)).json
    moment.forward(days=7)
    assert _create(as_(UPLOADER)).json == first
    moment.forward(seconds=1)
    assert _create(as_(UPLOADER)).json["id"] != first["id"]
    assert (_count(app), _count(app, StoredAnswer)) == (2, 1)


@pytest.mark.slow
def test_a_file_sent_again_is_attached_once(as_: As) -> None:
    uploader, disclosure = as_(UPLOADER), draft(as_)

    def attach(data: bytes = ACCOUNTS) -> TestResponse:
        return uploader.post(
            f"/disclosures/{disclosure['id']}/attachments",
            data={"file": (BytesIO(data), "收支明细.pdf")},
            content_type="multipart/form-data",
            headers={"Idempotency-Key": KEY},
        )

    first, again, other = attach(), attach(), attach(OTHER_ACCOUNTS)
    assert (first.status_code, again.status_code, _is_replay(again)) == (201, 201, True)
    assert again.get_data() == first.get_data()
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    now = uploader.get(f"/disclosures/{disclosure['id']}").json
    assert [each["id"] for each in now["attachments"]] == [first.json["id"]]


def test_a_second_call_during_the_first_is_told_to_wait(app: Flask, as_: As, engine: Engine) -> None:
    """PostgreSQL alone: on SQLite the first holds the one lock of all writers, and the second waits for that."""
    if engine.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with app.app_context():
        event.listen(db.engine, "checkout", lambda connection, *_: connection.execute("SET lock_timeout = '200ms'"))
        url = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
    uploader = as_(UPLOADER)
    person = uploader.get("/me").json["person"]["id"]
    with psycopg.connect(url.render_as_string(hide_password=False)) as first:
        first.execute(
            "INSERT INTO stored_answer (person_id, key, fingerprint, status, headers, body, posts, stored_at)"
            " VALUES (%s, %s, '', 0, '{}', '', '[]', '2023-11-06T09:00:00+08:00')",
            (person, KEY),
        )
        waiting = _create(uploader)
        assert (waiting.status_code, waiting.json["code"]) == (409, "request_in_progress")
        assert int(waiting.headers["Retry-After"]) > 0
        first.rollback()
    assert _create(uploader).status_code == 201
