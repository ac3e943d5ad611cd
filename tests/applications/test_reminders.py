"""Who is told when, and that a date moves when a calendar arrives, with a row that says so."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests.applications.desk import APPLICANT, happen, read, register
from tests.calendars.notices import NINGXIA, take_in
from tests.clients import TestClock
from tests.console import run, sql
from tests.journeys import TOWNSHIP, As
from villagepub.applications import operations
from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import NotFound
from villagepub.core.transactions import transaction

YEARS = Path("config/calendars")


def _told(as_: As, by: str = "admin") -> list[str]:
    """The sentences, the oldest first."""
    notices = as_(by).get("/me/notices?limit=100").json["data"]
    return [notice["text"] for notice in reversed(notices) if notice["kind"] == "application_due"]


def _on(app: Flask, moment: TestClock, *days: str) -> None:
    for day in days:
        moment.set(f"{day} 08:00")
        done = run(app, "applications", "remind")
        assert done.exit_code == 0, done.output


def test_an_answer_is_reminded_of_before_and_after_its_day(app: Flask, as_: As, moment: TestClock) -> None:
    application = register(as_)
    happen(as_, application, "reasons_requested", "2023-11-06 08:59", request="请说明理由")
    _on(app, moment, "2023-11-24")
    said = len(_told(as_))
    _on(app, moment, "2023-11-27", "2023-11-28", "2023-11-30", "2023-12-01", "2023-12-04", "2023-12-05", "2023-12-06")
    assert [("立即" in text, application["number"] in text) for text in _told(as_)[said:]] == [
        (False, True),
        (False, True),
        (True, True),
    ]
    assert APPLICANT not in "".join(_told(as_))
    assert _told(as_, "leader") == _told(as_, "daxin-admin") == []


def test_one_that_ended_is_not_reminded_of(app: Flask, as_: As, moment: TestClock) -> None:
    answered, voided = register(as_), register(as_)
    happen(as_, answered, "answered", "2023-11-06 08:59", outcome="disclosed")
    as_("admin").post(f"/applications/{voided['id']}/void", {"reason": "重复登记"})
    _on(app, moment, "2023-12-01", "2023-12-20")
    assert _told(as_) == []


def test_a_date_that_moved_is_reminded_of_anew(app: Flask, as_: As, moment: TestClock) -> None:
    application = register(as_)
    _on(app, moment, "2023-12-01")
    before = len(_told(as_))
    approval = {"days": 5, "approved_by": "主要领导", "approved_on": "2023-12-01"}
    assert happen(as_, application, "extended", "2023-12-01 08:00", **approval)["due_on"] == "2023-12-11"
    _on(app, moment, "2023-12-04")
    assert len(_told(as_)) == before + 1


@pytest.mark.parametrize(
    ("kind", "fields", "soon", "lapsed", "word"),
    [
        ("correction_requested", {"request": "写明", "until": "2023-11-24"}, "2023-11-23", "2023-11-27", "补正"),
        ("third_party_asked", {"party": "样例户二"}, "2023-11-24", "2023-11-28", "第三方"),
        ("agency_asked", {"party": "自然资源局"}, "2023-11-24", "2023-11-28", "其他机关"),
        ("fee_notified", {"basis": "pages", "quantity": 31}, "2023-12-01", "2023-12-05", "缴费"),
    ],
)
def test_a_period_beside_it_is_told_before_and_after_it_lapses(
    app: Flask, as_: As, moment: TestClock, kind: str, fields: dict[str, object], soon: str, lapsed: str, word: str
) -> None:
    application = register(as_)
    happen(as_, application, kind, "2023-11-06 09:00", **fields)
    _on(app, moment, soon, soon, lapsed, lapsed)
    said = [text for text in _told(as_) if word in text and "告知补正" not in text]
    assert ["即将届满" in said[0], "已届满" in said[1], len(said)] == [True, True, 2]


@pytest.mark.slow
def test_the_worker_reminds_on_working_days(app: Flask, as_: As, moment: TestClock) -> None:
    register(as_)
    moment.set("2023-12-03 08:30")
    assert run(app, "worker", "--once").exit_code == 0
    assert _told(as_) == []
    moment.set("2023-12-04 08:30")
    assert run(app, "worker", "--once").exit_code == 0
    assert len(_told(as_)) == 1


def _calendars(folder: Path, *years: int) -> Path:
    folder.mkdir()
    for year in years:
        (folder / f"{year}.yaml").write_bytes((YEARS / f"{year}.yaml").read_bytes())
    return folder


def _recompute(app: Flask) -> int:
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        return operations.recompute_due(TOWNSHIP, actor=Actor.system("tests"))


def test_a_year_that_arrives_moves_provisional_dates_and_says_so(
    app: Flask, as_: As, moment: TestClock, tmp_path: Path
) -> None:
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, calendars_dir=_calendars(tmp_path / "old", 2023))
    moment.set("2024-01-03 09:00")
    crossing = register(as_, submitted_at="2023-12-29T09:00:00+08:00")
    assert (crossing["due_status"], crossing["due_on"], crossing["missing_years"]) == (
        "provisional",
        "2024-01-26",
        [2024],
    )
    answered = register(as_, submitted_at="2023-12-29T09:00:00+08:00")
    assert happen(as_, answered, "answered", "2024-01-02 09:00", outcome="disclosed")["on_time"] is None
    within = register(as_)

    assert _recompute(app) == 0
    app.config["SETTINGS"] = replace(before, calendars_dir=_calendars(tmp_path / "new", 2023, 2024))
    assert _recompute(app) == 3
    assert _recompute(app) == 0
    app.config["SETTINGS"] = before

    now = read(as_, crossing)
    assert (now["due_status"], now["due_on"], now["missing_years"]) == ("fixed", "2024-01-29", [])
    last = now["due_changes"][-1]
    assert (last["old_due_on"], last["new_due_on"], last["event"], last["reason"]) == (
        "2024-01-26",
        "2024-01-29",
        None,
        "工作日历更新",
    )
    assert last["edition"] == now["calendar_edition"] != crossing["calendar_edition"]
    [moved] = as_("admin").get(f"/calendars/moves?subject={crossing['id']}").json["data"]
    assert (moved["subject_type"], moved["division"]) == ("application", TOWNSHIP)
    assert (moved["moved_from"], moved["moved_to"], moved["edition"]) == ("2024-01-26", "2024-01-29", last["edition"])
    assert "2024-01-01（星期一）放假" in moved["reason"]
    assert as_("admin").get(f"/calendars/moves?subject={within['id']}").json["data"] == []
    assert read(as_, answered)["on_time"] is True
    assert [change["new_due_on"] for change in read(as_, within)["due_changes"]] == ["2023-12-04", "2023-12-04"]
    assert len(sql(app, "SELECT 1 FROM audit_entry WHERE action = 'application.due_recomputed'")) == 1


def test_what_is_late_by_the_nations_days_alone_is_not_called_late(
    app: Flask, as_: As, moment: TestClock, tmp_path: Path
) -> None:
    moment.set("2026-04-09 09:00")
    late, later, timely = (register(as_, submitted_at="2026-03-09T09:00:00+08:00") for _ in range(3))
    assert (late["due_on"], late["missing_years"], late["missing_regional_years"]) == ("2026-04-07", [], [2026])
    assert happen(as_, timely, "answered", "2026-04-07 09:00", outcome="disclosed")["on_time"] is True
    assert happen(as_, late, "answered", "2026-04-08 09:00", outcome="disclosed")["on_time"] is None
    assert happen(as_, later, "answered", "2026-04-09 09:00", outcome="disclosed")["on_time"] is None
    days = {"year": "2026", "notice": "宁政办发某号", "days_off": "[2026-03-20]", "days_worked": "[]"}
    take_in(app, tmp_path, **NINGXIA, **days)
    assert _recompute(app) == 3
    assert [read(as_, each)["on_time"] for each in (timely, late, later)] == [True, True, False]
    assert read(as_, late)["missing_regional_years"] == []


def test_nobody_without_the_post_computes_anew(app: Flask) -> None:
    stranger = Actor("0" * 26, "无岗位")
    with app.app_context(), transaction(tenancy.EVERYWHERE), pytest.raises(NotFound):
        operations.recompute_due(TOWNSHIP, actor=stranger)


def test_the_regions_days_are_shown_beside_the_nations(app: Flask, as_: As, moment: TestClock) -> None:
    sql(
        app,
        'UPDATE township SET regional_holidays = \'["2023-06-29", "2023-06-30"]\' WHERE code = :code',
        code=TOWNSHIP,
    )
    application = register(as_, submitted_at="2023-06-12T09:00:00+08:00")
    days = [date.fromisoformat(application[name]) for name in ("due_on", "national_due_on", "remind_on")]
    assert days == [date(2023, 7, 13), date(2023, 7, 11), date(2023, 7, 11)]


def test_one_that_was_not_confirmed_is_asked_for_once(app: Flask, as_: As, moment: TestClock) -> None:
    application = register(as_, channel="ordinary_mail")
    _on(app, moment, "2023-11-07", "2023-11-08")
    [told] = _told(as_)
    assert application["number"] in told
    assert "尚未与申请人确认收到" in told
