"""What a decision is bound to, who may not take it, and what it sets going."""

from typing import Any

import pytest
from flask import Flask

from tests.clients import Client, TestClock
from tests.console import stored_file
from tests.intake.make_files import pdf
from tests.journeys import (
    CHECKLIST,
    NEIGHBOUR,
    TOWNSHIP,
    VILLAGE,
    As,
    Json,
    attach,
    content,
    decide,
    decision,
    draft,
    publish,
    put,
    submit,
)
from tests.review.staff import Staff
from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import Problem
from villagepub.core.transactions import transaction
from villagepub.disclosures import queries as disclosures
from villagepub.divisions.models import Township
from villagepub.extensions import db
from villagepub.intake.examining import examine
from villagepub.intake.limits import Limits
from villagepub.review import operations as review

PDF, OTHER_PDF = pdf("12000"), pdf("92000")
UPLOADER, OTHER_UPLOADER = f"uploader-{VILLAGE}", f"uploader-{NEIGHBOUR}"


@pytest.fixture
def staff(as_: As) -> Staff:
    return Staff(as_)


def _show(as_: As, disclosure: Json) -> Json:
    return dict(as_("auditor").get(f"/disclosures/{disclosure['id']}").json)


def _try(client: Client, disclosure: Json, outcome: str = "approve", **changes: Any) -> str:
    """The status and code of a decision that is expected to fail; nothing must have come of it."""
    answer = client.post(f"/disclosures/{disclosure['id']}/decisions", decision(disclosure, outcome, **changes))
    return f"{answer.status_code} {answer.json.get('code', '')}".strip()


def _at(as_: As, stage: str, **changes: Any) -> Json:
    """A submitted item at a stage."""
    disclosure = submit(as_, draft(as_, **changes))
    while disclosure["stage"] != stage:
        disclosure = decide(as_, disclosure)
    return disclosure


# --- the digest and the order -----------------------------------------------------------------------------


def test_a_returned_item_begins_again_at_the_first_stage_when_it_is_submitted_again(as_: As) -> None:
    returned = decide(as_, _at(as_, "leader"), "return")
    assert (returned["state"], returned["stage"], returned["due_at"]) == ("returned", None, None)
    again = submit(as_, put(as_, returned, title="改正后的标题"))
    assert again["stage"] == "secrecy"
    while again["state"] == "in_review":
        again = decide(as_, again)
    assert again["state"] == "published"


def test_an_item_returned_and_submitted_again_unchanged_needs_all_three_approvals_again(as_: As) -> None:
    again = submit(as_, decide(as_, _at(as_, "leader"), "return"))
    stages = []
    while again["state"] == "in_review":
        stages.append(again["stage"])
        again = decide(as_, again)
    assert stages == ["secrecy", "office", "leader"]


def test_an_approval_of_what_was_read_before_a_change_is_refused(as_: As) -> None:
    first = _at(as_, "secrecy")
    as_(UPLOADER).post(f"/disclosures/{first['id']}/recall")
    changed = submit(as_, put(as_, first, title="改过的标题"))
    assert changed["digest"] != first["digest"]
    assert _try(as_("secrecy"), first) == "409 stale_digest"
    assert _show(as_, first)["stage"] == "secrecy"
    assert decide(as_, changed)["stage"] == "office"


@pytest.mark.parametrize("outcome", ["approve", "return", "refuse", "refer"])
@pytest.mark.parametrize("digest", ["sm3:" + "0" * 64, "SM3", "*"])
def test_no_decision_is_taken_on_a_digest_that_is_not_the_items(as_: As, outcome: str, digest: str) -> None:
    item = _at(as_, "secrecy")
    assert _try(as_("secrecy"), item, outcome, digest=digest) == "409 stale_digest"
    assert _show(as_, item) == item


def test_who_comes_second_is_told_who_decided_and_when(as_: As, staff: Staff) -> None:
    staff.stand_in("secrecy", "office-general")
    item = _at(as_, "secrecy")
    decide(as_, item)
    answer = as_("office-general").post(f"/disclosures/{item['id']}/decisions", decision(item))
    assert (answer.status_code, answer.json["code"]) == (409, "already_decided")
    assert (answer.json["decided_by"], answer.json["decided_at"]) == ("保密专干", "2023-11-06T09:00:00+08:00")


@pytest.mark.parametrize("missing", CHECKLIST)
def test_every_item_of_the_checklist_is_needed_for_approval(as_: As, missing: str) -> None:
    item = _at(as_, "secrecy")
    ticks = [tick for tick in CHECKLIST if tick != missing]
    assert _try(as_("secrecy"), item, checklist=ticks) == "422 checklist_incomplete"
    assert _try(as_("secrecy"), item, checklist=[*ticks, ticks[0]]) == "422 checklist_incomplete"
    assert _try(as_("secrecy"), item, checklist=[*ticks, "other"]) == "422 invalid"
    assert _show(as_, item) == item


@pytest.mark.parametrize("outcome", ["return", "refuse", "refer"])
def test_all_but_an_approval_need_a_comment_and_no_ticks(as_: As, outcome: str) -> None:
    item = _at(as_, "secrecy")
    assert _try(as_("secrecy"), item, outcome, comment=" \n ") == "422 invalid"
    assert _show(as_, item) == item
    decide(as_, item, outcome)


def test_a_refused_item_is_final(as_: As) -> None:
    refused = decide(as_, _at(as_, "office"), "refuse")
    assert refused["state"] == "refused"
    assert as_(UPLOADER).post(f"/disclosures/{refused['id']}/submit").json["code"] == "wrong_state"


@pytest.mark.slow
def test_bytes_that_changed_behind_the_program_are_not_published(app: Flask, as_: As, anybody: Client) -> None:
    drafted = draft(as_)
    public = f"/public/attachments/{attach(as_, drafted, '明细.pdf', PDF)['id']}"
    item = decide(as_, decide(as_, submit(as_, drafted)))
    stored = stored_file(app)
    whole = stored.read_bytes()
    other = examine("明细.pdf", OTHER_PDF, Limits(size=1 << 20)).cleaned
    assert (len(other), other != whole) == (len(whole), True)
    stored.write_bytes(other)
    assert _try(as_("leader"), item) == "409 stale_digest"
    assert _show(as_, item) == item
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 404
    assert anybody.get(public).status_code == 404
    stored.unlink()
    assert _try(as_("leader"), item) == "409 stale_digest"
    stored.write_bytes(whole)
    assert decide(as_, item)["state"] == "published"
    assert anybody.get(public).data == whole
    stored.unlink()
    gone = anybody.get(public)
    assert (gone.status_code, gone.json["code"]) == (500, "file_damaged")


# --- three different persons -------------------------------------------------------------------------------


def test_one_person_in_two_posts_decides_one_stage_alone(as_: As, staff: Staff, moment: TestClock) -> None:
    staff.hand_over("office-finance", "secrecy")
    item = _at(as_, "office")
    assert _try(as_("secrecy"), item) == "403 separation_of_duties"
    assert _try(as_("secrecy"), item, "return") == "403 separation_of_duties"
    assert _show(as_, item) == item
    moment.forward(minutes=1)
    staff.hand_over("office-finance", "office-finance")
    assert decide(as_, item)["stage"] == "leader"


def test_an_author_in_a_reviewers_post_does_not_decide_on_the_own_item(as_: As, staff: Staff) -> None:
    staff.hand_over("secrecy", UPLOADER)
    item = _at(as_, "secrecy")
    for outcome in ("approve", "return", "refuse", "refer"):
        assert _try(as_(UPLOADER), item, outcome) == "403 separation_of_duties"
    staff.stand_in("secrecy", "office-general")
    assert _try(as_("office-general"), item) == "403 separation_of_duties"


def test_a_stand_in_counts_as_both(as_: As, staff: Staff) -> None:
    staff.stand_in("secrecy", "office-general")
    staff.stand_in("leader", "office-general")
    staff.stand_in("office-finance", "secrecy")
    item = decide(as_, _at(as_, "secrecy"), by="office-general")
    assert _try(as_("secrecy"), item) == "403 separation_of_duties"
    item = decide(as_, item)
    assert _try(as_("office-general"), item) == "403 separation_of_duties"
    assert decide(as_, item)["state"] == "published"


def test_whom_a_stand_in_acted_for_is_written_down(as_: As, staff: Staff) -> None:
    staff.stand_in("secrecy", "office-general")
    item = decide(as_, _at(as_, "secrecy"), by="office-general")
    step = as_("auditor").get(f"/disclosures/{item['id']}/history").json["data"][-1]
    assert (step["action"], step["name"], step["post"]) == ("review.approve", "综合办公室负责人", "保密专干")
    assert step["stands_in_for"] == staff.person("secrecy")


def test_a_stand_in_who_writes_makes_the_holder_an_author(as_: As, staff: Staff) -> None:
    staff.stand_in(UPLOADER, "office-general")
    made = as_("office-general").post("/disclosures", {"village": VILLAGE, "entry": "C02"} | content())
    item = submit(as_, made.json)
    staff.hand_over("secrecy", UPLOADER)
    assert _try(as_(UPLOADER), item) == "403 separation_of_duties"


@pytest.mark.slow
def test_a_stand_in_loses_the_power_at_the_end_and_with_the_holder(as_: As, staff: Staff, moment: TestClock) -> None:
    staff.stand_in("secrecy", "office-general", until="2023-11-06T12:00:00+08:00")
    staff.stand_in("secrecy", "office-land")
    first, second, third = _at(as_, "secrecy"), _at(as_, "secrecy"), _at(as_, "secrecy")
    moment.set("2023-11-06 11:59")
    decide(as_, first, by="office-general")
    moment.set("2023-11-06 12:00")
    assert _try(as_("office-general"), second) == "409 not_your_stage"
    decide(as_, second, by="office-land")
    staff.hand_over("secrecy", "office-party")
    assert _try(as_("office-land"), third) == "409 not_your_stage"
    decide(as_, third, by="office-party")


@pytest.mark.slow
def test_a_successor_in_the_post_who_edits_makes_both_authors(as_: As, staff: Staff, moment: TestClock) -> None:
    item = draft(as_)
    staff.hand_over(UPLOADER, OTHER_UPLOADER)
    etag = as_(OTHER_UPLOADER).get(f"/disclosures/{item['id']}").headers["ETag"]
    edited = as_(OTHER_UPLOADER).put(
        f"/disclosures/{item['id']}", content(title="接手后修改"), headers={"If-Match": etag}
    )
    assert edited.status_code == 200
    item = as_(OTHER_UPLOADER).post(f"/disclosures/{item['id']}/submit").json
    staff.hand_over("secrecy", UPLOADER)
    staff.hand_over("leader", OTHER_UPLOADER)
    assert _try(as_(UPLOADER), item) == "403 separation_of_duties"
    moment.forward(minutes=1)
    staff.hand_over("secrecy", "office-general")
    item = decide(as_, decide(as_, item, by="office-general"))
    assert _try(as_(OTHER_UPLOADER), item) == "403 separation_of_duties"


def test_only_submitting_anothers_draft_makes_nobody_its_author(as_: As, staff: Staff) -> None:
    item = draft(as_)
    staff.hand_over(UPLOADER, OTHER_UPLOADER)
    item = as_(OTHER_UPLOADER).post(f"/disclosures/{item['id']}/submit").json
    staff.hand_over("secrecy", OTHER_UPLOADER)
    assert decide(as_, item, by=OTHER_UPLOADER)["stage"] == "office"


def test_the_same_officer_may_decide_the_same_stage_of_the_next_submission(as_: As, staff: Staff) -> None:
    staff.hand_over("office-finance", "secrecy")
    returned = decide(as_, _at(as_, "secrecy"), "return")
    again = submit(as_, returned)
    staff.stand_in("secrecy", "office-general")
    staff.stand_in("office-finance", "office-land")
    again = decide(as_, again)
    assert _try(as_("secrecy"), again) == "403 separation_of_duties"
    assert _try(as_("office-land"), again) == "403 separation_of_duties"


@pytest.mark.slow
def test_the_authors_of_the_published_item_are_not_those_of_its_correction(as_: As, staff: Staff) -> None:
    published = publish(as_)
    staff.hand_over(UPLOADER, OTHER_UPLOADER)
    made = as_(OTHER_UPLOADER).post(f"/disclosures/{published['id']}/corrections", {"change_note": "更正金额"})
    item = as_(OTHER_UPLOADER).post(f"/disclosures/{made.json['id']}/submit").json
    staff.hand_over("secrecy", UPLOADER)
    assert decide(as_, item, by=UPLOADER)["stage"] == "office"


def test_the_system_and_the_administrator_approve_nothing(app: Flask, as_: As) -> None:
    item = _at(as_, "secrecy")
    assert _try(as_("admin"), item) == "403 forbidden"
    with app.app_context(), transaction(tenancy.EVERYWHERE), pytest.raises(Problem) as refused:
        review.decide(
            disclosures.get_disclosure(item["id"], ("",), lock=True),
            actor=Actor.system("tests"),
            stage="secrecy",
            digest=item["digest"],
            outcome="approve",
            checklist=CHECKLIST,
            comment="",
        )
    assert refused.value.code == "not_your_stage"
    assert _show(as_, item) == item


# --- posts that are lost -----------------------------------------------------------------------------------


def test_a_post_handed_over_at_noon_is_powerless_a_second_later(as_: As, staff: Staff, moment: TestClock) -> None:
    item = _at(as_, "secrecy")
    moment.set("2023-11-06 11:55")
    before = as_("secrecy")
    moment.set("2023-11-06 12:00")
    staff.hand_over("secrecy", "office-general")
    moment.forward(seconds=1)
    assert _try(before, item) == "404 not_found"
    assert _show(as_, item) == item
    decide(as_, item, by="office-general")


def test_who_is_deactivated_is_powerless_a_second_later(as_: As, staff: Staff, moment: TestClock) -> None:
    item = _at(as_, "secrecy")
    before = as_("secrecy")
    staff.deactivate("secrecy")
    moment.forward(seconds=1)
    assert _try(before, item) == "401 token_refused"
    assert _show(as_, item) == item


def test_a_handover_lists_what_an_office_was_asked_to_take_over(as_: As, staff: Staff) -> None:
    item = _at(as_, "office")
    _forward(as_, staff, item)
    assert staff.hand_over("office-general", "office-land")["waiting"] == [item["id"]]
    assert staff.hand_over("office-finance", "office-land")["waiting"] == [item["id"]]


def test_a_reviewer_who_is_put_into_another_post_decides_by_that_one_only(as_: As, staff: Staff) -> None:
    item = _at(as_, "secrecy")
    before = as_("secrecy")
    staff.hand_over("office-general", "secrecy")
    staff.hand_over("secrecy", "office-general")
    assert _try(before, item) == "409 not_your_stage"


@pytest.mark.slow
def test_a_handover_lists_what_passes_over(as_: As, staff: Staff) -> None:
    drafted, returned = draft(as_), decide(as_, _at(as_, "secrecy"), "return")
    waiting = _at(as_, "secrecy")
    referred = decide(as_, _at(as_, "office"), "refer")
    _at(as_, "leader")
    passed = staff.hand_over(UPLOADER, OTHER_UPLOADER)
    assert (passed["drafts"], passed["waiting"]) == ([drafted["id"], returned["id"]], [])
    passed = staff.hand_over("secrecy", "office-general")
    assert (passed["drafts"], passed["waiting"]) == ([], [waiting["id"], referred["id"]])
    assert staff.hand_over("office-finance", "office-land")["waiting"] == []


# --- referral and forwarding ---------------------------------------------------------------------------------


def _answer(client: Client, item: Json, outcome: str, **changes: Any) -> Any:
    body = {"from": "区保密局", "answered_on": "2023-11-06", "outcome": outcome, "comment": "可以公开"}
    return client.post(f"/disclosures/{item['id']}/referral-answer", body | changes)


@pytest.mark.parametrize("stage", ["secrecy", "office", "leader"])
def test_a_released_referral_starts_again_at_the_first_stage(as_: As, stage: str) -> None:
    referred = decide(as_, _at(as_, stage), "refer")
    assert (referred["state"], referred["stage"], referred["due_at"]) == ("referred", None, None)
    released = _answer(as_("secrecy"), referred, "release").json
    assert (released["state"], released["stage"]) == ("in_review", "secrecy")
    stages = []
    while released["state"] == "in_review":
        stages.append(released["stage"])
        released = decide(as_, released)
    assert (stages, released["state"]) == (["secrecy", "office", "leader"], "published")


def test_a_referral_that_was_answered_with_a_refusal_is_final(as_: As) -> None:
    referred = decide(as_, _at(as_, "secrecy"), "refer")
    assert _answer(as_("secrecy"), referred, "refuse").json["state"] == "refused"
    again = _answer(as_("secrecy"), referred, "release")
    assert (again.status_code, again.json["code"]) == (409, "wrong_state")
    assert as_(UPLOADER).post(f"/disclosures/{referred['id']}/submit").json["code"] == "wrong_state"


def test_an_answer_cannot_come_from_the_future(as_: As) -> None:
    referred = decide(as_, _at(as_, "secrecy"), "refer")
    answer = _answer(as_("secrecy"), referred, "release", answered_on="2023-11-07")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["answered_on"])


def _forward(as_: As, staff: Staff, item: Json, by: str = "office-finance", to: str = "general") -> Any:
    body = {"office": staff.office(to), "comment": "属贵办职责"}
    return as_(by).post(f"/disclosures/{item['id']}/forward", body)


def test_an_office_that_accepts_takes_the_case_over_and_the_clock_runs_on(
    as_: As, staff: Staff, moment: TestClock
) -> None:
    item = _at(as_, "office")
    assert item["due_at"] == "2023-11-09T18:30:00+08:00"
    moment.set("2023-11-07 09:00")
    assert _forward(as_, staff, item).status_code == 200
    moment.set("2023-11-08 09:00")
    accepted = as_("office-general").post(f"/disclosures/{item['id']}/forward/accept")
    assert (accepted.status_code, accepted.json["due_at"]) == (200, item["due_at"])
    assert _try(as_("office-finance"), item) == "409 not_your_stage"
    assert decide(as_, item, by="office-general")["stage"] == "leader"


def test_until_the_other_office_accepts_the_sender_holds_the_case(as_: As, staff: Staff) -> None:
    item = _at(as_, "office")
    _forward(as_, staff, item)
    assert _try(as_("office-general"), item) == "409 not_your_stage"
    assert _forward(as_, staff, item, to="land").json["code"] == "conflict"
    assert decide(as_, item)["stage"] == "leader"
    late = as_("office-general").post(f"/disclosures/{item['id']}/forward/accept")
    assert (late.status_code, late.json["code"]) == (409, "not_your_stage")


def test_an_office_that_declines_leaves_the_case_with_the_sender(as_: As, staff: Staff) -> None:
    item = _at(as_, "office")
    _forward(as_, staff, item)
    path = f"/disclosures/{item['id']}/forward/decline"
    assert as_("office-general").post(path, {"comment": " "}).status_code == 422
    assert as_("office-general").post(path, {"comment": "不属本办"}).json["due_at"] == item["due_at"]
    assert _forward(as_, staff, item, to="land").status_code == 200
    assert as_("office-land").post(f"/disclosures/{item['id']}/forward/accept").status_code == 200
    assert decide(as_, item, by="office-land")["stage"] == "leader"


@pytest.mark.parametrize("to", ["finance", "elsewhere", "unknown"])
def test_a_case_is_forwarded_to_another_office_of_the_township_only(as_: As, staff: Staff, to: str) -> None:
    item = _at(as_, "office")
    elsewhere = as_("daxin-leader").get("/offices").json["data"][0]["id"]
    office = {"finance": staff.office("finance"), "elsewhere": elsewhere, "unknown": "0" * 26}[to]
    answer = as_("office-finance").post(f"/disclosures/{item['id']}/forward", {"office": office, "comment": "请办"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["office"])


# --- time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("submitted", "secrecy", "office"),
    [
        ("2023-11-03 08:30", "2023-11-06T18:30:00+08:00", "2023-11-08T18:30:00+08:00"),
        ("2023-11-03 23:59", "2023-11-06T18:30:00+08:00", "2023-11-08T18:30:00+08:00"),
        ("2023-11-04 09:00", "2023-11-06T18:30:00+08:00", "2023-11-08T18:30:00+08:00"),
        ("2023-12-28 09:00", "2023-12-29T18:30:00+08:00", "2024-01-03T18:30:00+08:00"),
        ("2023-12-29 09:00", "2024-01-02T18:30:00+08:00", "2024-01-04T18:30:00+08:00"),
        ("2024-01-01 09:00", "2024-01-02T18:30:00+08:00", "2024-01-04T18:30:00+08:00"),
        ("2024-02-09 09:00", "2024-02-18T18:30:00+08:00", "2024-02-20T18:30:00+08:00"),
    ],
)
def test_a_stage_is_due_at_the_end_of_work_so_many_working_days_later(
    as_: As, moment: TestClock, submitted: str, secrecy: str, office: str
) -> None:
    moment.set(submitted)
    item = _at(as_, "secrecy")
    assert item["due_at"] == secrecy
    assert decide(as_, item)["due_at"] == office


def test_the_chain_of_a_running_case_is_the_one_of_its_submission(app: Flask, as_: As) -> None:
    running = _at(as_, "secrecy")
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        township = db.session.get_one(Township, TOWNSHIP)
        township.review_days = {"secrecy": 5, "office": 9, "leader": 7}
    assert decide(as_, running)["due_at"] == "2023-11-09T18:30:00+08:00"
    fresh = _at(as_, "secrecy")
    assert fresh["due_at"] == "2023-11-13T18:30:00+08:00"
    assert decide(as_, fresh)["due_at"] == "2023-11-17T18:30:00+08:00"


@pytest.mark.parametrize("stage", ["secrecy", "office", "leader"])
def test_silence_approves_nothing(as_: As, moment: TestClock, anybody: Client, stage: str) -> None:
    item = _at(as_, stage)
    moment.forward(days=400)
    assert _show(as_, item) == item
    assert anybody.get(f"/public/disclosures?division={TOWNSHIP}").json["data"] == []
    assert [row["disclosure"] for row in as_("leader").get("/review/escalations").json["data"]] == [item["id"]]


# --- the desk --------------------------------------------------------------------------------------------------


def _queue(as_: As, who: str, query: str = "") -> list[str]:
    return [row["disclosure"]["id"] for row in as_(who).get(f"/review/queue{query}").json["data"]]


@pytest.mark.slow
def test_everybody_sees_what_waits_for_the_own_post(as_: As) -> None:
    items = {stage: _at(as_, stage)["id"] for stage in ("secrecy", "office", "leader")}
    decide(as_, _at(as_, "secrecy"), "return")
    draft(as_)
    assert _queue(as_, "secrecy") == [items["secrecy"]]
    assert _queue(as_, "office-finance") == [items["office"]]
    assert _queue(as_, "office-general") == []
    assert _queue(as_, "leader") == [items["leader"]]
    assert _queue(as_, "leader", "?stage=office") == []
    for who in (UPLOADER, "admin", "auditor"):
        assert as_(who).get("/review/queue").json["code"] == "forbidden"


def test_the_soonest_due_comes_first_and_pages_keep_the_order(as_: As, moment: TestClock) -> None:
    moment.set("2023-11-09 09:00")
    later = [_at(as_, "secrecy")["id"] for _ in range(2)]
    moment.set("2023-11-06 09:00")
    sooner = [_at(as_, "secrecy")["id"] for _ in range(2)]
    assert _queue(as_, "secrecy") == sorted(sooner) + sorted(later)
    page = as_("secrecy").get("/review/queue?limit=3").json
    rest = _queue(as_, "secrecy", f"?limit=3&cursor={page['next_cursor']}")
    assert [row["disclosure"]["id"] for row in page["data"]] + rest == sorted(sooner) + sorted(later)


def test_overdue_means_past_the_due_time(as_: As, moment: TestClock) -> None:
    item = _at(as_, "secrecy")
    moment.set("2023-11-07 18:30")
    assert _queue(as_, "secrecy", "?overdue=true") == []
    assert _queue(as_, "secrecy", "?overdue=false") == [item["id"]]
    assert as_("leader").get("/review/escalations").json["data"] == []
    moment.forward(seconds=1)
    assert _queue(as_, "secrecy", "?overdue=true") == [item["id"]]
    assert _queue(as_, "secrecy", "?overdue=false") == []
    late = as_("leader").get("/review/escalations").json["data"]
    assert [(row["disclosure"], row["stage"], row["held_by"]) for row in late] == [
        (item["id"], "secrecy", ["保密专干"])
    ]
    summary = {
        row["stage"]: (row["waiting"], row["overdue"]) for row in as_("leader").get("/review/summary").json["data"]
    }
    assert summary == {"secrecy": (1, 1), "office": (0, 0), "leader": (0, 0)}


def test_an_overdue_referral_is_in_the_hands_of_the_secrecy_officer(as_: As, moment: TestClock) -> None:
    item = decide(as_, _at(as_, "office"), "refer")
    moment.forward(days=10)
    late = as_("leader").get("/review/escalations").json["data"]
    assert [(row["disclosure"], row["held_by"]) for row in late] == [(item["id"], ["保密专干"])]


def test_an_escalation_names_the_office_and_its_stand_ins(as_: As, staff: Staff, moment: TestClock) -> None:
    staff.stand_in("office-finance", "office-land")
    _at(as_, "office")
    moment.forward(days=10)
    late = as_("leader").get("/review/escalations").json["data"]
    assert [sorted(row["held_by"]) for row in late] == [["自然资源所负责人", "财经服务中心负责人"]]


@pytest.mark.slow
def test_the_queue_says_what_is_asked_and_whether_one_may(as_: As, staff: Staff) -> None:
    staff.hand_over("secrecy", "office-finance")
    at_office = decide(as_, _at(as_, "secrecy"), by="office-finance")
    forwarded = decide(as_, _at(as_, "secrecy"), by="office-finance")
    staff.stand_in("office-finance", "office-land")
    _forward(as_, staff, forwarded, by="office-land")
    referred = decide(as_, _at(as_, "secrecy"), "refer", by="office-finance")
    rows = as_("office-finance").get("/review/queue").json["data"]
    found = {row["disclosure"]["id"]: (row["task"], row["may_act"]) for row in rows}
    assert found == {
        at_office["id"]: ("decide", False),
        forwarded["id"]: ("decide", False),
        referred["id"]: ("answer_referral", True),
    }
    asked = as_("office-general").get("/review/queue").json["data"]
    assert [(row["disclosure"]["id"], row["task"], row["may_act"]) for row in asked] == [
        (forwarded["id"], "answer_forward", True)
    ]
    assert asked[0]["office"] == "财经服务中心"


def test_a_correction_is_shown_word_by_word_beside_what_is_public(as_: As) -> None:
    published = publish(as_, body="<p>收入合计 12000.00 元。</p>")
    made = as_(UPLOADER).post(f"/disclosures/{published['id']}/corrections", {"change_note": "更正金额"}).json
    submit(as_, put(as_, made, body="<p>收入合计 12500.00 元。</p>"))
    row = as_("secrecy").get("/review/queue").json["data"][0]
    assert row["diff"]["against"] == published["id"]
    assert row["diff"]["title"] == [{"op": "same", "text": published["title"]}]
    changed = [(piece["op"], piece["text"]) for piece in row["diff"]["body"] if piece["op"] != "same"]
    assert changed == [("removed", "12000.00"), ("added", "12500.00")]


def test_a_first_publication_has_nothing_to_be_compared_with(as_: As) -> None:
    _at(as_, "secrecy")
    assert as_("secrecy").get("/review/queue").json["data"][0]["diff"] is None
