"""What every kind of export gives: columns, and rows that are read one after another."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from villagepub.core import clock
from villagepub.core.tabular import Cell, Column

PARTITION = 500  # rows in memory at a time

Filters = Mapping[str, Any]
Value = TypeVar("Value")


def span_of(filters: Filters) -> tuple[datetime | None, datetime | None]:
    """The instants, half open, of the days ``first`` to ``last``, both included; None at an end that is open."""
    first, last = filters["first"], filters["last"]
    return first and clock.start_of(first), last and clock.start_of(last + timedelta(days=1))


@dataclass(frozen=True)
class Table:
    """Read once, in the transaction in which it was opened. Whoever reads closes the rows before that ends: on
    PostgreSQL they hold a cursor of the server.

    count: how many rows there will be; None where only the end tells.
    """

    columns: Sequence[Column]
    rows: Generator[Sequence[Cell]]
    count: int | None


class Names(Generic[Value]):
    """What stands beside codes and ids, each looked up once."""

    def __init__(self, find: Callable[[set[str]], Mapping[str, Value]]) -> None:
        self._find = find
        self._known: dict[str, Value] = {}

    def of(self, keys: Iterable[str]) -> Mapping[str, Value]:
        """Every name known by now, those of the keys among them."""
        if unknown := set(keys) - self._known.keys():
            self._known.update(self._find(unknown))
        return self._known
