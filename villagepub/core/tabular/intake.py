"""Measuring a workbook before anything opens it: bytes, entries, rows, columns, and what its texts expand to."""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from villagepub.core.tabular.cells import refusal

LARGEST_FILE = 10 * 1024 * 1024
MOST_ROWS = 50_000  # below the header
MOST_COLUMNS = 200
MOST_ENTRIES = 2_000
LARGEST_INFLATED = 100 * 1024 * 1024  # bytes of all entries together, and characters of all cells together
LARGEST_RATIO = 100  # inflated bytes for one byte of the file


TOO_MANY_ROWS = "数据超过 50,000 行，请分成几个文件上传。"
DAMAGED = "文件已损坏或不是 Excel 工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
_INFLATES_TOO_MUCH = "文件解压后过大，请只保留要导入的数据，另存为新的 .xlsx 后再上传。"
_PIECE = 64 * 1024
# RuntimeError: an encrypted entry, or one that needs an unknown method
_ARCHIVE_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


def inflated(data: bytes) -> dict[str, bytes]:
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
                raise refusal(_INFLATES_TOO_MUCH)
            for entry in entries:
                content, room = _inflate(archive, entry, room)
                if entry.filename in parts:
                    raise refusal(DAMAGED)
                if entry.filename.endswith((".xml", ".rels")):
                    parts[entry.filename] = content
    except _ARCHIVE_ERRORS as error:
        raise refusal(DAMAGED) from error
    if "xl/workbook.xml" not in parts:
        raise refusal(DAMAGED)
    return parts


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> tuple[bytes, int]:
    """An entry's content and the room that is left after it."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refusal(DAMAGED)
    pieces = []
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            room -= len(piece)
            if room < 0:
                raise refusal(_INFLATES_TOO_MUCH)
            pieces.append(piece)
    return b"".join(pieces), room


def stored(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a new archive, so that the reader meets the very bytes that were measured."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def measure(parts: Mapping[str, bytes]) -> None:
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
        raise refusal(DAMAGED) from error


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
            raise refusal(_INFLATES_TOO_MUCH)

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
            raise refusal(TOO_MANY_ROWS)
        if self.column > MOST_COLUMNS:
            raise refusal(f"内容超过 {MOST_COLUMNS} 列，请删去多余的列后再上传。")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


# --- writing text -----------------------------------------------------------------------------------------
