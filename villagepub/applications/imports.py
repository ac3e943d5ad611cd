"""Many applications from one CSV or XLSX file: every bad line is named, and all lines are written or none.

A line that says the same as an application already there is refused as registered, so that a file taken in twice adds
nothing.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from villagepub.applications import operations, policy, queries, sheet
from villagepub.applications.policy import Fields
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import Invalid
from villagepub.core.ids import new_id
from villagepub.core.permissions import Permission, require
from villagepub.core.tabular import Fault, Row, UnreadableTable, read_rows
from villagepub.extensions import db
from villagepub.ledgers.imports import Outcome, errors_of, texts_of
from villagepub.ledgers.operations import refuse_marks, wait_for_turn

MOST_LINES = 1_000
_REGISTERED = "已登记：与 {} 完全相同。确是另一件的，请逐件登记。"
_REPEATED = "与第 {} 行完全相同。确是另一件的，请逐件登记。"


def import_applications(name: str, data: bytes, *, actor: Actor, township: str, dry_run: bool) -> Outcome:
    """Take in a file, whose name says how to read it.

    Raises Invalid with a sentence for each fault, ``{line <n>.<field>: [sentence]}``, writing nothing.
    A dry run never raises for what the file says and never writes: it tells what would be refused. Raises
    SecretMark for a line with a mark of a state secret, a dry run as well.
    """
    require(actor, Permission.KEEP_APPLICATIONS, township)
    operations.require_township(township)
    wait_for_turn(township)
    try:
        rows = _read(name, data)
    except UnreadableTable as unreadable:
        rows, faults, lines = [], unreadable.faults, list[Fields]()
    else:
        refuse_marks(texts_of(rows), actor=actor, township=township)
        lines, faults = _examine(township, rows)
    if dry_run:
        return Outcome(len(rows), 0, faults)
    if faults:
        raise Invalid("文件中有错误，一行也没有写入。请按提示改正后重新上传。", errors=errors_of(faults))
    _store(lines, actor=actor, township=township)
    return Outcome(len(rows), len(lines), [])


def _read(name: str, data: bytes) -> list[Row]:
    """A year of a township has dozens; a file of thousands would keep everybody else from writing."""
    rows = read_rows(name, data, columns=sheet.COLUMNS, may_lack=sheet.MAY_LACK)
    if len(rows) > MOST_LINES:
        raise UnreadableTable([Fault(None, None, f"一次最多导入 {MOST_LINES} 件，请分成几个文件。")])
    return rows


def _examine(township: str, rows: list[Row]) -> tuple[list[Fields], list[Fault]]:
    """The lines as fields, and what is wrong with any of them, in the order of the file."""
    counted = queries.list_counted(township)
    seen = {sheet.line_of(sheet.fields_of(each)): _REGISTERED.format(each.number) for each in counted}
    lines, faults = list[Fields](), list[Fault]()
    for row in rows:
        try:
            fields = sheet.read_line(row.values)
        except ValidationError as refused:
            faults += _faults(row.line, refused.messages_dict)
            continue
        faults += _faults(row.line, policy.faults_of_registration(fields, clock.now()))
        line = sheet.line_of(fields)
        faults += [Fault(row.line, None, seen[line])] if line in seen else []
        seen.setdefault(line, _REPEATED.format(row.line))
        lines.append(fields)
    return lines, faults


def _store(lines: list[Fields], *, actor: Actor, township: str) -> None:
    import_id = new_id()
    for fields in lines:
        operations.enter(fields, actor=actor, township=township, import_id=import_id)
    audit.record(
        db.session(),
        "application.imported",
        actor=actor,
        subject_type="application_import",
        subject_id=import_id,
        division=township,
        township=township,
        data={"created": len(lines)},
    )


def _faults(line: int, messages: Mapping[str, Any]) -> list[Fault]:
    return [Fault(line, field, sentence) for field, sentences in messages.items() for sentence in sentences]
