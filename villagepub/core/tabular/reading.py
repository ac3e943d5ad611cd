"""Reading distrusts the file: it is measured before it is opened, and what was measured is what is opened."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import time, timedelta
from itertools import chain
from pathlib import PurePath

from python_calamine import CalamineError, CalamineWorkbook

from villagepub.core.tabular.cells import EXACT_NUMBERS, Cell, Fault, Row, SheetCells, UnreadableTable, refusal
from villagepub.core.tabular.csv_writing import unguarded
from villagepub.core.tabular.intake import DAMAGED, LARGEST_FILE, MOST_ROWS, TOO_MANY_ROWS, inflated, measure, stored


def read_rows(name: str, data: bytes, *, columns: Mapping[str, str], may_lack: Collection[str] = ()) -> list[Row]:
    """The rows of a CSV or XLSX file, blank ones left out.

    name: the file's name; its extension says how to read it.
    data: the file. CSV is UTF-8 with or without BOM, or GB18030. Of a workbook the first sheet is read.
    columns: field name → Chinese header. Each must be in the first row, under either name, in any order.
    may_lack: those of them that need not be there.
    Text is stripped of blanks around it, and in CSV of the apostrophe that ``csv_lines`` puts before what looks
    like a formula. Raises UnreadableTable.
    """
    if len(data) > LARGEST_FILE:
        raise refusal("文件超过 10 MB，请分成几个文件上传。")
    lines = _reader_of(name)(data)
    header = next(lines, [])
    fields = _fields_of([_tidy(cell) for cell in header], columns, may_lack)
    rows, faults = [], list[Fault]()
    for number, cells in enumerate(lines, start=2):
        if number > MOST_ROWS + 1:
            raise refusal(TOO_MANY_ROWS)
        values = [_tidy(cell) for cell in cells]
        if any(value is not None for value in values):
            faults += _faults_of(number, values, fields)
            rows.append(_row(number, values, fields))
    if faults:
        raise UnreadableTable(faults)
    return rows


def read_workbook(data: bytes) -> list[SheetCells]:
    """Every worksheet of an XLSX file, for tables whose place is found by their labels. Raises UnreadableTable."""
    if len(data) > LARGEST_FILE:
        raise refusal("文件超过 10 MB，请只保留要导入的表格后再上传。")
    with _reading_workbooks():
        book = _workbook(data)
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    return [SheetCells(name, [[_tidy(cell) for cell in row] for row in rows]) for name, rows in sheets]


_Raw = Cell | time | timedelta


def _reader_of(name: str) -> "type[_CsvLines | _XlsxLines]":
    extension = PurePath(name).suffix.lower()
    if extension == ".csv":
        return _CsvLines
    if extension == ".xlsx":
        return _XlsxLines
    if extension == ".xls":
        raise refusal("不支持旧版 .xls，请在 Excel 或 WPS 中另存为 .xlsx 后再上传。")
    raise refusal("只能读取 .csv 和 .xlsx 文件，请另存为其中一种后再上传。")


def _tidy(value: _Raw) -> Cell:
    """A cell made handy: text stripped, blank as None, whole numbers as int, a time of day as text."""
    if isinstance(value, str):
        return value.strip().removeprefix("\ufeff").strip() or None
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_NUMBERS:
        return int(value)
    if isinstance(value, (time, timedelta)):
        return str(value)
    return value


def _fields_of(header: Sequence[Cell], columns: Mapping[str, str], may_lack: Collection[str]) -> list[str | None]:
    """The field of each column, None for a column without a header. Raises UnreadableTable."""
    if all(cell is None for cell in header):
        raise refusal(f"第 1 行没有表头，请在第 1 行填写：{'、'.join(columns.values())}。", line=1)
    known = {chinese: name for name, chinese in columns.items()} | {name: name for name in columns}
    fields = [None if cell is None else known.get(str(cell)) for cell in header]
    missing = "、".join(chinese for name, chinese in columns.items() if name not in fields)
    remedy = f"请改为缺少的表头（{missing}）或删去这一列" if missing else "请删去这一列"
    faults = [
        Fault(1, None, f"不认识的表头“{str(cell)[:30]}”，{remedy}。")
        for cell, name in zip(header, fields, strict=True)
        if cell is not None and name is None
    ]
    for name, chinese in columns.items():
        if name not in fields and name in may_lack:
            continue
        if name not in fields:
            faults.append(Fault(1, name, f"缺少表头“{chinese}”，请补上这一列。"))
        elif fields.count(name) > 1:
            faults.append(Fault(1, name, f"表头“{chinese}”重复，请只保留一列。"))
    if faults:
        raise UnreadableTable(faults)
    return fields


def _faults_of(line: int, values: Sequence[Cell], fields: Sequence[str | None]) -> Iterator[Fault]:
    for index, value in enumerate(values):
        name = fields[index] if index < len(fields) else None
        if value is not None and name is None:
            yield Fault(line, None, f"第 {index + 1} 列有内容但没有表头，请补上表头或删去这一格。")
        elif isinstance(value, float) and abs(value) >= EXACT_NUMBERS:
            yield Fault(line, name, "数字超过 15 位，Excel 已丢掉后面的数字，请把这一列设为“文本”后重新填写。")


def _row(line: int, values: Sequence[Cell], fields: Sequence[str | None]) -> Row:
    padded = chain(values, [None] * (len(fields) - len(values)))
    return Row(line, {name: value for name, value in zip(fields, padded, strict=False) if name is not None})


class _CsvLines(Iterator[Sequence[_Raw]]):
    """The records of a CSV file; a record with line breaks inside quotes counts once, as in Excel."""

    def __init__(self, data: bytes) -> None:
        if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise refusal("这是 Excel 文件，扩展名却是 .csv；请在 Excel 或 WPS 中另存为 CSV，或把扩展名改回 .xlsx。")
        self._records = csv.reader(io.StringIO(_decoded(data), newline=""), strict=True)
        self._line = 0

    def __next__(self) -> Sequence[_Raw]:
        self._line += 1
        try:
            return [unguarded(cell) for cell in next(self._records)]
        except csv.Error as error:
            message = f"第 {self._line} 行读不下去，请检查双引号是否成对、单元格是否过长。"
            raise refusal(message, line=self._line) from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise refusal("看不懂文件的编码，请在 Excel 或 WPS 中另存为“CSV UTF-8”后再上传。")


@contextmanager
def _reading_workbooks() -> Iterator[None]:
    """Whatever the reader of workbooks stumbles over is a damaged file."""
    try:
        yield
    except (CalamineError, ValueError, IndexError, OSError) as error:
        raise refusal(DAMAGED) from error


def _workbook(data: bytes) -> CalamineWorkbook:
    """Opened once it is measured. Raises UnreadableTable."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise refusal("文件设了密码或是旧版 .xls，请去掉密码并另存为 .xlsx 后再上传。")
    parts = inflated(data)
    measure(parts)
    return CalamineWorkbook.from_filelike(io.BytesIO(stored(parts)))


class _XlsxLines(Iterator[Sequence[_Raw]]):
    """The rows of the first sheet of a workbook, from row 1 and column A."""

    def __init__(self, data: bytes) -> None:
        with _reading_workbooks():
            cells = _workbook(data).get_sheet_by_index(0).to_python(skip_empty_area=False)
        self._rows: Iterator[Sequence[_Raw]] = iter(cells)

    def __next__(self) -> Sequence[_Raw]:
        return next(self._rows)
