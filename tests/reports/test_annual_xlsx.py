"""The annual report as a workbook: the form's merges, numbers that are numbers, and where each comes from."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from config.base import PROJECT
from tests.reports import annual_reports, form_layout
from tests.reports.form_layout import Cell
from villagepub.core.tabular import read_workbook
from villagepub.reports.form import load_form
from villagepub.reports.outputs.workbook import as_xlsx
from villagepub.reports.past_sheets import read_sheets

FIRST_ROW = 3  # below the title and the marks, as openpyxl counts
PARTS = annual_reports.FORM["parts"]


def _book(report: Any) -> Any:
    return load_workbook(io.BytesIO(as_xlsx(report)))


@pytest.fixture(scope="module")
def book() -> Any:
    return _book(annual_reports.final())


def _cells(sheet: Any) -> set[Cell]:
    extents = {(each.min_row, each.min_col): each for each in sheet.merged_cells.ranges}
    found = set()
    for row in sheet.iter_rows(min_row=FIRST_ROW):
        for cell in row:
            if cell.value is not None:
                extent = extents.get((cell.row, cell.column))
                size = (extent.size["rows"], extent.size["columns"]) if extent else (1, 1)
                text = f"{cell.value:.2f}" if isinstance(cell.value, float) else str(cell.value)
                found.add((cell.row - FIRST_ROW, cell.column - 1, *size, text))
    return found


@pytest.mark.parametrize(
    ("part", "layout"), [(1, form_layout.TWO), (2, form_layout.THREE), (3, form_layout.FOUR)], ids=PARTS[1:4]
)
def test_a_sheet_has_the_merges_labels_and_numbers_of_the_form(book: Any, part: int, layout: set[Cell]) -> None:
    assert _cells(book[PARTS[part]]) == layout


def test_numbers_are_numbers_and_what_is_not_entered_is_text() -> None:
    for report, kind in ((annual_reports.final(), int), (annual_reports.draft(), str)):
        sheet = _book(report)[PARTS[2]]
        numbers = [cell.value for row in sheet.iter_rows(min_row=FIRST_ROW + 3, min_col=4) for cell in row]
        assert len(numbers) == 175
        assert {type(each) for each in numbers} == {kind}
    assert set(numbers) == {"未填报"}
    money = _book(annual_reports.final())[PARTS[1]].cell(FIRST_ROW + 13, 2)
    assert (money.value, money.number_format) == (30.5, "0.00")


def test_every_sheet_prints_on_a4_and_every_part_has_one(book: Any) -> None:
    assert [name for name in book.sheetnames if name in PARTS] == PARTS
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.freeze_panes


def test_each_figure_names_where_its_rows_are(book: Any) -> None:
    rows = {row[0]: row[1:] for row in book["数字来源"].iter_rows(min_row=FIRST_ROW + 1, values_only=True)}
    assert rows["政府网站"][0] == 117
    assert rows["政府网站"][2] == "/api/v1/ledgers/channel-posts?channel=website&year=2023"
    assert rows["微博投诉回复率"][0] == "100%"
    assert rows["（一）予以公开·自然人"][0] == 301


def test_checks_are_listed_with_their_outcome() -> None:
    sheet = _book(annual_reports.draft())["勾稽关系"]
    rows = {row[0]: row[1:] for row in sheet.iter_rows(min_row=FIRST_ROW + 1, values_only=True)}
    assert set(rows) == {f"F{number}" for number in range(1, 10)}
    assert [rows[each][2] for each in ("F1", "F2", "F3")] == ["不符", "未填报，无法核对", "符合"]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://a.example")', "+1", "@SUM(1)", "http://a.example", "\x00\x0ba"])
def test_what_people_write_is_never_a_formula_or_a_link(text: str) -> None:
    book = _book(annual_reports.hostile(text))
    for sheet in book:
        for row in sheet.iter_rows():
            assert not [cell for cell in row if cell.data_type == "f" or cell.hyperlink]
    assert book[PARTS[4]].cell(FIRST_ROW + 1, 2).value == text.replace("\x00", "").replace("\x0b", "")


def test_a_text_too_long_for_a_cell_goes_on_in_the_next() -> None:
    report = annual_reports.final()
    report["part_five"]["problems"] = "长" * 70_000
    sheet = _book(report)[PARTS[4]]
    texts = [row[1] or "" for row in sheet.iter_rows(min_row=FIRST_ROW + 1, values_only=True)]
    assert "".join(texts).count("长") == 70_000


def test_the_workbook_can_be_read_in_again_by_its_labels() -> None:
    form = load_form(PROJECT / "config" / "reports" / "annual-form.json")
    report = annual_reports.final()
    reading = read_sheets(read_workbook(as_xlsx(report)), form, report["year"])
    assert reading.faults == []
    assert reading.content["part_two"]["行政规范性文件"] == [24, 25, 26]
    assert reading.content["part_three"]["r05"]["research"] == 503
    assert reading.content["part_four"]["行政诉讼/复议后起诉"] == [9031, 9032, 9033, 9034, 9035]
    draft = annual_reports.draft()
    blank = read_sheets(read_workbook(as_xlsx(draft)), form, draft["year"])
    assert set(blank.content["part_three"]["r24"].values()) == {None}
