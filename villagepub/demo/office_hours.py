"""Moments of office hours, for people of the demonstration who work only then."""

from datetime import datetime, timedelta

from villagepub.calendars.places import calendar_of, hours_of
from villagepub.core import clock
from villagepub.divisions.models import Township


def after(township: Township, moment: datetime, minutes: int) -> datetime:
    """The moment that many minutes of office hours later."""
    calendar, hours = calendar_of(township), hours_of(township)
    left = timedelta(minutes=minutes)
    day = clock.local(moment).date()
    while True:
        for begin, end in hours.spans if calendar.is_working_day(day) else ():
            opening = max(datetime.combine(day, begin, clock.SHANGHAI), moment)
            closing = datetime.combine(day, end, clock.SHANGHAI)
            if opening + left <= closing and opening < closing:
                return opening + left
            left -= max(closing - opening, timedelta(0))
        day += timedelta(days=1)
