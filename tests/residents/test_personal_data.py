"""Everything held on a person can be had and can go; what the law keeps is named."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from tests.accounts import staff
from tests.accounts.phones import bound, phone
from tests.clients import Client, sign_in
from tests.feedback.voices import said
from tests.journeys import VILLAGE, As
from tests.residents.villagers import NAME, NUMBER, REMARK, confirm, consent, request, villager
from tests.wechat.platform import Platform
from villagepub.accounts import queries as accounts
from villagepub.core import tenancy
from villagepub.core.db import Base
from villagepub.core.sealed import SealBroken, Sealer
from villagepub.core.transactions import transaction
from villagepub.extensions import db
from villagepub.residents import queries

OPENID = "o-样例户一的微信"
PERSONAL = (OPENID, NAME, REMARK, NUMBER)
UPLOADER = f"uploader-{VILLAGE}"


@pytest.fixture
def known(wechat_app: Flask, platform: Platform, as_: As) -> Client:
    """A villager on whom everything is held that can be, under an idempotency key at that."""
    client = phone(wechat_app, platform, OPENID)
    consent(client)
    body = {"village": VILLAGE, "name": NAME, "remark": REMARK}
    asked = client.post("/me/residencies", body, headers={"Idempotency-Key": "once"})
    confirm(as_, asked.json)
    assert client.post("/me/phone", {"code": platform.phone_code(OPENID, NUMBER)}).status_code == 200
    return client


def test_the_copy_holds_everything(known: Client, platform: Platform) -> None:
    told = known.get("/me/data").json
    assert told["person"]["name"] == "微信用户"
    assert [each["openid"] for each in told["wechat"]] == [OPENID]
    assert (told["residencies"][0]["name"], told["residencies"][0]["remark"]) == (NAME, REMARK)
    assert told["phone"]["number"] == NUMBER
    assert {each["purpose"] for each in told["consents"]} == {"residency", "phone"}
    assert len(told["sign_ins"]) == 1
    assert told["posts"] == []
    assert told["kept_by_law"]


def test_a_copy_shows_nothing_of_anybody_else(known: Client, wechat_app: Flask, platform: Platform) -> None:
    other = phone(wechat_app, platform, "o-other").get("/me/data").get_data(as_text=True)
    assert not [word for word in PERSONAL if word in other]


def test_erasing_must_be_confirmed(known: Client) -> None:
    for body in ({}, {"confirm": False}, {"confirm": "yes"}):
        refused = known.post("/me/erase", body)
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["confirm"])
    assert known.get("/me").status_code == 200


def test_after_erasing_no_table_holds_anything_personal(
    known: Client, wechat_app: Flask, platform: Platform, as_: As
) -> None:
    assert {word for word, _ in found(wechat_app)} == set(PERSONAL)  # the search does find them

    erased = known.post("/me/erase", {"confirm": True}, headers={"Idempotency-Key": "gone"})

    assert erased.status_code == 200, erased.json
    assert len(erased.json["erased"]) >= 2
    assert any("审计" in sentence for sentence in erased.json["kept"])
    assert list(found(wechat_app)) == []
    assert known.get("/me").status_code == 401
    assert as_(UPLOADER).get("/residents").json["data"][0]["name"] is None
    again = phone(wechat_app, platform, OPENID)
    assert again.get("/me/data").json["residencies"] == []
    assert again.get("/me/residencies").json["data"] == []
    township = as_("auditor").get("/audit", query_string={"from": "2023-11-06"}).json["data"]
    assert [entry["name"] for entry in township if entry["action"] == "person.erased"] == ["已抹去的用户"]


def found(app: Flask) -> Iterator[tuple[str, str]]:
    """(word, table) for each personal word that stands in any table, sealed or not."""
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        labels = (accounts.OPENID, accounts.UNIONID, queries.NAME, queries.PHONE)
        sealers = [Sealer(app.config["SETTINGS"].secret_key, label) for label in labels]
        for table in Base.metadata.sorted_tables:
            for row in db.session.execute(select(table)):
                text = "\n".join(readable(value, sealers) for value in row)
                yield from ((word, table.name) for word in PERSONAL if word in text)


def readable(value: object, sealers: list[Sealer]) -> str:
    if not isinstance(value, bytes):
        return str(value)
    for sealer in sealers:
        try:
            return sealer.open(value)
        except SealBroken:
            continue
    return value.decode(errors="replace")


@pytest.mark.slow
class TestStaff:
    def test_who_holds_a_post_hands_it_over_first(self, wechat_app: Flask, platform: Platform, as_: As) -> None:
        uploader = bound(wechat_app, platform, as_, OPENID, UPLOADER)
        refused = uploader.post("/me/erase", {"confirm": True})
        assert (refused.status_code, refused.json["code"]) == (409, "posts_held")
        assert "交接" in refused.json["detail"]

        staff.hand_over(as_, UPLOADER, staff.newcomer(as_))

        assert uploader.post("/me/erase", {"confirm": True}).status_code == 200
        assert [word for word, _ in found(wechat_app) if word == OPENID] == []
        assert "洼路村信息员" in [held["person"]["name"] for held in staff.holders(as_, UPLOADER)]
        answer = Client(wechat_app).post("/auth/login", {"username": UPLOADER, "password": f"demo-{UPLOADER}"})
        assert answer.status_code == 401

    def test_the_copy_names_the_posts(self, wechat_app: Flask) -> None:
        told = sign_in(wechat_app, UPLOADER).get("/me/data").json
        assert [held["post"] for held in told["posts"]] == ["村务公开专人"]
        assert told["person"]["username"] == UPLOADER


@pytest.mark.slow
def test_what_somebody_was_before_goes_too(wechat_app: Flask, platform: Platform, as_: As) -> None:
    villager(wechat_app, platform, as_, OPENID)
    newcomer = bound(wechat_app, platform, as_, OPENID, "leader")
    assert newcomer.get("/me/data").json["residencies"][0]["name"] == NAME
    request(newcomer, "640104100203")
    staff.hand_over(as_, "leader", staff.newcomer(as_))
    assert newcomer.post("/me/erase", {"confirm": True}).status_code == 200
    assert {word for word, _ in found(wechat_app)} == set()


def test_after_the_key_was_changed_what_was_sealed_is_missing_and_all_goes_on(
    wechat_app: Flask, platform: Platform, as_: As
) -> None:
    person = villager(wechat_app, platform, as_, "o-resident-of-wa-lu")
    consent(person, "phone")
    person.post("/me/phone", {"code": platform.phone_code("o-resident-of-wa-lu", NUMBER)})
    wechat_app.config["SETTINGS"] = replace(wechat_app.config["SETTINGS"], secret_key="another" * 8)
    assert [each["name"] for each in as_("admin").get("/residents").json["data"]] == [None]
    assert person.get("/me/residencies").json["data"][0]["name"] is None
    assert person.get("/me/phone").json["phone"]["number"] == ""
    told = person.get("/me/data").json
    assert (told["wechat"][0]["openid"], told["phone"]["number"]) == (None, None)
    assert said(person).status_code == 201
    assert person.post("/me/erase", {"confirm": True}).status_code == 200


@pytest.mark.slow
def test_numbers_are_not_asked_for_without_end(wechat_app: Flask, platform: Platform) -> None:
    person = phone(wechat_app, platform, OPENID)
    answers = [person.post("/me/phone", {"code": f"made-up-{each}"}) for each in range(62)]
    assert [answer.status_code for answer in answers] == [422] * 60 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) <= 61
    assert platform.count("/wxa/business/getuserphonenumber") == 60
