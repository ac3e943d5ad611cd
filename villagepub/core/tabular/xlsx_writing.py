"""Workbooks with typed cells, a frozen header and a print set-up, written in constant memory."""

import io
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Literal

import xlsxwriter

from villagepub.core import clock
from villagepub.core.tabular.cells import EXACT_NUMBERS, Cell
from villagepub.core.tabular.csv_writing import plain, printable

ColumnKind = Literal["text", "integer", "decimal", "amount", "date", "datetime"]


@dataclass(frozen=True)
class Column:
    """A column: its header, its width in characters, and what its cells are."""

    header: str
    width: float
    kind: ColumnKind = "text"


@dataclass(frozen=True)
class Sheet:
    """A sheet from the top down: title, header, rows, note. An empty title or note has no row."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    note: str = ""


_CREATED = datetime(2020, 1, 1, tzinfo=UTC)  # always the same, so that the same content gives the same bytes
_A4 = 9
_LONGEST_CELL = 32_767
_LAST_ROW = 1_048_576
_CUT = "……（内容过长，已截断）"
_NUMBER_FORMATS: dict[ColumnKind, str] = {
    "text": "@",
    "integer": "0",
    "decimal": "#,##0.00",
    "amount": "0.00####",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm:ss",
}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(stream: BinaryIO, sheets: Sequence[Sheet], folder: Path | None = None) -> None:
    """Write a workbook: one worksheet a sheet, cells typed, no formula and no link, ready to print on A4.

    Rows are taken one by one and not kept. A cell that does not fit its column's kind, a number that Excel
    would round (over 15 digits) and a day before 1900 are written as text. Instants are shown in
    Asia/Shanghai.
    folder: for the temporary files, which a process that is killed leaves behind; the system's when not given.
    Raises ValueError for more rows than a sheet can hold, for a row that does not fit its columns, and when
    there is no sheet; the stream is untouched then.
    """
    if not sheets:
        raise ValueError("工作簿至少要有一张表。")
    workbook = xlsxwriter.Workbook(stream, _OPTIONS | {"tmpdir": folder and str(folder)})
    workbook.set_properties({"created": _CREATED})
    try:
        _write_sheets(workbook, sheets)
    except BaseException:
        # closing removes the temporary files; nothing half-written reaches the caller
        workbook.filename = io.BytesIO()
        workbook.close()
        raise
    workbook.close()


def _write_sheets(workbook: "xlsxwriter.Workbook", sheets: Sequence[Sheet]) -> None:
    names: set[str] = set()
    for sheet in sheets:
        name = _sheet_name(sheet.name, names)
        names.add(name.lower())
        _SheetWriter(workbook, name, sheet).write()


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel accepts: 31 characters at most, without ``[]:*?/\\``, different from the others."""
    name = re.sub(r"[\[\]:*?/\\]", "-", printable(wanted)).strip("' ")[:31].strip("' ") or "Sheet"
    for number in range(2, len(taken) + 3):
        if name.lower() not in taken:
            break
        suffix = f" ({number})"
        name = name[: 31 - len(suffix)] + suffix
    return name


class _SheetWriter:
    """Writes one sheet from the top down, which ``constant_memory`` demands."""

    def __init__(self, workbook: "xlsxwriter.Workbook", name: str, sheet: Sheet) -> None:
        self._sheet = sheet
        self._page = workbook.add_worksheet(name)
        self._title = workbook.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        self._header = workbook.add_format(
            {
                "bold": True,
                "border": 1,
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
                "bg_color": "#E7E6E6",
            }
        )
        self._note = workbook.add_format({"text_wrap": True, "valign": "top", "font_size": 9})
        self._cells = {
            kind: workbook.add_format(
                {"num_format": code, "border": 1, "valign": "vcenter", "text_wrap": kind == "text"}
            )
            for kind, code in _NUMBER_FORMATS.items()
        }
        self._last_column = max(len(sheet.columns) - 1, 0)

    def write(self) -> None:
        header_row = 1 if self._sheet.title else 0
        self._set_up_columns()
        if self._sheet.title:
            self._page.set_row(0, 30)
            self._across(0, self._sheet.title, self._title)
        for index, column in enumerate(self._sheet.columns):
            self._text(header_row, index, column.header, self._header)
        last = self._write_rows(header_row)
        if self._sheet.note:
            self._across(last + 1, self._sheet.note, self._note)
        self._page.freeze_panes(header_row + 1, 0)
        self._page.autofilter(header_row, 0, last, self._last_column)
        self._set_up_print(header_row)

    def _set_up_columns(self) -> None:
        for index, column in enumerate(self._sheet.columns):
            self._page.set_column(index, index, column.width)

    def _set_up_print(self, header_row: int) -> None:
        self._page.set_landscape()
        self._page.set_paper(_A4)
        self._page.fit_to_pages(1, 0)
        self._page.repeat_rows(header_row)
        self._page.set_footer("&C第 &P 页，共 &N 页")

    def _write_rows(self, header_row: int) -> int:
        """Write every row; the index of the last one, or of the header when there is none."""
        number = header_row
        write_each = [self._writer_of(index, column.kind) for index, column in enumerate(self._sheet.columns)]
        for number, cells in enumerate(self._sheet.rows, start=header_row + 1):
            if number >= _LAST_ROW - 1:
                raise ValueError("数据超过 Excel 一张表的行数，请缩小导出范围，或改用 CSV 导出。")
            for write, cell in zip(write_each, cells, strict=True):
                write(number, cell)
        return number

    def _across(self, row: int, text: str, look: object) -> None:
        if self._last_column:
            self._page.merge_range(row, 0, row, self._last_column, "", look)
        self._text(row, 0, text, look)

    def _writer_of(self, index: int, kind: ColumnKind) -> Callable[[int, Cell], None]:
        """What writes the cells of one column: chosen once, because it runs for every row of a long sheet."""
        look, page = self._cells[kind], self._page
        is_number, is_day = kind in ("integer", "decimal", "amount"), kind in ("date", "datetime")

        def write(row: int, cell: Cell) -> None:
            if isinstance(cell, str):
                self._text(row, index, cell, look)
            elif cell is None:
                page.write_blank(row, index, None, look)
            elif is_number and _is_exact_number(cell):
                page.write_number(row, index, cell, look)
            elif is_day and isinstance(cell, date) and cell.year >= 1900:
                page.write_datetime(row, index, _wall_clock(cell), look)
            else:
                self._text(row, index, plain(cell), look)

        return write

    def _text(self, row: int, index: int, text: str, look: object) -> None:
        if not text.isprintable():
            text = printable(text)
        if len(text) > _LONGEST_CELL:
            text = text[: _LONGEST_CELL - len(_CUT)] + _CUT
        self._page.write_string(row, index, text, look)


def _is_exact_number(cell: Cell) -> bool:
    """Whether Excel, which keeps 15 digits, shows the number unchanged."""
    if type(cell) is int and abs(cell) < EXACT_NUMBERS:
        return True
    if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)):
        return False
    if isinstance(cell, float):
        return math.isfinite(cell)
    number = Decimal(cell)
    return number.is_finite() and len(number.normalize().as_tuple().digits) <= 15


def _wall_clock(cell: date) -> date:
    if isinstance(cell, datetime) and cell.tzinfo is not None:
        return clock.local(cell).replace(tzinfo=None)
    return cell
