"""What happens at the same moment: rules change while something goes out, and two people press at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine

from tests.clearance.passages import CANARY, CLASSIFIED
from tests.clients import Client, sign_in
from tests.console import run
from tests.engines import Engine
from tests.journeys import TOWNSHIP, VILLAGE, As, content, decide, decision, draft, publish, submit

pytestmark = pytest.mark.slow

UPLOADER = f"uploader-{VILLAGE}"
WORD = {"division": TOWNSHIP, "text": "绿洲专报", "kind": "secret_mark", "reason": "县里通知"}
LONG_ENOUGH = 0.5  # seconds for a request to come to the row that is held


@contextmanager
def _held(app: Flask, statement: str) -> Iterator[None]:
    """Rows that somebody else has locked (on PostgreSQL, where others write at the same time)."""
    engine = create_engine(app.config["SETTINGS"].database_owner_url)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
        yield
        connection.rollback()
    engine.dispose()


def _at_once(*presses: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(presses)) as pool:
        return [each.result(timeout=60) for each in [pool.submit(press) for press in presses]]


def test_what_goes_out_while_a_word_is_added_is_found(app: Flask, engine: Engine, as_: As, anybody: Client) -> None:
    if engine.name != "postgresql":
        pytest.skip("SQLite has one writer")
    publish(as_, period="2023-09")  # so that the village has a row of numbers to hold
    item = decide(as_, decide(as_, submit(as_, draft(as_, body="<p>绿洲专报</p><p>收支情况。</p>"))))
    leader, admin = as_("leader"), as_("admin")
    with ThreadPoolExecutor(2) as pool:
        with _held(app, "SELECT * FROM number_counter FOR UPDATE"):
            approval: Future[Any] = pool.submit(leader.post, f"/disclosures/{item['id']}/decisions", decision(item))
            sleep(LONG_ENOUGH)
            adding: Future[Any] = pool.submit(admin.post, "/screening/words", WORD)
            sleep(LONG_ENOUGH)
            assert not approval.done()
            assert not adding.done(), "a round could pass before the item is public"
        assert (approval.result().status_code, adding.result().status_code) == (201, 201)
    run(app, "worker", "--once")
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 410


def test_of_two_who_enter_what_was_done_one_does(app: Flask, as_: As) -> None:
    secrecy, other = as_("secrecy"), sign_in(app, "secrecy")
    for number in range(10):
        body = {"village": VILLAGE, "entry": "C02"} | content(body=CLASSIFIED)
        assert as_(UPLOADER).post("/disclosures", body).json["code"] == "secret_mark"
        [incident] = secrecy.get("/incidents?handled=false").json["data"]
        path = f"/incidents/{incident['id']}/handle"
        answers = _at_once(
            lambda path=path, number=number: secrecy.post(path, {"handling": f"收回纸质件 {number}"}),
            lambda path=path, number=number: other.post(path, {"handling": f"报区保密局 {number}"}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_each_sending_of_a_mark_is_one_incident(app: Flask, as_: As) -> None:
    """With the same key too: nothing of a refused request is kept, so each sending is a new one."""
    clients = [as_(UPLOADER), sign_in(app, UPLOADER)]
    body = {"village": VILLAGE, "entry": "C02"} | content(title=CANARY, body=CLASSIFIED)
    keyed = {"Idempotency-Key": "one"}
    answers = _at_once(*(lambda one=one: one.post("/disclosures", body, headers=keyed) for one in clients))
    refused = [answer for answer in answers if answer.json["code"] == "secret_mark"]
    assert refused
    assert len(as_("secrecy").get("/incidents").json["data"]) == len(refused)
    assert as_(UPLOADER).get("/disclosures").json["data"] == []
