"""The reminders of a report that is due: on which days, to whom, and no more once it is signed."""

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.clients import TestClock
from tests.journeys import As
from tests.reports.yearly import write
from villagepub.core import tenancy
from villagepub.jobs.schedules import SCHEDULES, run_due
from villagepub.reports.policy import due_date, is_day_to_remind


def _days(due_on: date, last: date) -> list[str]:
    days = (date(2024, 1, 1) + timedelta(days=number) for number in range((last - date(2024, 1, 1)).days + 1))
    return [f"{day:%m-%d}" for day in days if is_day_to_remind(day, 2023, due_on)]


def test_the_days_before_31_january() -> None:
    due_on = due_date(2023, None)
    assert due_on == date(2024, 1, 31)
    assert _days(due_on, due_on) == [
        *("01-01", "01-08", "01-15", "01-22", "01-24", "01-28", "01-29", "01-30", "01-31"),
    ]


def test_the_days_before_a_day_that_the_county_set() -> None:
    due_on = due_date(2023, date(2024, 1, 12))
    assert _days(due_on, due_on) == ["01-01", "01-05", "01-08", "01-09", "01-11", "01-12"]


def test_weekly_once_it_is_late_and_not_for_ever() -> None:
    due_on = date(2024, 1, 31)
    late = [day for day in _days(due_on, date(2024, 12, 31)) if day > "01-31"]
    assert (late[0], late[-1], len(late)) == ("02-07", "03-27", 8)


def _told(as_: As) -> list[str]:
    notices = as_("admin").get("/me/notices").json["data"]
    return [each["text"] for each in notices if each["kind"] == "report_due"]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2024-01-24 09:00", "须在2024年1月31日前公布，还有 7 天"),
        ("2024-01-31 09:00", "今天到期"),
        ("2024-02-07 09:00", "已逾期 7 天"),
        ("2024-01-23 09:00", None),
    ],
)
@pytest.mark.slow
def test_the_administrator_is_told(app: Flask, as_: As, moment: TestClock, now: str, words: str | None) -> None:
    moment.set(now)
    _remind(app)
    told = _told(as_)
    assert len(told) == (1 if words else 0)
    assert words is None or words in told[0]


@pytest.mark.slow
def test_a_date_that_was_set_moves_the_reminders(app: Flask, as_: As, moment: TestClock) -> None:
    moment.set("2024-01-16 09:00")
    write(as_("admin"), 2023, due_on="2024-01-17")
    _remind(app)
    assert ["还有 1 天" in text for text in _told(as_)] == [True]


def _remind(app: Flask) -> None:
    with app.app_context():
        run_due([schedule for schedule in SCHEDULES if schedule.name == "annual report"])
    assert not tenancy.is_announced()
