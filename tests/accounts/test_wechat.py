"""Signing in by WeChat, and invitations that bind a WeChat account to a person and a post."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from tests.accounts import staff
from tests.accounts.phones import bind, bound, login, phone
from tests.clients import Client, TestClock, sign_in
from tests.journeys import NEIGHBOUR, VILLAGE, As, content
from tests.wechat.platform import Platform
from villagepub.accounts import queries
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.extensions import db

LOGIN = "/sns/jscode2session"
UPLOADER, SUCCESSOR = f"uploader-{VILLAGE}", f"uploader-{NEIGHBOUR}"
OPENID = "o-洼路村的手机"


def new_post(as_: As, key: str = "leader-deputy") -> str:
    body = {"key": key, "role": "leader", "title": "分管领导", "division": "640104100000"}
    return str(as_("admin").post("/posts", body).json["id"])


def audited(as_: As, action: str) -> int:
    """How often this was noted about the uploader of the village or about the newcomer."""
    people = as_("admin").get("/people?limit=100").json["data"]
    about = [each["id"] for each in people if each["username"] in (UPLOADER, "newcomer")]
    entries = [as_("auditor").get(f"/audit?subject={person}").json["data"] for person in about]
    return sum(entry["action"] == action for each in entries for entry in each)


class TestSigningIn:
    def test_an_unknown_account_is_a_resident_and_the_same_one_the_next_time(
        self, wechat_app: Flask, platform: Platform
    ) -> None:
        first, again = login(wechat_app, platform, OPENID).json, login(wechat_app, platform, OPENID).json
        assert first["person"] == again["person"] == {"id": first["person"]["id"], "name": "微信用户"}
        assert (first["posts"], first["token_type"]) == ([], "Bearer")
        me = Client(wechat_app, first["access_token"]).get("/me")
        assert (me.status_code, me.json["posts"]) == (200, [])
        refreshed = Client(wechat_app).post("/auth/refresh", {"refresh_token": first["refresh_token"]})
        assert refreshed.json["person"] == first["person"]
        assert login(wechat_app, platform, "o-another").json["person"]["id"] != first["person"]["id"]

    def test_a_resident_reaches_nothing_of_the_staff(self, wechat_app: Flask, platform: Platform, as_: As) -> None:
        resident = phone(wechat_app, platform, OPENID)
        own = resident.get("/me").json["person"]["id"]
        assert resident.get("/people").status_code == 403
        new = {"village": VILLAGE, "entry": "C02"} | content()
        assert resident.post("/disclosures", new).status_code == 404
        people = [each["id"] for each in as_("admin").get("/people?limit=100").json["data"]]
        assert own not in people
        for path in (f"/people/{own}/deactivate", f"/people/{own}/invitation", f"/people/{own}/wechat/unbind"):
            assert as_("admin").post(path).status_code == 404

    def test_a_code_works_once_and_an_unknown_one_never(self, wechat_app: Flask, platform: Platform) -> None:
        code = platform.login_code(OPENID)
        assert Client(wechat_app).post("/auth/wechat", {"code": code}).status_code == 200
        for bad in (code, "no-such-code"):
            refused = Client(wechat_app).post("/auth/wechat", {"code": bad})
            assert (refused.status_code, refused.json["code"]) == (401, "login_code_used")
            assert "wx.login" in refused.json["detail"]
            assert bad not in refused.get_data(as_text=True)

    @pytest.mark.parametrize(
        ("errcode", "status", "code", "wait"),
        [
            (41008, 401, "login_code_used", None),
            (40226, 403, "wechat_user_blocked", None),
            (45011, 503, "wechat_unavailable", "60"),
            (-1, 503, "wechat_unavailable", "5"),
            (40125, 503, "wechat_unavailable", "5"),
        ],
    )
    def test_what_the_platform_refuses(
        self, wechat_app: Flask, platform: Platform, errcode: int, status: int, code: str, wait: str | None
    ) -> None:
        platform.fault(LOGIN, times=10, errcode=errcode)
        refused = login(wechat_app, platform, OPENID)
        assert (refused.status_code, refused.json["code"]) == (status, code)
        assert refused.headers.get("Retry-After") == wait

    def test_a_lost_answer_is_no_sign_in_and_a_new_code_is(self, wechat_app: Flask, platform: Platform) -> None:
        platform.fault(LOGIN, drop=True, after=True)
        lost = login(wechat_app, platform, OPENID)
        assert (lost.status_code, lost.json["code"]) == (503, "wechat_unavailable")
        assert login(wechat_app, platform, OPENID).status_code == 200

    def test_without_wechat_the_door_says_so(self, app: Flask) -> None:
        refused = Client(app).post("/auth/wechat", {"code": "any"})
        assert (refused.status_code, refused.json["code"]) == (409, "wechat_off")

    def test_a_body_without_a_code_asks_the_platform_nothing(self, wechat_app: Flask, platform: Platform) -> None:
        for body in ({}, {"code": ""}, {"code": 7}, [], {"code": "a" * 201}):
            assert Client(wechat_app).post("/auth/wechat", body).status_code == 422, body
        assert platform.count(LOGIN) == 0

    def test_an_address_that_calls_too_often_waits_and_another_does_not(
        self, wechat_app: Flask, platform: Platform, moment: TestClock
    ) -> None:
        answers = [Client(wechat_app, address="192.0.2.1").post("/auth/wechat", {"code": "x"}) for _ in range(61)]
        assert [answer.status_code for answer in answers] == [401] * 60 + [429]
        assert int(answers[-1].headers["Retry-After"]) == 61
        assert platform.count(LOGIN) == 60
        assert login(wechat_app, platform, OPENID, "192.0.2.2").status_code == 200
        moment.forward(seconds=61)
        assert login(wechat_app, platform, OPENID, "192.0.2.1").status_code == 200

    @pytest.mark.slow
    def test_two_phones_at_once_are_one_person(self, wechat_app: Flask, platform: Platform) -> None:
        for race in range(5):
            codes = [platform.login_code(f"o-race-{race}") for _ in range(4)]
            barrier = Barrier(len(codes))

            def press(code: str, barrier: Barrier = barrier) -> tuple[int, str]:
                barrier.wait(timeout=30)
                answer = Client(wechat_app).post("/auth/wechat", {"code": code})
                return answer.status_code, str(answer.json.get("person", {}).get("id"))

            with ThreadPoolExecutor(len(codes)) as pool:
                seen = set(pool.map(press, codes))
            assert len(seen) == 1, seen
            assert seen.pop()[0] == 200
        with wechat_app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
            residents = "SELECT count(*) FROM person WHERE division IS NULL"
            assert db.session.scalar(db.text(residents)) == 5

    def test_nothing_readable_is_kept_of_an_openid(self, wechat_app: Flask, platform: Platform) -> None:
        person = login(wechat_app, platform, OPENID).json["person"]["id"]
        with wechat_app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
            rows = db.session.execute(db.text("SELECT * FROM wechat_identity")).all()
            assert rows
            assert OPENID not in str(rows)
            assert queries.find_openid(person) == OPENID
            found = queries.find_person_by_openid(OPENID)
            assert found is not None
            assert found.id == person
            assert queries.find_person_by_openid("o-nobody") is None
            assert queries.find_openid("0" * 26) is None


class TestBinding:
    def test_the_account_becomes_the_invited_person_and_takes_up_the_post(
        self, wechat_app: Flask, platform: Platform, as_: As
    ) -> None:
        person = staff.newcomer(as_)
        code = staff.invite(as_, person, new_post(as_))
        resident = phone(wechat_app, platform, OPENID)

        answer = bind(resident, code)

        assert answer.status_code == 200
        assert answer.json["person"] == {"id": person, "name": "接任人员"}
        assert [post["key"] for post in answer.json["posts"]] == ["leader-deputy"]
        for client in (resident, Client(wechat_app, answer.json["access_token"]), phone(wechat_app, platform, OPENID)):
            me = client.get("/me").json
            assert (me["person"]["id"], [post["key"] for post in me["posts"]]) == (person, ["leader-deputy"])
        assert staff.holders(as_, "leader-deputy")[0]["person"]["id"] == person
        assert audited(as_, "person.wechat_bound") == 1

    @pytest.mark.slow
    def test_tokens_of_before_and_after_can_be_refreshed(self, wechat_app: Flask, platform: Platform, as_: As) -> None:
        before = login(wechat_app, platform, OPENID).json
        code = staff.invite(as_, staff.person(as_, UPLOADER))
        after = bind(Client(wechat_app, before["access_token"]), code).json
        for pair in (before, after):
            refreshed = Client(wechat_app).post("/auth/refresh", {"refresh_token": pair["refresh_token"]})
            assert refreshed.status_code == 200
            assert refreshed.json["person"]["name"] == "洼路村信息员"

    def test_a_lost_answer_can_be_asked_for_again(self, wechat_app: Flask, platform: Platform, as_: As) -> None:
        code = staff.invite(as_, staff.newcomer(as_), new_post(as_))
        resident = phone(wechat_app, platform, OPENID)
        first, again = bind(resident, code), bind(resident, code)
        assert (first.status_code, again.status_code) == (200, 200)
        assert [first.json[name] for name in ("person", "posts")] == [again.json[name] for name in ("person", "posts")]
        stranger = bind(phone(wechat_app, platform, "o-another"), code)
        assert (stranger.status_code, stranger.json["code"]) == (422, "invitation_refused")
        assert list(stranger.json["errors"]) == ["invitation"]

    def test_a_code_is_taken_however_it_is_typed(self, wechat_app: Flask, platform: Platform, as_: As) -> None:
        code = staff.invite(as_, staff.person(as_, UPLOADER))
        assert [len(group) for group in code.split("-")] == [4] * 4
        typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
        assert bind(phone(wechat_app, platform, OPENID), typed).status_code == 200

    def test_an_old_revoked_or_unknown_code_is_refused(
        self, wechat_app: Flask, platform: Platform, as_: As, moment: TestClock
    ) -> None:
        admin = as_("admin")
        revoked, old = staff.invite(as_, staff.newcomer(as_, "one")), staff.invite(as_, staff.newcomer(as_, "two"))
        by_name = {each["person"]["id"]: each for each in admin.get("/invitations").json["data"]}
        first = by_name[staff.person(as_, "one")]
        assert (first["state"], "code" in first) == ("open", False)
        answer = admin.post(f"/invitations/{first['id']}/revoke")
        assert (answer.status_code, answer.json["state"]) == (200, "revoked")
        assert admin.post(f"/invitations/{first['id']}/revoke").json["code"] == "wrong_state"
        moment.forward(days=7)
        resident = phone(wechat_app, platform, OPENID)
        for code in (revoked, old, "0000-0000-0000-0000"):
            assert bind(resident, code).json["code"] == "invitation_refused"
        states = {each["state"] for each in as_("admin").get("/invitations").json["data"]}
        assert states == {"revoked", "expired"}

    def test_guessing_is_slowed_down(self, wechat_app: Flask, platform: Platform) -> None:
        resident = phone(wechat_app, platform, OPENID)
        answers = [bind(resident, "0000-0000-0000-0000").status_code for _ in range(6)]
        assert answers == [422] * 5 + [429]

    def test_a_post_taken_meanwhile_refuses_the_whole_binding(
        self, wechat_app: Flask, platform: Platform, as_: As
    ) -> None:
        code = staff.invite(as_, staff.newcomer(as_), staff.post(as_, "leader"))
        resident = phone(wechat_app, platform, OPENID)
        assert bind(resident, code).status_code == 409
        assert resident.get("/me").json["person"]["name"] == "微信用户"

    def test_who_came_by_password_is_told_to_use_wechat(self, wechat_app: Flask, as_: As) -> None:
        refused = bind(as_("leader"), staff.invite(as_, staff.newcomer(as_)))
        assert (refused.status_code, refused.json["code"]) == (409, "wechat_sign_in_needed")

    def test_an_account_of_one_member_of_staff_cannot_become_another(
        self, wechat_app: Flask, platform: Platform, as_: As
    ) -> None:
        uploader = bound(wechat_app, platform, as_, OPENID, UPLOADER)
        refused = bind(uploader, staff.invite(as_, staff.person(as_, SUCCESSOR)))
        assert (refused.status_code, refused.json["code"]) == (409, "wechat_already_bound")
        assert uploader.get("/me").json["person"]["name"] == "洼路村信息员"

    def test_a_bound_person_takes_up_a_further_post_by_an_invitation(
        self, wechat_app: Flask, platform: Platform, as_: As
    ) -> None:
        leader = bound(wechat_app, platform, as_, OPENID, "leader")
        assert bind(leader, staff.invite(as_, staff.person(as_, "leader"), new_post(as_))).status_code == 200
        assert staff.posts_of(leader) == ["leader", "leader-deputy"]


class TestChangingPhones:
    def test_another_account_replaces_the_old_one_whose_sign_ins_end(
        self, wechat_app: Flask, platform: Platform, as_: As
    ) -> None:
        old = bound(wechat_app, platform, as_, "o-old", UPLOADER)
        desk = sign_in(wechat_app, UPLOADER)
        new = bound(wechat_app, platform, as_, "o-new", UPLOADER)

        assert old.get("/me").status_code == 401
        assert desk.get("/me").status_code == 200
        assert staff.posts_of(new) == [UPLOADER]
        assert phone(wechat_app, platform, "o-old").get("/me").json["person"]["name"] == "微信用户"
        assert audited(as_, "person.wechat_replaced") == 1

    def test_the_administrator_can_unbind(self, wechat_app: Flask, platform: Platform, as_: As) -> None:
        client = bound(wechat_app, platform, as_, OPENID, UPLOADER)
        person = staff.person(as_, UPLOADER)
        unbound = as_("admin").post(f"/people/{person}/wechat/unbind")
        assert (unbound.status_code, unbound.json["id"]) == (200, person)
        assert client.get("/me").status_code == 401
        assert phone(wechat_app, platform, OPENID).get("/me").json["posts"] == []
        assert as_("admin").post(f"/people/{person}/wechat/unbind").json["code"] == "wrong_state"
        assert as_("leader").post(f"/people/{person}/wechat/unbind").status_code == 403
        assert audited(as_, "person.wechat_unbound") == 1

    @pytest.mark.slow
    def test_who_is_deactivated_is_a_resident_the_next_time(
        self, wechat_app: Flask, platform: Platform, as_: As
    ) -> None:
        client = bound(wechat_app, platform, as_, OPENID, UPLOADER)
        assert as_("admin").post(f"/people/{staff.person(as_, UPLOADER)}/deactivate").status_code == 200
        assert client.get("/me").status_code == 401
        assert phone(wechat_app, platform, OPENID).get("/me").json == {
            "person": {"id": phone(wechat_app, platform, OPENID).get("/me").json["person"]["id"], "name": "微信用户"},
            "posts": [],
            "unread": 0,
        }

    def test_a_post_handed_over_is_lost_and_gained_at_once(
        self, wechat_app: Flask, platform: Platform, as_: As
    ) -> None:
        before = bound(wechat_app, platform, as_, "o-before", UPLOADER)
        after = phone(wechat_app, platform, "o-after")
        successor = staff.newcomer(as_)
        assert bind(after, staff.invite(as_, successor)).status_code == 200
        new = {"village": VILLAGE, "entry": "C02"} | content()
        assert before.post("/disclosures", new).status_code == 201
        assert after.post("/disclosures", new).status_code == 404

        staff.hand_over(as_, UPLOADER, successor)

        assert before.post("/disclosures", new).status_code == 404
        assert after.post("/disclosures", new).status_code == 201
        assert before.get("/me").json["posts"] == []


@pytest.mark.slow
def test_two_accounts_that_press_the_same_code_at_once(wechat_app: Flask, platform: Platform, as_: As) -> None:
    code = staff.invite(as_, staff.person(as_, UPLOADER))
    clients = [phone(wechat_app, platform, openid) for openid in ("o-one", "o-two")]
    barrier = Barrier(2)

    def press(client: Client) -> int:
        barrier.wait(timeout=30)
        return bind(client, code).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, clients)) == [200, 422]
    assert sorted(client.get("/me").json["person"]["name"] for client in clients) == ["微信用户", "洼路村信息员"]
