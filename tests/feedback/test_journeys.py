"""From a question to its answer, as asker, village, secrecy officer and public see it."""

import pytest

from tests.clients import Client, TestClock
from tests.feedback.voices import ANSWER, UPLOADER, act, answered, judge, mine, notices, public_of, said, say, write
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, decide, publish, submit


@pytest.mark.slow
def test_a_question_under_an_item_is_answered_reviewed_and_public(as_: As, anybody: Client, moment: TestClock) -> None:
    item, asker = publish(as_), as_("office-party")
    asked = say(asker, under=item, may_be_public=True)
    assert (asked["state"], asked["due_on"], asked["warnings"]) == ("open", "2023-11-20", [])
    assert public_of(anybody, f"disclosures/{item['id']}") == []
    written = write(as_, asked)
    assert (mine(asker, asked)["answer"], mine(asker, asked)["state"]) == (None, "reviewing")
    moment.set("2023-11-06 09:05")
    done = judge(as_, written)
    assert (done["state"], done["is_public"], done["is_overdue"]) == ("answered", True, False)
    assert mine(asker, asked)["answer"] == ANSWER
    [shown] = public_of(anybody, f"disclosures/{item['id']}")
    assert shown == {
        "id": asked["id"],
        "village": VILLAGE,
        "number": item["number"],
        "kind": "question",
        "name": f"{asker.get('/me').json['person']['name'][0]}*",
        "text": asked["text"],
        "received_on": "2023-11-06",
        "answer": ANSWER,
        "answered_by": "洼路村",
        "answered_at": "2023-11-06T09:05:00+08:00",
    }
    assert public_of(anybody, f"divisions/{TOWNSHIP}") == [shown]
    assert ANSWER in notices(asker, "feedback_answered")[0]
    assert "待答复" in notices(as_(UPLOADER), "feedback_waiting")[0]
    assert "等您审查" in notices(as_("secrecy"), "feedback_waiting")[0]
    steps = as_("auditor").get(f"/feedback/{asked['id']}/history").json["data"]
    assert [(step["action"], step["by"]) for step in steps] == [
        ("received", None),
        ("answer", "洼路村信息员"),
        ("approve", "保密专干"),
    ]


def test_without_consent_only_the_asker_reads_the_answer(as_: As, anybody: Client) -> None:
    asker = as_("auditor")
    done = judge(as_, write(as_, say(asker)))
    assert (done["state"], done["is_public"]) == ("answered", False)
    assert mine(asker, done)["answer"] == ANSWER
    assert public_of(anybody, f"divisions/{VILLAGE}") == []


def test_a_consent_can_be_taken_back_at_any_time(as_: As, anybody: Client) -> None:
    asker = as_("auditor")
    before, after = say(asker, may_be_public=True), answered(as_, asker, text="路灯什么时候修？")
    assert [each["id"] for each in public_of(anybody, f"divisions/{VILLAGE}")] == [after["id"]]
    for each in (before, after):
        kept = asker.post(f"/me/feedback/{each['id']}/keep-private")
        assert (kept.status_code, kept.json["may_be_public"], kept.json["is_public"]) == (200, False, False)
        assert asker.post(f"/me/feedback/{each['id']}/keep-private").status_code == 200
    judge(as_, write(as_, before))
    assert public_of(anybody, f"divisions/{VILLAGE}") == []
    assert mine(asker, after)["answer"] == ANSWER


def test_the_officer_may_let_the_asker_alone_have_the_answer(as_: As, anybody: Client) -> None:
    written = write(as_, say(as_("auditor"), may_be_public=True))
    body = {"digest": written["digest"], "outcome": "approve_unpublished"}
    refused = act(as_("secrecy"), written, "decisions", body)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["comment"])
    judge(as_, written, "approve_unpublished", "涉及邻里纠纷")
    assert mine(as_("auditor"), written)["answer"] == ANSWER
    assert public_of(anybody, f"divisions/{VILLAGE}") == []


def test_a_returned_answer_is_written_again(as_: As) -> None:
    written = write(as_, say(as_("auditor")))
    back = judge(as_, written, "return", "请写明时间")
    assert (back["state"], back["answer"]) == ("open", ANSWER)
    assert "请写明时间" in notices(as_(UPLOADER), "feedback_waiting")[0]
    again = write(as_, back, "本月二十日前完工。")
    stale = act(as_("secrecy"), again, "decisions", {"digest": written["digest"], "outcome": "approve"})
    assert (stale.status_code, stale.json["code"]) == (409, "stale_digest")
    assert judge(as_, again)["state"] == "answered"


def test_a_complaint_is_handed_to_the_township_once_and_its_clock_runs_on(as_: As, anybody: Client) -> None:
    complaint = say(as_("auditor"), kind="complaint", may_be_public=True)
    handed = act(as_(UPLOADER), complaint, "hand-over", {"reason": "涉及村干部"})
    assert (handed.status_code, handed.json["holder"], handed.json["due_on"]) == (200, "township", complaint["due_on"])
    again = act(as_(UPLOADER), complaint, "hand-over", {"reason": "涉及村干部"})
    assert (again.status_code, again.json["code"]) == (409, "wrong_state")
    theirs = act(as_(UPLOADER), complaint, "answer", {"text": ANSWER})
    assert (theirs.status_code, theirs.json["code"]) == (409, "not_your_stage")
    judge(as_, write(as_, complaint, by="admin"))
    [shown] = public_of(anybody, f"divisions/{VILLAGE}")
    assert shown["answered_by"] == "掌政镇"
    question = say(as_("auditor"), text="能不能转给镇里？")
    assert act(as_(UPLOADER), question, "hand-over", {"reason": "不是投诉"}).status_code == 409


def test_nobody_answers_or_judges_the_own_words(as_: As) -> None:
    """Neither the village's question to itself, nor the officer's, lifts a response rate."""
    own = say(as_(UPLOADER))
    refused = act(as_(UPLOADER), own, "answer", {"text": ANSWER})
    assert (refused.status_code, refused.json["code"]) == (403, "separation_of_duties")
    written = write(as_, say(as_("secrecy"), text="会议室什么时候开放？"))
    body = {"digest": written["digest"], "outcome": "approve"}
    assert act(as_("secrecy"), written, "decisions", body).json["code"] == "separation_of_duties"


@pytest.mark.slow
def test_what_is_about_an_item_goes_out_of_sight_with_it(as_: As, anybody: Client) -> None:
    item = publish(as_)
    answered(as_, as_("auditor"), under=item)
    withdrawn = as_("admin").post(f"/disclosures/{item['id']}/withdraw", {"reason": "数字有误"})
    assert withdrawn.status_code == 200
    assert anybody.get(f"/public/disclosures/{item['id']}/feedback").status_code == 410
    assert public_of(anybody, f"divisions/{VILLAGE}") == []
    late = said(as_("auditor"), under=item, text="为什么撤回？")
    assert (late.status_code, late.json["code"]) == (409, "wrong_state")


@pytest.mark.slow
def test_what_was_asked_before_a_correction_stays_below_it(as_: As, anybody: Client) -> None:
    item = publish(as_)
    asked = answered(as_, as_("auditor"), under=item)
    correction = as_(UPLOADER).post(f"/disclosures/{item['id']}/corrections", {"change_note": "更正合计"})
    assert correction.status_code == 201, correction.json
    corrected = submit(as_, correction.json)
    while corrected["state"] == "in_review":
        corrected = decide(as_, corrected)
    moved = anybody.get(f"/public/disclosures/{item['id']}/feedback")
    assert moved.status_code == 308
    assert moved.headers["Location"].endswith(f"/public/disclosures/{corrected['id']}/feedback")
    assert [each["id"] for each in public_of(anybody, f"disclosures/{corrected['id']}")] == [asked["id"]]


def test_staff_hide_for_good_and_say_why(as_: As, anybody: Client) -> None:
    done = answered(as_, as_("auditor"))
    assert act(as_(UPLOADER), done, "hide", {"reason": "不想公开"}).status_code == 403
    hidden = act(as_("admin"), done, "hide", {"reason": "原话影射他人"})
    assert (hidden.status_code, hidden.json["state"], hidden.json["is_public"]) == (200, "answered", False)
    assert public_of(anybody, f"divisions/{VILLAGE}") == []
    assert act(as_("secrecy"), done, "hide", {"reason": "再来一次"}).status_code == 409


def test_public_lists_are_kept_and_asked_again(as_: As, anybody: Client, moment: TestClock) -> None:
    path = f"/public/divisions/{VILLAGE}/feedback"
    empty = anybody.get(path)
    assert empty.headers["Cache-Control"] == "public, max-age=60"
    known = {"If-None-Match": empty.headers["ETag"]}
    assert anybody.get(path, headers=known).status_code == 304
    answered(as_, as_("auditor"))
    full = anybody.get(path, headers=known)
    assert full.status_code == 200
    moment.forward(minutes=1)
    assert anybody.get(path, headers={"If-Modified-Since": full.headers["Last-Modified"]}).status_code == 304


@pytest.mark.slow
def test_lists_of_staff_are_narrowed(as_: As) -> None:
    item, asker = publish(as_), as_("auditor")
    first = say(asker, under=item, kind="complaint")
    second = say(asker, kind="praise", text="路修得好。")
    other = say(asker, village=NEIGHBOUR)

    def ids(query: str, by: str = "admin") -> list[str]:
        answer = as_(by).get(f"/feedback?{query}")
        assert answer.status_code == 200, answer.json
        return [each["id"] for each in answer.json["data"]]

    assert ids("") == [first["id"], second["id"], other["id"]]
    assert ids(f"village={NEIGHBOUR}") == [other["id"]]
    assert ids("kind=praise") == [second["id"]]
    assert ids(f"disclosure={item['id']}") == [first["id"]]
    assert ids("state=answered") == ids("overdue=true") == []
    assert ids("", by=UPLOADER) == [first["id"], second["id"]]
    assert as_(UPLOADER).get(f"/feedback?village={NEIGHBOUR}").status_code == 404
    assert as_(UPLOADER).get(f"/feedback/{other['id']}").status_code == 404
    assert ids("", by="daxin-admin") == []


def test_only_administrators_learn_who_asked(as_: As) -> None:
    asked = say(as_("auditor"))
    name = as_("auditor").get("/me").json["person"]["name"]
    seen = {by: as_(by).get(f"/feedback/{asked['id']}").json["asker"] for by in (UPLOADER, "secrecy", "admin")}
    assert seen == {UPLOADER: f"{name[0]}*", "secrecy": f"{name[0]}*", "admin": name}


def test_own_words_are_ones_own(as_: As) -> None:
    asked = say(as_("auditor"))
    assert [each["id"] for each in as_("auditor").get("/me/feedback").json["data"]] == [asked["id"]]
    assert as_("leader").get("/me/feedback").json["data"] == []
    for method, verb in (("GET", ""), ("POST", "/withdraw"), ("POST", "/keep-private")):
        assert as_("leader").open(method, f"/me/feedback/{asked['id']}{verb}").status_code == 404
