"""When a township's calendar changes, its stored due dates are computed again and what moved is written down."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from tests.calendars.notices import NEXT, NINGXIA, night, notice, take_in, waiting_at_the_office, work
from tests.clients import Client, TestClock
from tests.console import run, sql
from tests.journeys import TOWNSHIP, VILLAGE, As, Json, decide, draft, submit
from villagepub.calendars import operations
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.divisions.models import Township
from villagepub.extensions import db

OTHER_TOWNSHIP = "640104101000"


def show(as_: As, item: Json) -> Json:
    return dict(as_(f"uploader-{VILLAGE}").get(f"/disclosures/{item['id']}").json)


def moves(as_: As, **query: str) -> list[Json]:
    return list(as_("admin").get("/calendars/moves", query_string=query).json["data"])


def jobs(app: Flask) -> list[tuple[str, str]]:
    found = sql(app, "SELECT division, state FROM job WHERE kind = 'calendar.arrived' ORDER BY id")
    return [(row.division, row.state) for row in found]


def test_a_provisional_due_time_moves_when_the_year_arrives(
    app: Flask, as_: As, moment: TestClock, tmp_path: Path
) -> None:
    moment.set("2026-12-30 09:00")
    item = waiting_at_the_office(as_)
    assert item["due_at"] == "2027-01-04T18:30:00+08:00"
    take_in(app, tmp_path, **NEXT)
    assert jobs(app) == [(TOWNSHIP, "queued"), (OTHER_TOWNSHIP, "queued")]
    work(app)
    assert show(as_, item)["due_at"] == "2027-01-05T18:30:00+08:00"
    [queued] = as_("office-finance").get("/review/queue").json["data"]
    assert queued["due_at"] == "2027-01-05T18:30:00+08:00"
    [moved] = moves(as_)
    assert (moved["subject_type"], moved["division"]) == ("review_case", VILLAGE)
    assert (moved["moved_from"], moved["moved_to"]) == ("2027-01-04", "2027-01-05")
    assert moved["reason"] == (
        "2027-01-01（星期五）放假：国办发明电〔2026〕某号；2027-01-02（星期六）上班：国办发明电〔2026〕某号；"
        "2027-01-04（星期一）放假：国办发明电〔2026〕某号"
    )
    shown = as_("admin").get("/calendars", query_string={"division": TOWNSHIP}).json
    assert moved["edition"] == shown["edition"]


def test_every_move_has_its_audit_entry(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    moment.set("2026-12-30 09:00")
    item = waiting_at_the_office(as_)
    take_in(app, tmp_path, **NEXT)
    work(app)
    entries = as_("auditor").get("/audit", query_string={"subject": item["id"]}).json["data"]
    [entry] = [each for each in entries if each["action"] == "review.due_moved"]
    assert entry["data"] | {"stage": "office", "moved_from": "2027-01-04", "moved_to": "2027-01-05"} == entry["data"]
    assert run(app, "audit", "verify").exit_code == 0


@pytest.mark.slow
def test_what_does_not_depend_on_the_year_stays(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    open_case = waiting_at_the_office(as_)
    returned = decide(as_, submit(as_, draft(as_)), "return")
    referred = decide(as_, submit(as_, draft(as_)), "refer")
    moment.set("2026-12-01 09:00")
    before = [show(as_, item) for item in (open_case, returned, referred)]
    take_in(app, tmp_path, **NEXT)
    work(app)
    assert [show(as_, item) for item in (open_case, returned, referred)] == before
    assert moves(as_) == []


def test_hours_that_changed_meanwhile_move_nothing(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    item = waiting_at_the_office(as_)
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        db.session.get_one(Township, TOWNSHIP).working_hours = ["09:00-17:00"]
    take_in(app, tmp_path, **NEXT)
    work(app)
    assert show(as_, item)["due_at"] == item["due_at"]


def test_a_provisional_publicity_period_moves_and_is_fixed(
    app: Flask, as_: As, anybody: Client, moment: TestClock, tmp_path: Path
) -> None:
    moment.set("2026-12-30 09:00")
    event = {"entry": "A03", "period": None, "event_on": "2026-12-28"}
    item = decide(as_, submit(as_, draft(as_, **event)))
    item = decide(as_, decide(as_, item, by="office-party"))
    path = f"/public/disclosures/{item['id']}"
    first = anybody.get(path)
    assert (first.json["public_until"], first.json["public_until_is_provisional"]) == ("2027-01-06", True)
    moment.forward(minutes=5)
    take_in(app, tmp_path, **NEXT)
    work(app)
    again = anybody.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (again.json["public_until"], again.json["public_until_is_provisional"]) == ("2027-01-07", False)
    [moved] = moves(as_, subject=item["id"])
    assert (moved["subject_type"], moved["moved_from"], moved["moved_to"]) == (
        "publication",
        "2027-01-06",
        "2027-01-07",
    )


def test_a_regions_year_moves_what_said_that_it_was_missing(
    app: Flask, as_: As, moment: TestClock, tmp_path: Path
) -> None:
    moment.set("2024-04-08 09:00")
    item = waiting_at_the_office(as_)
    assert item["due_at"] == "2024-04-11T18:30:00+08:00"
    days = {"year": "2024", "notice": "宁政办发某号", "days_off": "[2024-04-10, 2024-04-11]", "days_worked": "[]"}
    take_in(app, tmp_path, **NINGXIA, **days)
    work(app)
    assert show(as_, item)["due_at"] == "2024-04-15T18:30:00+08:00"
    assert "宁夏，宁政办发某号" in moves(as_)[0]["reason"]


@pytest.mark.slow
def test_the_night_finds_a_file_that_an_upgrade_brought(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    moment.set("2026-12-30 09:00")
    item = waiting_at_the_office(as_)
    night(app, moment, "2026-12-31 04:15")
    assert show(as_, item)["due_at"] == item["due_at"]
    upgraded = tmp_path / "calendars"
    copytree(app.config["SETTINGS"].calendars_dir, upgraded)
    notice(upgraded, **(NEXT | {"days_worked": "[]"}))
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], calendars_dir=upgraded)
    night(app, moment, "2027-01-01 04:15")
    assert show(as_, item)["due_at"] == "2027-01-06T18:30:00+08:00"


@pytest.mark.slow
def test_a_calendar_that_was_seen_is_computed_by_once_more_and_then_left_alone(app: Flask, moment: TestClock) -> None:
    for until, expected in (("2023-11-07 04:15", 2), ("2023-11-08 04:14", 4), ("2023-11-09 04:15", 4)):
        night(app, moment, until)
        assert jobs(app) == [(TOWNSHIP, "done"), (OTHER_TOWNSHIP, "done")] * (expected // 2)


def test_one_township_does_not_hold_another_up(app: Flask, moment: TestClock) -> None:
    night(app, moment, "2023-11-07 04:15")
    moment.forward(days=10)
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        db.session.get_one(Township, TOWNSHIP).regional_holidays = ["2023-12-20"]
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        operations.queue_arrivals()
    assert jobs(app)[2:] == [(TOWNSHIP, "queued")]


def test_moves_of_other_townships_are_not_shown(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    moment.set("2026-12-30 09:00")
    waiting_at_the_office(as_)
    take_in(app, tmp_path, **NEXT)
    work(app)
    assert as_("daxin-admin").get("/calendars/moves").json["data"] == []
    assert as_("daxin-admin").get("/calendars/moves", query_string={"division": TOWNSHIP}).status_code == 404
    assert len(as_(f"uploader-{VILLAGE}").get("/calendars/moves").json["data"]) == 1


def test_a_move_is_kept_as_written(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    moment.set("2026-12-30 09:00")
    waiting_at_the_office(as_)
    take_in(app, tmp_path, **NEXT)
    work(app)
    for statement in ("UPDATE deadline_move SET reason = ''", "DELETE FROM deadline_move"):
        with pytest.raises(DBAPIError, match="kept as written"):
            sql(app, statement)
