"""The annual report as a workbook: a sheet a part with the form's merges, every number a number."""

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeGuard

import xlsxwriter

from villagepub.core.tabular.cells import EXACT_NUMBERS
from villagepub.core.tabular.csv_writing import printable
from villagepub.reports.outputs.grids import Box, Grid, Json, placed
from villagepub.reports.outputs.printed import DRAFT, Part, Printed, is_final, printed
from villagepub.reports.outputs.sources import sources_of

_CREATED = datetime(2020, 1, 1, tzinfo=UTC)  # always the same, so that the same content gives the same bytes
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_A4 = 9
_LONGEST_CELL = 32_767
_LINE, _HIGHEST_ROW = 16, 409  # points
_FIRST_ROW = 2  # below the title and the marks
_WIDTHS_TWO = (24, 20, 20, 20)
_WIDTHS_THREE = (9, 17, 36, *[10] * 7)
_WIDTHS_FOUR = [9] * 15
_OUTCOMES = {True: "符合", False: "不符", None: "未填报，无法核对"}

Value = str | int | Decimal | None


def as_xlsx(report: Json) -> bytes:
    """The report as cells: numbers as numbers, what nobody entered as 未填报; the same report gives the same bytes."""
    words, stream = printed(report), io.BytesIO()
    book = _Book(stream, words.marks)
    book.table("报告", "".join(words.title), ("项目", "内容"), _cover(report, words), (20, 80))
    book.texts(words.one)
    book.grid(words.two, _WIDTHS_TWO)
    book.grid(words.three, _WIDTHS_THREE)
    book.grid(words.four, _WIDTHS_FOUR)
    book.texts(words.five)
    book.texts(words.six)
    book.table(
        "勾稽关系",
        "勾稽关系",
        ("编号", "规则", "范围", "结果", "核对情况", "说明"),
        _checks(report),
        (8, 34, 30, 18, 50, 30),
    )
    book.table("数字来源", "数字来源", ("项目", "数", "统计时间", "查询地址"), _sources(report), (60, 14, 28, 90))
    if words.not_entered:
        rows = ((each.label, each.remedy) for each in words.not_entered)
        book.table("未填报", "定稿前须补齐的项目", ("项目", "补齐的办法"), rows, (40, 80))
    if words.changes:
        changes = ((each.label, each.before, each.after) for each in words.changes)
        book.table("修订", f"修订原因：{words.reason}", ("项目", "修订前", "修订后"), changes, (40, 50, 50))
    book.close()
    return stream.getvalue()


def _cover(report: Json, words: Printed) -> Iterator[tuple[Value, ...]]:
    yield "区划代码", report["division"]
    yield "年度", report["year"]
    yield "统计期限", f"{report['period']['from']} 至 {report['period']['to']}"
    yield "发布机关", words.publisher
    yield "格式依据", report["basis"]
    yield "数据截至", report["as_of"]
    yield "状态", "已定稿" if is_final(report) else DRAFT
    yield "版本", report["revision"]
    yield "样例", report["sample"]
    yield "签发", report["signed_by"]
    yield "签发日期", report["signed_on"]
    yield "定稿时间", report["finalised_at"]
    yield "内容摘要", report["digest"]
    yield "前言", "\n".join(words.preface)


def _checks(report: Json) -> Iterator[tuple[Value, ...]]:
    for each in report["checks"]:
        yield each["id"], each["rule"], each["scope"], _OUTCOMES[each["passed"]], each["detail"], each["reason"]


def _sources(report: Json) -> Iterator[tuple[Value, ...]]:
    for each in sources_of(report):
        yield each.label, each.text if each.value is None else each.value, each.as_of, "\n".join(each.paths)


class _Book:
    """Writes sheets that print on A4, each with its title and the marks of the report above its cells."""

    def __init__(self, stream: io.BytesIO, marks: Sequence[str]) -> None:
        self._book = xlsxwriter.Workbook(stream, _OPTIONS)
        self._book.set_properties({"created": _CREATED})
        self._marks = "　".join(marks)
        self._title = self._book.add_format({"bold": True, "font_size": 14, "valign": "vcenter"})
        self._mark = self._book.add_format({"bold": True, "font_color": "#B00000"})
        centred = {"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        self._head = self._book.add_format(centred | {"bold": True, "bg_color": "#E7E6E6"})
        self._text = self._book.add_format({"border": 1, "valign": "vcenter", "text_wrap": True, "num_format": "@"})
        self._group = self._book.add_format(centred)
        self._missing = self._book.add_format(centred | {"font_color": "#B00000", "num_format": "@"})
        self._numbers = {
            places: self._book.add_format(centred | {"num_format": f"0.{'0' * places}" if places else "0"})
            for places in range(5)
        }

    def close(self) -> None:
        self._book.close()

    def grid(self, grid: Grid, widths: Sequence[float]) -> None:
        """A table of the form, with its merges."""
        page = self._page(grid.title, grid.title, widths, repeat=grid.head_rows)
        for row, boxes in enumerate(placed(grid), _FIRST_ROW):
            lone = [(box.text, sum(widths[at : at + box.columns])) for at, box in boxes if box.rows == 1]
            page.set_row(row, _height(lone))
            for column, box in boxes:
                self._box(page, row, column, box)
        page.freeze_panes(_FIRST_ROW + grid.head_rows, 0)

    def table(
        self, name: str, title: str, head: Sequence[str], rows: Iterable[Sequence[Value]], widths: Sequence[float]
    ) -> None:
        """A list with one header row."""
        page = self._page(name, title, widths, repeat=1)
        for column, text in enumerate(head):
            page.write_string(_FIRST_ROW, column, text, self._head)
        for row, cells in enumerate(rows, _FIRST_ROW + 1):
            page.set_row(row, _height([(str(cell), width) for cell, width in zip(cells, widths, strict=True)]))
            for column, cell in enumerate(cells):
                self._value(page, row, column, cell, self._text)
        page.freeze_panes(_FIRST_ROW + 1, 0)

    def texts(self, part: Part) -> None:
        """The paragraphs of a part, each in its own row; one too long for a cell goes on in the next."""
        pieces = (
            (section.head if first == 0 else "", paragraph[start : start + _LONGEST_CELL])
            for section in part.sections
            for first, paragraph in enumerate(section.paragraphs)
            for start in range(0, len(paragraph), _LONGEST_CELL)
        )
        self.table(part.title, part.title, ("小标题", "文字"), pieces, (28, 100))

    def _page(self, name: str, title: str, widths: Sequence[float], *, repeat: int) -> "xlsxwriter.worksheet.Worksheet":
        page = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.set_row(0, 26)
        page.write_string(0, 0, title[:_LONGEST_CELL], self._title)
        page.write_string(1, 0, self._marks[:_LONGEST_CELL], self._mark)
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.set_footer("&C第 &P 页，共 &N 页")
        if repeat:
            page.repeat_rows(_FIRST_ROW, _FIRST_ROW + repeat - 1)
        return page

    def _box(self, page: "xlsxwriter.worksheet.Worksheet", row: int, column: int, box: Box) -> None:
        if box.kind == "number":
            look = self._missing
        else:
            look = self._head if box.kind == "head" else self._group if box.rows > 1 else self._text
        value: Value = box.text if box.value is None else box.value
        if box.rows > 1 or box.columns > 1:
            page.merge_range(row, column, row + box.rows - 1, column + box.columns - 1, "", self._look_of(value, look))
        self._value(page, row, column, value, look)

    def _value(self, page: "xlsxwriter.worksheet.Worksheet", row: int, column: int, value: Value, look: object) -> None:
        if value is None:
            page.write_blank(row, column, None, look)
        elif _is_number(value):
            page.write_number(row, column, value, self._look_of(value, look))
        else:
            page.write_string(row, column, printable(str(value))[:_LONGEST_CELL], look)

    def _look_of(self, value: Value, otherwise: object) -> object:
        """Money keeps the places that it was written with."""
        if not _is_number(value):
            return otherwise
        _, _, fraction = f"{value:f}".partition(".") if isinstance(value, Decimal) else ("", "", "")
        return self._numbers[min(len(fraction), 4)]


def _height(cells: Iterable[tuple[str, float]]) -> float:
    """Points for a row whose cells are wrapped, each given with its width; no program fits merged cells by itself."""
    lines = [sum(max(1, math.ceil(_width(line) / width)) for line in text.split("\n")) for text, width in cells if text]
    return float(min(_LINE * max(lines, default=1), _HIGHEST_ROW))


def _width(text: str) -> float:
    """In the width of a digit, of which a Chinese character takes two."""
    return sum(1.1 if sign.isascii() else 2.2 for sign in text)


def _is_number(value: Value) -> TypeGuard[int | Decimal]:
    """Whether Excel, which keeps 15 digits, shows it unchanged."""
    return isinstance(value, int | Decimal) and -EXACT_NUMBERS < value < EXACT_NUMBERS
