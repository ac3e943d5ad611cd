"""What each village owes for each period, and by when. Pure: rules and dates in, duties out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from villagepub.catalogue.headings import Heading
from villagepub.catalogue.models import CatalogueEntry
from villagepub.catalogue.terms import Frequency
from villagepub.core.periods import Period, PeriodKind, periods_between
from villagepub.divisions.models import Division

NEXT_MONTH, NEXT_YEAR = "next_month", "next_year"
_LONGEST_WAITS = {PeriodKind.YEARLY: timedelta(days=366)}  # from a period's last day until its disclosure is due
_LONGEST_WAIT = timedelta(days=31)
_TIMETABLES_KEPT = 512  # as many spans as a few townships are asked about in a day

DueBetween = tuple[date, date]  # both days included


@dataclass(frozen=True, order=True)
class Owed:
    """One entry that one village owes for one period, by the end of a day in Asia/Shanghai."""

    village: str
    entry: str
    period: str
    due_on: date


def owed_by(
    village: Division,
    entries: Iterable[CatalogueEntry | Heading],
    rules: Mapping[str, Any],
    until: date,
    due_between: DueBetween | None = None,
) -> Iterator[Owed]:
    """The periodic duties of a village for periods that end on or before ``until``.

    Owed are the periods that end on or after the day the village joined the platform.
    due_between: only those that are due on these days; what was owed in years before is not walked through.
    """
    if village.on_platform_from is None:
        return
    first, last = due_between or (date.min, date.max)
    for entry in entries:
        for frequency in entry.frequencies:
            kind = PeriodKind(frequency)
            since = _ends_from(village.on_platform_from, kind, first)
            rule = rules[kind]
            for period, day in _timetable(kind, since, min(until, last), rule.get("month"), rule["day"]):
                if first <= day <= last:
                    yield Owed(village.code, entry.code, period, day)


@lru_cache(_TIMETABLES_KEPT)
def _timetable(kind: PeriodKind, since: date, until: date, month: int | None, day: int) -> tuple[tuple[str, date], ...]:
    """The periods of a kind and until when each is due: the same for every village and entry, so made once."""
    return tuple((str(period), _due_on(period, month, day)) for period in periods_between(kind, since, until))


def _ends_from(joined: date, kind: PeriodKind, first: date) -> date:
    """The first day on which a period may end that is owed and due on ``first`` or later."""
    wait = _LONGEST_WAITS.get(kind, _LONGEST_WAIT)
    return joined if first <= date.min + wait else max(joined, first - wait)


def _due_on(period: Period, month: int | None, day: int) -> date:
    """The last day on which a period's disclosure is in time, after the township's own rules.

    Those are ``{monthly: {day: 10, of: next_month}, …, yearly: {month: 1, day: 31, of: next_year}}``.
    """
    after = period.last_day + timedelta(days=1)
    return date(after.year, month or after.month, day)


def event_days(rules: Mapping[str, Any]) -> int:
    """Working days after an event by which its disclosure is owed."""
    return int(rules[Frequency.ON_EVENT]["working_days"])
