"""By when a report must be out, and on which days people are reminded of it. Pure."""

from datetime import date, timedelta

_WEEK = timedelta(days=7)
_LAST_DAYS = (7, 3, 1, 0)
_LATE_WEEKS = 8  # after that everybody knows
LATEST_DUE = (6, 30)  # month and day of the year after: no county sets a later date


def due_date(year: int, set_to: date | None) -> date:
    """31 January of the year after (条例 49, in practice for townships too), or what the county set."""
    return set_to or date(year + 1, 1, 31)


def may_be_due(year: int, day: date) -> bool:
    return date(year + 1, 1, 1) <= day <= date(year + 1, *LATEST_DUE)


def is_day_to_remind(day: date, year: int, due_on: date) -> bool:
    """Weekly from 1 January, seven, three and one day before it is due, on that day, then weekly again.

    year: the one that is reported. Calendar days, as 条例 49 counts them.
    """
    left = (due_on - day).days
    if left >= 0:
        return left in _LAST_DAYS or (day - date(year + 1, 1, 1)) % _WEEK == timedelta()
    return left % _WEEK.days == 0 and -left <= _LATE_WEEKS * _WEEK.days
