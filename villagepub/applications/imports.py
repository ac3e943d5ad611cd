"""Many applications from one CSV or XLSX file: every bad line is named, and all lines are written or none.

A line that says the same as an application already there is refused as registered, so that a file taken in twice adds
nothing.
"""

from collections.abc import Sequence

from marshmallow import ValidationError

from villagepub.applications import operations, policy, queries, sheet
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.ids import new_id
from villagepub.core.permissions import Permission, require
from villagepub.core.tabular import Fault, Row, UnreadableTable, read_rows
from villagepub.extensions import db
from villagepub.ledgers.imports import Line, Outcome, Tell, faults_from, refuse, texts_of
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
    wait_for_turn(township)
    try:
        rows = read(name, data, actor=actor, township=township)
    except UnreadableTable as unreadable:
        rows, faults, lines = [], unreadable.faults, list[Line]()
    else:
        lines, faults = examine(rows, township=township)
    if dry_run:
        return Outcome(len(rows), 0, faults)
    refuse(faults)
    _store(lines, actor=actor, township=township)
    return Outcome(len(rows), len(lines), [])


def read(name: str, data: bytes, *, actor: Actor, township: str) -> list[Row]:
    """The lines of a file, before anything of it is kept or examined. Raises UnreadableTable and SecretMark.

    A year of a township has dozens; a file of thousands would keep everybody else from writing.
    """
    require(actor, Permission.KEEP_APPLICATIONS, township)
    operations.require_township(township)
    rows = read_rows(name, data, columns=sheet.COLUMNS, may_lack=sheet.MAY_LACK)
    if len(rows) > MOST_LINES:
        raise UnreadableTable([Fault(None, None, f"一次最多导入 {MOST_LINES} 件，请分成几个文件。")])
    refuse_marks(texts_of(rows), actor=actor, township=township)
    return rows


def examine(rows: Sequence[Row], *, township: str, tell: Tell = lambda done: None) -> tuple[list[Line], list[Fault]]:
    """The lines as fields, and what is wrong with any of them, in the order of the file."""
    lines, faults = list[Line](), list[Fault]()
    for done, row in enumerate(rows, 1):
        try:
            lines.append(Line(row.line, sheet.read_line(row.values)))
        except ValidationError as refused:
            faults += faults_from(row.line, refused.messages_dict)
        tell(done)
    faults += _judge(lines, township)
    return lines, sorted(faults, key=lambda fault: fault.line or 0)


def write(lines: Sequence[Line], *, actor: Actor, township: str) -> list[Fault]:
    """Write lines that were examined before, all or none: what stands against them by now is returned instead."""
    require(actor, Permission.KEEP_APPLICATIONS, township)
    wait_for_turn(township)
    faults = _judge(lines, township)
    if not faults:
        _store(lines, actor=actor, township=township)
    return faults


def _judge(lines: Sequence[Line], township: str) -> list[Fault]:
    """Each line by itself, against what already counts and against the lines before it."""
    counted = queries.list_counted(township)
    seen = {sheet.line_of(sheet.fields_of(each)): _REGISTERED.format(each.number) for each in counted}
    faults = list[Fault]()
    for line in lines:
        faults += faults_from(line.number, policy.faults_of_registration(line.fields, clock.now()))
        content = sheet.line_of(line.fields)
        faults += [Fault(line.number, None, seen[content])] if content in seen else []
        seen.setdefault(content, _REPEATED.format(line.number))
    return faults


def _store(lines: Sequence[Line], *, actor: Actor, township: str) -> None:
    import_id = new_id()
    for line in lines:
        operations.enter(line.fields, actor=actor, township=township, import_id=import_id)
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
