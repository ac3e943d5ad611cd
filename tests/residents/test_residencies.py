"""From a WeChat user to a confirmed villager: consent, request, confirmation, and each way out."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from tests.accounts.phones import bound, phone
from tests.clients import Client
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As
from tests.residents.villagers import NAME, NUMBER, REMARK, confirm, consent, request, villager
from tests.wechat.platform import Platform
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.extensions import db
from villagepub.residents import queries

UPLOADER = f"uploader-{VILLAGE}"
PHONE = "/wxa/business/getuserphonenumber"


@pytest.fixture
def resident(wechat_app: Flask, platform: Platform) -> Client:
    return phone(wechat_app, platform, "o-样例户一")


class TestConsent:
    def test_a_request_needs_one_to_the_text_in_force(self, resident: Client) -> None:
        body = {"village": VILLAGE, "name": NAME}
        refused = resident.post("/me/residencies", body)
        assert (refused.status_code, refused.json["code"]) == (409, "consent_needed")
        old = resident.post("/me/consents", {"purpose": "residency", "version": "2020-01"})
        assert (old.status_code, list(old.json["errors"])) == (422, ["version"])
        given = consent(resident)
        assert (given["purpose"], given["channel"], given["withdrawn_at"]) == ("residency", "mini_program", None)
        assert consent(resident)["id"] == given["id"]
        assert resident.post("/me/residencies", body).status_code == 201

    def test_what_is_agreed_to_can_be_read(self, resident: Client) -> None:
        texts = resident.get("/me/consents").json["texts"]
        assert [text["purpose"] for text in texts] == ["residency", "phone"]
        assert all(text["title"] and "撤回同意" in text["text"] for text in texts)

    def test_withdrawing_ends_what_rests_on_it(self, wechat_app: Flask, platform: Platform, as_: As) -> None:
        client = villager(wechat_app, platform, as_, "o-1")
        request(client, NEIGHBOUR)
        given = client.get("/me/consents").json["data"][0]
        withdrawn = client.post(f"/me/consents/{given['id']}/withdraw")
        assert (withdrawn.status_code, withdrawn.json["withdrawn_at"]) == (200, "2023-11-06T09:00:00+08:00")
        ended = client.get("/me/residencies").json["data"]
        assert [(each["state"], each["reason"]) for each in ended] == [("ended", "本人撤回了同意")] * 2
        assert client.post(f"/me/consents/{given['id']}/withdraw").json["code"] == "wrong_state"
        consent(client)
        assert request(client)["state"] == "requested"

    def test_another_person_s_consents_and_residencies_are_not_there(
        self, wechat_app: Flask, platform: Platform, resident: Client
    ) -> None:
        given, asked = consent(resident), request(resident)
        other = phone(wechat_app, platform, "o-other")
        for path in (f"/me/consents/{given['id']}/withdraw", f"/me/residencies/{asked['id']}/end"):
            assert other.post(path).status_code == 404
        assert other.get("/me/residencies").json == {"data": []}


class TestResidency:
    def test_the_uploader_sees_the_request_and_confirms_it(self, wechat_app: Flask, as_: As, resident: Client) -> None:
        consent(resident)
        asked = request(resident)
        assert (asked["state"], asked["name"], asked["remark"]) == ("requested", NAME, REMARK)
        listed = as_(UPLOADER).get(f"/residents?village={VILLAGE}&state=requested").json["data"]
        assert listed == [asked]
        assert confirm(as_, asked)["state"] == "confirmed"
        assert as_(UPLOADER).get("/residents?state=requested").json["data"] == []
        person = resident.get("/me").json["person"]["id"]
        with wechat_app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
            assert queries.is_confirmed_resident(person, VILLAGE)
            assert not queries.is_confirmed_resident(person, NEIGHBOUR)
            assert queries.villages_of(person) == (VILLAGE,)

    def test_who_may_decide(self, wechat_app: Flask, platform: Platform, as_: As, resident: Client) -> None:
        consent(resident)
        asked = request(resident)
        path = f"/residencies/{asked['id']}/confirm"
        for who, status in {
            f"uploader-{NEIGHBOUR}": 404,
            "daxin-admin": 404,
            "leader": 403,
            "secrecy": 403,
            "office-finance": 403,
            "auditor": 403,
        }.items():
            assert as_(who).post(path).status_code == status, who
            assert as_(who).get(f"/residents?village={VILLAGE}").status_code == status, who
        assert resident.post(path).status_code == 404
        assert as_("admin").post(path).status_code == 200
        entries = as_("auditor").get(f"/audit?subject={asked['id']}").json["data"]
        assert [entry["action"] for entry in entries] == ["residency.requested", "residency.confirmed"]
        assert NAME not in str(entries)

    def test_an_uploader_who_lives_there_is_confirmed_by_the_administrator(
        self, wechat_app: Flask, platform: Platform, as_: As
    ) -> None:
        uploader = bound(wechat_app, platform, as_, "o-1", UPLOADER)
        consent(uploader)
        asked = request(uploader)
        assert uploader.post(f"/residencies/{asked['id']}/confirm").status_code == 403
        assert confirm(as_, asked, by="admin")["state"] == "confirmed"

    def test_a_declined_one_says_why_and_may_be_asked_for_again(self, as_: As, resident: Client) -> None:
        consent(resident)
        asked = request(resident)
        path = f"/residencies/{asked['id']}/decline"
        assert as_(UPLOADER).post(path, {}).status_code == 422
        declined = as_(UPLOADER).post(path, {"reason": "名册上没有这个姓名"})
        assert (declined.status_code, declined.json["state"]) == (200, "declined")
        assert resident.get("/me/residencies").json["data"][0]["reason"] == "名册上没有这个姓名"
        assert as_(UPLOADER).post(path, {"reason": "再答一次"}).json["code"] == "wrong_state"
        assert as_(UPLOADER).post(f"/residencies/{asked['id']}/confirm").json["code"] == "wrong_state"
        assert request(resident)["state"] == "requested"

    def test_either_side_can_end_it(self, wechat_app: Flask, platform: Platform, as_: As, resident: Client) -> None:
        consent(resident)
        asked = confirm(as_, request(resident))
        moved = as_(UPLOADER).post(f"/residencies/{asked['id']}/end", {"reason": "已迁出"})
        assert (moved.status_code, moved.json["state"], moved.json["reason"]) == (200, "ended", "已迁出")
        again = confirm(as_, request(resident))
        assert resident.post(f"/me/residencies/{again['id']}/end").json["state"] == "ended"
        assert resident.post(f"/me/residencies/{again['id']}/end").json["code"] == "wrong_state"
        waiting = request(resident)
        early = as_(UPLOADER).post(f"/residencies/{waiting['id']}/end", {"reason": "已迁出"})
        assert early.json["code"] == "wrong_state"

    @pytest.mark.slow
    def test_one_request_a_village_and_three_in_all(self, as_: As, resident: Client) -> None:
        consent(resident)
        request(resident)
        twice = resident.post("/me/residencies", {"village": VILLAGE, "name": NAME})
        assert (twice.status_code, twice.json["code"]) == (409, "already_exists")
        villages = [each["code"] for each in as_("admin").get(f"/divisions/{TOWNSHIP}/children").json["data"]]
        others = [code for code in villages if code != VILLAGE]
        answers = [resident.post("/me/residencies", {"village": code, "name": NAME}) for code in others]
        assert [answer.status_code for answer in answers if answer.status_code != 422][:3] == [201, 201, 409]
        nowhere = resident.post("/me/residencies", {"village": TOWNSHIP, "name": NAME})
        assert (nowhere.status_code, list(nowhere.json["errors"])) == (422, ["village"])

    @pytest.mark.slow
    def test_two_requests_at_once_are_one(self, wechat_app: Flask, resident: Client) -> None:
        consent(resident)
        barrier = Barrier(2)

        def press(_: int) -> int:
            barrier.wait(timeout=30)
            body = {"village": VILLAGE, "name": NAME}
            return Client(wechat_app, resident.token).post("/me/residencies", body).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(press, range(2))) == [201, 409]


class TestTelephone:
    def test_it_is_kept_sealed_and_shown_masked(self, wechat_app: Flask, platform: Platform, resident: Client) -> None:
        assert resident.get("/me/phone").json == {"phone": None}
        given = resident.post("/me/phone", {"code": platform.phone_code("o-样例户一", NUMBER)})
        assert (given.status_code, given.json["phone"]["number"]) == (200, "*******0001")
        assert resident.get("/me/phone").json == given.json
        with wechat_app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
            assert NUMBER not in str(db.session.execute(db.text("SELECT * FROM telephone")).all())
        [agreed] = resident.get("/me/consents").json["data"]
        assert agreed["purpose"] == "phone"
        assert resident.post(f"/me/consents/{agreed['id']}/withdraw").status_code == 200
        assert resident.get("/me/phone").json == {"phone": None}

    def test_a_lost_answer_is_given_again_under_its_key(self, platform: Platform, resident: Client) -> None:
        body, key = {"code": platform.phone_code("o-样例户一", NUMBER)}, {"Idempotency-Key": "phone-1"}
        first, again = (resident.post("/me/phone", body, headers=key) for _ in range(2))
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.json == first.json

    def test_a_bad_code_names_the_field(self, platform: Platform, resident: Client) -> None:
        stolen = platform.phone_code("o-another", NUMBER)
        used = resident.post("/me/phone", {"code": "no-such-code"})
        assert (used.status_code, list(used.json["errors"])) == (422, ["code"])
        assert resident.post("/me/phone", {"code": stolen}).status_code in (422, 503)
        assert resident.get("/me/phone").json == {"phone": None}

    def test_it_needs_a_wechat_sign_in(self, wechat_app: Flask, platform: Platform, as_: As) -> None:
        code = platform.phone_code("o-1", NUMBER)
        assert as_("leader").post("/me/phone", {"code": code}).json["code"] == "wechat_sign_in_needed"
        assert platform.count(PHONE) == 0

    @pytest.mark.slow
    def test_while_the_platform_is_away_it_can_be_tried_later(self, platform: Platform, resident: Client) -> None:
        platform.fault(PHONE, times=10, errcode=-1)
        refused = resident.post("/me/phone", {"code": platform.phone_code("o-样例户一", NUMBER)})
        assert (refused.status_code, refused.json["code"]) == (503, "wechat_unavailable")


def test_a_villager_who_takes_a_post_stays_a_villager(wechat_app: Flask, platform: Platform, as_: As) -> None:
    villager(wechat_app, platform, as_, "o-1")
    uploader = bound(wechat_app, platform, as_, "o-1", f"uploader-{NEIGHBOUR}")
    assert [each["state"] for each in uploader.get("/me/residencies").json["data"]] == ["confirmed"]
    assert [each["purpose"] for each in uploader.get("/me/consents").json["data"]] == ["residency"]
