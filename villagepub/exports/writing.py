"""From a table to a file: CSV in pieces, XLSX as a workbook that prints."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from villagepub.core import clock
from villagepub.core.digest import digest_of_stream
from villagepub.core.tabular import Cell, Column, Sheet, csv_lines, write_xlsx
from villagepub.exports.kinds import Asked
from villagepub.exports.tables import PARTITION, Table

PIECE = 1 << 16
LINES_IN_A_PIECE = 200  # some tens of kilobytes: a piece is one write to a socket

Tell = Callable[[int], None]


class Counted(Iterator[Sequence[Cell]]):
    """Rows that are counted as they pass by. tell: told the count now and then."""

    def __init__(self, rows: Iterator[Sequence[Cell]], tell: Tell = lambda count: None) -> None:
        self.count = 0
        self._rows = rows
        self._tell = tell

    def __next__(self) -> Sequence[Cell]:
        row = next(self._rows)
        self.count += 1
        if self.count % PARTITION == 0:
            self._tell(self.count)
        return row


def csv_pieces(columns: Sequence[Column], rows: Iterator[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with BOM, CRLF; text that a spreadsheet would take for a formula made harmless."""
    lines = csv_lines([column.header for column in columns], rows)
    while piece := "".join(islice(lines, LINES_IN_A_PIECE)):
        yield piece.encode()


def write_file(
    stream: BinaryIO,
    asked: Asked,
    table: Table,
    *,
    note: str = "",
    tell: Tell = lambda count: None,
    folder: Path | None = None,
) -> int:
    """Read the rows of the table and write them in the format that was asked for; returns how many they were.

    note: what stands under a sheet. folder: for temporary files.
    """
    with closing(table.rows):
        rows = Counted(table.rows, tell)
        if asked.format == "csv":
            stream.writelines(csv_pieces(table.columns, rows))
        else:
            write_xlsx(stream, [_sheet(asked, table.columns, rows, note)], folder)
    return rows.count


def digest_of_file(file: BinaryIO) -> str:
    """Of all of it; it stands at its beginning again afterwards."""
    file.seek(0)
    digest = digest_of_stream(iter(partial(file.read, PIECE), b""))
    file.seek(0)
    return digest


def _sheet(asked: Asked, columns: Sequence[Column], rows: Iterator[Sequence[Cell]], note: str) -> Sheet:
    now = clock.local(clock.now())
    as_of = f"数据截至 {now:%Y-%m-%d %H:%M}（北京时间）。"
    return Sheet(name=asked.kind.noun, title=asked.title, columns=columns, rows=rows, note=f"{as_of}{note}")
