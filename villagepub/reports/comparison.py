"""The main figures of a township over years, each with where it came from and its change on the year before."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from villagepub.core import clock
from villagepub.core.errors import Invalid
from villagepub.ledgers import queries as ledgers
from villagepub.reports.figures import Json
from villagepub.reports.form import CARRIED_IN, CARRIED_OUT, CLOSED, FIRST_YEAR, NEW, TOTAL, form_of
from villagepub.reports.reportable import require_township
from villagepub.reports.years import Numbers, find_numbers

MOST_YEARS = 20
_TOTALS = {NEW: "新收申请", CARRIED_IN: "上年结转申请", CLOSED: "办结申请", CARRIED_OUT: "结转下年度申请"}


def compare(township: str, first: int, last: int, *, as_of: datetime) -> Json:
    """``{division, years: [{year, origin}], figures: [{key, label, values: [{year, value, change, origin}]}]}``.

    A value is None where its year's report does not state it, a change where either value is. Raises Invalid for
    years in the wrong order, too many or not begun, and for a place that is no township.
    """
    require_township(township)
    _require_span(first, last, clock.local(as_of).year)
    found = {year: find_numbers(township, year, as_of) for year in range(first - 1, last + 1)}
    years = range(first, last + 1)
    return {
        "division": township,
        "years": [{"year": year, "origin": _origin(found[year])} for year in years],
        "figures": [
            {"key": key, "label": label, "values": [_value(key, year, found) for year in years]}
            for key, label in _figures(township, last)
        ],
    }


def _require_span(first: int, last: int, this_year: int) -> None:
    if first > last:
        raise Invalid(errors={"from": ["起始年度不能晚于截止年度。"]})
    if last > this_year:
        raise Invalid(errors={"to": [f"{last} 年还没有开始。"]})
    if last - first >= MOST_YEARS:
        raise Invalid(errors={"from": [f"一次最多比较 {MOST_YEARS} 个年度。"]})


def _figures(township: str, year: int) -> Iterator[tuple[str, str]]:
    """The key of each main figure with its label, in the order of the report."""
    for channel in ledgers.list_channels(township):
        yield f"part_one.channels.{channel.key}", channel.name
    for source, counted in ledgers.count_complaints_by_source(township, year).items():
        yield f"part_one.complaints.{source}.received", f"{counted.label}投诉收到"
        yield f"part_one.complaints.{source}.answered", f"{counted.label}投诉回应"
    yield "part_one.villages_on_platform", "纳入村务公开小程序的村"
    yield "part_one.trainings", "培训次数"
    form = form_of(FIRST_YEAR)
    for table in form.tables:
        for row in table.rows:
            yield from ((f"part_two.{row}.{column}", f"{row}，{column}") for column in table.columns)
    yield from ((f"part_three.{row}", label) for row, label in _TOTALS.items())
    yield from ((f"part_four.{group}", f"{group}，总计") for group in form.groups)


def _value(key: str, year: int, found: Mapping[int, Numbers | None]) -> Json:
    value, before = _read(found[year], key, year), _read(found[year - 1], key, year - 1)
    change = value - before if isinstance(value, int) and isinstance(before, int) else None
    return {"year": year, "value": value, "change": change, "origin": _origin(found[year])}


def _read(numbers: Numbers | None, key: str, year: int) -> Any:
    """One figure of a year by its key; a column that another form has under another name is not stated."""
    if numbers is None:
        return None
    part, name = key.split(".", 1)
    if part == "part_one":
        return numbers.part_one.get(name)
    if part == "part_three":
        return numbers.part_three.get(name, {}).get(TOTAL)
    if part == "part_four":
        values = numbers.part_four.get(name)
        return values[-1] if values else None
    row, column = name.split(".", 1)
    columns = next((table.columns for table in form_of(year).tables if row in table.rows), ())
    values = numbers.part_two.get(row)
    return values[columns.index(column)] if values and column in columns else None


def _origin(numbers: Numbers | None) -> str | None:
    return numbers.origin if numbers else None
