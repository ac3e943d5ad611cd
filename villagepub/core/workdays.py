"""Working days and working hours.

Sources: 《全国年节及纪念日放假办法》 (revised 2024-11-10) and, for each year, the notice of the General
Office of the State Council, which turns some weekdays into days off and some weekend days into working
days. A region may add days of its own (art. 4). A year without a notice is never guessed: a deadline that
crosses it is provisional.

Days are days of Asia/Shanghai; instants are aware datetimes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import yaml

from villagepub.core import clock

_SATURDAY = 5
_DAY = timedelta(days=1)
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True)
class WorkCalendar:
    """What the announced years say.

    years: the years whose notice is known.
    days_off: weekdays on which nobody works, the region's days among them.
    days_worked: Saturdays and Sundays that are worked.
    """

    years: frozenset[int]
    days_off: frozenset[date]
    days_worked: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        """Whether a day is worked; in a year not announced every weekday counts as worked."""
        if day in self.days_worked:
            return True
        return day.weekday() < _SATURDAY and day not in self.days_off


@dataclass(frozen=True)
class Deadline:
    """The day on which a time limit ends.

    provisional: a year on the way has no notice yet, so the day may still move.
    missing_years: those years, in order.
    """

    on: date
    provisional: bool
    missing_years: tuple[int, ...]


def add_working_days(calendar: WorkCalendar, received: date, days: int) -> Deadline:
    """The last day of a limit of ``days`` working days; the day of receipt is not counted.

    With ``days=0`` it is the day of receipt itself if that is worked, otherwise the next working day.
    In a year not announced weekends alone are days off, and the answer is provisional.
    Raises ValueError for a negative number.
    """
    if days < 0:
        raise ValueError("工作日天数不能为负数。")
    first = received if days == 0 else received + _DAY
    worked = (day for day in _days_from(first) if calendar.is_working_day(day))
    on = next(islice(worked, max(days - 1, 0), None))
    missing = tuple(year for year in range(first.year, on.year + 1) if year not in calendar.years)
    return Deadline(on, bool(missing), missing)


def _days_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += _DAY


# --- the files --------------------------------------------------------------------------------------------


def load_calendar(folder: Path, regional: Iterable[date] = ()) -> WorkCalendar:
    """The calendar in ``<folder>/<year>.yaml``, one file for each announced year.

    regional: days off that the region adds. One on a make-up day is a day off all the same: the region's
    order is the narrower one. They do not make a year announced.
    Raises ValueError, naming the file and the remedy, when there is no file or one is wrong.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ValueError(f"{folder} 中没有工作日历，请放入 <年份>.yaml，按国务院办公厅当年的放假通知填写。")
    days_off, days_worked = set(regional), set[date]()
    for file in files:
        off, worked = _read_year(file)
        days_off |= off
        days_worked |= worked
    years = frozenset(int(file.stem) for file in files)
    return WorkCalendar(years, frozenset(days_off), frozenset(days_worked - days_off))


def _read_year(file: Path) -> tuple[set[date], set[date]]:
    """The days off and the days worked of one file. Raises ValueError."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"工作日历 {file.name} 不是 UTF-8 编码的 YAML 文件，请按其他年份的文件改正。") from error
    year = content.get("year") if isinstance(content, dict) else None
    if not isinstance(year, int) or str(year) != file.stem:
        raise ValueError(f"工作日历 {file.name} 的 year 须与文件名的年份相同，请改正。")
    if not content.get("notice"):
        raise ValueError(f"工作日历 {file.name} 缺少 notice，请填写放假通知的文号。")
    off, worked = _days(file, content, "days_off"), _days(file, content, "days_worked")
    _check_days(file, off, worked)
    return off, worked


def _days(file: Path, content: dict[Any, Any], key: str) -> set[date]:
    days = content.get(key)
    if not isinstance(days, list) or not all(_is_day_of(day, int(file.stem)) for day in days):
        raise ValueError(
            f"工作日历 {file.name} 的 {key} 须是日期列表（如 2026-01-01），且都在 {file.stem} 年；"
            "其他年份的日期请写到那一年的文件。"
        )
    if len(set(days)) != len(days):
        raise ValueError(f"工作日历 {file.name} 的 {key} 有重复的日期，请删去一个。")
    return set(days)


def _is_day_of(value: object, year: int) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime) and value.year == year


def _check_days(file: Path, off: set[date], worked: set[date]) -> None:
    if not off:
        raise ValueError(f"工作日历 {file.name} 没有放假日；放假通知尚未公布的年份，请删去这个文件。")
    if both := sorted(off & worked):
        raise ValueError(f"工作日历 {file.name} 的 {both[0]} 既放假又上班，请按通知改正。")
    if weekdays := sorted(day for day in worked if day.weekday() < _SATURDAY):
        raise ValueError(f"工作日历 {file.name} 的 {weekdays[0]} 不是周末，不必列入 days_worked，请按通知核对。")


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
