"""How long each stage took, in office hours (08:30-12:00 and 14:30-18:30, Monday to Friday)."""

from typing import Any

import pytest

from tests.clients import TestClock
from tests.journeys import TOWNSHIP, VILLAGE, As, Json, decide, draft, submit


def _times(as_: As, first: str = "2023-11", last: str = "2023-11", division: str = TOWNSHIP) -> dict[str, Json]:
    answer = as_("leader").get(f"/statistics/review-times?division={division}&from={first}&to={last}")
    assert answer.status_code == 200, answer.json
    assert answer.json["as_of"].endswith("+08:00")
    return {row.pop("stage"): row for row in answer.json["data"]}


def _submitted(as_: As, moment: TestClock, when: str, **changes: Any) -> Json:
    moment.set(when)
    return submit(as_, draft(as_, **changes))


NOTHING = {"count": 0, "mean_working_hours": None, "p50": None, "p90": None, "returned": 0}


def test_stages_without_decisions_have_no_times(as_: As) -> None:
    assert _times(as_) == dict.fromkeys(("secrecy", "office", "leader"), NOTHING)


HOURS = [
    ("2023-11-06 09:00", "2023-11-06 10:30", 1.5),
    ("2023-11-06 11:30", "2023-11-06 15:00", 1.0),  # the lunch break
    ("2023-11-10 17:30", "2023-11-13 09:00", 1.5),  # the weekend
    ("2023-11-11 10:00", "2023-11-12 10:00", 0.0),  # a weekend and nothing else
    ("2023-11-06 20:00", "2023-11-07 08:00", 0.0),  # the night
    ("2023-11-06 08:30", "2023-11-07 18:30", 15.0),  # two whole days
    ("2023-12-29 17:30", "2024-01-02 09:30", 2.0),  # New Year's Day lies between
    ("2024-02-08 18:00", "2024-02-18 09:00", 8.5),  # the Spring Festival; the 9th is worked, and so is Sunday the 18th
]


@pytest.mark.slow
def test_only_office_hours_are_counted(as_: As, moment: TestClock) -> None:
    """Each case in a village of its own."""
    for number, (entered, decided, hours) in enumerate(HOURS):
        village = f"6401041002{number:02}"
        item = _submitted(as_, moment, entered, village=village)
        moment.set(decided)
        decide(as_, item)
        row = _times(as_, decided[:7], decided[:7], village)["secrecy"]
        assert row == {"count": 1, "mean_working_hours": hours, "p50": hours, "p90": hours, "returned": 0}, entered


def test_each_stage_is_timed_from_when_it_was_entered(as_: As, moment: TestClock) -> None:
    item = _submitted(as_, moment, "2023-11-06 09:00")
    for when in ("2023-11-06 10:00", "2023-11-06 15:00", "2023-11-07 09:00"):
        moment.set(when)
        item = decide(as_, item)
    times = _times(as_)
    assert {stage: row["mean_working_hours"] for stage, row in times.items()} == {
        "secrecy": 1.0,
        "office": 2.5,
        "leader": 4.0,
    }


@pytest.mark.slow
def test_percentiles_are_of_the_nearest_rank_and_returns_are_counted(as_: As, moment: TestClock) -> None:
    for minutes, outcome in zip((10, 20, 30, 40, 120), ["approve"] * 3 + ["return"] * 2, strict=True):
        item = _submitted(as_, moment, "2023-11-06 09:00", title=f"{minutes} 分钟")
        moment.forward(minutes=minutes)
        decide(as_, item, outcome)
    assert _times(as_)["secrecy"] == {
        "count": 5,
        "mean_working_hours": 0.73,
        "p50": 0.5,
        "p90": 2.0,
        "returned": 2,
    }


def test_a_decision_belongs_to_the_month_it_was_made_in(as_: As, moment: TestClock) -> None:
    item = _submitted(as_, moment, "2023-11-30 18:00")
    moment.set("2023-12-01 09:00")
    decide(as_, item)
    assert _times(as_)["secrecy"]["count"] == 0
    assert _times(as_, "2023-12", "2023-12")["secrecy"]["mean_working_hours"] == 1.0
    assert _times(as_, "2023-11", "2023-12")["secrecy"]["count"] == 1


def test_who_may_ask(as_: As) -> None:
    span = "from=2023-11&to=2023-11"
    assert as_(f"uploader-{VILLAGE}").get(f"/statistics/review-times?division={VILLAGE}&{span}").status_code == 200
    assert as_(f"uploader-{VILLAGE}").get(f"/statistics/review-times?division={TOWNSHIP}&{span}").status_code == 404
    assert as_("daxin-admin").get(f"/statistics/review-times?division={TOWNSHIP}&{span}").status_code == 404
