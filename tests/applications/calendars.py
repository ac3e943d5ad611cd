"""The working days of 2019 to 2026, with and without those of 宁夏, for tests of the pure clock."""

from datetime import date
from pathlib import Path

from config.base import PROJECT
from villagepub.core.workdays import WorkCalendar, load_calendar

CALENDARS: Path = PROJECT / "config" / "calendars"

# The State Council's notices: weekdays off, weekend days worked, each year's as month-day.
_OFF = {
    2019: "1-1 2-4 2-5 2-6 2-7 2-8 4-5 5-1 5-2 5-3 6-7 9-13 10-1 10-2 10-3 10-4 10-7",
    2020: "1-1 1-24 1-27 1-28 1-29 1-30 1-31 4-6 5-1 5-4 5-5 6-25 6-26 10-1 10-2 10-5 10-6 10-7 10-8",
    2021: "1-1 2-11 2-12 2-15 2-16 2-17 4-5 5-3 5-4 5-5 6-14 9-20 9-21 10-1 10-4 10-5 10-6 10-7",
    2022: "1-3 1-31 2-1 2-2 2-3 2-4 4-4 4-5 5-2 5-3 5-4 6-3 9-12 10-3 10-4 10-5 10-6 10-7",
}
_WORKED = {
    2019: "2-2 2-3 4-28 5-5 9-29 10-12",
    2020: "1-19 4-26 5-9 6-28 9-27 10-10",
    2021: "2-7 2-20 4-25 5-8 9-18 9-26 10-9",
    2022: "1-29 1-30 4-2 4-24 5-7 10-8 10-9",
}
_NINGXIA = {  # 开斋节、古尔邦节, the weekdays among them
    2019: "6-5 6-6 8-12 8-13",
    2020: "5-25 5-26 7-30 7-31",
    2021: "5-13 5-14 7-19 7-20",
    2022: "7-11 7-12",
    2023: "6-29 6-30",
}


def _days(table: dict[int, str]) -> frozenset[date]:
    written = [(year, *map(int, day.split("-"))) for year, days in table.items() for day in days.split()]
    return frozenset(date(*each) for each in written)


_ANNOUNCED = load_calendar(CALENDARS)
NATIONAL = WorkCalendar(
    years=_ANNOUNCED.years | frozenset(_OFF),
    days_off=_ANNOUNCED.days_off | _days(_OFF),
    days_worked=_ANNOUNCED.days_worked | _days(_WORKED),
)
NINGXIA = WorkCalendar(NATIONAL.years, NATIONAL.days_off | _days(_NINGXIA), NATIONAL.days_worked)
