"""Many rows from one CSV or XLSX file: every bad line is named, and all lines are written or none.

A line equal in all fields to a row that already counts is refused as registered, so that a file taken in
twice adds nothing. Where two such events did happen, the second one is entered by itself.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields

from villagepub.core import audit
from villagepub.core.actor import Actor
from villagepub.core.clock import SHANGHAI
from villagepub.core.errors import Invalid
from villagepub.core.fields import Day, Flag, Moment, Money, Text
from villagepub.core.ids import new_id
from villagepub.core.permissions import Permission, require
from villagepub.core.tabular import Cell, Fault, Row, UnreadableTable, read_rows
from villagepub.extensions import db
from villagepub.ledgers import operations, queries
from villagepub.ledgers.kinds import Ledger
from villagepub.ledgers.policy import Fields
from villagepub.ledgers.references import with_ids
from villagepub.ledgers.schemas import Choice, MonthOrYear
from villagepub.ledgers.standing import Standing, claim_of, faults_of, list_same_years

_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T]+(\S+))?")
_MONTH = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?")
_YES_OR_NO = {"是": True, "否": False}
_WHOLE = re.compile(r"-?[0-9]{1,12}")
_HALF_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)} | {0x3000: 0x20}
_REGISTERED = "已登记：与编号 {} 的一条完全相同。确有两次的，请逐条登记。"
_REPEATED = "与第 {} 行完全相同。确有两次的，请逐条登记。"


@dataclass(frozen=True)
class Outcome:
    """rows: lines of data in the file; created: rows written, 0 for a dry run."""

    rows: int
    created: int
    faults: list[Fault]


@dataclass(frozen=True)
class Line:
    number: int
    fields: Fields


Tell = Callable[[int], None]
"""Told how many lines have been examined."""


def import_rows(ledger: Ledger, name: str, data: bytes, *, actor: Actor, township: str, dry_run: bool) -> Outcome:
    """Take in a file, whose name says how to read it.

    Raises Invalid with a sentence for each fault, ``{line <n>.<field>: [sentence]}``, writing nothing.
    A dry run never raises for what the file says and never writes: it tells what would be refused. Raises
    SecretMark for a line with a mark of a state secret, a dry run as well.
    """
    require(actor, Permission.KEEP_LEDGERS, township)
    operations.wait_for_turn(township)
    try:
        rows = read(ledger, name, data, actor=actor, township=township)
    except UnreadableTable as unreadable:
        rows, faults, lines = [], unreadable.faults, list[Line]()
    else:
        lines, faults = examine(ledger, rows, township=township)
    if dry_run:
        return Outcome(len(rows), 0, faults)
    refuse(faults)
    _store(ledger, lines, actor=actor, township=township)
    return Outcome(len(rows), len(lines), [])


def read(ledger: Ledger, name: str, data: bytes, *, actor: Actor, township: str) -> list[Row]:
    """The lines of a file, before anything of it is kept or examined. Raises UnreadableTable and SecretMark."""
    require(actor, Permission.KEEP_LEDGERS, township)
    operations.require_township(township)
    rows = read_rows(name, data, columns=ledger.columns, may_lack=ledger.later_columns)
    operations.refuse_marks(texts_of(rows), actor=actor, township=township)
    return rows


def examine(
    ledger: Ledger, rows: Sequence[Row], *, township: str, tell: Tell = lambda done: None
) -> tuple[list[Line], list[Fault]]:
    """The lines as fields, and what is wrong with any of them, in the order of the file."""
    lines, faults = [], list[Fault]()
    aliases = aliases_of(ledger, township)
    for done, row in enumerate(rows, 1):
        try:
            fields = read_line(ledger, row.values, aliases)
            lines.append(Line(row.line, with_ids(ledger, fields, township)))
        except ValidationError as refused:
            faults += faults_from(row.line, refused.messages_dict)
        tell(done)
    if lines:
        faults += _judge(ledger, township, lines)
    return lines, sorted(faults, key=lambda fault: fault.line or 0)


def write(ledger: Ledger, lines: Sequence[Line], *, actor: Actor, township: str) -> list[Fault]:
    """Write lines that were examined before, all or none: what stands against them by now is returned instead."""
    require(actor, Permission.KEEP_LEDGERS, township)
    operations.wait_for_turn(township)
    faults = _judge(ledger, township, lines)
    if not faults:
        _store(ledger, lines, actor=actor, township=township)
    return faults


def refuse(faults: list[Fault]) -> None:
    """Raises Invalid where there are any."""
    if faults:
        raise Invalid("文件中有错误，一行也没有写入。请按提示改正后重新上传。", errors=errors_of(faults))


def errors_of(faults: list[Fault]) -> dict[str, list[str]]:
    """By ``line 3.channel``, ``line 3`` or ``file``."""
    errors: dict[str, list[str]] = {}
    for fault in faults:
        place = "file" if fault.line is None else f"line {fault.line}"
        errors.setdefault(f"{place}.{fault.field}" if fault.field else place, []).append(fault.message)
    return errors


def texts_of(rows: list[Row]) -> Fields:
    """What all lines say, in whichever column: ``{line 3.title: cell}``."""
    return {f"line {row.line}.{name}": cell for row in rows for name, cell in row.values.items()}


def _judge(ledger: Ledger, township: str, lines: Sequence[Line]) -> list[Fault]:
    """Each line against what already counts and against the lines before it."""
    standing = Standing(ledger, township, [line.fields for line in lines])
    seen = {
        _content(ledger, vars(row)): _REGISTERED.format(row.id)
        for row in list_same_years(ledger, township, standing.sound)
    }
    faults = list[Fault]()
    for line in lines:
        content = _content(ledger, line.fields)
        if content in seen:
            faults.append(Fault(line.number, None, seen[content]))
            continue
        seen[content] = _REPEATED.format(line.number)
        found = faults_from(line.number, faults_of(ledger, line.fields, standing))
        if ledger.counts_days_once and not found:
            standing.claims.add(claim_of(ledger, line.fields, f"第 {line.number} 行"))
        faults += found
    return faults


def _store(ledger: Ledger, lines: Sequence[Line], *, actor: Actor, township: str) -> None:
    import_id = new_id()
    db.session.add_all(
        operations.new_row(ledger, line.fields, actor=actor, township=township, import_id=import_id) for line in lines
    )
    db.session.flush()
    audit.record(
        db.session(),
        "ledger.imported",
        actor=actor,
        subject_type="ledger_import",
        subject_id=import_id,
        division=township,
        township=township,
        data={"ledger": ledger.name, "created": len(lines)},
    )


def faults_from(line: int, messages: Mapping[str, Any]) -> list[Fault]:
    """What ``{field: [sentence]}`` says of a line."""
    return [Fault(line, field, sentence) for field, sentences in messages.items() for sentence in sentences]


def _content(ledger: Ledger, values: Fields) -> tuple[Any, ...]:
    return tuple(values[field] for field in ledger.columns)


# --- from cells to fields -----------------------------------------------------------------------------------


Aliases = Mapping[str, Mapping[str, str]]


def aliases_of(ledger: Ledger, township: str) -> Aliases:
    """``{field: {Chinese name: key}}``: what a file may use for the keys of channels, sources and kinds."""
    named = queries.names_of(ledger, township)
    return {field: {name: key for key, name in names.items()} for field, names in named.items()}


def read_line(ledger: Ledger, cells: Mapping[str, Cell], aliases: Aliases) -> Fields:
    """The fields of one line; a blank cell is a field left out. Raises ValidationError."""
    schema = ledger.body()
    values = {
        name: wire_value(schema.fields[name], cell)
        for name, cell in cells.items()
        if cell is not None and name in schema.fields
    }
    for name in values.keys() & aliases.keys():
        values[name] = aliases[name].get(values[name], values[name])
    return load(schema, values)


def load(schema: Schema, values: Mapping[str, Any]) -> Fields:
    """After a schema. Raises ValidationError, in the words of cells and forms, not in those of the interface."""
    try:
        return schema.load(values)  # type: ignore[no-any-return]
    except ValidationError as refused:
        faults = refused.messages_dict
        wrong = {each.data_key or name: each for name, each in schema.fields.items()}
        said = {name: _said(wrong[name], faults[name]) for name in faults if name in values and name in wrong}
        raise ValidationError(faults | said) from None


def _said(field: fields.Field[Any], sentences: Any) -> Any:
    if isinstance(field, Choice | Flag):
        words = field.labels.values() if isinstance(field, Choice) else _YES_OR_NO
        return [f"须是以下之一：{'、'.join(words)}。"]
    if isinstance(field, Moment) and sentences == [field.sentence]:
        return ["须是日期和时间，例如 2023-11-06 09:30。"]
    if isinstance(field, Money) and sentences == [field.sentence]:
        return [f"须是金额，最多 {field.places} 位小数，例如 12.5，不带千分位和单位。"]
    return sentences


def wire_value(field: fields.Field[Any], cell: Cell) -> Any:
    """A cell as the API takes the field: days and times as people and Excel write them, in Asia/Shanghai.

    What is no text may be written in the full-width signs of a Chinese keyboard: ``１２``.
    """
    if isinstance(cell, str) and not isinstance(field, Text):
        cell = cell.translate(_HALF_WIDTH)
    if isinstance(field, Moment):
        return _moment(cell)
    if isinstance(field, Day):
        return _day(cell)
    if isinstance(field, MonthOrYear):
        return _month(cell)
    if isinstance(field, Money):
        return _amount(cell)
    if isinstance(field, Flag):
        return _YES_OR_NO.get(str(cell), cell)
    if isinstance(field, fields.Integer):
        return int(cell) if isinstance(cell, str) and _WHOLE.fullmatch(cell) else cell
    return cell if isinstance(cell, str | bool) else str(cell)


def _amount(cell: Cell) -> Any:
    """A number of Excel as the digits that Excel shows."""
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return format(Decimal(repr(cell)), "f") if is_number else str(cell)


def _day(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    written = _DAY.fullmatch(str(cell))
    if written is None or written[4] is not None:
        return str(cell)
    return f"{written[1]}-{int(written[2]):02}-{int(written[3]):02}"


def _moment(cell: Cell) -> Any:
    """A time without a zone is one of Asia/Shanghai."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=cell.tzinfo or SHANGHAI).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    written = _DAY.fullmatch(str(cell))
    if written is None:
        return str(cell)
    day = f"{written[1]}-{int(written[2]):02}-{int(written[3]):02}"
    if written[4] is None:
        return day
    clock_time = written[4].rjust(len(written[4]) + (written[4][1:2] == ":"), "0")
    try:
        instant = datetime.fromisoformat(f"{day}T{clock_time}")
    except ValueError:
        return str(cell)
    return instant.replace(tzinfo=instant.tzinfo or SHANGHAI).isoformat()


def _month(cell: Cell) -> Any:
    """Excel makes a day of ``2023-11``: the first one of the month."""
    if isinstance(cell, date):
        return f"{cell.year:04}-{cell.month:02}" if cell.day == 1 else cell.isoformat()
    written = _MONTH.fullmatch(str(cell))
    return f"{written[1]}-{int(written[2]):02}" if written else str(cell).removesuffix("年")
