"""审计记录: the chain as the auditor reads it, whole enough to be checked elsewhere."""

from collections.abc import Sequence

from villagepub.core import audit
from villagepub.core.digest import canonical_json
from villagepub.core.tabular import Cell, Column
from villagepub.exports.tables import PARTITION, Filters, Table, span_of
from villagepub.extensions import db

COLUMNS = (
    Column("链", 15),
    Column("序号", 10, "integer"),
    Column("时间", 20, "datetime"),
    Column("人员", 12),
    Column("人员编号", 30),
    Column("岗位", 18),
    Column("代谁办理（编号）", 30),
    Column("动作", 26),
    Column("对象种类", 14),
    Column("对象编号", 30),
    Column("区划代码", 15),
    Column("对象摘要", 70),
    Column("数据", 40),
    Column("前一条的摘要", 70),
    Column("本条摘要", 70),
)


def open_table(prefix: str, filters: Filters) -> Table:
    subject, (start, end) = filters["subject"], span_of(filters)
    count = audit.count_entries(db.session(), (prefix,), subject=subject, start=start, end=end)
    entries = audit.stream_entries(db.session(), (prefix,), PARTITION, subject=subject, start=start, end=end)
    return Table(COLUMNS, (_row(entry) for some in entries for entry in some), count)


def _row(entry: audit.AuditEntry) -> Sequence[Cell]:
    return (
        entry.chain,
        entry.seq,
        entry.at,
        entry.actor_name,
        entry.person_id,
        entry.post_title,
        entry.stands_in_for,
        entry.action,
        entry.subject_type,
        entry.subject_id,
        entry.division,
        entry.digest,
        canonical_json(entry.data).decode(),
        entry.previous,
        entry.hash,
    )
