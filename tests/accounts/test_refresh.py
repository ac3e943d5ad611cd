"""Refresh tokens: used once, with one honest retry; a second use ends the sign-in."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.clients import Client, TestClock
from tests.journeys import As, Json
from villagepub.accounts.models import RefreshToken, SignIn
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.extensions import db


@pytest.fixture
def signed_in(app: Flask) -> Json:
    body = {"username": "leader", "password": "demo-leader"}
    return dict(Client(app).post("/auth/login", body).json)


def refresh(app: Flask, token: str) -> TestResponse:
    return Client(app).post("/auth/refresh", {"refresh_token": token})


def me(app: Flask, tokens: Json) -> int:
    return Client(app, tokens["access_token"]).get("/me").status_code


def living(app: Flask) -> int:
    """How many refresh tokens could still be used."""
    usable = select(RefreshToken.id).join(SignIn, SignIn.id == RefreshToken.sign_in_id)
    usable = usable.where(RefreshToken.used_at.is_(None), RefreshToken.revoked.is_(False), SignIn.ended_at.is_(None))
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        return len(db.session.scalars(usable).all())


def test_a_refresh_token_is_exchanged_for_new_tokens(app: Flask, signed_in: Json, moment: TestClock) -> None:
    moment.forward(minutes=14)
    renewed = refresh(app, signed_in["refresh_token"])

    assert renewed.status_code == 200
    assert renewed.json["person"] == signed_in["person"]
    assert renewed.json["refresh_token"] != signed_in["refresh_token"]
    moment.forward(minutes=2)
    assert me(app, signed_in) == 401  # a quarter of an hour is over
    assert me(app, renewed.json) == 200


def test_a_second_use_ends_the_sign_in_at_once(app: Flask, as_: As, signed_in: Json, moment: TestClock) -> None:
    renewed = refresh(app, signed_in["refresh_token"]).json
    moment.forward(seconds=11)

    reused = refresh(app, signed_in["refresh_token"])

    assert (reused.status_code, reused.json["code"]) == (401, "refresh_token_reused")
    assert me(app, renewed) == me(app, signed_in) == 401
    assert refresh(app, renewed["refresh_token"]).json["code"] == "refresh_token_refused"
    assert refresh(app, signed_in["refresh_token"]).json["code"] == "refresh_token_refused"
    entries = as_("auditor").get(f"/audit?limit=100&subject={signed_in['person']['id']}").json["data"]
    assert [entry["action"] for entry in entries][-1] == "account.refresh_token_reused"


def test_a_second_use_ends_this_sign_in_and_no_other(app: Flask, as_: As, signed_in: Json, moment: TestClock) -> None:
    other = as_("leader")
    refresh(app, signed_in["refresh_token"])
    moment.forward(seconds=11)
    refresh(app, signed_in["refresh_token"])
    assert other.get("/me").status_code == 200


@pytest.mark.parametrize("seconds", [0, 10])
def test_who_lost_the_answer_may_ask_once_more_within_ten_seconds(
    app: Flask, signed_in: Json, moment: TestClock, seconds: int
) -> None:
    lost = refresh(app, signed_in["refresh_token"]).json
    moment.forward(seconds=seconds)

    retried = refresh(app, signed_in["refresh_token"])

    assert retried.status_code == 200
    assert me(app, retried.json) == 200
    assert living(app) == 1
    assert refresh(app, retried.json["refresh_token"]).status_code == 200
    assert refresh(app, lost["refresh_token"]).json["code"] == "refresh_token_reused"  # it turned up elsewhere


def test_a_second_retry_ends_the_sign_in(app: Flask, signed_in: Json) -> None:
    for _ in range(2):
        last = refresh(app, signed_in["refresh_token"])
        assert last.status_code == 200
    assert refresh(app, signed_in["refresh_token"]).json["code"] == "refresh_token_reused"
    assert me(app, last.json) == 401
    assert living(app) == 0


def test_a_retry_after_the_successor_was_used_is_not_honest(app: Flask, signed_in: Json) -> None:
    renewed = refresh(app, signed_in["refresh_token"]).json
    assert refresh(app, renewed["refresh_token"]).status_code == 200
    assert refresh(app, signed_in["refresh_token"]).json["code"] == "refresh_token_reused"
    assert living(app) == 0


def test_of_clients_at_once_never_two_go_on(app: Flask) -> None:
    for clients in (2, 4, 2, 4, 4):
        body = {"username": "leader", "password": "demo-leader"}
        token = Client(app).post("/auth/login", body).json["refresh_token"]
        barrier = Barrier(clients)

        def ask(token: str = token, barrier: Barrier = barrier) -> TestResponse:
            barrier.wait()
            return refresh(app, token)

        with ThreadPoolExecutor(clients) as pool:
            asked = [pool.submit(ask) for _ in range(clients)]
            answers = [each.result() for each in asked]

        assert {answer.status_code for answer in answers} <= {200, 401}
        alive = living(app)
        assert alive == (1 if clients == 2 else 0)  # two are a request and its retry, the third is a theft
        gained = [answer.json["refresh_token"] for answer in answers if answer.status_code == 200]
        assert sum(refresh(app, token).status_code == 200 for token in gained[::-1]) <= alive
        with app.app_context(), transaction(tenancy.EVERYWHERE):
            db.session.execute(db.update(SignIn).values(ended_at=SignIn.begun_at))


def test_signing_out_ends_both_tokens_at_once(app: Flask, signed_in: Json) -> None:
    out = Client(app).post("/auth/logout", {"refresh_token": signed_in["refresh_token"]})
    assert out.status_code == 204
    assert me(app, signed_in) == 401
    assert refresh(app, signed_in["refresh_token"]).json["code"] == "refresh_token_refused"


def test_signing_out_with_an_earlier_token_of_the_sign_in_works_too(app: Flask, signed_in: Json) -> None:
    renewed = refresh(app, signed_in["refresh_token"]).json
    assert Client(app).post("/auth/logout", {"refresh_token": signed_in["refresh_token"]}).status_code == 204
    assert me(app, renewed) == 401


def test_signing_out_is_silent_about_an_unknown_token(app: Flask, signed_in: Json) -> None:
    assert Client(app).post("/auth/logout", {"refresh_token": "unknown"}).status_code == 204
    assert me(app, signed_in) == 200


@pytest.mark.slow
def test_a_sign_in_lasts_thirty_days_however_often_it_is_renewed(
    app: Flask, signed_in: Json, moment: TestClock
) -> None:
    token = signed_in["refresh_token"]
    for _ in range(3):
        moment.forward(days=10, seconds=-1)
        renewed = refresh(app, token)
        assert renewed.status_code == 200
        token = renewed.json["refresh_token"]
    moment.forward(seconds=3)
    assert refresh(app, token).json["code"] == "refresh_token_refused"


def test_a_deactivated_person_is_not_renewed(app: Flask, as_: As, signed_in: Json) -> None:
    assert as_("admin").post(f"/people/{signed_in['person']['id']}/deactivate").status_code == 200
    assert refresh(app, signed_in["refresh_token"]).json["code"] == "refresh_token_refused"
    assert me(app, signed_in) == 401


def test_what_is_no_refresh_token_is_refused(app: Flask, signed_in: Json) -> None:
    for token in ("", "x", "\x00", "'; --", "令牌", "a" * 201, signed_in["access_token"]):
        assert refresh(app, token).status_code in (401, 422), token
    assert me(app, signed_in) == 200
