"""What the annual form asks of the ledgers besides channels and complaints: parts two and four, and supervision.

A figure is the count of a list, and its backing is the query of that very list. Without rows behind it, it is 0 once
its ledger is declared complete for the year, and not entered before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from villagepub.ledgers import queries
from villagepub.ledgers.filters import DISPUTE_OUTCOMES
from villagepub.ledgers.kinds import LEDGERS, Ledger
from villagepub.ledgers.labels import ACT_KINDS, DISPUTE_KINDS, DOCUMENT_KINDS, RESULT_KINDS
from villagepub.ledgers.queries import Backing, Figure, Filters


@dataclass(frozen=True)
class DocumentFigures:
    """One kind of document in a year. in_force: on the year's last day."""

    issued: Figure
    repealed: Figure
    in_force: Figure


@dataclass(frozen=True)
class Money:
    """An amount in 万元, None while it is not entered, and the rows behind it."""

    value: Decimal | None
    backing: tuple[Backing, ...]


def count_documents(township: str, year: int) -> dict[str, DocumentFigures]:
    """For each of DOCUMENT_KINDS. Documents of earlier years are in force until they are repealed or lapse."""

    def count(kind: str, **chosen: str) -> Figure:
        return _count("documents", township, year, kind=kind, **chosen)

    return {
        kind: DocumentFigures(
            issued=count(kind, year=str(year)),
            repealed=count(kind, repealed_in=str(year)),
            in_force=count(kind, in_force_on=f"{year}-12-31"),
        )
        for kind in DOCUMENT_KINDS
    }


def count_acts(township: str, year: int) -> dict[str, Figure | Money]:
    """For each of ACT_KINDS: decisions in the year; for ``fee`` the amount charged, in 万元."""
    figures: dict[str, Figure | Money] = {}
    for kind in ACT_KINDS:
        backing = _list("administrative-acts", township, kind=kind, year=str(year))
        if kind == "fee":
            figures[kind] = Money(_sum(backing, township, year, "amount", Decimal(0)), (backing,))
        else:
            figures[kind] = Figure(_sum(backing, township, year, "count", 0), (backing,))
    return figures


def count_disputes(township: str, year: int) -> dict[tuple[str, str], Figure]:
    """For each of DISPUTE_KINDS × DISPUTE_OUTCOMES: concluded in the year, or pending on its last day."""
    return {
        (kind, outcome): _count("reconsiderations", township, year, year=str(year), kind=kind, outcome=outcome)
        for kind in DISPUTE_KINDS
        for outcome in DISPUTE_OUTCOMES
    }


def count_results(township: str, year: int) -> dict[str, Figure]:
    """For each of RESULT_KINDS: how many rows of the accountability ledger fall in the year (条例 art. 50(四))."""
    return {kind: _count("accountability", township, year, year=str(year), kind=kind) for kind in RESULT_KINDS}


def count_inspections(township: str, year: int) -> tuple[Figure, Figure]:
    """Findings of inspections received in the year, and how many of those are put right by now."""
    found = _count("inspections", township, year, year=str(year))
    closed = _list("inspections", township, year=str(year), open="false")
    return found, Figure(closed.rows if found.is_entered else None, (closed,))


def _count(ledger: str, township: str, entry_year: int, **chosen: str) -> Figure:
    backing = _list(ledger, township, **chosen)
    is_entered = backing.rows or queries.is_declared(township, ledger, entry_year)
    return Figure(backing.rows if is_entered else None, (backing,))


def _sum(backing: Backing, township: str, year: int, field: str, nothing: Any) -> Any:
    """What the rows of a list say in a field altogether; where there are none, nothing once declared, else None."""
    if backing.rows:
        ledger = LEDGERS[backing.ledger]
        return queries.sum_rows(ledger, (township,), _filters(ledger, backing.filters), field)
    return nothing if queries.is_declared(township, backing.ledger, year) else None


def _list(name: str, township: str, **chosen: str) -> Backing:
    """The rows that count and are chosen by the parameters of the ledger's own list."""
    query = {"division": township} | chosen | {"voided": "false"}
    ledger = LEDGERS[name]
    return Backing(name, queries.count_rows(ledger, (township,), _filters(ledger, query)), query)


def _filters(ledger: Ledger, query: Mapping[str, str]) -> Filters:
    return queries.filters_of(ledger, ledger.query().load(query))
