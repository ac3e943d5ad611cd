"""The working days and hours that a township counts in."""

from datetime import date, datetime, time

from villagepub.calendars.editions import calendar_for
from villagepub.core import clock, workdays
from villagepub.core.workdays import Deadline, WorkCalendar, WorkingHours
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Township


def calendar_of(township: Township) -> WorkCalendar:
    """The State Council's days, those that its region adds, and those of the township's own file.

    As this transaction sees them, so that a year that was imported counts from the next transaction on.
    """
    return calendar_for(township.code, township.regional_holidays)


def national_calendar() -> WorkCalendar:
    """The State Council's days alone: what has no township follows them."""
    return calendar_for(None)


def list_at_work(day: date) -> list[Township]:
    """The townships that work on a day: a feast of a region is a working day elsewhere."""
    return [place for place in divisions.list_townships() if calendar_of(place).is_working_day(day)]


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
