"""台账: any ledger of the table of kinds, by the columns that its own body names."""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from marshmallow import fields

from villagepub.core.tabular import Cell, Column, ColumnKind
from villagepub.divisions import queries as divisions
from villagepub.exports.tables import PARTITION, Filters, Names, Table
from villagepub.ledgers import queries as ledgers
from villagepub.ledgers.kinds import LEDGERS, Ledger

WIDTH = 18
AFTER = (
    Column("乡镇代码", 15),
    Column("乡镇", 12),
    Column("登记时间", 20, "datetime"),
    Column("修改时间", 20, "datetime"),
    Column("作废时间", 20, "datetime"),
    Column("作废理由", 30),
    Column("系统编号", 30),
)
_KINDS: tuple[tuple[type[fields.Field[Any]], ColumnKind], ...] = (
    (fields.Integer, "integer"),
    (fields.Float, "decimal"),
    (fields.Decimal, "decimal"),
    (fields.Date, "date"),  # which is a DateTime to marshmallow, so it is asked first
    (fields.DateTime, "datetime"),
)


def open_table(prefix: str, filters: Filters) -> Table:
    ledger = LEDGERS[filters["ledger"]]
    narrowed = ledgers.Filters(
        year=filters["year"], first=filters["first"], last=filters["last"], voided=filters["voided"]
    )
    columns = (*_columns_of(ledger), *AFTER)
    return Table(columns, _rows(ledger, prefix, narrowed), ledgers.count_rows(ledger, (prefix,), narrowed))


def _columns_of(ledger: Ledger) -> Iterator[Column]:
    described = ledger.body().fields
    for name, header in ledger.columns.items():
        yield Column(header, WIDTH, _kind_of(described[name]))


def _kind_of(field: fields.Field[Any]) -> ColumnKind:
    return next((kind for known, kind in _KINDS if isinstance(field, known)), "text")


def _rows(ledger: Ledger, prefix: str, filters: ledgers.Filters) -> Generator[Sequence[Cell]]:
    names = Names(divisions.names_of)
    for rows in ledgers.stream_rows(ledger, (prefix,), filters, PARTITION):
        townships = names.of(row.township for row in rows)
        for row in rows:
            yield (
                *(getattr(row, name) for name in ledger.columns),
                row.township,
                townships[row.township],
                row.created_at,
                row.edited_at,
                row.voided_at,
                row.void_reason,
                row.id,
            )
