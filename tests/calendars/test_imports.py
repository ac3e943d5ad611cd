"""A year comes by the command, into the database that all processes read."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from tests.calendars.notices import NEXT, NINGXIA, notice, take_in
from tests.clients import TestClock
from tests.console import run, sql
from tests.engines import leave
from tests.journeys import TOWNSHIP, VILLAGE, As, draft
from villagepub import create_app
from villagepub.accounts import queries as accounts
from villagepub.calendars import operations
from villagepub.calendars.places import calendar_of
from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import NotFound
from villagepub.core.transactions import transaction
from villagepub.divisions import queries as divisions

EVENT = {"entry": "B02", "period": None, "event_on": "2026-12-30"}  # owed five working days later


def due(as_: As) -> tuple[str, bool]:
    """When the event's disclosure is owed, and whether that may still move."""
    duties = as_("admin").get("/duties", query_string={"division": VILLAGE, "period": EVENT["event_on"]}).json["data"]
    [found] = [each for each in duties if each["entry"] == EVENT["entry"]]
    return found["due_on"], found["due_is_provisional"]


def test_an_imported_year_counts_from_the_next_request_on(
    app: Flask, as_: As, moment: TestClock, tmp_path: Path
) -> None:
    moment.set("2026-12-30 09:00")
    draft(as_, **EVENT)
    assert due(as_) == ("2027-01-06", True)
    done = take_in(app, tmp_path, **NEXT)
    assert "已录入全国 2027 年第 1 版，涉及 2 个乡镇" in done.output
    assert due(as_) == ("2027-01-07", False)


@pytest.mark.slow
def test_another_process_sees_it_as_well(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    other = create_app(app.config["SETTINGS"])
    assert "没有 2027 年" in run(other, "calendar", "show", "2027").output
    take_in(app, tmp_path, **NEXT)
    assert "国办发明电〔2026〕某号" in run(other, "calendar", "show", "2027").output
    leave(other)


def test_who_imported_what_when_is_kept(app: Flask, as_: As, tmp_path: Path) -> None:
    take_in(app, tmp_path, **NEXT)
    row = sql(app, "SELECT region, year, edition, file_name, imported_by FROM calendar_edition")
    assert row == [("0" * 12, 2027, 1, "2027.yaml", "综合办公室")]
    entries = sql(app, "SELECT chain, data, digest FROM audit_entry WHERE action = 'calendar.imported' ORDER BY chain")
    assert [entry.chain for entry in entries] == [TOWNSHIP, "640104101000"]
    data = entries[0].data if isinstance(entries[0].data, dict) else json.loads(entries[0].data)
    assert data == {"region": "0" * 12, "year": 2027, "edition": 1, "notice": NEXT["notice"]}
    assert entries[0].digest.startswith("sm3:")
    shown = run(app, "calendar", "show", "2027").output
    assert "第 1 版，2023年11月6日 09:00由综合办公室从 2027.yaml 导入" in shown
    assert "放假：01-01、01-04" in shown
    assert "上班：01-02" in shown


def test_a_changed_year_is_a_new_edition_and_the_old_one_stays(app: Flask, tmp_path: Path) -> None:
    take_in(app, tmp_path, **NEXT)
    again = take_in(app, tmp_path, **NEXT)
    assert "没有变化" in again.output
    take_in(app, tmp_path, **(NEXT | {"notice": "更正的通知", "days_off": "[2027-01-01]"}))
    assert sql(app, "SELECT edition FROM calendar_edition ORDER BY edition") == [(1,), (2,)]
    now, before = run(app, "calendar", "show").output.splitlines()[-2:]
    assert now.startswith("2027 全国 更正的通知 第 2 版")
    assert before.startswith("  以前的：2027 全国 国办发明电〔2026〕某号 第 1 版")
    for statement in ("UPDATE calendar_edition SET edition = 3", "DELETE FROM calendar_edition"):
        with pytest.raises(DBAPIError, match="kept as written"):
            sql(app, statement)


def test_an_import_lies_over_the_shipped_file(app: Flask, as_: As, tmp_path: Path) -> None:
    """2023-11-07 becomes a day off, so the first stage of today ends on the 8th."""
    shipped = as_("admin").get("/calendars", query_string={"year": 2023}).json["years"][0]
    days = [*shipped["days_off"], "2023-11-07"]
    fields = {"year": "2023", "notice": "某号", "days_off": f"[{', '.join(days)}]", "days_worked": "[2023-01-28]"}
    take_in(app, tmp_path, **fields)
    found = as_("admin").get("/calendars", query_string={"year": 2023}).json["years"][0]
    assert (shipped["edition"], found["edition"]) == (0, 1)
    assert found["days_off"][-1] == "2023-11-07"
    shown = run(app, "calendar", "show", "2023").output
    assert "以前的：2023 全国 国办发明电〔2022〕16号 随程序安装" in shown


def test_importing_the_shipped_file_changes_nothing(app: Flask) -> None:
    file = app.config["SETTINGS"].calendars_dir / "640000000000" / "2023.yaml"
    done = run(app, "calendar", "import", file)
    assert (done.exit_code, done.output) == (0, "宁夏 2023 年与现用的完全相同，没有变化。\n")
    assert sql(app, "SELECT count(*) FROM calendar_edition") == [(0,)]


def test_a_regions_year_concerns_the_townships_below_it(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    moment.set("2026-11-26 09:00")
    nation = {"year": "2026", "notice": "宁政办发某号", "days_off": "[2026-11-27]", "days_worked": "[]"}
    assert "涉及 2 个乡镇" in take_in(app, tmp_path, **NINGXIA, **nation).output
    away = {"region": '"650000000000"', "name": "新疆", "holidays": "[肉孜节]"} | nation
    assert "新疆 2026 年第 1 版，涉及 0 个乡镇" in take_in(app, tmp_path, **away).output
    years = as_("admin").get("/calendars", query_string={"division": TOWNSHIP, "year": 2026}).json["years"]
    assert [(year["region"], year["name"]) for year in years] == [(None, ""), ("640000000000", "宁夏")]


def test_a_file_with_faults_is_refused_whole(app: Flask, tmp_path: Path) -> None:
    file = notice(tmp_path, **(NEXT | {"days_off": "[2026-12-31]", "notice": "''"}))
    done = run(app, "calendar", "import", file)
    assert done.exit_code == 2
    assert "工作日历 2027.yaml 的 days_off 须是日期列表" in done.output
    assert "工作日历 2027.yaml 缺少 notice" in done.output
    assert sql(app, "SELECT count(*) FROM calendar_edition") == [(0,)]


@pytest.mark.parametrize("username", ["admin", "leader", "auditor"])
def test_no_post_may_import(app: Flask, tmp_path: Path, username: str) -> None:
    data = notice(tmp_path, **NEXT).read_bytes()
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        person = accounts.find_person_by_username(username)
        assert person is not None
        with pytest.raises(NotFound):
            operations.import_year("2027.yaml", data, actor=accounts.actor_of(person), by="管理员")
    assert sql(app, "SELECT count(*) FROM calendar_edition") == [(0,)]


def test_what_was_rolled_back_counts_nowhere(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    moment.set("2026-12-30 09:00")
    draft(as_, **EVENT)
    data = notice(tmp_path, **NEXT).read_bytes()
    with app.app_context(), suppress(ZeroDivisionError), transaction(tenancy.EVERYWHERE):
        operations.import_year("2027.yaml", data, actor=Actor.system("tests"), by="综合办公室")
        township = divisions.get_township(TOWNSHIP)
        assert 2027 in calendar_of(township).years
        raise ZeroDivisionError
    assert due(as_) == ("2027-01-06", True)


def test_imports_at_once_are_editions_in_a_row(app: Flask, tmp_path: Path) -> None:
    notices = [f"通知{n}".encode() for n in range(4)]
    data = notice(tmp_path, **NEXT).read_bytes()

    def take(words: bytes) -> None:
        own = data.replace(NEXT["notice"].encode(), words)
        with app.app_context(), transaction(tenancy.EVERYWHERE):
            operations.import_year("2027.yaml", own, actor=Actor.system("tests"), by="综合办公室")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take, notices))
    assert sql(app, "SELECT edition FROM calendar_edition ORDER BY edition") == [(1,), (2,), (3,), (4,)]
