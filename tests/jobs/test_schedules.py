"""Slots on the wall clock of Asia/Shanghai, and what is done in them."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask

from config.base import PROJECT
from tests.clients import TestClock
from tests.console import drop_triggers, run, sql
from tests.jobs.test_queue import side_by_side
from tests.jobs.workshop import TESTS, Workshop
from tests.journeys import TOWNSHIP, As, publish
from villagepub.core import clock
from villagepub.core.workdays import load_calendar
from villagepub.jobs import operations, schedules
from villagepub.jobs.registry import KINDS
from villagepub.jobs.schedules import SCHEDULES, Schedule, days_of_month, every_day, working_days

OTHER_TOWNSHIP = "640104101000"


def slot(days: schedules.Days, at: time, now: str, late: timedelta) -> str | None:
    moment = datetime.fromisoformat(now).replace(tzinfo=clock.SHANGHAI)
    calendar = load_calendar(PROJECT / "config" / "calendars")
    found = Schedule("test", days, at, lambda: None, late).latest_slot(moment, calendar)
    return found and f"{clock.local(found):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("days", "at", "now", "late", "expected"),
    [
        (every_day, time(2, 10), "2023-11-06 02:10", 1, "2023-11-06 02:10"),
        (every_day, time(2, 10), "2023-11-06 02:09", 1, "2023-11-05 02:10"),
        (working_days, time(8, 30), "2023-11-06 08:29", 4, "2023-11-03 08:30"),  # a Monday
        (working_days, time(8, 30), "2023-10-06 12:00", 9, "2023-09-28 08:30"),  # 国庆
        (working_days, time(8, 30), "2023-10-07 12:00", 1, "2023-10-07 08:30"),  # a Saturday that is worked
        (working_days, time(8, 30), "2023-10-06 12:00", 1, None),
        (days_of_month(5, 5), time(0, 10), "2023-11-06 09:00", 31, "2023-11-05 00:10"),
        (days_of_month(5, 5), time(0, 10), "2023-11-05 00:09", 31, "2023-10-05 00:10"),
        (days_of_month(5), time(0, 10), "2023-11-04 23:00", 1, None),
        (days_of_month(5), time(0, 10), "2023-11-30 23:00", 1, "2023-11-30 00:10"),
    ],
)
def test_the_latest_slot(days: schedules.Days, at: time, now: str, late: int, expected: str | None) -> None:
    assert slot(days, at, now, timedelta(days=late)) == expected


def test_however_many_look_at_once_a_slot_is_run_once(workshop: Workshop, moment: TestClock) -> None:
    table = [Schedule("test", every_day, time(8, 0), lambda: _queue_one())]

    def look() -> None:
        with workshop.app.app_context():
            schedules.run_due(table)

    side_by_side(8, look)
    assert workshop.states() == {"queued": 1}
    moment.forward(days=1)
    side_by_side(8, look)
    assert workshop.states() == {"queued": 2}


def _queue_one() -> None:
    operations.enqueue("effect", {}, actor=TESTS, division=TOWNSHIP)


def test_a_slot_that_went_wrong_is_run_again_and_holds_no_other_up(workshop: Workshop) -> None:
    faults = [ConnectionError()]

    def stumble() -> None:
        _queue_one()
        if faults:
            raise faults.pop()

    table = [Schedule("wrong", every_day, time(8, 0), stumble), Schedule("right", every_day, time(8, 0), _queue_one)]
    for expected in (1, 2, 2):
        with workshop.app.app_context():
            schedules.run_due(table)
        assert workshop.states() == {"queued": expected}


# --- the table itself -------------------------------------------------------------------------------------


def night(workshop: Workshop) -> None:
    """What the schedules want now, and the jobs that come of it."""
    with workshop.app.app_context():
        schedules.run_due(SCHEDULES)
    workshop.work(kinds=KINDS)


def closed(app: Flask) -> list[tuple[str, str]]:
    return sorted((row.township, row.month) for row in sql(app, "SELECT township, month FROM closing"))


@pytest.mark.slow
def test_last_month_is_closed_from_the_fifth_on_once(workshop: Workshop, moment: TestClock) -> None:
    moment.set("2023-12-04 23:00")
    night(workshop)
    assert closed(workshop.app) == []
    for day in ("05 00:15", "05 09:00", "06 00:15"):
        moment.set(f"2023-12-{day}")
        night(workshop)
        assert closed(workshop.app) == [(TOWNSHIP, "2023-11"), (OTHER_TOWNSHIP, "2023-11")]
    closings = sql(workshop.app, "SELECT state FROM job WHERE kind = 'statistics.close_month'")
    assert closings == [("done",), ("done",)]


@pytest.mark.slow
def test_a_total_that_is_wrong_reaches_the_administrator(workshop: Workshop, moment: TestClock, as_: As) -> None:
    publish(as_)
    sql(workshop.app, "UPDATE monthly_cell SET published = published + 1")
    moment.set("2023-11-07 02:15")
    night(workshop)
    [job] = as_("admin").get("/jobs?state=failed&kind=statistics.verify").json["data"]
    assert "统计数与重算不一致" in job["error"]
    assert job["result"]["differences"] >= 1
    assert as_("daxin-admin").get("/jobs?state=failed").json["data"] == []


def test_a_chain_that_was_tampered_with_reaches_the_administrator(
    workshop: Workshop, moment: TestClock, as_: As
) -> None:
    drop_triggers(workshop.app, "audit_entry")
    sql(workshop.app, "UPDATE audit_entry SET actor_name = '另一个人' WHERE seq = 2 AND chain = :c", c=TOWNSHIP)
    moment.set("2023-11-07 02:45")
    night(workshop)
    [job] = as_("admin").get("/jobs?state=failed&kind=audit.verify").json["data"]
    assert "第 2 条" in job["error"]
    assert as_("daxin-admin").get("/jobs?kind=audit.verify").json["data"][0]["state"] == "done"


def test_old_jobs_and_slots_are_forgotten_but_not_what_waits_for_a_person(
    workshop: Workshop, moment: TestClock
) -> None:
    workshop.queue("effect")
    workshop.queue("refused")
    workshop.work()
    moment.set("2024-03-01 04:00")
    with workshop.app.app_context():
        schedules.run_due([entry for entry in SCHEDULES if entry.name == "forget"])
    assert workshop.states() == {"failed": 1}


def test_the_command_does_what_is_due(app: Flask, moment: TestClock, tmp_path: Path) -> None:
    moment.set("2023-12-05 02:45")
    done = run(app, "worker", "--once")
    assert done.exit_code == 0, done.output
    assert closed(app) == [(TOWNSHIP, "2023-11"), (OTHER_TOWNSHIP, "2023-11")]
    assert sql(app, "SELECT state, count(*) FROM job GROUP BY state") == [("done", 6)]


@pytest.mark.slow
def test_on_a_feast_of_the_region_nobody_is_reminded(workshop: Workshop, moment: TestClock) -> None:
    """古尔邦节: days off in 宁夏 and working days elsewhere."""
    reminding = "SELECT count(*) FROM job WHERE kind IN ('notices.morning', 'applications.remind')"
    for now, count in (("2023-06-29 09:00", 0), ("2023-06-30 09:00", 0), ("2023-07-03 09:00", 4)):
        moment.set(now)
        night(workshop)
        assert sql(workshop.app, reminding) == [(count,)], now
