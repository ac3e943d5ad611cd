"""Confirmed villagers under what is for villagers alone; and people who want their words back."""

import pytest
from flask import Flask

from tests.accounts.phones import bound, phone
from tests.clients import Client, TestClock
from tests.console import run, sql
from tests.feedback.voices import UPLOADER, act, answered, judge, mine, public_of, said, say, write
from tests.journeys import NEIGHBOUR, VILLAGE, As, Json, publish
from tests.residents.villagers import villager
from tests.wechat.platform import Platform

pytestmark = pytest.mark.slow

WORDS = "样例户一家门前的路灯什么时候修？"


@pytest.fixture
def item(wechat_app: Flask, as_: As) -> Json:
    return publish(as_, audience="villagers")


def test_only_confirmed_villagers_speak_under_what_is_for_villagers(
    wechat_app: Flask, platform: Platform, as_: As, anybody: Client, item: Json
) -> None:
    of_the_village = villager(wechat_app, platform, as_, "o-villager")
    for other in (
        villager(wechat_app, platform, as_, "o-neighbour", NEIGHBOUR),
        phone(wechat_app, platform, "o-anybody"),
        as_("auditor"),
    ):
        assert said(other, under=item).status_code == 404
    asked = say(of_the_village, under=item, may_be_public=True)
    assert asked["may_be_public"] is False
    judge(as_, write(as_, asked))
    assert mine(of_the_village, asked)["answer"]
    assert public_of(anybody, f"divisions/{VILLAGE}") == []
    assert anybody.get(f"/public/disclosures/{item['id']}/feedback").status_code == 404


def test_everything_said_is_told_and_erased(wechat_app: Flask, platform: Platform, as_: As, anybody: Client) -> None:
    resident = phone(wechat_app, platform, "o-leaves")
    done = answered(as_, resident, text=WORDS)
    waiting = say(resident, text="还有一问", kind="complaint")
    told = resident.get("/me/data").json["feedback"]
    assert {each["text"] for each in told} == {WORDS, "还有一问"}
    assert resident.post("/me/erase", {"confirm": True}).status_code == 200
    assert public_of(anybody, f"divisions/{VILLAGE}") == []
    for each, state in ((done, "answered"), (waiting, "withdrawn")):
        shown = as_("admin").get(f"/feedback/{each['id']}").json
        assert (shown["state"], shown["text"], shown["asker"]) == (state, None, "")
    [row] = as_("admin").get("/ledgers/complaints").json["data"]
    assert row["void_reason"] == "本人撤回"
    everything = " ".join(
        str(row)
        for table in ("feedback", "feedback_step", "public_feedback", "audit_entry", "inbox_notice", "stored_answer")
        for row in sql(wechat_app, f"SELECT * FROM {table}")  # noqa: S608
    )
    assert WORDS not in everything
    assert run(wechat_app, "audit", "verify").exit_code == 0
    blocked = act(as_("admin"), done, "block", {"reason": "广告", "until": "2023-11-13T09:00:00+08:00"})
    assert (blocked.status_code, blocked.json["code"]) == (409, "conflict")


def test_erasing_does_not_lift_a_block(wechat_app: Flask, platform: Platform, as_: As, moment: TestClock) -> None:
    resident = phone(wechat_app, platform, "o-blocked")
    block = {"reason": "反复发送广告", "until": "2023-11-13T09:00:00+08:00"}
    assert act(as_("admin"), say(resident, text=WORDS), "block", block).status_code == 201
    [told] = resident.get("/me/data").json["feedback_blocks"]
    assert (told["reason"], told["until"]) == (block["reason"], block["until"])
    assert resident.post("/me/erase", {"confirm": True}).status_code == 200
    back = phone(wechat_app, platform, "o-blocked")
    words = {"kind": "question", "text": "还有一问", "may_be_public": False}
    assert back.post(f"/divisions/{VILLAGE}/feedback", words).json["code"] == "feedback_blocked"
    moment.set("2023-11-13 09:00")
    assert phone(wechat_app, platform, "o-blocked").post(f"/divisions/{VILLAGE}/feedback", words).status_code == 201


def test_erasing_does_not_begin_the_day_anew(wechat_app: Flask, platform: Platform, as_: As, moment: TestClock) -> None:
    def back() -> Client:
        return phone(wechat_app, platform, "o-erases")

    for village, texts in ((VILLAGE, ("一问", "二问")), (NEIGHBOUR, ("三问", "四问"))):
        for text in texts:
            resident = back()
            say(resident, village=village, text=text)
            assert resident.post("/me/erase", {"confirm": True}).status_code == 200
        refused = said(back(), village=village, text="又一问")
        assert (refused.status_code, refused.json["code"]) == (429, "too_much_feedback")
    say(back(), village="640104100204", text="五问")
    assert said(back(), village="640104100205", text="六问").json["detail"].startswith("您今天的反映已满 5 条")
    assert said(phone(wechat_app, platform, "o-another"), text="又一问").status_code == 201
    moment.set("2023-11-07 00:00")
    say(back(), text="次日一问")


def test_who_got_a_post_keeps_the_own_words_and_does_not_answer_them(
    wechat_app: Flask, platform: Platform, as_: As
) -> None:
    asked = say(phone(wechat_app, platform, "o-becomes"), text=WORDS)
    uploader = bound(wechat_app, platform, as_, "o-becomes", UPLOADER)
    assert [each["id"] for each in uploader.get("/me/feedback").json["data"]] == [asked["id"]]
    refused = act(uploader, asked, "answer", {"text": "下月修。"})
    assert (refused.status_code, refused.json["code"]) == (403, "separation_of_duties")
