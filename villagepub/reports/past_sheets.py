"""Reading a past report from a workbook: cells are found by the form's labels, wherever they stand. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from villagepub.core.tabular import Cell, SheetCells
from villagepub.reports.form import Form, Table
from villagepub.reports.past_content import Fault

Json = dict[str, Any]
_LETTERS = 26
_HEADER_DEPTH = 3  # rows over which the headers of a table may be merged
_BLANK = ("", "未填报")
_TITLE = re.compile(r"\D*([0-9]{4})年(?:度)?政府信息公开工作年度报告(?:草稿)?")
_LONGEST_TITLE = 80


@dataclass
class Reading:
    """content: as ``PastReport`` keeps it; addresses: where in the workbook each field was found."""

    content: Json
    addresses: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_sheets(sheets: Sequence[SheetCells], form: Form, year: int) -> Reading:
    """Parts two, three and four, each where a sheet has it; a part that no sheet has is not stated.

    year: of the report; a workbook whose title names another one is a fault.
    """
    reading = Reading({"part_one": {}, "part_two": {}, "part_three": {}, "part_four": {}, "narrative": {}})
    for sheet in sheets:
        grid = _Grid(sheet)
        reading.faults += _faults_of_titles(grid, year)
        _read_second(grid, form, reading)
        _read_third(grid, form, reading)
        _read_fourth(grid, form, reading)
    if not any(reading.content.values()) and not reading.faults:
        reading.faults.append(Fault("file", "没有找到年度报告的表格，请保留官方格式的行标签和列标签。"))
    return reading


class _Grid:
    """A sheet's cells with their labels brought to one form."""

    def __init__(self, sheet: SheetCells) -> None:
        self.name = sheet.name
        self.cells = sheet.rows
        self.labels = [[_label(cell) for cell in row] for row in sheet.rows]

    def rows_with(self, label: str, times: int = 1) -> Iterator[int]:
        wanted = _label(label)
        return (number for number, row in enumerate(self.labels) if row.count(wanted) >= times)

    def column_of(self, label: str, lowest: int, highest: int) -> int | None:
        """The column in which a label stands in one of these rows, the lower ones first."""
        for row in range(lowest, max(highest, -1), -1):
            if _label(label) in self.labels[row]:
                return self.labels[row].index(_label(label))
        return None

    def value(self, row: int, column: int, reading: Reading, name: str, *, money: bool = False) -> Any:
        """The number in a cell, None for a blank one; the field's address is noted."""
        cell = self.cells[row][column] if column < len(self.cells[row]) else None
        reading.addresses[name] = f"工作表“{self.name}”{_letters(column)}{row + 1}"
        if cell is None or str(cell).strip() in _BLANK:
            return None
        text = str(cell).strip().replace(",", "")
        if money:
            return text
        return int(text) if re.fullmatch(r"-?[0-9]{1,12}", text) else text


def _faults_of_titles(grid: _Grid, year: int) -> Iterator[Fault]:
    """A cell that is a title and no more; a sentence may name the report of any year."""
    for number, row in enumerate(grid.labels):
        for column, label in enumerate(row):
            named = _TITLE.fullmatch(label) if len(label) <= _LONGEST_TITLE else None
            if named and int(named[1]) != year:
                cell = f"工作表“{grid.name}”{_letters(column)}{number + 1}"
                yield Fault("year", f"{cell}写的是 {named[1]} 年度的报告，与要导入的 {year} 年度不符，请核对。")


def _read_third(grid: _Grid, form: Form, reading: Reading) -> None:
    anchor = next(grid.rows_with("商业企业"), None)
    if anchor is None:
        return
    columns = {c.key: grid.column_of(c.label, anchor, anchor - _HEADER_DEPTH) for c in form.columns}
    missing = [column.label for column in form.columns if columns[column.key] is None]
    if missing:
        fault = f"工作表“{grid.name}”的第三部分缺少列标签：{'、'.join(missing)}，请补上。"
        reading.faults.append(Fault("part_three", fault))
        return
    found = _rows_by_label(grid, form, anchor + 1, min(column for column in columns.values() if column is not None))
    for row in form.rows:
        if row.key not in found:
            fault = f"工作表“{grid.name}”的第三部分没有找到“{row.full_label}”一行，请补上。"
            reading.faults.append(Fault(f"part_three.{row.key}", fault))
            continue
        reading.content["part_three"][row.key] = {
            key: grid.value(found[row.key], column, reading, f"part_three.{row.key}.{key}")
            for key, column in columns.items()
            if column is not None
        }


def _rows_by_label(grid: _Grid, form: Form, first: int, labels_end: int) -> Mapping[str, int]:
    """In which row of the sheet each row of part three stands; labels lie left of the numbers."""
    keys = {_label(row.label): row.key for row in form.rows}
    found: dict[str, int] = {}
    for number in range(first, len(grid.labels)):
        for label in grid.labels[number][:labels_end]:
            if label in keys:
                found.setdefault(keys[label], number)
    return found


def _read_fourth(grid: _Grid, form: Form, reading: Reading) -> None:
    first = form.outcomes[0]
    anchor = next(grid.rows_with(first, len(form.groups)), None)
    if anchor is None:
        return
    header = grid.labels[anchor]
    starts = [column for column, label in enumerate(header) if label == _label(first)]
    numbers = _first_row_with_numbers(grid, anchor + 1, starts)
    for start, end in zip(starts, [*starts[1:], len(header)], strict=True):
        group = _group_above(grid, form, anchor, start)
        if group is None or numbers is None:
            fault = f"工作表“{grid.name}”的第四部分在 {_letters(start)} 列没有组名或数字，请按官方格式填写。"
            reading.faults.append(Fault("part_four", fault))
            continue
        block = header[start:end]
        reading.content["part_four"][group] = [
            grid.value(numbers, start + block.index(_label(outcome)), reading, f"part_four.{group}.{outcome}")
            if _label(outcome) in block
            else None
            for outcome in form.outcomes
        ]


def _group_above(grid: _Grid, form: Form, anchor: int, start: int) -> str | None:
    """The group whose label stands above a block or to the left of it, the nearest one."""
    names = {_label(group.rpartition("/")[2]): group for group in form.groups}
    found = [
        (column, names[label])
        for row in grid.labels[max(anchor - _HEADER_DEPTH, 0) : anchor]
        for column, label in enumerate(row[: start + 1])
        if label in names
    ]
    return max(found)[1] if found else None


def _first_row_with_numbers(grid: _Grid, first: int, columns: Sequence[int]) -> int | None:
    for number in range(first, len(grid.cells)):
        row = grid.cells[number]
        if any(column < len(row) and row[column] is not None for column in columns):
            return number
    return None


def _read_second(grid: _Grid, form: Form, reading: Reading) -> None:
    tables = {_label(row): (row, table) for table in form.tables for row in table.rows}
    for anchor in grid.rows_with("信息内容"):
        labels_at = grid.labels[anchor].index(_label("信息内容"))
        for number in range(anchor + 1, len(grid.labels)):
            label = grid.labels[number][labels_at] if labels_at < len(grid.labels[number]) else ""
            if label not in tables:
                break
            row, table = tables[label]
            reading.content["part_two"][row] = _values_of(grid, table, row, anchor, number, reading)


def _values_of(grid: _Grid, table: Table, row: str, anchor: int, number: int, reading: Reading) -> list[Any]:
    values = []
    for label in table.columns:
        column = grid.column_of(label, anchor, anchor - 1)
        name = f"part_two.{row}.{label}"
        if column is None:
            fault = f"工作表“{grid.name}”第 {anchor + 1} 行缺少列标签“{label}”，请补上。"
            reading.faults.append(Fault(name, fault))
        values.append(grid.value(number, column, reading, name, money="金额" in label) if column is not None else None)
    return values


def _label(cell: Cell) -> str:
    """Letters and digits alone: blanks, breaks, quotation marks and brackets are written in many ways."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", str(cell))) if isinstance(cell, str) else ""


def _letters(column: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    before, last = divmod(column, _LETTERS)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)
