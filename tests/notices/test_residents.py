"""What a villager hears of the village's word on a residency: in the inbox, and by WeChat where it is allowed."""

import pytest
from flask import Flask

from tests.accounts.phones import bound, phone
from tests.clients import Client
from tests.journeys import VILLAGE, As, Json
from tests.notices.post_office import PostOffice, template_id
from tests.residents.villagers import NAME, confirm, consent, request
from tests.wechat.platform import Platform

OPENID, UPLOADER = "o-样例户一", f"uploader-{VILLAGE}"


@pytest.fixture
def resident(post_office: PostOffice) -> Client:
    """Somebody who allowed three messages, and says so."""
    client = phone(post_office.app, post_office.platform, OPENID)
    answer = template_id("answer")
    for _ in range(3):
        post_office.platform.consent(OPENID, answer)
        assert client.post("/me/subscriptions", {"results": {answer: "accept"}}).status_code == 200
    consent(client)
    return client


def told(client: Client) -> list[Json]:
    return list(client.get("/me/notices").json["data"])


def test_each_word_of_the_village_is_told(post_office: PostOffice, as_: As, resident: Client) -> None:
    declined = request(resident)
    reason = {"reason": "名册上没有这个姓名"}
    assert as_(UPLOADER).post(f"/residencies/{declined['id']}/decline", reason).status_code == 200
    asked = request(resident)
    confirm(as_, asked)
    assert as_(UPLOADER).post(f"/residencies/{asked['id']}/end", {"reason": "已迁出"}).status_code == 200
    assert [(each["kind"], each["subject"], each["text"]) for each in reversed(told(resident))] == [
        ("resident_declined", declined["id"], "您的洼路村村民身份未予确认。理由：名册上没有这个姓名"),
        ("resident_confirmed", asked["id"], "您的洼路村村民身份已确认，现在可以看到只对本村村民公开的信息。"),
        ("resident_ended", asked["id"], "您的洼路村村民身份已由村里终止。理由：已迁出"),
    ]
    post_office.work()
    sent = [(each.openid, each.data["thing1"], each.data["phrase2"]) for each in post_office.sent]
    outcomes = ("未予确认", "已确认", "已终止")
    assert sent == [(OPENID, "您的洼路村村民身份", outcome) for outcome in outcomes]
    assert NAME not in str(post_office.rows())


def test_nobody_is_told_of_what_they_did_themselves(as_: As, resident: Client) -> None:
    assert resident.post(f"/me/residencies/{request(resident)['id']}/end").status_code == 200
    assert told(resident) == []


def test_who_got_a_post_meanwhile_hears_of_what_they_asked_as_a_resident(
    wechat_app: Flask, platform: Platform, as_: As
) -> None:
    villager = phone(wechat_app, platform, "o-liang")
    consent(villager)
    asked = request(villager)
    auditor = bound(wechat_app, platform, as_, "o-liang", "auditor")
    confirm(as_, asked)
    assert [each["kind"] for each in told(auditor)] == ["resident_confirmed"]
