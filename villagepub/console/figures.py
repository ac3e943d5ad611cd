"""Monthly figures as charts and tables: over the months, by village, by group of the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from villagepub.catalogue import queries as catalogue
from villagepub.core.periods import Period, month_before, months_between
from villagepub.divisions import queries as divisions
from villagepub.layout.charts import Chart, Series
from villagepub.review.workflow import STAGE_NAMES, StageName
from villagepub.statistics import queries as statistics
from villagepub.statistics.indicators import Indicator
from villagepub.statistics.queries import StageTimes
from villagepub.statistics.standings import standings_of

SHOWN = 6  # months, where none are asked for
MOST = 24
RATES = (Indicator.TIMELINESS, Indicator.COMPLETENESS, Indicator.RESPONSE, Indicator.RETURNS)
COLUMNS = (
    ("published", "公开（净）"),
    ("due", "到期"),
    ("on_time", "按期"),
    ("submitted", "提交"),
    ("returned", "退回"),
    ("corrected", "更正"),
    ("withdrawn", "撤回"),
    ("refused", "不予公开"),
)


@dataclass(frozen=True)
class Table:
    """Rows of the columns above, with what each row is about."""

    key: str
    title: str
    heading: str
    rows: Sequence[tuple[str, dict[str, Any]]]

    @property
    def total(self) -> dict[str, int]:
        return {name: sum(row[name] for _, row in self.rows) for name, _ in COLUMNS}


def span_before(today: date) -> tuple[str, str]:
    """The last months, the present one at the end."""
    last = f"{today:%Y-%m}"
    return month_before(last, SHOWN - 1), last


@dataclass(frozen=True)
class Span:
    """What is counted: from the first month to the last, below the prefixes, of one group of the catalogue or all."""

    prefixes: tuple[str, ...]
    first: str
    last: str
    group: str | None = None

    @property
    def months(self) -> list[str]:
        return months_between(self.first, self.last)


def table_by(axis: str, names: Mapping[str, str], span: Span) -> Table:
    """A row for each of the names. axis: month, village or group."""
    titles = {"month": ("各月", "月份"), "village": ("各村", "村"), "group": ("各类事项", "类别")}
    axes = dict.fromkeys((axis, "group")) if span.group else (axis,)
    counted = statistics.list_monthly(span.prefixes, span.first, span.last, tuple(axes))
    found = {str(row[axis]): row for row in counted if span.group in (None, row.get("group"))}
    nothing = dict.fromkeys(statistics.ALL_COLUMNS, 0)
    rows = [(name, found.get(key, nothing)) for key, name in names.items()]
    return Table(axis, titles[axis][0], titles[axis][1], rows)


def months_of(span: Span) -> dict[str, str]:
    return {month: Period.parse(month).in_words for month in span.months}


def villages_of(township: str) -> dict[str, str]:
    return {place.code: place.name for place in divisions.list_disclosing((divisions.prefix_of(township),))}


def groups_of(township: str) -> dict[str, str]:
    return {each.group: f"{each.group} {each.group_name}" for each in catalogue.list_headings(township)}


def chart_of_published(table: Table) -> Chart:
    return _chart(table, "published", f"{table.title}公开数", "条", (("published", "公开"),))


def chart_of_due(table: Table) -> Chart:
    return _chart(table, "due", f"{table.title}到期和按期公开数", "项", (("due", "到期"), ("on_time", "按期公开")))


def _chart(table: Table, what: str, title: str, unit: str, columns: Sequence[tuple[str, str]]) -> Chart:
    total = table.total
    said = "，".join(f"{word}共 {total[name]} {unit}" for name, word in columns)
    return Chart(
        key=f"{table.key}-{what}",
        title=title,
        description=f"{said}。",
        labels=[_short(label) for label, _ in table.rows] or ["—"],
        series=[Series(word, [row[name] for _, row in table.rows] or [None]) for name, word in columns],
        unit=unit,
    )


def _short(label: str) -> str:
    """What fits below a column: the month without its year, the letter of a group."""
    _, year, month = label.rpartition("年")
    return month if year else label.partition(" ")[0]


def chart_of_rates(span: Span, today: date) -> Chart:
    """A line for each rate over the months that have begun, in percent. They are of all groups together."""
    months = [month for month in span.months if Period.parse(month).first_day <= today]
    wholes = [standings_of(span.prefixes, Period.parse(month), today=today).whole for month in months]
    series = [
        Series(
            indicator.label,
            [
                100 * (found.numerator or 0) / found.denominator if found.denominator else None
                for found in (whole[indicator] for whole in wholes)
            ]
            or [None],
        )
        for indicator in RATES
    ]
    labels = [_short(Period.parse(month).in_words) for month in months] or ["—"]
    return Chart("rates", "各月比率", "及时率、完整率、回应率和退回率，逐月。", labels, series, "%")


def chart_of_times(times: Sequence[StageTimes]) -> Chart:
    """Hours of work that half and nine tenths of the decisions took at most."""
    return Chart(
        key="times",
        title="各环节办理时长",
        description="一半的审批用时不超过中位数，九成不超过九成位数，按办公时间计。",
        labels=[STAGE_NAMES[StageName(each.stage)] for each in times],
        series=[
            Series("中位数", [each.p50 for each in times]),
            Series("九成位数", [each.p90 for each in times]),
        ],
        unit="小时",
    )
