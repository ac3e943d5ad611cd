"""A year of a place in numbers, as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from villagepub.core import clock
from villagepub.core.periods import months_between
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Division
from villagepub.layout.charts import Chart, Series, bars, data_table
from villagepub.statistics import queries as statistics

LABELS = [f"{month}月" for month in range(1, 13)]


@dataclass(frozen=True)
class Year:
    """picture and table: markup. villages: each with its total, for a place that has several. years: that have any."""

    number: int
    years: Sequence[int]
    total: int
    picture: str
    table: str
    villages: Sequence[tuple[Division, int]]


def year_of(place: Division, number: int | None) -> Year:
    """A year, or the newest in which anything was counted, of a place."""
    years = statistics.list_years((place.prefix,))
    number = number or next(iter(years), clock.today().year)
    first, last = f"{number}-01", f"{number}-12"
    cells = statistics.published_by_village((place.prefix,), first, last)
    chart = _chart(place, number, [_sum_of(cells, month) for month in months_between(first, last)])
    villages = divisions.list_disclosing((place.prefix,))
    return Year(
        number=number,
        years=sorted({*years, number}, reverse=True),
        total=sum(sum(months.values()) for months in cells.values()),
        picture=bars(chart),
        table=data_table(chart, "月份"),
        villages=[(each, sum(cells.get(each.code, {}).values())) for each in villages if each.code != place.code],
    )


def _sum_of(cells: Mapping[str, Mapping[str, int]], month: str) -> int:
    return sum(months.get(month, 0) for months in cells.values())


def _chart(place: Division, year: int, counts: Sequence[int]) -> Chart:
    most = max(counts)
    when = "、".join(label for label, count in zip(LABELS, counts, strict=True) if count == most)
    peak = f"最多的是{when}，{most}条。" if most > 0 else ""
    return Chart(
        key=f"year-{year}",
        title=f"{place.name}{year}年各月公开的条数",
        description=f"全年{sum(counts)}条。{peak}各月的数见下表。",
        labels=LABELS,
        series=[Series("公开", counts)],
        unit="条",
    )
