"""Tables in files: reading what people send as CSV or XLSX, writing what they take away.

Reading distrusts the file: it is measured before it is opened, and what was measured is what is opened.
Writing distrusts the text: no cell becomes a formula in Excel or WPS.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import PurePath
from typing import BinaryIO, Literal
from xml.parsers import expat

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from villagepub.core import clock

Cell = str | int | float | Decimal | date | datetime | bool | None

LARGEST_FILE = 10 * 1024 * 1024
MOST_ROWS = 50_000  # below the header
MOST_COLUMNS = 200
MOST_FAULTS = 100  # reported at once
MOST_ENTRIES = 2_000
LARGEST_INFLATED = 100 * 1024 * 1024  # bytes of all entries together, and characters of all cells together
LARGEST_RATIO = 100  # inflated bytes for one byte of the file

_EXACT_NUMBERS = 10**15  # Excel keeps 15 digits


@dataclass(frozen=True)
class Row:
    """One row below the header.

    line: its number as Excel shows it, the header being 1.
    values: the cells by field name; blank is None. From CSV always text; from XLSX text, int, float, bool,
    date, or
        datetime without time zone as written in the file.
    """

    line: int
    values: dict[str, Cell]


@dataclass(frozen=True)
class Fault:
    """What is wrong, and what to do about it; ``line`` and ``field`` are None when it is the whole file."""

    line: int | None
    field: str | None
    message: str


class UnreadableTable(Exception):
    """A file that cannot be read as the table expected, with at most 100 faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("；".join(fault.message for fault in faults[:3]))
        self.faults = list(faults[:MOST_FAULTS])


def _refusal(message: str, *, line: int | None = None) -> UnreadableTable:
    return UnreadableTable([Fault(line, None, message)])


# --- reading ----------------------------------------------------------------------------------------------


def read_rows(name: str, data: bytes, *, columns: Mapping[str, str]) -> list[Row]:
    """The rows of a CSV or XLSX file, blank ones left out.

    name: the file's name; its extension says how to read it.
    data: the file. CSV is UTF-8 with or without BOM, or GB18030. Of a workbook the first sheet is read.
    columns: field name → Chinese header. Each must be in the first row, under either name, in any order.
    Text is stripped of blanks around it. Raises UnreadableTable.
    """
    if len(data) > LARGEST_FILE:
        raise _refusal("文件超过 10 MB，请分成几个文件上传。")
    lines = _reader_of(name)(data)
    header = next(lines, [])
    fields = _fields_of([_tidy(cell) for cell in header], columns)
    rows, faults = [], list[Fault]()
    for number, cells in enumerate(lines, start=2):
        if number > MOST_ROWS + 1:
            raise _refusal(_TOO_MANY_ROWS)
        values = [_tidy(cell) for cell in cells]
        if any(value is not None for value in values):
            faults += _faults_of(number, values, fields)
            rows.append(_row(number, values, fields))
    if faults:
        raise UnreadableTable(faults)
    return rows


_TOO_MANY_ROWS = "数据超过 50,000 行，请分成几个文件上传。"

_Raw = Cell | time | timedelta


def _reader_of(name: str) -> "type[_CsvLines | _XlsxLines]":
    extension = PurePath(name).suffix.lower()
    if extension == ".csv":
        return _CsvLines
    if extension == ".xlsx":
        return _XlsxLines
    if extension == ".xls":
        raise _refusal("不支持旧版 .xls，请在 Excel 或 WPS 中另存为 .xlsx 后再上传。")
    raise _refusal("只能读取 .csv 和 .xlsx 文件，请另存为其中一种后再上传。")


def _tidy(value: _Raw) -> Cell:
    """A cell made handy: text stripped, blank as None, whole numbers as int, a time of day as text."""
    if isinstance(value, str):
        return value.strip().removeprefix("\ufeff").strip() or None
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_NUMBERS:
        return int(value)
    if isinstance(value, (time, timedelta)):
        return str(value)
    return value


def _fields_of(header: Sequence[Cell], columns: Mapping[str, str]) -> list[str | None]:
    """The field of each column, None for a column without a header. Raises UnreadableTable."""
    if all(cell is None for cell in header):
        raise _refusal(f"第 1 行没有表头，请在第 1 行填写：{'、'.join(columns.values())}。", line=1)
    known = {chinese: name for name, chinese in columns.items()} | {name: name for name in columns}
    fields = [None if cell is None else known.get(str(cell)) for cell in header]
    faults = [
        Fault(1, None, f"不认识的表头“{str(cell)[:30]}”，请改为模板中的表头或删去这一列。")
        for cell, name in zip(header, fields, strict=True)
        if cell is not None and name is None
    ]
    for name, chinese in columns.items():
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
        elif isinstance(value, float) and abs(value) >= _EXACT_NUMBERS:
            yield Fault(line, name, "数字超过 15 位，Excel 已丢掉后面的数字，请把这一列设为“文本”后重新填写。")


def _row(line: int, values: Sequence[Cell], fields: Sequence[str | None]) -> Row:
    padded = chain(values, [None] * (len(fields) - len(values)))
    return Row(line, {name: value for name, value in zip(fields, padded, strict=False) if name is not None})


class _CsvLines(Iterator[Sequence[_Raw]]):
    """The records of a CSV file; a record with line breaks inside quotes counts once, as in Excel."""

    def __init__(self, data: bytes) -> None:
        if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise _refusal("这是 Excel 文件，扩展名却是 .csv；请在 Excel 或 WPS 中另存为 CSV，或把扩展名改回 .xlsx。")
        self._records = csv.reader(io.StringIO(_decoded(data), newline=""), strict=True)
        self._line = 0

    def __next__(self) -> Sequence[_Raw]:
        self._line += 1
        try:
            return next(self._records)
        except csv.Error as error:
            message = f"第 {self._line} 行读不下去，请检查双引号是否成对、单元格是否过长。"
            raise _refusal(message, line=self._line) from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _refusal("看不懂文件的编码，请在 Excel 或 WPS 中另存为“CSV UTF-8”后再上传。")


class _XlsxLines(Iterator[Sequence[_Raw]]):
    """The rows of the first sheet of a workbook, from row 1 and column A."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            raise _refusal("文件设了密码或是旧版 .xls，请去掉密码并另存为 .xlsx 后再上传。")
        parts = _inflated(data)
        _measure(parts)
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(_stored(parts)))
            cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        except (CalamineError, ValueError, IndexError, OSError) as error:
            raise _refusal(_DAMAGED) from error
        self._rows: Iterator[Sequence[_Raw]] = iter(cells)

    def __next__(self) -> Sequence[_Raw]:
        return next(self._rows)


_DAMAGED = "文件已损坏或不是 Excel 工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
_INFLATES_TOO_MUCH = "文件解压后过大，请只保留要导入的数据，另存为新的 .xlsx 后再上传。"
_PIECE = 64 * 1024
# RuntimeError: an encrypted entry, or one that needs an unknown method
_ARCHIVE_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


def _inflated(data: bytes) -> dict[str, bytes]:
    """The XML parts of a workbook by name. Every entry is inflated and counted, whatever the file says of
    its size.

    Raises UnreadableTable when a limit is passed or the archive is damaged.
    """
    room = min(LARGEST_INFLATED, LARGEST_RATIO * len(data))
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise _refusal(_INFLATES_TOO_MUCH)
            for entry in entries:
                content, room = _inflate(archive, entry, room)
                if entry.filename in parts:
                    raise _refusal(_DAMAGED)
                if entry.filename.endswith((".xml", ".rels")):
                    parts[entry.filename] = content
    except _ARCHIVE_ERRORS as error:
        raise _refusal(_DAMAGED) from error
    if "xl/workbook.xml" not in parts:
        raise _refusal(_DAMAGED)
    return parts


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> tuple[bytes, int]:
    """An entry's content and the room that is left after it."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refusal(_DAMAGED)
    pieces = []
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            room -= len(piece)
            if room < 0:
                raise _refusal(_INFLATES_TOO_MUCH)
            pieces.append(piece)
    return b"".join(pieces), room


def _stored(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a new archive, so that the reader meets the very bytes that were measured."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _measure(parts: Mapping[str, bytes]) -> None:
    """Refuse a workbook whose cells would not fit in memory.

    The reader lays a sheet out as a full rectangle, so one cell at XFD1048576 costs 500 GB, and copies a
    shared text into each cell that shows it. Raises UnreadableTable.
    """
    try:
        shared = _SharedTexts()
        for name, content in parts.items():
            if name.lower().endswith("sharedstrings.xml"):
                _parse(content, shared)
        extent = _Extent(shared.lengths)
        for content in parts.values():
            _parse(content, extent)
    except (expat.ExpatError, ValueError) as error:
        raise _refusal(_DAMAGED) from error


class _XmlScan:
    """What a walk over an XML part calls, with the names of elements without their prefix."""

    def start(self, element: str, attributes: dict[str, str]) -> None: ...

    def end(self, element: str) -> None: ...

    def text(self, text: str) -> None: ...


def _parse(content: bytes, scan: _XmlScan) -> None:
    """Walk over an XML part. Raises ExpatError; ValueError for a document type (it could hold entities)."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: scan.start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: scan.end(name.rpartition(":")[2])
    parser.CharacterDataHandler = scan.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(content, True)


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a workbook has no document type")


@dataclass
class _SharedTexts(_XmlScan):
    """The length of each shared text."""

    lengths: list[int] = field(default_factory=list)

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if element == "si":
            self.lengths.append(0)

    def text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


@dataclass
class _Extent(_XmlScan):
    """How far the cells that hold something reach, and how much text they show. Raises UnreadableTable."""

    shared: Sequence[int]
    row: int = 0
    column: int = 0
    characters: int = 0
    is_shared: bool = False
    value: list[str] = field(default_factory=list)

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if element == "sheetData":
            self.row = 0
        elif element == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif element == "c":
            self._move_to(attributes.get("r"))
            self.is_shared = attributes.get("t") == "s"
        elif element in ("v", "is", "f"):
            self._check_place()
            self.value = []

    def text(self, text: str) -> None:
        self.value.append(text)

    def end(self, element: str) -> None:
        if element not in ("v", "is"):
            return
        text, self.value = "".join(self.value), []
        self.characters += self._shown(int(text)) if self.is_shared and element == "v" else len(text)
        if self.characters > LARGEST_INFLATED:
            raise _refusal(_INFLATES_TOO_MUCH)

    def _shown(self, index: int) -> int:
        return self.shared[index] if 0 <= index < len(self.shared) else 0

    def _move_to(self, place: str | None) -> None:
        self.column += 1
        if place is None:
            return
        written = _PLACE.fullmatch(place)
        if written is None:
            raise ValueError("a cell without a place")
        self.row, self.column = int(written[2]), _column_number(written[1])

    def _check_place(self) -> None:
        if self.row > MOST_ROWS + 1:
            raise _refusal(_TOO_MANY_ROWS)
        if self.column > MOST_COLUMNS:
            raise _refusal(f"内容超过 {MOST_COLUMNS} 列，请删去多余的列后再上传。")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


# --- writing text -----------------------------------------------------------------------------------------

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_INVISIBLE = " \u00a0\u3000\ufeff\u200b"


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """A CSV file for Excel, a line a piece; the caller encodes as UTF-8.

    The first piece begins with the BOM; every cell is quoted; lines end with CRLF. Text that Excel would
    take for a formula gets a leading apostrophe (OWASP, CSV injection); numbers stay as they are; days are
    ISO, instants ISO in Asia/Shanghai, True and False 是 and 否, None nothing.
    """
    line = _Line()
    writer = csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_harmless(name) for name in header])
    yield "\ufeff" + line.text
    for row in rows:
        writer.writerow([_as_text(cell) for cell in row])
        yield line.text


class _Line:
    """The line that the writer wrote last."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _as_text(cell: Cell) -> str:
    return _harmless(cell) if isinstance(cell, str) else _plain(cell)


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula; blanks before the dangerous character do not hide it."""
    text = _printable(text)
    return "'" + text if text.lstrip(_INVISIBLE).startswith(_DANGEROUS) else text


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _plain(cell: Cell) -> str:
    """A cell that is not dangerous text, written for a person and a program alike."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (Decimal, float)):
        return format(Decimal(repr(cell) if isinstance(cell, float) else cell), "f")
    if isinstance(cell, datetime):
        return (clock.local(cell) if cell.tzinfo else cell).isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


# --- writing workbooks ------------------------------------------------------------------------------------

ColumnKind = Literal["text", "integer", "decimal", "date", "datetime"]


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
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm:ss",
}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(stream: BinaryIO, sheets: Sequence[Sheet]) -> None:
    """Write a workbook: one worksheet a sheet, cells typed, no formula and no link, ready to print on A4.

    Rows are taken one by one and not kept. A cell that does not fit its column's kind, a number that Excel
    would round (over 15 digits) and a day before 1900 are written as text. Instants are shown in
    Asia/Shanghai.
    Raises ValueError for more rows than a sheet can hold, for a row that does not fit its columns, and when
    there is no sheet; the stream is untouched then.
    """
    if not sheets:
        raise ValueError("工作簿至少要有一张表。")
    workbook = xlsxwriter.Workbook(stream, _OPTIONS)
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
    name = re.sub(r"[\[\]:*?/\\]", "-", _printable(wanted)).strip("' ")[:31].strip("' ") or "Sheet"
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
        for number, cells in enumerate(self._sheet.rows, start=header_row + 1):
            if number >= _LAST_ROW - 1:
                raise ValueError("数据超过 Excel 一张表的行数，请缩小导出范围，或改用 CSV 导出。")
            for index, (column, cell) in enumerate(zip(self._sheet.columns, cells, strict=True)):
                self._cell(number, index, column.kind, cell)
        return number

    def _across(self, row: int, text: str, look: object) -> None:
        if self._last_column:
            self._page.merge_range(row, 0, row, self._last_column, "", look)
        self._text(row, 0, text, look)

    def _cell(self, row: int, index: int, kind: ColumnKind, cell: Cell) -> None:
        look = self._cells[kind]
        if cell is None:
            self._page.write_blank(row, index, None, look)
        elif kind in ("integer", "decimal") and _is_exact_number(cell):
            self._page.write_number(row, index, cell, look)
        elif kind in ("date", "datetime") and isinstance(cell, date) and cell.year >= 1900:
            self._page.write_datetime(row, index, _wall_clock(cell), look)
        else:
            self._text(row, index, _plain(cell), look)

    def _text(self, row: int, index: int, text: str, look: object) -> None:
        text = _printable(text)
        if len(text) > _LONGEST_CELL:
            text = text[: _LONGEST_CELL - len(_CUT)] + _CUT
        self._page.write_string(row, index, text, look)


def _is_exact_number(cell: Cell) -> bool:
    """Whether Excel, which keeps 15 digits, shows the number unchanged."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)):
        return False
    number = Decimal(repr(cell) if isinstance(cell, float) else cell)
    if not number.is_finite():
        return False
    return isinstance(cell, float) or len(number.normalize().as_tuple().digits) <= 15


def _wall_clock(cell: date) -> date:
    if isinstance(cell, datetime) and cell.tzinfo is not None:
        return clock.local(cell).replace(tzinfo=None)
    return cell
