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

    def of_ledger(self, key: str, label: str, figure: Figure, **filters: str) -> Json:
        return self.figure(key, label, figure.value, self.ledger_query(figure.backing, **filters))

    def ledger_query(self, backing: Sequence[Backing], **filters: str) -> Json:
        """The list of the rows behind a number; ``also`` where two ledgers have some."""
        year = {"year": str(self.year)}
        return self.rows_query([each.ledger for each in backing], year | filters)

    def rows_query(self, names: Sequence[str], filters: dict[str, str]) -> Json:
        """The rows that count, of one ledger and ``also`` of others, by filters of their lists."""
        asked = {"division": self.township.code} | filters | {"voided": "false"}
        queries = [query_of(path_of(name), ledger=name, filters=asked) for name in names]
        return queries[0] | {"also": queries[1:]}

    def applications_query(self, **filters: str) -> Json:
        """The list of the applications behind a cell of part three."""
        asked = {"division": self.township.code, "year": str(self.year)} | filters
        return query_of("/applications", ledger="applications", filters=asked) | {"also": []}


def path_of(ledger: str) -> str:
    """Where a ledger's list lies, below /api/v1."""
    return f"/{ledger}" if ledger in ("applications", "reconsiderations") else f"/ledgers/{ledger}"


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
