"""统计: the totals of each month, village and entry, as the statistics give them."""

from collections.abc import Generator, Sequence
from itertools import groupby

from villagepub.core.periods import months_between
from villagepub.core.tabular import Cell, Column
from villagepub.divisions import queries as divisions
from villagepub.exports.sources.entries import Entries
from villagepub.exports.tables import Filters, Names, Table
from villagepub.statistics import queries as statistics

COUNTS = {
    "published": "公开（净数）",
    "withdrawn": "撤回",
    "corrected": "更正",
    "submitted": "提交",
    "returned": "退回",
    "refused": "不予公开",
    "due": "应公开",
    "on_time": "按期公开",
}
COLUMNS = (
    Column("月份", 10),
    Column("村代码", 15),
    Column("村", 12),
    Column("事项编码", 9),
    Column("事项", 26),
    *(Column(header, 13, "integer") for header in COUNTS.values()),
)
AXES = ("month", "village", "entry")


def open_table(prefix: str, filters: Filters) -> Table:
    """How many rows only the counting itself tells."""
    return Table(COLUMNS, _rows(prefix, filters["first"], filters["last"]), None)


def _rows(prefix: str, first: str, last: str) -> Generator[Sequence[Cell]]:
    """A year at a time, so that no more than that is in memory."""
    names, entries = Names(divisions.names_of), Entries(prefix)
    for _, of_year in groupby(months_between(first, last), key=lambda month: month[:4]):
        months = list(of_year)
        rows = statistics.list_monthly((prefix,), months[0], months[-1], AXES)
        villages = names.of(row["village"] for row in rows)
        for row in rows:
            village, code = row["village"], row["entry"]
            name = entries.of(village, code).name
            yield (row["month"], village, villages[village], code, name, *(row[count] for count in COUNTS))
