"""The working days and hours that a township counts in."""

from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from villagepub.core import clock, workdays
from villagepub.core.workdays import Deadline, WorkCalendar, WorkingHours
from villagepub.divisions.models import Township
from villagepub.extensions import settings


def calendar_of(township: Township) -> WorkCalendar:
    """The State Council's days and the days that the region adds."""
    return _load(settings.calendars_dir, tuple(township.regional_holidays))


def national_calendar() -> WorkCalendar:
    """The State Council's days alone: what has no township follows them."""
    return _load(settings.calendars_dir, ())


@cache
def _load(folder: Path, regional: tuple[str, ...]) -> WorkCalendar:
    return workdays.load_calendar(folder, [date.fromisoformat(day) for day in regional])


def hours_of(township: Township) -> WorkingHours:
    return WorkingHours.parse(township.working_hours)


def working_days_after(township: Township, day: date, days: int) -> Deadline:
    """The day that many working days after the given one, which is not counted itself."""
    return workdays.add_working_days(calendar_of(township), day, days)


def end_of_work(township: Township, day: date) -> datetime:
    """The instant at which office hours end on a day."""
    last = max(township.working_hours).split("-")[1]
    return datetime.combine(day, time.fromisoformat(last), clock.SHANGHAI)


def working_seconds(township: Township, start: datetime, end: datetime) -> int:
    """Seconds of office hours between two instants."""
    return workdays.working_seconds(calendar_of(township), hours_of(township), start, end)
