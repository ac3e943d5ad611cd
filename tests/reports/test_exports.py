"""The monthly export as a spreadsheet gets it: the same numbers as the statistics, in cells that add up."""

import csv
import io
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.clients import TestClock
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, decide, draft, publish, submit

SPAN = f"division={TOWNSHIP}&from=2023-11&to=2023-12"
HEADERS = ["月份", "村代码", "村", "公开（净数）", "撤回", "更正", "提交", "退回", "不予公开", "应公开", "按期公开"]
COUNTS = ("published", "withdrawn", "corrected", "submitted", "returned", "refused", "due", "on_time")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def statistics(as_: As, moment: TestClock) -> list[list[Any]]:
    """The rows that the export must have, from a life with every column in it."""
    item = publish(as_)
    publish(as_, village=NEIGHBOUR)
    decide(as_, submit(as_, draft(as_)), "return")
    decide(as_, submit(as_, draft(as_)), "refuse")
    assert as_("admin").post(f"/disclosures/{item['id']}/withdraw", {"reason": "有误"}).status_code == 200
    moment.set("2023-12-08 09:00")
    publish(as_, period="2023-11")
    moment.set("2023-12-11 09:00")
    rows = as_("admin").get(f"/statistics/monthly?{SPAN}").json["data"]
    assert all(sum(row[name] for row in rows) for name in COUNTS if name != "corrected")
    return [[row["month"], row["village"], *(row[name] for name in COUNTS)] for row in rows]


@pytest.mark.slow
def test_the_csv_opens_in_a_spreadsheet_and_says_the_same(as_: As, statistics: list[list[Any]]) -> None:
    answer = as_("leader").get(f"/exports/monthly.csv?{SPAN}")
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = answer.data.decode("utf-8-sig").split("\r\n")
    assert lines[-1] == ""
    assert not any("\n" in line for line in lines)
    header, *rows = csv.reader(lines[:-1])
    assert header == HEADERS
    plain = [[month, village.strip('\t="'), *map(int, counts)] for month, village, _, *counts in rows]
    assert plain == statistics
    assert {row[2] for row in rows} >= {"洼路村", "五渡桥村"}


def test_the_file_has_its_chinese_name(as_: As) -> None:
    for ending in ("csv", "xlsx"):
        disposition = as_("leader").get(f"/exports/monthly.{ending}?{SPAN}").headers["Content-Disposition"]
        name = quote(f"掌政镇村务公开月报 2023-11 至 2023-12.{ending}", safe="")
        assert disposition == f"attachment; filename=\"file.{ending}\"; filename*=UTF-8''{name}"
        assert disposition.isascii()


def _sheet(data: bytes) -> Worksheet:
    [sheet] = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    return sheet


@pytest.mark.slow
def test_the_spreadsheet_has_typed_cells_that_add_up(as_: As, statistics: list[list[Any]]) -> None:
    answer = as_("leader").get(f"/exports/monthly.xlsx?{SPAN}")
    assert (answer.status_code, answer.content_type) == (200, XLSX)
    sheet = _sheet(answer.data)
    table = list(sheet.iter_rows())
    [head] = [number for number, row in enumerate(table) if [cell.value for cell in row] == HEADERS]
    rows = table[head + 1 : head + 1 + len(statistics)]
    assert [[row[0].value, row[1].value, *(cell.value for cell in row[3:])] for row in rows] == statistics
    for row in rows:
        assert [cell.data_type for cell in row] == ["s"] * 3 + ["n"] * 8
    assert not any(cell.data_type == "f" for row in table for cell in row)


def test_the_spreadsheet_can_be_read_and_printed_as_it_is(as_: As) -> None:
    sheet = _sheet(as_("leader").get(f"/exports/monthly.xlsx?{SPAN}").data)
    [head] = [row[0].row for row in sheet.iter_rows() if row[0].value == HEADERS[0]]
    assert sheet.freeze_panes == f"A{head + 1}"
    assert sheet.print_title_rows in (f"{head}:{head}", f"${head}:${head}", f"$1:${head}", f"1:{head}")
    assert sheet.page_setup.fitToHeight == 0  # as many pages as it takes, each as wide as the sheet
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert int(sheet.page_setup.paperSize) == 9  # A4
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert texts[0] == "掌政镇村务公开情况（2023-11 至 2023-12）"
    assert any("数据截至 2023-11-06 09:00" in text for text in texts)


def test_a_village_that_is_asked_for_alone_is_exported_alone(as_: As) -> None:
    data = as_("leader").get(f"/exports/monthly.csv?division={VILLAGE}&from=2023-11&to=2023-11").data
    assert len(data.decode("utf-8-sig").splitlines()) == 2


@pytest.mark.slow
def test_who_may_take_a_file_out(as_: As) -> None:
    for ending in ("csv", "xlsx"):
        path = f"/exports/monthly.{ending}?{SPAN}"
        for reader in ("admin", "auditor", "secrecy", "office-finance"):
            assert as_(reader).get(path).status_code == 200
        assert as_("daxin-admin").get(path).status_code == 404
        assert as_(f"uploader-{VILLAGE}").get(path).status_code == 404
        own = f"/exports/monthly.{ending}?division={VILLAGE}&from=2023-11&to=2023-11"
        assert as_(f"uploader-{VILLAGE}").get(own).status_code == 403
        assert as_("admin").get(f"/exports/monthly.{ending}?division={TOWNSHIP}").status_code == 422
