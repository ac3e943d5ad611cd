"""CSV that opens right in Chinese Excel, and in which no text becomes a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from villagepub.core import clock
from villagepub.core.tabular.cells import Cell

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_INVISIBLE = " \u00a0\u3000\ufeff\u200b"
_GUARD = "'"
_SUSPECT = frozenset((*_DANGEROUS, *_INVISIBLE, _GUARD))  # what a text that needs no second look does not begin with


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
        # most cells are text that needs no second look, and in a long file even asking a function costs
        writer.writerow(
            [
                cell if type(cell) is str and cell.isprintable() and cell[:1] not in _SUSPECT else _as_text(cell)
                for cell in row
            ]
        )
        yield line.text


class _Line:
    """The line that the writer wrote last."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _as_text(cell: Cell) -> str:
    return _harmless(cell) if isinstance(cell, str) else plain(cell)


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = printable(text)
    return _GUARD + text if _is_dangerous(text) else text


def unguarded(text: str) -> str:
    """The text that was written, without the apostrophe that writing put before it, and no other."""
    return text[1:] if text.startswith(_GUARD) and _is_dangerous(text[1:]) else text


def _is_dangerous(text: str) -> bool:
    """Blanks before the dangerous character do not hide it; nor do apostrophes, so that each guard can be told."""
    return text.lstrip(_INVISIBLE + _GUARD).startswith(_DANGEROUS)


def printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def plain(cell: Cell) -> str:
    """A cell that is not dangerous text, written for a person and a program alike."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return (clock.local(cell) if cell.tzinfo else cell).isoformat(timespec="seconds")
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (Decimal, float)):
        return _without_exponent(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _without_exponent(number: Decimal | float) -> str:
    text = repr(number) if isinstance(number, float) else str(number)
    return text if text.replace(".", "").isdigit() else format(Decimal(text), "f")


# --- writing workbooks ------------------------------------------------------------------------------------
