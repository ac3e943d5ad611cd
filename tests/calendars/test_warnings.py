"""A year that is missing is said to the administrators and to the operator, from 1 December on."""

from pathlib import Path

import pytest
from flask import Flask

from tests.calendars.notices import NEXT, NINGXIA, night, take_in
from tests.clients import TestClock
from tests.console import run, sql
from tests.journeys import TOWNSHIP, VILLAGE, As

NATIONAL = "2027 年的放假通知未录入，涉及该年的期限都是暂定的。请取得通知，由系统管理员用 calendar import 录入。"


def told(as_: As, username: str = "admin") -> list[str]:
    notices = as_(username).get("/me/notices").json["data"]
    return sorted(each["text"] for each in notices if each["kind"] == "calendar")


def regional(folder: Path, app: Flask, *years: int) -> None:
    """The region's notices of these years, without a weekday off."""
    for year in years:
        fields = {"year": str(year), "notice": "宁政办发某号", "days_off": "[]", "days_worked": "[]"}
        take_in(app, folder, **NINGXIA, **fields)


@pytest.mark.slow
def test_the_next_year_is_missed_from_the_first_of_december(
    app: Flask, as_: As, moment: TestClock, tmp_path: Path
) -> None:
    regional(tmp_path, app, 2024, 2025, 2026, 2027)
    night(app, moment, "2026-11-30 08:45")
    assert told(as_) == []
    assert run(app, "calendar", "check").output == "放假通知齐全。\n"
    night(app, moment, "2026-12-01 08:45")
    assert told(as_) == told(as_, "daxin-admin") == [NATIONAL]
    found = run(app, "calendar", "check")
    assert (found.exit_code, found.output) == (1, NATIONAL + "\n")
    assert as_("leader").get("/calendars").json["warnings"] == [NATIONAL]


@pytest.mark.slow
def test_they_are_told_once(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    regional(tmp_path, app, 2024, 2025, 2026, 2027)
    for until in ("2026-12-01 08:45", "2026-12-02 08:45", "2027-01-05 08:45"):
        night(app, moment, until)
    assert told(as_) == [NATIONAL]
    assert sql(app, "SELECT count(*) FROM calendar_warning") == [(2,)]


@pytest.mark.slow
def test_nobody_is_told_of_a_year_that_came_in_time(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    regional(tmp_path, app, 2024, 2025, 2026, 2027)
    take_in(app, tmp_path, **NEXT)
    night(app, moment, "2026-12-01 08:45")
    assert told(as_) == []
    assert run(app, "calendar", "check").exit_code == 0


@pytest.mark.slow
def test_the_regions_year_is_missed_too(app: Flask, as_: As, moment: TestClock) -> None:
    night(app, moment, "2025-03-01 08:45")
    [sentence] = told(as_)
    assert sentence.startswith("宁夏 2025 年开斋节、古尔邦节放假通知未录入，涉及该年的期限按全国安排计算")
    moment.set("2025-12-01 09:00")
    lines = run(app, "calendar", "check").output.splitlines()
    assert [line[:7] for line in lines] == ["宁夏 2024", "宁夏 2025", "宁夏 2026"]
    shown = as_(f"uploader-{VILLAGE}").get("/calendars", query_string={"division": VILLAGE}).json
    assert shown["warnings"] == lines
    night(app, moment, "2025-12-02 08:45")
    assert [sentence[:7] for sentence in told(as_)] == ["宁夏 2025", "宁夏 2026"]


@pytest.mark.slow
def test_while_nobody_holds_the_post_nobody_counts_as_told(app: Flask, as_: As, moment: TestClock) -> None:
    admin = sql(app, "SELECT id FROM post WHERE key = 'administrator' AND division = :d", d=TOWNSHIP)[0].id
    ended = "2024-01-01 00:00:00.000000"
    sql(app, "UPDATE appointment SET until_at = :ended WHERE post_id = :post", ended=ended, post=admin)
    night(app, moment, "2024-03-01 08:45")
    assert sql(app, "SELECT township FROM calendar_warning") == [("640104101000",)]


@pytest.mark.parametrize(
    ("username", "division", "status"),
    [
        ("admin", TOWNSHIP, 200),
        (f"uploader-{VILLAGE}", VILLAGE, 200),
        (f"uploader-{VILLAGE}", TOWNSHIP, 404),
        ("daxin-admin", TOWNSHIP, 404),
        ("admin", "640104999000", 404),
    ],
)
def test_whose_calendar_is_shown_to_whom(as_: As, username: str, division: str, status: int) -> None:
    assert as_(username).get("/calendars", query_string={"division": division}).status_code == status


def test_the_calendar_as_it_is_shown(as_: As) -> None:
    shown = as_("admin").get("/calendars", query_string={"division": TOWNSHIP, "year": 2023}).json
    nation, region = shown["years"]
    assert (nation["notice"], nation["region"], nation["edition"]) == ("国办发明电〔2022〕16号", None, 0)
    assert nation["days_worked"][:2] == ["2023-01-28", "2023-01-29"]
    assert (region["region"], region["name"], region["holidays"]) == ("640000000000", "宁夏", ["开斋节", "古尔邦节"])
    assert region["days_off"] == ["2023-06-29", "2023-06-30"]
    assert "二手" in region["source"]
    assert (shown["own_days"], shown["warnings"]) == ([], [])
    everything = as_("admin").get("/calendars").json
    assert [year["year"] for year in everything["years"]] == list(range(2019, 2027))
    assert everything["edition"] != shown["edition"]
