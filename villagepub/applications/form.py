"""What part three of the annual form, and its part six, ask of the applications.

Sources: the form of 国办公开办函〔2021〕30号, part three (25 rows in 7 columns) and its formulas. A cell holds a number
once there is something to count; where there is nothing it is 0 when the ledger is declared complete for the year, and
not entered (None) before. An application whose kind or outcome nobody entered makes exactly those cells None to which
it could add.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from villagepub.applications import queries
from villagepub.applications.applicants import COLUMNS, KINDS, TOTAL
from villagepub.applications.charging import paid_by_events
from villagepub.applications.outcomes import CLOSING_ROWS, ROWS
from villagepub.ledgers import queries as ledgers

__all__ = ["COLUMNS", "KINDS", "ROWS", "TOTAL", "FeeFigure", "FormFigures", "count_fees", "count_for_form"]

LEDGER = "applications"


@dataclass(frozen=True)
class FormFigures:
    """cells: ``{(row, column): number}``, None while it is not entered, which is not 0.

    incomplete: numbers of the applications whose class or outcome nobody entered, by id: they leave cells empty.
    """

    cells: Mapping[tuple[str, str], int | None]
    incomplete: Mapping[str, str]


@dataclass(frozen=True)
class FeeFigure:
    """amount: 元 of 信息处理费 received in a year, None while it is not entered. rows: payments behind it."""

    amount: Decimal | None
    rows: int


def count_for_form(township: str, year: int) -> FormFigures:
    """Every cell of part three for one calendar year, from the rows of the ledger as they are now."""
    declared = ledgers.is_declared(township, LEDGER, year)
    counts = {row: queries.count_in_row(township, row, year) for row in ("r01", "r02", "r24", "r25")}
    counts |= queries.count_closed_by_row(township, year)
    unknown = queries.count_without_outcome(township, year)
    cells = {
        (row, column): _cell(counts[row], column, unknown if row in CLOSING_ROWS else {}, is_declared=declared)
        for row in ROWS
        for column in COLUMNS
    }
    return FormFigures(cells, {each.id: each.number for each in queries.list_incomplete(township, year)})


def _cell(row: queries.Counts, column: str, elsewhere: queries.Counts, *, is_declared: bool) -> int | None:
    """elsewhere: applications that belong into this row or another one, nobody entered which."""
    could_add = sum(elsewhere.values()) if column == TOTAL else elsewhere.get(column, 0) + elsewhere.get(None, 0)
    if could_add or (column != TOTAL and row.get(None, 0)):
        return None
    number = sum(row.values()) if column == TOTAL else row.get(column, 0)
    return number if number or is_declared else None


def count_fees(township: str, year: int) -> FeeFigure:
    """The fees that applicants paid in a year; those of one recorded afterwards in the year that closed it."""
    payments = [paid_by_events(paid.application) for paid in queries.list_payments(township, year)]
    recorded = [each.fee_paid for each in queries.list_recorded(township, year)]
    amounts = payments + [fee for fee in recorded if fee]
    if None in recorded or not (amounts or ledgers.is_declared(township, LEDGER, year)):
        return FeeFigure(None, len(amounts))
    return FeeFigure(sum(amounts, Decimal(0)), len(amounts))
