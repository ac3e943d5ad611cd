"""公开信息: the list that staff see, a row an item, without text and files."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from villagepub.core.tabular import Cell, Column
from villagepub.disclosures import queries as disclosures
from villagepub.divisions import queries as divisions
from villagepub.exports.sources.entries import Entries
from villagepub.exports.tables import PARTITION, Filters, Names, Table
from villagepub.review.workflow import STAGE_NAMES, STATE_NAMES, StageName, State

COLUMNS = (
    Column("公开编号", 24),
    Column("村代码", 15),
    Column("村", 12),
    Column("事项编码", 9),
    Column("事项", 26),
    Column("类别", 10),
    Column("标题", 44),
    Column("所属期或日期", 13),
    Column("无此类事项", 11),
    Column("公开范围", 10),
    Column("状态", 10),
    Column("环节", 10),
    Column("提交时间", 20, "datetime"),
    Column("公开时间", 20, "datetime"),
    Column("撤回时间", 20, "datetime"),
    Column("系统编号", 30),
    Column("内容摘要", 70),
)
AUDIENCES = {"public": "社会公众", "villagers": "本村村民"}

_STATES = {state.value: STATE_NAMES[state] for state in State}
_STAGES = {stage.value: STAGE_NAMES[stage] for stage in StageName}
_SAME = ("state", "stage", "entry", "period", "q", "first", "last")


def open_table(prefix: str, filters: Filters) -> Table:
    entries = Entries(prefix)
    narrowed = disclosures.Filters(
        **{name: filters[name] for name in _SAME},
        entries=entries.of_group(filters["group"]) if filters["group"] else None,
    )
    return Table(COLUMNS, _rows(prefix, narrowed, entries), disclosures.count_disclosures((prefix,), narrowed))


def _rows(prefix: str, filters: disclosures.Filters, entries: Entries) -> Generator[Sequence[Cell]]:
    names = Names(divisions.names_of)
    for rows in disclosures.stream_disclosures((prefix,), filters, PARTITION):
        villages = names.of(row.village for row in rows)
        for row in rows:
            yield _cells(row, villages, entries)


def _cells(row: Sequence[Any], villages: Mapping[str, str], entries: Entries) -> Sequence[Cell]:
    """row: the columns of ``disclosures.queries.STREAMED`` in their order, which is read faster than their names."""
    identifier, number, village, code, title, period, event_on, nothing, audience, state, stage, *rest = row
    submitted_at, published_at, withdrawn_at, digest = rest
    entry = entries.of(village, code)
    return (
        number,
        village,
        villages[village],
        code,
        entry.name,
        entry.group_name,
        title,
        period or event_on.isoformat(),
        "是" if nothing else "否",
        AUDIENCES[audience],
        _STATES[state],
        _STAGES.get(stage),
        submitted_at,
        published_at,
        withdrawn_at,
        identifier,
        digest,
    )
