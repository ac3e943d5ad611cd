"""台账: any ledger of the table of kinds, as its own export writes it, and what the system knows of each row."""

from collections.abc import Generator, Mapping, Sequence

from villagepub.core.tabular import Cell, Column
from villagepub.divisions import queries as divisions
from villagepub.exports.tables import PARTITION, Filters, Names, Table
from villagepub.ledgers import queries as ledgers
from villagepub.ledgers.exports import cells_of, columns_of
from villagepub.ledgers.kinds import LEDGERS, Ledger

AFTER = (
    Column("乡镇代码", 15),
    Column("乡镇", 12),
    Column("登记时间", 20, "datetime"),
    Column("修改时间", 20, "datetime"),
    Column("作废时间", 20, "datetime"),
    Column("作废理由", 30),
    Column("系统编号", 30),
)


def open_table(prefix: str, filters: Filters) -> Table:
    ledger = LEDGERS[filters["ledger"]]
    narrowed = ledgers.Filters(
        year=filters["year"], first=filters["first"], last=filters["last"], voided=filters["voided"]
    )
    columns = (*columns_of(ledger), *AFTER)
    return Table(columns, _rows(ledger, prefix, narrowed), ledgers.count_rows(ledger, (prefix,), narrowed))


def _rows(ledger: Ledger, prefix: str, filters: ledgers.Filters) -> Generator[Sequence[Cell]]:
    places = Names(divisions.names_of)
    words = Names(lambda townships: _words(ledger, townships))
    for rows in ledgers.stream_rows(ledger, (prefix,), filters, PARTITION):
        townships = {row.township for row in rows}
        named, worded = places.of(townships), words.of(townships)
        for row in rows:
            yield (
                *cells_of(ledger, row, worded[row.township]),
                row.township,
                named[row.township],
                row.created_at,
                row.edited_at,
                row.voided_at,
                row.void_reason,
                row.id,
            )


def _words(ledger: Ledger, townships: set[str]) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return {township: ledgers.names_of(ledger, township) for township in townships}
