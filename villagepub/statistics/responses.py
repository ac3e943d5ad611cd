"""How villages answer what is said to them here: a row for each month and village, sums of the indicators' items."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from villagepub.core.periods import Period, months_between
from villagepub.core.rates import rate_of
from villagepub.divisions import queries as divisions
from villagepub.statistics import gathering
from villagepub.statistics.indicators import Indicator, Item


@dataclass(frozen=True)
class Responses:
    """Questions and complaints of one village.

    received, answered: of those received in the month. due, in_time: of those whose answer fell due in it, days that
    are provisional left out.
    """

    month: str
    village: str
    received: int
    answered: int
    due: int
    in_time: int

    @property
    def rate(self) -> str:
        """``—`` where nothing was received."""
        return rate_of(self.answered, self.received)

    @property
    def rate_in_time(self) -> str:
        return rate_of(self.in_time, self.due)


def list_responses(prefixes: tuple[str, ...], first: str, last: str, *, today: date) -> list[Responses]:
    """A row for each month that has begun and each village on the platform in it, also where nothing was said."""
    last = min(last, f"{today:%Y-%m}")
    months = months_between(first, last) if first <= last else []
    return list(_rows(prefixes, months, gathering.list_feedback_items(prefixes, months, today=today), today))


def _rows(prefixes: tuple[str, ...], months: list[str], items: Iterable[Item], today: date) -> Iterator[Responses]:
    counted, of = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for item in items:
        counted[item.month, item.division, item.indicator] += item.counted
        of[item.month, item.division, item.indicator] += item.of
    villages = divisions.list_disclosing(prefixes)
    for month in months:
        last_day = min(Period.parse(month).last_day, today)
        for village in villages:
            answers, in_time = ((month, village.code, key) for key in (Indicator.RESPONSE, Indicator.RESPONSE_ON_TIME))
            if of[answers] or of[in_time] or (village.on_platform_from and village.on_platform_from <= last_day):
                yield Responses(month, village.code, of[answers], counted[answers], of[in_time], counted[in_time])
