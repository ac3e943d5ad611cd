"""What a table is made of, and how it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

MOST_FAULTS = 100  # reported at once
EXACT_NUMBERS = 10**15  # Excel keeps 15 digits

Cell = str | int | float | Decimal | date | datetime | bool | None


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
class SheetCells:
    """A worksheet as it stands, from row 1 and column A: no header is looked for. Cells as in ``Row``."""

    name: str
    rows: list[list[Cell]]


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


def refusal(message: str, *, line: int | None = None) -> UnreadableTable:
    return UnreadableTable([Fault(line, None, message)])


# --- reading ----------------------------------------------------------------------------------------------
