"""Signing in with a password, the first one by invitation; and what slows down whoever guesses."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from config.base import LEAST_PASSWORD_MEMORY_KIB
from tests.accounts import staff
from tests.clients import Client, TestClock, sign_in
from tests.journeys import VILLAGE, As
from villagepub.accounts import passwords, queries, throttle
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.extensions import db

LEADER = {"username": "leader", "password": "demo-leader"}
WRONG = LEADER | {"password": "demo-follower"}
ATTEMPT_LIMIT, ADDRESS_LIMIT, NAME_LIMIT = 5, 50, 100


class CountingHasher(PasswordHasher):
    """Counts how often a password is compared, which is what takes time."""

    verified = 0

    def verify(self, stored: str | bytes, password: str | bytes) -> bool:
        self.verified += 1
        return super().verify(stored, password)


def login(app: Flask, body: dict[str, str], address: str = "127.0.0.1") -> TestResponse:
    return Client(app, address=address).post("/auth/login", body)


def fail(app: Flask, times: int, address: str = "127.0.0.1") -> None:
    for _ in range(times):
        assert login(app, WRONG, address).status_code == 401


def count_failures(app: Flask, attempts: Iterator[tuple[str, str]]) -> None:
    """As if these (name, address) had failed, without comparing a password for each."""
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        for name, address in attempts:
            throttle.count_failure(name, address)


def stored_hash(app: Flask, username: str) -> str:
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        person = queries.find_person_by_username(username)
        assert person is not None
        assert person.password_hash
        return person.password_hash


class TestSigningIn:
    def test_gives_tokens_the_person_and_the_posts_held_now(self, app: Flask) -> None:
        uploader = f"uploader-{VILLAGE}"
        answer = login(app, {"username": uploader, "password": f"demo-{uploader}"})

        assert answer.status_code == 200
        assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 900)
        assert answer.json["person"]["name"] == "洼路村信息员"
        (post,) = answer.json["posts"]
        assert {name: post[name] for name in ("key", "role", "title", "division", "office")} == {
            "key": uploader,
            "role": "uploader",
            "title": "村务公开专人",
            "division": VILLAGE,
            "office": None,
        }
        me = Client(app, answer.json["access_token"]).get("/me").json
        assert me == {"person": answer.json["person"], "posts": [post], "unread": 0}

    def test_an_office_head_sees_the_office(self, as_: As) -> None:
        (post,) = as_("office-finance").get("/me").json["posts"]
        assert post["office"]["name"] == "财经服务中心"

    def test_without_a_token_me_is_refused(self, anybody: Client) -> None:
        answer = anybody.get("/me")
        assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_a_wrong_password_an_unknown_name_and_a_deactivated_person_look_alike(
        self, app: Flask, as_: As, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deactivated = staff.person(as_, "office-land")
        assert as_("admin").post(f"/people/{deactivated}/deactivate").status_code == 200
        without_password = staff.newcomer(as_)
        assert without_password
        passwords._nobodys_hash(8)  # made once for each process
        hasher = CountingHasher(time_cost=2, memory_cost=8, parallelism=1)
        monkeypatch.setattr(passwords, "_hasher", lambda: hasher)

        answers = [
            login(app, WRONG),
            login(app, {"username": "nobody-here", "password": "demo-leader"}),
            login(app, {"username": "office-land", "password": "demo-office-land"}),
            login(app, {"username": "newcomer", "password": "nobody"}),
        ]

        assert [answer.status_code for answer in answers] == [401] * 4
        bodies = [{name: text for name, text in answer.json.items() if name != "request_id"} for answer in answers]
        assert bodies == [bodies[0]] * 4
        assert bodies[0]["code"] == "wrong_credentials"
        names = [sorted(answer.headers.keys()) for answer in answers]
        assert names == [names[0]] * 4
        assert hasher.verified == 4

    def test_a_password_is_taken_as_typed(self, app: Flask) -> None:
        assert login(app, LEADER | {"password": " demo-leader"}).status_code == 401
        assert login(app, LEADER | {"password": "demo-leader "}).status_code == 401

    def test_a_body_of_another_shape_is_invalid(self, app: Flask) -> None:
        for body in ({}, {"username": "leader"}, LEADER | {"password": ["demo-leader"]}, [], "leader"):
            assert Client(app).post("/auth/login", body).status_code == 422, body

    def test_an_outdated_hash_is_made_anew_by_the_right_password_alone(self, app: Flask) -> None:
        old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("demo-leader")
        with app.app_context(), transaction(tenancy.EVERYWHERE):
            person = queries.find_person_by_username("leader")
            assert person is not None
            person.password_hash = old

        fail(app, 1)
        assert stored_hash(app, "leader") == old
        sign_in(app, "leader")

        renewed = stored_hash(app, "leader")
        assert renewed.startswith("$argon2id$")
        assert "m=8,t=2" in renewed
        sign_in(app, "leader")
        assert stored_hash(app, "leader") == renewed

    def test_what_a_hash_costs_is_the_operator_s_and_grows_with_the_next_sign_in(self, app: Flask) -> None:
        cheap = stored_hash(app, "leader")
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], password_memory_kib=LEAST_PASSWORD_MEMORY_KIB)
        fail(app, 1)
        assert stored_hash(app, "leader") == cheap
        sign_in(app, "leader")
        assert "m=19456,t=2,p=1" in stored_hash(app, "leader")
        sign_in(app, "leader")


class TestGuessing:
    def test_each_further_failure_doubles_the_wait_up_to_a_quarter_hour(self, app: Flask, moment: TestClock) -> None:
        fail(app, ATTEMPT_LIMIT)
        for wait in (30, 60, 120, 240, 480, 900, 900):
            refused = login(app, LEADER)  # even with the right password
            assert (refused.status_code, refused.json["code"]) == (429, "too_many_attempts")
            assert wait <= int(refused.headers["Retry-After"]) <= wait + 1
            moment.forward(seconds=wait - 1)
            assert login(app, LEADER).status_code == 429
            moment.forward(seconds=2)
            fail(app, 1)

        moment.forward(seconds=901)
        assert login(app, LEADER).status_code == 200
        fail(app, ATTEMPT_LIMIT)  # the right password has set the count back

    def test_waiting_out_retry_after_is_enough(self, app: Flask, moment: TestClock) -> None:
        fail(app, ATTEMPT_LIMIT)
        moment.forward(seconds=int(login(app, LEADER).headers["Retry-After"]))
        assert login(app, LEADER).status_code == 200

    def test_failures_are_forgotten_after_a_quiet_day(self, app: Flask, moment: TestClock) -> None:
        fail(app, ATTEMPT_LIMIT)
        moment.forward(hours=25)
        fail(app, ATTEMPT_LIMIT)
        assert login(app, LEADER).status_code == 429

    def test_many_at_once_are_no_more_than_one_after_the_other(self, app: Flask) -> None:
        together = Barrier(16)

        def guess(number: int) -> int:
            together.wait()
            return login(app, LEADER | {"password": f"demo-{number}"}).status_code

        with ThreadPoolExecutor(16) as pool:
            statuses = list(pool.map(guess, range(16)))
        assert statuses.count(401) == ATTEMPT_LIMIT
        assert login(app, LEADER).status_code == 429

    def test_an_unknown_name_is_slowed_down_just_the_same(self, app: Flask) -> None:
        nobody = {"username": "nobody-here", "password": "demo-leader"}
        answers = [login(app, nobody).status_code for _ in range(ATTEMPT_LIMIT + 1)]
        assert answers == [401] * ATTEMPT_LIMIT + [429]

    def test_one_address_waits_and_another_does_not(self, app: Flask) -> None:
        fail(app, ATTEMPT_LIMIT, address="192.0.2.1")
        assert login(app, LEADER, "192.0.2.1").status_code == 429
        assert login(app, LEADER, "192.0.2.2").status_code == 200

    def test_many_addresses_slow_a_name_down_but_never_shut_its_owner_out(self, app: Flask, moment: TestClock) -> None:
        assert login(app, LEADER, "192.0.2.1").status_code == 200
        count_failures(app, (("leader", f"198.51.100.{n}") for n in range(NAME_LIMIT)))

        assert login(app, LEADER, "203.0.113.1").status_code == 429
        for _ in range(3):  # the owner goes on while the others do
            count_failures(app, (("leader", f"198.51.100.{n}") for n in range(10)))
            assert login(app, LEADER, "192.0.2.1").status_code == 200
            moment.forward(seconds=20)

        moment.forward(minutes=15, seconds=1)
        assert login(app, LEADER, "203.0.113.1").status_code == 200

    def test_the_owner_has_to_wait_at_the_known_address_after_failing_there(self, app: Flask) -> None:
        assert login(app, LEADER, "192.0.2.1").status_code == 200
        fail(app, ATTEMPT_LIMIT, address="192.0.2.1")
        assert login(app, LEADER, "192.0.2.1").status_code == 429

    def test_an_address_that_tries_many_names_waits_for_all_of_them(self, app: Flask) -> None:
        count_failures(app, ((f"name-{n}", "192.0.2.1") for n in range(ADDRESS_LIMIT)))
        assert login(app, LEADER, "192.0.2.1").status_code == 429
        assert login(app, LEADER, "192.0.2.2").status_code == 200


class TestInvitations:
    def accept(self, app: Flask, code: str, password: str = staff.PASSWORD) -> TestResponse:
        return Client(app).post("/auth/invitations/accept", {"code": code, "password": password})

    def test_the_first_password_is_set_by_a_code_that_works_once(self, app: Flask, as_: As) -> None:
        code = staff.invite(as_, staff.newcomer(as_))

        accepted = self.accept(app, code)
        assert accepted.status_code == 200
        assert Client(app, accepted.json["access_token"]).get("/me").json["person"]["name"] == "接任人员"
        assert login(app, {"username": "newcomer", "password": staff.PASSWORD}).status_code == 200
        again = self.accept(app, code, "another-password-1")
        assert (again.status_code, again.json["code"]) == (422, "invitation_refused")
        assert login(app, {"username": "newcomer", "password": staff.PASSWORD}).status_code == 200

    def test_a_code_lasts_seven_days_to_the_instant(self, app: Flask, as_: As, moment: TestClock) -> None:
        late, in_time = staff.newcomer(as_, "late"), staff.newcomer(as_, "in-time")
        codes = staff.invite(as_, late), staff.invite(as_, in_time)
        moment.forward(days=7, seconds=-1)
        assert self.accept(app, codes[1]).status_code == 200
        moment.forward(seconds=1)
        assert self.accept(app, codes[0]).json["code"] == "invitation_refused"

    def test_a_newer_code_takes_the_force_of_the_older_one(self, app: Flask, as_: As) -> None:
        person = staff.newcomer(as_)
        older = staff.invite(as_, person)
        newer = as_("admin").post(f"/people/{person}/invitation")
        assert (newer.status_code, newer.json["person"]["id"]) == (201, person)
        assert newer.json["expires_at"] == "2023-11-13T09:00:00+08:00"

        assert self.accept(app, older).json["code"] == "invitation_refused"
        assert self.accept(app, newer.json["code"]).status_code == 200

    def test_an_unknown_code_and_that_of_a_deactivated_person_are_refused(self, app: Flask, as_: As) -> None:
        person = staff.newcomer(as_)
        code = staff.invite(as_, person)
        assert as_("admin").post(f"/people/{person}/deactivate").status_code == 200
        assert self.accept(app, code).json["code"] == "invitation_refused"
        assert self.accept(app, "no-such-code").json["code"] == "invitation_refused"

    def test_a_poor_password_is_refused_and_the_code_stays_good(self, app: Flask, as_: As) -> None:
        code = staff.invite(as_, staff.newcomer(as_))
        for poor in ("short-1", "no-digits-at-all", "1234567890123", "my-Newcomer-2023", "a1" * 65):
            refused = self.accept(app, code, poor)
            assert (refused.status_code, list(refused.json["errors"])) == (422, ["password"]), poor
        assert self.accept(app, code).status_code == 200

    def test_the_posts_of_an_invitation_are_taken_up_when_it_is_accepted(
        self, app: Flask, as_: As, moment: TestClock
    ) -> None:
        body = {"key": "leader-deputy", "role": "leader", "title": "分管领导", "division": "640104100000"}
        post = as_("admin").post("/posts", body).json["id"]
        code = staff.invite(as_, staff.newcomer(as_), post)
        assert staff.holders(as_, "leader-deputy") == []
        moment.forward(minutes=5)

        accepted = self.accept(app, code)
        assert [held["key"] for held in accepted.json["posts"]] == ["leader-deputy"]
        (held,) = staff.holders(as_, "leader-deputy")
        assert (held["from"], held["until"]) == ("2023-11-06T09:05:00+08:00", None)

    def test_a_post_taken_by_somebody_else_meanwhile_refuses_the_whole_acceptance(self, app: Flask, as_: As) -> None:
        code = staff.invite(as_, staff.newcomer(as_), staff.post(as_, "leader"))
        assert self.accept(app, code).status_code == 409
        assert login(app, {"username": "newcomer", "password": staff.PASSWORD}).status_code == 401

    def test_a_forgotten_password_is_replaced_and_the_old_sign_ins_end(self, app: Flask, as_: As) -> None:
        before = as_("leader")
        code = as_("admin").post(f"/people/{staff.person(as_, 'leader')}/invitation").json["code"]
        assert before.get("/me").status_code == 200  # a code alone changes nothing
        assert login(app, LEADER).status_code == 200

        assert self.accept(app, code).status_code == 200
        assert before.get("/me").status_code == 401
        assert login(app, LEADER).status_code == 401


class TestChangingThePassword:
    def test_ends_the_other_sign_ins_and_keeps_this_one(self, app: Flask) -> None:
        elsewhere = login(app, LEADER).json
        here = sign_in(app, "leader")

        changed = here.post("/auth/password", {"old": "demo-leader", "new": staff.PASSWORD})

        assert changed.status_code == 204
        assert here.get("/me").status_code == 200
        assert Client(app, elsewhere["access_token"]).get("/me").status_code == 401
        refreshed = Client(app).post("/auth/refresh", {"refresh_token": elsewhere["refresh_token"]})
        assert refreshed.json["code"] == "refresh_token_refused"
        assert login(app, LEADER).status_code == 401
        assert login(app, LEADER | {"password": staff.PASSWORD}).status_code == 200

    def test_a_wrong_old_or_a_poor_new_one_changes_nothing(self, app: Flask) -> None:
        elsewhere, here = sign_in(app, "leader"), sign_in(app, "leader")
        for old, new, field in (
            ("demo-follower", staff.PASSWORD, "old"),
            ("demo-leader", "short-1", "new"),
            ("demo-leader", "The-Leader-2023", "new"),
        ):
            refused = here.post("/auth/password", {"old": old, "new": new})
            assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
        assert elsewhere.get("/me").status_code == 200
        assert login(app, LEADER).status_code == 200


def test_what_is_kept_of_a_code_or_a_token_is_a_digest(app: Flask, as_: As) -> None:
    code = staff.invite(as_, staff.newcomer(as_))
    token = login(app, LEADER).json["refresh_token"]
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        for table in ("invitation", "refresh_token", "sign_in", "audit_entry"):
            rows = db.session.execute(db.text(f"SELECT * FROM {table}")).all()  # noqa: S608  names of ours
            assert not any(secret in str(row) for row in rows for secret in (code, token))
