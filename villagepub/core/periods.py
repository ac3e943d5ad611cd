"""Months, quarters, half-years and years: what a disclosure is about.

A period is written ``2023-11``, ``2023-Q4``, ``2023-H2`` or ``2023`` and counted in days of Asia/Shanghai.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache, total_ordering
from itertools import takewhile

from villagepub.core import clock

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199

_WRITTEN = re.compile(r"([0-9]{4})(?:-([QH]?)([0-9]{1,2}))?")
_REMEDY = "请写成月份（2023-11）、季度（2023-Q4）、半年（2023-H2）或年份（2023）。"


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        """Months in one period of this kind."""
        return _MONTHS[self]

    @property
    def in_a_year(self) -> int:
        """Periods of this kind in a year."""
        return 12 // self.months


_MONTHS = {
    PeriodKind.MONTHLY: 1,
    PeriodKind.QUARTERLY: 3,
    PeriodKind.HALF_YEARLY: 6,
    PeriodKind.YEARLY: 12,
}
_KIND_OF_LETTER = {"": PeriodKind.MONTHLY, "Q": PeriodKind.QUARTERLY, "H": PeriodKind.HALF_YEARLY}
_IN_WORDS = {
    PeriodKind.MONTHLY: "{0.year}年{0.number}月",
    PeriodKind.QUARTERLY: "{0.year}年第{0.number}季度",
    PeriodKind.HALF_YEARLY: "{0.year}年{1}半年",
    PeriodKind.YEARLY: "{0.year}年",
}
_PATTERN = {
    PeriodKind.MONTHLY: "{0.year:04}-{0.number:02}",
    PeriodKind.QUARTERLY: "{0.year:04}-Q{0.number}",
    PeriodKind.HALF_YEARLY: "{0.year:04}-H{0.number}",
    PeriodKind.YEARLY: "{0.year:04}",
}


@total_ordering
@dataclass(frozen=True)
class Period:
    """The ``number``-th period of a kind in a year, from 1. Ordered by first day, the shorter before the
    longer.

    Raises ValueError when the year is outside 1900–2199 or the year has no such period.
    """

    kind: PeriodKind
    year: int
    number: int = 1

    def __post_init__(self) -> None:
        if not EARLIEST_YEAR <= self.year <= LATEST_YEAR:
            raise ValueError(f"年份须在 {EARLIEST_YEAR} 至 {LATEST_YEAR} 之间，请核对年份 {self.year}。")
        if not 1 <= self.number <= self.kind.in_a_year:
            raise ValueError(f"{self.year} 年没有这个周期。{_REMEDY}")

    @classmethod
    @lru_cache(maxsize=1024)  # a page asks for the same few again and again
    def parse(cls, text: str) -> "Period":
        """The period that a text names; ``str(period)`` gives the same text back.

        Raises ValueError, with a Chinese sentence, for anything else.
        """
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise ValueError(f"看不懂周期“{text[:20]}”。{_REMEDY}")
        year, letter, number = written.groups()
        kind = PeriodKind.YEARLY if number is None else _KIND_OF_LETTER[letter]
        period = cls(kind, int(year), int(number or 1))
        if str(period) != text:
            raise ValueError(f"看不懂周期“{text}”。{_REMEDY}")
        return period

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> "Period":
        """The period of a kind that a day lies in."""
        return cls(kind, day.year, (day.month - 1) // kind.months + 1)

    def __str__(self) -> str:
        return _PATTERN[self.kind].format(self)

    @property
    def in_words(self) -> str:
        """``2023年10月``, ``2023年第4季度``, ``2023年下半年``, ``2023年``."""
        return _IN_WORDS[self.kind].format(self, "上" if self.number == 1 else "下")

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.first_day, self.last_day) < (other.first_day, other.last_day)

    @property
    def first_day(self) -> date:
        return date(self.year, (self.number - 1) * self.kind.months + 1, 1)

    @property
    def last_day(self) -> date:
        month = self.number * self.kind.months
        return date(self.year, month, monthrange(self.year, month)[1])

    def next(self) -> "Period":
        """The period of the same kind that begins when this one is over. Raises ValueError after 2199."""
        if self.number < self.kind.in_a_year:
            return Period(self.kind, self.year, self.number + 1)
        return Period(self.kind, self.year + 1)


def periods_between(kind: PeriodKind, first: date, last: date) -> list[Period]:
    """The periods of a kind that end on or after ``first`` and on or before ``last``, oldest first."""
    if last < first:
        return []
    return list(takewhile(lambda period: period.last_day <= last, _from(Period.of(kind, first))))


def months_between(first: str, last: str) -> list[str]:
    """Every month from ``first`` to ``last``, both counted; none when ``last`` is the earlier.

    Raises ValueError when either is not a month such as ``2023-11``.
    """
    opening, closing = _month(first), _month(last)
    return [str(month) for month in takewhile(lambda month: month <= closing, _from(opening))]


def month_before(month: str, number: int = 1) -> str:
    """The month that lies so many before another. Raises ValueError when the text is not a month."""
    period = _month(month)
    months = period.year * 12 + period.number - 1 - number
    return str(Period(PeriodKind.MONTHLY, months // 12, months % 12 + 1))


def last_month(today: date) -> str:
    """The month, ``YYYY-MM``, before the one that a day lies in."""
    return month_before(str(Period.of(PeriodKind.MONTHLY, today)))


def month_of(instant: datetime) -> str:
    """The month, ``YYYY-MM``, of an aware instant in Asia/Shanghai. Raises ValueError when it is naive."""
    if instant.tzinfo is None:
        raise ValueError("时间缺少时区，无法判断属于哪个月。")
    return str(Period.of(PeriodKind.MONTHLY, clock.local(instant).date()))


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """The instants, in UTC, at which a month of Asia/Shanghai begins and at which the next one does.

    Raises ValueError when the text is not a month such as ``2023-11``.
    """
    period = _month(month)
    return clock.start_of(period.first_day), clock.start_of(period.next().first_day)


def _month(text: str) -> Period:
    period = Period.parse(text)
    if period.kind is not PeriodKind.MONTHLY:
        raise ValueError(f"“{text}”不是月份，请写成 2023-11 这样的年月。")
    return period


def _from(period: Period) -> Iterator[Period]:
    while True:
        yield period
        if period.year == LATEST_YEAR and period.number == period.kind.in_a_year:
            return
        period = period.next()
