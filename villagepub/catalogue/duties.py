"""What each village owes for each period, and by when. Pure: rules and dates in, duties out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from villagepub.catalogue.models import CatalogueEntry
from villagepub.catalogue.terms import Frequency
from villagepub.core.periods import Period, PeriodKind, periods_between
from villagepub.divisions.models import Division

NEXT_MONTH, NEXT_YEAR = "next_month", "next_year"


@dataclass(frozen=True, order=True)
class Owed:
    """One entry that one village owes for one period, by the end of a day in Asia/Shanghai."""

    village: str
    entry: str
    period: str
    due_on: date


def due_on(period: Period, rules: Mapping[str, Any]) -> date:
    """The last day on which a period's disclosure is in time, after the township's own rules.

    rules: ``{monthly: {day: 10, of: next_month}, …, yearly: {month: 1, day: 31, of: next_year}}``.
    """
    rule = rules[period.kind]
    after = period.last_day + timedelta(days=1)
    return date(after.year, rule.get("month", after.month), rule["day"])


def owed_by(
    village: Division, entries: Iterable[CatalogueEntry], rules: Mapping[str, Any], until: date
) -> Iterator[Owed]:
    """The periodic duties of a village for periods that end on or before ``until``.

    Owed are the periods that end on or after the day the village joined the platform.
    """
    if village.on_platform_from is None:
        return
    for entry in entries:
        for frequency in entry.frequencies:
            for period in periods_between(PeriodKind(frequency), village.on_platform_from, until):
                yield Owed(village.code, entry.code, str(period), due_on(period, rules))


def event_days(rules: Mapping[str, Any]) -> int:
    """Working days after an event by which its disclosure is owed."""
    return int(rules[Frequency.ON_EVENT]["working_days"])
