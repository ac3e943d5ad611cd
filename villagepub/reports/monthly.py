"""The monthly export: one row for each month and village, in numbers that a spreadsheet can add up."""

import io
from collections.abc import Iterator

from villagepub.core import clock
from villagepub.core.tabular import Cell, Column, Sheet, csv_lines, write_xlsx
from villagepub.divisions import queries as divisions
from villagepub.statistics import queries as statistics

COLUMNS = (
    Column("月份", 10),
    Column("村代码", 16),
    Column("村", 14),
    Column("公开（净数）", 13, "integer"),
    Column("撤回", 8, "integer"),
    Column("更正", 8, "integer"),
    Column("提交", 8, "integer"),
    Column("退回", 8, "integer"),
    Column("不予公开", 10, "integer"),
    Column("应公开", 9, "integer"),
    Column("按期公开", 10, "integer"),
)
COUNTS = ("published", "withdrawn", "corrected", "submitted", "returned", "refused", "due", "on_time")


def rows(prefixes: tuple[str, ...], first: str, last: str) -> Iterator[list[Cell]]:
    """Months from first to last, both included, and in each the villages on the platform by code."""
    found = statistics.list_monthly(prefixes, first, last, ("month", "village"))
    names = divisions.names_of({row["village"] for row in found})
    for row in found:
        yield [row["month"], row["village"], names[row["village"]], *(row[name] for name in COUNTS)]


def as_csv(prefixes: tuple[str, ...], first: str, last: str) -> Iterator[str]:
    return csv_lines([column.header for column in COLUMNS], rows(prefixes, first, last))


def as_xlsx(prefixes: tuple[str, ...], first: str, last: str, place: str) -> bytes:
    stream = io.BytesIO()
    now = clock.local(clock.now())
    sheet = Sheet(
        name="村务公开月报",
        title=f"{place}村务公开情况（{first} 至 {last}）",
        columns=COLUMNS,
        rows=rows(prefixes, first, last),
        note=f"数据截至 {now:%Y-%m-%d %H:%M}（北京时间）。公开为净数：更正不重复计，撤回扣除。",
    )
    write_xlsx(stream, [sheet])
    return stream.getvalue()
