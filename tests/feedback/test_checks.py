"""What is screened and checked of what people say, and what comes of it: stored, held, masked or refused."""

from typing import Any

import pytest
from flask import Flask

from tests.accounts.phones import phone
from tests.clearance.passages import ID_CARD, MOBILE
from tests.clients import Client, TestClock
from tests.console import sql
from tests.feedback.voices import ANSWER, UPLOADER, act, answered, judge, mine, notices, public_of, said, say, write
from tests.journeys import TOWNSHIP, VILLAGE, As
from tests.wechat.platform import Platform
from villagepub.feedback.models import LONGEST_TEXT
from villagepub.feedback.policy import MOST_A_DAY

CHECK = "/wxa/msg_sec_check"
OPENID = "o-resident-of-wa-lu"
MARKED = "机密★5年 请问这份文件里的征地方案什么时候公布？"
INTERNAL = "这份内部资料里写的补贴名单是怎么回事？"


@pytest.fixture
def resident(wechat_app: Flask, platform: Platform) -> Client:
    return phone(wechat_app, platform, OPENID)


class TestThePlatformsCheck:
    def test_a_pass_goes_to_the_village_at_once(self, resident: Client, as_: As, platform: Platform) -> None:
        asked = say(resident)
        assert asked["state"] == "open"
        assert as_("admin").get(f"/feedback/{asked['id']}").json["text_check"] == "passed"
        [call] = [call for call in platform.calls if call.path == CHECK]
        assert (call.body["scene"], call.body["openid"], call.body["content"]) == (2, OPENID, asked["text"])

    def test_risky_is_refused_and_nothing_is_kept(self, resident: Client, as_: As, platform: Platform) -> None:
        platform.risky("清淤")
        refused = said(resident)
        assert (refused.status_code, refused.json["code"]) == (422, "text_refused")
        assert "修改用语" in refused.json["errors"]["text"][0]
        assert as_("admin").get("/feedback").json["data"] == []

    def test_blanks_around_a_text_do_not_carry_it_past(self, resident: Client, as_: As, platform: Platform) -> None:
        platform.risky("清淤")
        refused = said(resident, text="村东的沟渠什么时候清淤？" + " " * LONGEST_TEXT)
        assert (refused.status_code, refused.json["code"]) == (422, "text_refused")
        assert as_("admin").get("/feedback").json["data"] == []

    @pytest.mark.slow
    def test_what_is_refused_is_not_asked_about_without_end(self, resident: Client, platform: Platform) -> None:
        platform.risky("清淤")
        answers = [said(resident, text=f"沟渠清淤，第 {each} 次") for each in range(62)]
        assert [answer.status_code for answer in answers] == [422] * 60 + [429] * 2
        assert platform.count(CHECK) == 60

    def test_review_waits_for_people(self, resident: Client, as_: As, platform: Platform) -> None:
        platform.risky("清淤", suggest="review")
        asked = say(resident)
        assert asked["state"] == "held"
        assert notices(as_(UPLOADER), "feedback_waiting") == []
        assert "等您核验" in notices(as_("admin"), "feedback_waiting")[0]
        accepted = act(as_("admin"), asked, "accept")
        assert (accepted.status_code, accepted.json["state"]) == (200, "open")
        assert len(notices(as_(UPLOADER), "feedback_waiting")) == 1

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "fault",
        [
            {"errcode": 61010},
            {"errcode": 40003},
            {"errcode": 45009, "times": 5},
            {"errcode": -1, "times": 9},
            {"status": 502, "times": 9},
            {"drop": True, "times": 9},
        ],
        ids=str,
    )
    def test_a_check_that_fails_is_never_a_pass(
        self, resident: Client, as_: As, platform: Platform, fault: dict[str, Any]
    ) -> None:
        platform.fault(CHECK, **fault)
        asked = say(resident)
        assert asked["state"] == "held"
        shown = as_("admin").get(f"/feedback/{asked['id']}").json
        assert (shown["text_check"], shown["needs_a_look"]) == ("failed", "微信的文字检查没有结论")
        rejected = act(as_("admin"), asked, "reject", {"reason": "与村务无关"})
        assert rejected.status_code == 200
        assert (mine(resident, asked)["state"], mine(resident, asked)["reason"]) == ("rejected", "与村务无关")
        assert "与村务无关" in notices(resident, "feedback_answered")[0]

    def test_who_has_not_been_in_the_mini_program_lately(self, resident: Client, as_: As, platform: Platform) -> None:
        platform.idle(OPENID)
        assert say(resident)["state"] == "held"

    def test_who_has_no_openid_is_not_asked_about(self, resident: Client, as_: As, platform: Platform) -> None:
        asked = say(as_("auditor"))
        assert (asked["state"], platform.count(CHECK)) == ("open", 0)
        assert as_("admin").get(f"/feedback/{asked['id']}").json["text_check"] == "not_asked"

    def test_what_no_schema_lets_in_is_not_asked_about(self, resident: Client, platform: Platform) -> None:
        for body in ({}, {"text": None}, {"text": 7}, {"text": "长" * 1001}, []):
            answer = resident.post(f"/divisions/{VILLAGE}/feedback", body)
            assert answer.status_code in (400, 422)
        assert platform.count(CHECK) == 0

    @pytest.mark.slow
    def test_who_may_say_nothing_more_costs_no_check(self, resident: Client, platform: Platform) -> None:
        villages = ("640104100202", "640104100203", "640104100204")
        for nth in range(MOST_A_DAY):
            say(resident, text=f"第 {nth} 问", village=villages[nth % 3])
        before = platform.count(CHECK)
        assert said(resident, text="再问", village=villages[2]).status_code == 429
        assert platform.count(CHECK) == before

    def test_the_masked_name_of_somebody_without_one(self, resident: Client, as_: As, anybody: Client) -> None:
        answered(as_, resident)
        assert public_of(anybody, f"divisions/{VILLAGE}")[0]["name"] == "微信用户"


class TestScreening:
    def test_a_mark_of_a_state_secret_is_not_kept_and_told(self, app: Flask, as_: As) -> None:
        refused = said(as_("auditor"), text=MARKED)
        assert (refused.status_code, refused.json["code"]) == (422, "secret_mark")
        assert as_("admin").get("/feedback").json["data"] == []
        [incident] = as_("secrecy").get("/incidents").json["data"]
        assert (incident["village"], incident["field"]) == (VILLAGE, "text")
        assert notices(as_("secrecy"), "incident")
        kept = " ".join(str(row) for row in sql(app, "SELECT data, action FROM audit_entry"))
        assert "征地方案" not in kept

    def test_such_a_mark_in_an_answer_or_a_reason_too(self, as_: As) -> None:
        asked = say(as_("auditor"), kind="complaint")
        for verb, body in (("answer", {"text": MARKED}), ("hand-over", {"reason": MARKED})):
            refused = act(as_(UPLOADER), asked, verb, body)
            assert (refused.status_code, refused.json["code"]) == (422, "secret_mark"), verb
        assert as_("admin").get(f"/feedback/{asked['id']}").json["state"] == "open"

    def test_personal_data_warn_and_are_masked_for_the_public(self, as_: As, anybody: Client) -> None:
        text = f"我的电话是 {MOBILE}，身份证 {ID_CARD}，低保为什么停了？"
        asked = say(as_("auditor"), text=text, may_be_public=True)
        assert [warning["kind"] for warning in asked["warnings"]] == ["mobile", "id_card"]
        assert MOBILE not in str(asked["warnings"])
        judge(as_, write(as_, asked))
        [shown] = public_of(anybody, f"divisions/{VILLAGE}")
        assert shown["text"] == "我的电话是 138****0000，身份证 640104********1236，低保为什么停了？"
        assert mine(as_("auditor"), asked)["text"] == text

    def test_an_answer_with_personal_data_is_not_even_judged(self, as_: As) -> None:
        asked = say(as_("auditor"))
        refused = act(as_(UPLOADER), asked, "answer", {"text": f"请打 {MOBILE} 找他。"})
        assert (refused.status_code, refused.json["code"]) == (422, "sensitive_content")
        assert list(refused.json["errors"]) == ["text"]

    def test_what_no_mask_covers_waits_for_people_and_is_never_public(self, as_: As, anybody: Client) -> None:
        asked = say(as_("auditor"), text=INTERNAL, may_be_public=True)
        assert asked["state"] == "held"
        assert act(as_("admin"), asked, "accept").status_code == 200
        written = write(as_, asked)
        refused = act(as_("secrecy"), written, "decisions", {"digest": written["digest"], "outcome": "approve"})
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["outcome"])
        judge(as_, written, "approve_unpublished", "引用了内部资料")
        assert mine(as_("auditor"), asked)["answer"] == ANSWER
        assert public_of(anybody, f"divisions/{VILLAGE}") == []

    def test_rules_of_today_hold_when_an_answer_passes(self, as_: As) -> None:
        written = write(as_, say(as_("auditor")), "请到红果园食堂领取。")
        word = {"division": TOWNSHIP, "text": "红果园", "kind": "secret_mark", "reason": "通知"}
        assert as_("admin").post("/screening/words", word).status_code == 201
        refused = act(as_("secrecy"), written, "decisions", {"digest": written["digest"], "outcome": "approve"})
        assert (refused.status_code, refused.json["code"]) == (422, "sensitive_content")
        assert judge(as_, written, "return", "请换个说法")["state"] == "open"

    @pytest.mark.parametrize("text", ["", " ", "一", "长" * 1001, "含\u0000空"])
    def test_a_text_has_its_limits(self, as_: As, text: str) -> None:
        refused = said(as_("auditor"), text=text)
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["text"])

    @pytest.mark.parametrize("field", ["kind", "may_be_public"])
    def test_other_fields_are_named(self, as_: As, field: str) -> None:
        refused = said(as_("auditor"), **{field: "whatever"})
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


class TestLimits:
    def test_of_one_person_at_one_place_and_in_all(self, as_: As, moment: TestClock) -> None:
        asker, villages = as_("auditor"), [f"64010410020{n}" for n in (2, 3, 4)]
        for nth in range(2):
            say(asker, text=f"第 {nth} 问")
        refused = said(asker, text="第三问")
        assert (refused.status_code, refused.json["code"]) == (429, "too_much_feedback")
        assert refused.json["detail"].startswith("您今天在这里的反映已满 2 条，请明天再提")
        assert int(refused.headers["Retry-After"]) == 15 * 3600
        for nth in range(3):
            say(asker, text=f"第 {nth} 问", village=villages[1 + nth // 2])
        full = said(asker, text="第六问", village=villages[2])
        assert (full.status_code, full.json["code"]) == (429, "too_much_feedback")
        moment.set("2023-11-07 00:00")
        assert say(as_("auditor"), text="第七问")["state"] == "open"

    def test_taking_back_makes_no_room(self, as_: As) -> None:
        asker = as_("auditor")
        for nth in range(2):
            own = say(asker, text=f"第 {nth} 问")
            assert asker.post(f"/me/feedback/{own['id']}/withdraw").status_code == 200
        assert said(asker, text="第三问").status_code == 429

    def test_the_same_words_again(self, as_: As, moment: TestClock) -> None:
        first = say(as_("auditor"))
        again = said(as_("auditor"), text=f"  {first['text'][:4]} {first['text'][4:]}\n")
        assert (again.status_code, again.json["code"], again.json["feedback"]) == (409, "already_exists", first["id"])
        assert said(as_("leader")).status_code == 201  # another person may say the same
        as_("auditor").post(f"/me/feedback/{first['id']}/withdraw")
        assert said(as_("auditor")).status_code == 201
        moment.set("2023-12-08 09:00")
        assert said(as_("auditor")).status_code == 201


class TestBlocks:
    UNTIL = "2023-11-13T09:00:00+08:00"

    def block(self, as_: As, feedback: Any, **changes: Any) -> Any:
        return act(as_("admin"), feedback, "block", {"reason": "反复发送广告", "until": self.UNTIL} | changes)

    def test_a_blocked_person_is_told_why_and_until_when(self, app: Flask, as_: As, moment: TestClock) -> None:
        asked = say(as_("auditor"))
        made = self.block(as_, asked)
        assert (made.status_code, made.json["feedback"]) == (201, asked["id"])
        refused = said(as_("auditor"), text="再问一次")
        assert (refused.status_code, refused.json["code"]) == (403, "feedback_blocked")
        assert refused.json["detail"].startswith("您在2023年11月13日 09:00之前不能在这里提交反映，理由：反复发送广告。")
        assert [each["id"] for each in as_("admin").get("/feedback/blocks").json["data"]] == [made.json["id"]]
        assert as_("daxin-admin").get("/feedback/blocks").json["data"] == []
        noted = sql(app, "SELECT data FROM audit_entry WHERE action = 'feedback.asker_blocked'")
        assert len(noted) == 1
        moment.set("2023-11-13 09:00")
        assert said(as_("auditor"), text="再问一次").status_code == 201

    def test_it_can_be_lifted_once(self, as_: As) -> None:
        made = self.block(as_, say(as_("auditor"))).json
        lifted = as_("admin").post(f"/feedback/blocks/{made['id']}/lift")
        assert (lifted.status_code, lifted.json["lifted_at"] is None) == (200, False)
        assert as_("admin").post(f"/feedback/blocks/{made['id']}/lift").status_code == 409
        assert said(as_("auditor"), text="再问一次").status_code == 201

    @pytest.mark.slow
    @pytest.mark.parametrize("until", ["2023-11-06T09:00:00+08:00", "2024-11-07T09:00:00+08:00", "不知道"])
    def test_it_needs_an_end_that_can_be(self, as_: As, until: str) -> None:
        refused = self.block(as_, say(as_("auditor")), until=until)
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["until"])

    @pytest.mark.slow
    @pytest.mark.parametrize("who", [UPLOADER, "secrecy", "leader"])
    def test_it_is_the_administrators_affair(self, as_: As, who: str) -> None:
        body = {"reason": "广告", "until": self.UNTIL}
        assert act(as_(who), say(as_("auditor")), "block", body).status_code == 403
