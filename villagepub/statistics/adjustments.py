"""What is found out about a closed month: it stays, and the difference stands in the month of the finding. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from villagepub.statistics.indicators import Item, Status

NOWHERE = "not_there"  # the status of an item that was not there before, or is no longer


@dataclass(frozen=True)
class Adjustment:
    """One item of a closed month that would count otherwise today. of_month: the closed month."""

    indicator: str
    of_month: str
    division: str
    key: str
    entry: str | None
    period: str | None
    counted_before: int
    of_before: int
    status_before: str
    counted: int
    of: int
    status: str

    @property
    def name(self) -> tuple[str, ...]:
        return (self.indicator, self.division, self.of_month, self.key)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def adjustments(known: Iterable[Item], earlier: Iterable[Adjustment], now: Iterable[Item]) -> list[Adjustment]:
    """The differences that nobody has told yet.

    known: the items of closed months as they were frozen. earlier: what was told since, oldest first.
    now: the same months, counted again today.
    """
    frozen = {item.place: item for item in known}
    today = {item.place: item for item in now}
    told = {each.name: each for each in earlier}
    found = []
    for name in sorted(frozen.keys() | today.keys()):
        before, after = _told(frozen.get(name), told.get(name)), _counts(today.get(name))
        item = today.get(name) or frozen[name]
        if before[:2] != after[:2] and item.status != Status.DECLARED:
            found.append(_adjustment(item, before, after))
    return found


_Counts = tuple[int, int, str]


def _told(item: Item | None, last: Adjustment | None) -> _Counts:
    return (last.counted, last.of, last.status) if last else _counts(item)


def _counts(item: Item | None) -> _Counts:
    return (item.counted, item.of, item.status) if item else (0, 0, NOWHERE)


def _adjustment(item: Item, before: _Counts, after: _Counts) -> Adjustment:
    return Adjustment(item.indicator, item.month, item.division, item.key, item.entry, item.period, *before, *after)
