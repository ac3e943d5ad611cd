"""A ledger as a file that can be imported again: the rows that count, under the headers that an import takes."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from marshmallow import fields

from villagepub.core import audit
from villagepub.core.actor import Actor
from villagepub.core.errors import ExportTooLarge
from villagepub.core.fields import Day, Moment, Money
from villagepub.core.ids import new_id
from villagepub.core.paging import PageRequest
from villagepub.core.permissions import Permission, require
from villagepub.core.tabular import MOST_ROWS_AT_ONCE, Cell, Column, Sheet, csv_lines, write_xlsx
from villagepub.core.tabular.xlsx_writing import ColumnKind
from villagepub.extensions import db
from villagepub.ledgers import operations, queries
from villagepub.ledgers.kinds import Ledger
from villagepub.ledgers.models import LedgerRow
from villagepub.ledgers.queries import Filters

_AT_ONCE = 500
_KINDS: tuple[tuple[type[fields.Field[Any]], ColumnKind], ...] = (
    (fields.Integer, "integer"),
    (Money, "amount"),
    (Day, "date"),
    (Moment, "datetime"),
)

Reading = Callable[[], AbstractContextManager[None]]


def begin(
    ledger: Ledger, filters: Filters, *, actor: Actor, township: str, ending: str, purpose: str | None = None
) -> None:
    """Whether this person may take these rows away; of rows about people it is noted who did, and for what.

    ending: csv or xlsx. purpose: a word of the schema's list, for a ledger whose rows name persons.
    Raises Invalid for a place that is no township, ExportTooLarge for a workbook of more rows than anybody waits for.
    """
    require(actor, Permission.READ_LEDGERS, township)
    require(actor, Permission.EXPORT, township)
    operations.require_township(township)
    rows = queries.count_rows(ledger, (township,), filters)
    if ending == "xlsx" and rows > MOST_ROWS_AT_ONCE:
        remedy = "请改用 CSV，或按年度分次导出。"
        raise ExportTooLarge(f"共 {rows} 条，当场导出 XLSX 最多 {MOST_ROWS_AT_ONCE} 条。{remedy}")
    if ledger.names_persons:
        data = {"ledger": ledger.name, "format": ending, "rows": rows, "purpose": purpose, "year": filters.year}
        audit.record(
            db.session(),
            "ledger.exported",
            actor=actor,
            subject_type="ledger_export",
            subject_id=new_id(),
            division=township,
            township=township,
            data=data,
        )


def csv_pieces(ledger: Ledger, township: str, filters: Filters, reading: Reading) -> Iterator[bytes]:
    """The file a line a piece, in UTF-8 with BOM. reading: a transaction, one for each few hundred rows."""
    lines = csv_lines(list(ledger.columns.values()), _rows(ledger, township, filters, reading))
    return (line.encode() for line in lines)


def as_xlsx(ledger: Ledger, township: str, filters: Filters, reading: Reading) -> bytes:
    """The same as a workbook; its header is in the first row, where an import looks for it."""
    stream = io.BytesIO()
    rows = _rows(ledger, township, filters, reading)
    write_xlsx(stream, [Sheet(name=ledger.noun, title="", columns=columns_of(ledger), rows=rows)])
    return stream.getvalue()


def as_blank_xlsx(ledger: Ledger) -> bytes:
    """The headers alone, to be filled in and imported."""
    stream = io.BytesIO()
    write_xlsx(stream, [Sheet(name=ledger.noun, title="", columns=columns_of(ledger), rows=())])
    return stream.getvalue()


def columns_of(ledger: Ledger) -> list[Column]:
    """Its fields under the headers that an import takes, each as what its cells are."""
    shapes = ledger.body().fields
    return [Column(header, 20, _kind_of(shapes[name])) for name, header in ledger.columns.items()]


def cells_of(ledger: Ledger, row: LedgerRow, names: Mapping[str, Mapping[str, str]]) -> list[Cell]:
    """A row as ``columns_of`` has it. names: as ``queries.names_of`` gives them for the row's township."""
    return [_cell(getattr(row, field), names.get(field, {})) for field in ledger.columns]


def _kind_of(field: fields.Field[Any]) -> ColumnKind:
    return next((kind for shape, kind in _KINDS if isinstance(field, shape)), "text")


def _rows(ledger: Ledger, township: str, filters: Filters, reading: Reading) -> Iterator[list[Cell]]:
    """In the order of entry, read a few hundred at a time so that no connection waits for a slow network."""
    cursor: str | None = None
    while True:
        with reading():
            page = queries.list_rows(ledger, (township,), filters, PageRequest(cursor, _AT_ONCE))
            names = queries.names_of(ledger, township)
            rows = [cells_of(ledger, row, names) for row in page.data]
        yield from rows
        cursor = page.next_cursor
        if cursor is None:
            return


def _cell(value: Any, names: Mapping[str, str]) -> Cell:
    """Keys by their Chinese names; instants to the second, as every answer shows them."""
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    return names.get(value, value) if isinstance(value, str) else value
