"""Periods as they are written: 2023-10, 2023-Q3, 2023-H1, 2023; and as they are read aloud."""

from datetime import date, timedelta

_QUARTERS = {"1": "一", "2": "二", "3": "三", "4": "四"}
_HALVES = {"1": "上", "2": "下"}


def months_of(period: str) -> list[str]:
    """The months of a month, a quarter, a half-year or a year: 2023-Q3 is 2023-07, 2023-08 and 2023-09."""
    year, _, part = period.partition("-")
    if not part:
        return _months(year, 1, 12)
    if part[0] in "QH":
        length = 3 if part[0] == "Q" else 6
        last = int(part[1]) * length
        return _months(year, last - length + 1, last)
    return [period]


def _months(year: str, first: int, last: int) -> list[str]:
    return [f"{year}-{month:02d}" for month in range(first, last + 1)]


def quarters_until(period: str) -> list[str]:
    """The quarters of the year up to this one, itself included."""
    year, quarter = period.split("-Q")
    return [f"{year}-Q{number}" for number in range(1, int(quarter) + 1)]


def last_day(period: str) -> date:
    """The day on which a period ends."""
    year, month = (int(part) for part in months_of(period)[-1].split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def spoken(period: str) -> str:
    """The period as a title says it: 2023年10月, 2023年第三季度, 2023年上半年, 2023年度."""
    year, _, part = period.partition("-")
    if not part:
        return f"{year}年度"
    if part[0] == "Q":
        return f"{year}年第{_QUARTERS[part[1]]}季度"
    if part[0] == "H":
        return f"{year}年{_HALVES[part[1]]}半年"
    return f"{year}年{int(part)}月"
