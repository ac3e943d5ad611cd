"""Numbers of the report: each with its label, its as-of time, and the query that lists the rows behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from villagepub.core import clock
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Township
from villagepub.ledgers.queries import Backing, Figure

API = "/api/v1"

Json = dict[str, Any]
Value = int | str | None


@dataclass(frozen=True)
class Source:
    """For whom, for which year and when the figures are taken."""

    township: Township
    year: int
    taken_at: datetime

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 12, 31)

    @property
    def stamp(self) -> str:
        return clock.local(self.taken_at).isoformat(timespec="seconds")

    @property
    def prefix(self) -> str:
        return divisions.prefix_of(self.township.code)

    def figure(self, key: str, label: str, value: Value, query: Json) -> Json:
        return {
            "key": key,
            "label": label,
            "value": value,
            "entered": value is not None,
            "as_of": self.stamp,
            "query": query,
        }

    def of_ledger(self, key: str, label: str, figure: Figure) -> Json:
        return self.figure(key, label, figure.value, rows_of(figure.backing))

    def fees_query(self) -> Json:
        """The list of the applications for which a fee was paid in the year."""
        asked = {"division": self.township.code, "fee_paid_in": str(self.year)}
        return query_of("/applications", ledger="applications", filters=asked) | {"also": []}

    def disputes_query(self, kind: str) -> Json:
        """The reconsiderations or suits of one kind, whatever became of them."""
        asked = {"division": self.township.code, "year": str(self.year), "voided": "false", "kind": kind}
        return query_of("/reconsiderations", ledger="reconsiderations", filters=asked) | {"also": []}

    def applications_query(self, **filters: str) -> Json:
        """The list of the applications behind a cell of part three."""
        asked = {"division": self.township.code, "year": str(self.year)} | filters
        return query_of("/applications", ledger="applications", filters=asked) | {"also": []}


def rows_of(backing: Sequence[Backing]) -> Json:
    """The list of the rows behind a number; ``also`` where two ledgers have some."""
    queries = [query_of(each.path, ledger=each.ledger, filters=dict(each.filters)) for each in backing]
    return queries[0] | {"also": queries[1:]}


def query_of(path: str, *, filters: dict[str, str], ledger: str | None = None, source: str | None = None) -> Json:
    """ledger: where the rows lie; source: for figures that the program counts itself."""
    origin = {"ledger": ledger} if ledger else {"source": source}
    address = f"{API}{path}?{urlencode(filters)}" if filters else f"{API}{path}"
    return origin | {"filters": filters, "path": address}


def cell_of(value: Value, query: Json) -> Json:
    """One cell of a table of the form."""
    return {"value": value, "entered": value is not None, "query": query}


def money(amount: Decimal | None) -> str | None:
    """Without needless zeros: ``0``, ``1.5``."""
    return None if amount is None else f"{amount.normalize():f}"
