"""Until when an answer is owed: a table of days, and what a year that arrives makes of it."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from tests.calendars.notices import NEXT, take_in, work
from tests.clients import TestClock
from tests.conftest import ZHANGZHENG
from tests.console import run, sql
from tests.feedback.voices import judge, mine, say, write
from tests.journeys import As
from villagepub.setup.township_file import TownshipFileRefused, read_township_file

DUE = [  # received, due: ten working days later, the day of receipt not counted
    ("2023-11-06 09:00", "2023-11-20"),
    ("2023-11-06 23:59", "2023-11-20"),
    ("2023-11-10 09:00", "2023-11-24"),  # a Friday
    ("2023-11-11 10:00", "2023-11-24"),  # the Saturday after it
    ("2023-09-22 09:00", "2023-10-12"),  # over 中秋 and 国庆, and two weekends of which days are worked
    ("2023-12-25 09:00", "2024-01-09"),  # over New Year
    ("2024-02-05 09:00", "2024-02-23"),  # over 春节 of 2024, with the days worked instead
]


def edited(folder: Path, line: str) -> Path:
    """The sample township's file with this line in place of its own."""
    path = Path(shutil.copytree(ZHANGZHENG.parent, folder / "township")) / ZHANGZHENG.name
    text = path.read_text(encoding="utf-8")
    assert "feedback_days: 10" in text
    path.write_text(text.replace("feedback_days: 10", line, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(("received", "due"), DUE)
def test_the_last_day(as_: As, moment: TestClock, received: str, due: str) -> None:
    moment.set(received)
    for kind in ("question", "complaint"):
        asked = say(as_("auditor"), kind=kind, text=f"{kind} 的期限")
        assert (asked["due_on"], asked["due_is_provisional"]) == (due, False)


def test_nobody_waits_for_an_answer_to_praise(as_: As, moment: TestClock) -> None:
    praise = say(as_("auditor"), kind="praise")
    moment.set("2024-03-01 09:00")
    shown = as_("admin").get(f"/feedback/{praise['id']}").json
    assert (shown["due_on"], shown["is_overdue"]) == (None, False)
    assert judge(as_, write(as_, praise))["state"] == "answered"


def test_overdue_from_the_day_after(as_: As, moment: TestClock) -> None:
    asked = say(as_("auditor"))

    def overdue() -> list[str]:
        listed = as_("admin").get("/feedback?overdue=true").json["data"]
        assert all(each["is_overdue"] for each in listed)
        rest = as_("admin").get("/feedback?overdue=false").json["data"]
        assert len(listed) + len(rest) == 1
        return [each["id"] for each in listed]

    moment.set("2023-11-20 23:59")
    assert overdue() == []
    moment.set("2023-11-21 00:01")
    assert overdue() == [asked["id"]]
    written = write(as_, asked)
    assert overdue() == [asked["id"]]  # an answer that nobody let through is none
    judge(as_, written)
    assert overdue() == []


def test_a_provisional_day_is_nobodys_lateness_and_moves_when_the_year_arrives(
    app: Flask, as_: As, moment: TestClock, tmp_path: Path
) -> None:
    moment.set("2026-12-25 09:00")
    asked, answered = say(as_("auditor")), say(as_("leader"), text="水费什么时候收？")
    assert (asked["due_on"], asked["due_is_provisional"]) == ("2027-01-08", True)
    moment.set("2027-01-11 09:00")
    assert as_("admin").get("/feedback?overdue=true").json["data"] == []
    judge(as_, write(as_, answered))
    take_in(app, tmp_path, **NEXT)
    work(app)
    for by, each in (("auditor", asked), ("leader", answered)):  # 2 January is worked, 1 and 4 are off
        shown = mine(as_(by), each)
        assert (shown["due_on"], shown["due_is_provisional"]) == ("2027-01-11", False)
    moves = as_("admin").get("/calendars/moves").json["data"]
    assert {(each["subject"], each["moved_from"], each["moved_to"]) for each in moves} == {
        (each["id"], "2027-01-08", "2027-01-11") for each in (asked, answered)
    }
    noted = sql(app, "SELECT subject_id FROM audit_entry WHERE action = 'feedback.due_moved'")
    assert {row.subject_id for row in noted} == {asked["id"], answered["id"]}
    assert run(app, "audit", "verify").exit_code == 0


@pytest.mark.slow
def test_a_township_sets_its_own_days_and_running_clocks_keep_theirs(app: Flask, as_: As, tmp_path: Path) -> None:
    before = say(as_("auditor"))
    assert run(app, "township", "load", edited(tmp_path, "feedback_days: 5"), "--demo").exit_code == 0
    after = say(as_("auditor"), text="新的期限")
    assert (before["due_on"], after["due_on"]) == ("2023-11-20", "2023-11-13")
    assert mine(as_("auditor"), before)["due_on"] == "2023-11-20"


@pytest.mark.parametrize(("line", "days"), [("feedback_days: 10", 10), ("feedback_days: 60", 60), ("", 10)])
def test_the_days_of_the_file(tmp_path: Path, line: str, days: int) -> None:
    assert read_township_file(edited(tmp_path, line), demo=True).rules.feedback_days == days


@pytest.mark.parametrize("line", ["feedback_days: 0", "feedback_days: 61", "feedback_days: 十天"])
def test_days_that_cannot_be(tmp_path: Path, line: str) -> None:
    with pytest.raises(TownshipFileRefused, match="feedback_days：须是 1 至 60 的整数"):
        read_township_file(edited(tmp_path, line), demo=True)
