"""Working days and working hours.

Sources: 《全国年节及纪念日放假办法》 (revised 2024-11-10) and, for each year, the notice of the General
Office of the State Council, which turns some weekdays into days off and some weekend days into working
days. A region may add days of its own (art. 4). A year without a notice is never guessed: a deadline that
crosses it is provisional. One that crosses a year whose national notice is known and the region's is not
stands, and says so.

Days are days of Asia/Shanghai; instants are aware datetimes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path

from villagepub.core import clock
from villagepub.core.calendar_years import SATURDAY, CalendarYear, read_folder
from villagepub.core.digest import digest_of

_DAY = timedelta(days=1)
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_WEEKDAYS = "一二三四五六日"
_EDITION_DIGITS = 12
OWN_DAYS = "乡镇文件 regional_holidays"


@dataclass(frozen=True)
class Change:
    """A day that is not as the plain week has it, and the notice that made it so.

    region: what people call the region whose notice it is; empty for the State Council's.
    """

    day: date
    is_worked: bool
    notice: str
    region: str = ""

    @property
    def sentence(self) -> str:
        """For people, without its full stop: ``2023-06-25（星期日）上班：国办发明电〔2022〕16号``."""
        where = f"{self.region}，" if self.region else ""
        what = "上班" if self.is_worked else "放假"
        return f"{self.day}（星期{_WEEKDAYS[self.day.weekday()]}）{what}：{where}{self.notice}"


@dataclass(frozen=True)
class Region:
    """A region that has days of its own. years: those whose notice is known; from the first on each is looked for."""

    code: str
    name: str
    holidays: tuple[str, ...]
    years: frozenset[int]

    def missing(self, first: int, last: int) -> tuple[int, ...]:
        """The years between two, both counted, whose notice should be known and is not."""
        begins = max(first, min(self.years))
        return tuple(year for year in range(begins, last + 1) if year not in self.years)


@dataclass(frozen=True)
class RegionalGap:
    """A year whose national notice may be known while the region's is not."""

    region: Region
    year: int

    @property
    def sentence(self) -> str:
        return f"{self.region.name} {self.year} 年{'、'.join(self.region.holidays)}放假通知未录入"


@dataclass(frozen=True)
class WorkCalendar:
    """What the announced years say.

    years: the years whose national notice is known.
    days_off: weekdays on which nobody works, the region's days among them.
    days_worked: Saturdays and Sundays that are worked.
    regions: those with days of their own that the place lies in, the widest first.
    changes: the notice of each day off and each day worked.
    """

    years: frozenset[int]
    days_off: frozenset[date]
    days_worked: frozenset[date]
    regions: tuple[Region, ...] = ()
    changes: Mapping[date, Change] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, years: Iterable[CalendarYear], own_days: Iterable[date] = ()) -> "WorkCalendar":
        """The nation's years, those of regions, and days off of the place itself.

        A narrower order wins: a region's over the nation's, the own days over both. Own days announce no year.
        """
        in_order = sorted(years, key=lambda year: (not year.is_national, len(year.region.rstrip("0")), year.year))
        changes: dict[date, Change] = {}
        for year in in_order:
            changes |= {day: Change(day, False, year.notice_of(day), year.name) for day in year.days_off}
            changes |= {day: Change(day, True, year.notice_of(day), year.name) for day in year.days_worked}
        changes |= {day: Change(day, False, OWN_DAYS) for day in own_days}
        return cls(
            years=frozenset(year.year for year in in_order if year.is_national),
            days_off=frozenset(day for day, change in changes.items() if not change.is_worked),
            days_worked=frozenset(day for day, change in changes.items() if change.is_worked),
            regions=tuple(_regions(in_order)),
            changes=changes,
        )

    def is_working_day(self, day: date) -> bool:
        """Whether a day is worked; in a year not announced every weekday counts as worked."""
        if day in self.days_worked:
            return True
        return day.weekday() < SATURDAY and day not in self.days_off

    @cached_property
    def edition(self) -> str:
        """A short name that is the same exactly while everything that the calendar is made of is the same."""
        content = {
            "years": sorted(self.years),
            "days_off": sorted(map(str, self.days_off)),
            "days_worked": sorted(map(str, self.days_worked)),
            "regions": [[region.code, sorted(region.years)] for region in self.regions],
            "notices": sorted(change.sentence for change in self.changes.values()),
        }
        return digest_of(content).partition(":")[2][:_EDITION_DIGITS]

    def change_of(self, day: date) -> Change | None:
        """Why a day is not as the plain week has it; None for a day that is."""
        is_worked = self.is_working_day(day)
        if is_worked == (day.weekday() < SATURDAY):
            return None
        return self.changes.get(day) or Change(day, is_worked, "依据未注明")


def _regions(years: Sequence[CalendarYear]) -> Iterator[Region]:
    """One for each code; its name and its holidays as its last year has them."""
    for code in dict.fromkeys(year.region for year in years if not year.is_national):
        own = [year for year in years if year.region == code]
        yield Region(code, own[-1].name, own[-1].holidays, frozenset(year.year for year in own))


def load_calendar(folder: Path, regional: Iterable[date] = ()) -> WorkCalendar:
    """The national calendar in a folder, and days off of one place.

    Raises CalendarRefused, a ValueError, naming the file and the remedy, when there is no file or one is wrong.
    """
    return WorkCalendar.of((year for year in read_folder(folder) if year.is_national), regional)


# --- deadlines ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deadline:
    """The day on which a time limit ends.

    provisional: a year on the way has no national notice yet, so the day may still move.
    missing_years: those years, in order.
    regional_gaps: years on the way whose regional notice is not known. The day stands as the national notices give
    it. A region adds days off, so it is the earlier day, and who keeps that is not late.
    """

    on: date
    provisional: bool
    missing_years: tuple[int, ...]
    regional_gaps: tuple[RegionalGap, ...] = ()

    @property
    def caveats(self) -> tuple[str, ...]:
        """What people must know about the day, a Chinese sentence each; none when nothing is missing."""
        years = "、".join(map(str, self.missing_years))
        national = (f"{years} 年的放假通知尚未公布或未录入，到期日是暂定的，录入后自动重算。",) if years else ()
        return (
            *national,
            *(f"{gap.sentence}，到期日按全国安排计算，录入后自动重算，可能顺延。" for gap in self.regional_gaps),
        )


def working_days_before(calendar: WorkCalendar, day: date, days: int) -> date:
    """The day that lies so many working days before another one."""
    while days:
        day -= _DAY
        days -= calendar.is_working_day(day)
    return day


def add_working_days(calendar: WorkCalendar, received: date, days: int) -> Deadline:
    """The last day of a limit of ``days`` working days; the day of receipt is not counted.

    With ``days=0`` it is the day of receipt itself if that is worked, otherwise the next working day.
    In a year not announced weekends alone are days off, and the answer is provisional.
    Raises ValueError for a negative number.
    """
    if days < 0:
        raise ValueError("工作日天数不能为负数。")
    first = _first_day(received, days)
    worked = (day for day in _days_from(first) if calendar.is_working_day(day))
    on = next(islice(worked, max(days - 1, 0), None))
    missing = tuple(year for year in range(first.year, on.year + 1) if year not in calendar.years)
    gaps = tuple(
        RegionalGap(region, year) for region in calendar.regions for year in region.missing(first.year, on.year)
    )
    return Deadline(on, bool(missing), missing, gaps)


def explain(calendar: WorkCalendar, received: date, days: int) -> tuple[Change, ...]:
    """Every day on the way to that limit's end that is not as the plain week has it, in order.

    These are the days that make the deadline differ from one counted in weekdays alone.
    """
    on = add_working_days(calendar, received, days).on
    first = _first_day(received, days)
    changes = (calendar.change_of(first + _DAY * offset) for offset in range((on - first).days + 1))
    return tuple(change for change in changes if change is not None)


def _first_day(received: date, days: int) -> date:
    return received if days == 0 else received + _DAY


def _days_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += _DAY


# --- hours ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WorkingHours:
    """Office hours of a working day: spans of the clock in Asia/Shanghai, in order, without their ends."""

    spans: tuple[tuple[time, time], ...]

    @classmethod
    def parse(cls, texts: Sequence[str]) -> "WorkingHours":
        """Hours from texts such as ``["08:30-12:00", "14:30-18:30"]``.

        Raises ValueError, with a Chinese sentence, when a text is not a span, a span ends before it begins,
        or the spans overlap or are out of order.
        """
        if not texts:
            raise ValueError("办公时间至少须有一段，如 08:30-12:00。")
        spans = tuple(_span(text) for text in texts)
        for (_, ended), (begins, _) in pairwise(spans):
            if begins < ended:
                raise ValueError("办公时间的各段须按先后排列，且不能重叠。")
        return cls(spans)


def _span(text: str) -> tuple[time, time]:
    written = _SPAN.fullmatch(text)
    if written is None:
        raise ValueError(f"看不懂办公时间“{text}”，请写成 08:30-12:00。")
    from_hour, from_minute, to_hour, to_minute = map(int, written.groups())
    begins, ends = time(from_hour, from_minute), time(to_hour, to_minute)
    if ends <= begins:
        raise ValueError(f"办公时间“{text}”的结束须晚于开始。")
    return begins, ends


def working_seconds(calendar: WorkCalendar, hours: WorkingHours, start: datetime, end: datetime) -> int:
    """Whole seconds of office hours between two aware instants; 0 when ``end`` is not after ``start``.

    Raises ValueError when an instant has no time zone.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("时间缺少时区，无法计算办公时长。")
    opening, closing = (clock.local(instant).replace(tzinfo=None) for instant in (start, end))
    total = timedelta()
    for begins, ends in _office_spans(calendar, hours, opening.date(), closing.date()):
        total += max(min(ends, closing) - max(begins, opening), timedelta())
    return total // timedelta(seconds=1)


def _office_spans(
    calendar: WorkCalendar, hours: WorkingHours, first: date, last: date
) -> Iterator[tuple[datetime, datetime]]:
    """Every span of office hours from one day to another, both counted, on the wall clock."""
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if calendar.is_working_day(day):
            for begins, ends in hours.spans:
                yield datetime.combine(day, begins), datetime.combine(day, ends)
