"""What a row says about itself."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from villagepub.ledgers import policy

NOW = datetime(2023, 11, 6, 17, 0, tzinfo=UTC)  # 7 November, 01:00, in Shanghai


def _complaint(**fields: Any) -> dict[str, Any]:
    return {"received_at": NOW - timedelta(days=2), "answered_at": None, "answer": None} | fields


def _post(**fields: Any) -> dict[str, Any]:
    day = date(2023, 11, 7)
    return {"posted_on": day, "removed_on": None, "not_a_disclosure": False, "disclosure": None} | fields


def test_today_is_the_day_in_shanghai() -> None:
    assert not policy.faults_of_post(_post(), NOW)
    assert "posted_on" in policy.faults_of_post(_post(posted_on=date(2023, 11, 8)), NOW)
    assert "held_on" in policy.faults_of_training({"held_on": date(23, 11, 6)}, NOW)


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"removed_on": date(2023, 11, 7)}, []),
        ({"removed_on": date(2023, 11, 6)}, ["removed_on"]),
        ({"removed_on": date(2023, 11, 8)}, ["removed_on"]),
        ({"not_a_disclosure": True}, []),
        ({"not_a_disclosure": True, "disclosure": "0" * 26}, ["not_a_disclosure"]),
    ],
)
def test_a_post_is_taken_down_after_it_was_put_up_and_is_a_disclosure_or_none(
    fields: dict[str, Any], refused: list[str]
) -> None:
    assert list(policy.faults_of_post(_post(**fields), NOW)) == refused


@pytest.mark.parametrize(("period", "is_refused"), [("2023-11", False), ("2023-12", True), ("2024", True)])
def test_a_tally_waits_for_its_period_to_begin(period: str, is_refused: bool) -> None:
    assert ("period" in policy.faults_of_tally({"period": period}, NOW)) is is_refused


def test_no_more_answers_than_complaints() -> None:
    fields = {"period": "2023-10", "received": 24, "answered": 24}
    assert not policy.faults_of_complaint_tally(fields, NOW)
    assert "answered" in policy.faults_of_complaint_tally(fields | {"answered": 25}, NOW)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"answered_at": NOW - timedelta(days=3)}, "answered_at"),
        ({"answered_at": NOW + timedelta(seconds=1)}, "answered_at"),
        ({"received_at": NOW + timedelta(seconds=1)}, "received_at"),
        ({"answer": "已答复"}, "answered_at"),
        ({"received_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))}, "received_at"),
    ],
)
def test_an_answer_follows_its_complaint(fields: dict[str, Any], field: str) -> None:
    assert field in policy.faults_of_complaint(_complaint(**fields), NOW)


def test_an_answer_may_come_at_once_or_not_yet() -> None:
    assert not policy.faults_of_complaint(_complaint(), NOW)
    assert not policy.faults_of_complaint(_complaint(answered_at=NOW - timedelta(days=2), answer="已答复"), NOW)


def test_a_year_can_be_complete_from_its_last_day_on() -> None:
    assert policy.may_be_declared(2023, date(2023, 12, 31))
    assert not policy.may_be_declared(2023, date(2023, 12, 30))
    assert not policy.may_be_declared(2024, date(2023, 12, 31))


DAY = date(2023, 6, 1)
TOMORROW = date(2023, 11, 8)  # in Shanghai
DOCUMENT = {"kind": "normative_document", "issued_on": DAY, "valid_until": None, "repealed_on": None}
ACT = {"kind": "penalty", "year": 2023, "count": 0, "amount": None}
INSPECTION = {"found_on": DAY, "due_on": None, "closed_on": None, "evidence": None}
DISPUTE = {"filed_on": DAY, "outcome": None, "concluded_on": None}


@pytest.mark.parametrize(
    ("rule", "fields", "wrong"),
    [
        (policy.faults_of_document, DOCUMENT, set()),
        (policy.faults_of_document, DOCUMENT | {"valid_until": date(2199, 12, 31)}, set()),
        (policy.faults_of_document, DOCUMENT | {"valid_until": DAY, "repealed_on": DAY}, set()),
        (policy.faults_of_document, DOCUMENT | {"valid_until": date(2023, 5, 31)}, {"valid_until"}),
        (policy.faults_of_document, DOCUMENT | {"valid_until": DAY, "repealed_on": date(2023, 6, 2)}, {"repealed_on"}),
        (policy.faults_of_document, DOCUMENT | {"repealed_on": TOMORROW}, {"repealed_on"}),
        (policy.faults_of_document, DOCUMENT | {"kind": "regulation", "issued_on": TOMORROW}, {"kind", "issued_on"}),
        (policy.faults_of_act, ACT, set()),
        (policy.faults_of_act, ACT | {"year": 2024}, {"year"}),
        (policy.faults_of_act, ACT | {"count": None}, {"count"}),
        (policy.faults_of_act, ACT | {"amount": 1}, {"amount"}),
        (policy.faults_of_act, ACT | {"kind": "fee"}, {"amount", "count"}),
        (policy.faults_of_act, ACT | {"kind": "fee", "count": None, "amount": 0}, set()),
        (policy.faults_of_inspection, INSPECTION, set()),
        (policy.faults_of_inspection, INSPECTION | {"due_on": TOMORROW}, set()),
        (policy.faults_of_inspection, INSPECTION | {"due_on": date(2023, 5, 31)}, {"due_on"}),
        (policy.faults_of_inspection, INSPECTION | {"closed_on": DAY}, {"evidence"}),
        (policy.faults_of_inspection, INSPECTION | {"closed_on": TOMORROW, "evidence": "照片"}, {"closed_on"}),
        (policy.faults_of_reconsideration, DISPUTE, set()),
        (policy.faults_of_reconsideration, DISPUTE | {"outcome": "other", "concluded_on": DAY}, set()),
        (policy.faults_of_reconsideration, DISPUTE | {"outcome": "other"}, {"concluded_on"}),
        (policy.faults_of_reconsideration, DISPUTE | {"concluded_on": DAY}, {"outcome"}),
        (
            policy.faults_of_reconsideration,
            DISPUTE | {"outcome": "upheld", "concluded_on": date(2023, 5, 31)},
            {"concluded_on"},
        ),
    ],
)
def test_rows_of_the_annual_form(rule: Any, fields: dict[str, Any], wrong: set[str]) -> None:
    assert set(rule(fields, NOW)) == wrong
