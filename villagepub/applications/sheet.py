"""Applications as the lines of a file: written out so that the same file can be read in again.

One that is closed is written as recorded afterwards, with its outcome and the day on which it was closed: a line has no
room for what happened in between.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from villagepub.applications.applicants import KIND_LABELS
from villagepub.applications.charging import paid_by_events
from villagepub.applications.models import Application
from villagepub.applications.outcomes import ENDINGS
from villagepub.applications.policy import Fields
from villagepub.applications.receipt import CHANNELS
from villagepub.applications.schemas import ApplicationBody
from villagepub.applications.workflow import State
from villagepub.core.tabular import Cell, Column, ColumnKind, Sheet, csv_lines, write_xlsx
from villagepub.ledgers.imports import load, wire_value

ORDER = (
    "channel",
    "submitted_at",
    "confirmed_at",
    "applicant_kind",
    "applicant_name",
    "subject",
    "content",
    "recorded_afterwards",
    "year",
    "outcome",
    "answered_on",
    "fee_paid",
)
WORDS: Mapping[str, Mapping[str, str]] = {
    "channel": CHANNELS,
    "applicant_kind": KIND_LABELS,
    "outcome": {str(key): ending.label for key, ending in ENDINGS.items()},
    "recorded_afterwards": {"true": "是", "false": "否"},
}
COLUMNS: Mapping[str, str] = {name: str(ApplicationBody().fields[name].metadata["title"]) for name in ORDER}

MAY_LACK = ("fee_paid",)
"""Columns that a file may leave out."""

_KINDS: Mapping[str, ColumnKind] = {
    "submitted_at": "datetime",
    "confirmed_at": "datetime",
    "answered_on": "date",
    "year": "integer",
    "fee_paid": "amount",
}
_WIDTHS: Mapping[str, float] = {"subject": 40, "content": 60, "outcome": 30}


def read_line(cells: Mapping[str, Cell]) -> Fields:
    """The fields of one line, words as people write them; a blank cell is a field left out. Raises ValidationError."""
    schema = ApplicationBody()
    return load(schema, {name: _value(schema, name, cell) for name, cell in cells.items() if cell is not None})


def _value(schema: ApplicationBody, name: str, cell: Cell) -> Any:
    value = wire_value(schema.fields[name], cell)
    keys = {word: key for key, word in WORDS.get(name, {}).items()}
    return keys.get(value, value) if isinstance(value, str) else value


def line_of(fields: Fields) -> tuple[Cell, ...]:
    """The cells of one line."""
    return tuple(_cell(name, fields[name]) for name in ORDER)


def fields_of(application: Application) -> Fields:
    """An application as it would be entered in one line."""
    is_over = application.state == State.CLOSED
    fields = {name: getattr(application, name) for name in ORDER[:7]}
    return fields | {
        "recorded_afterwards": is_over,
        "year": application.received_year if is_over else None,
        "outcome": application.outcome,
        "answered_on": application.closed_on,
        "fee_paid": _fee_paid(application) if is_over else None,
    }


def _fee_paid(application: Application) -> Decimal | None:
    return application.fee_paid if application.recorded_afterwards else paid_by_events(application)


def as_csv(applications: Iterable[Application]) -> Iterator[str]:
    """A CSV file, a line a piece."""
    return csv_lines(list(COLUMNS.values()), (line_of(fields_of(each)) for each in applications))


def as_xlsx(applications: Iterable[Application]) -> bytes:
    columns = [Column(header, _WIDTHS.get(name, 18), _KINDS.get(name, "text")) for name, header in COLUMNS.items()]
    stream = io.BytesIO()
    lines = (line_of(fields_of(each)) for each in applications)
    write_xlsx(stream, [Sheet("依申请公开", "", columns, lines)])
    return stream.getvalue()


def _cell(name: str, value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    if isinstance(value, bool):
        value = str(value).lower()
    return WORDS[name][value] if name in WORDS and value is not None else value
