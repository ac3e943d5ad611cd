"""Past publications, from a table: all of them, or none and a list of every fault."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields

from villagepub.clearance import incidents
from villagepub.clearance.marks import SECRET
from villagepub.clearance.screenings import Subject, events_of, look_at, places_of_content
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.fields import Day, DivisionCode, EntryCode, Flag, LongText, PeriodText, Shape, Text, one_of
from villagepub.core.permissions import Permission, require
from villagepub.core.tabular import Fault, Row, UnreadableTable, read_rows
from villagepub.disclosures import operations as disclosures
from villagepub.disclosures import queries
from villagepub.disclosures.richtext import clean_html
from villagepub.disclosures.schemas import AUDIENCES, LONGEST_BODY, LONGEST_TITLE
from villagepub.divisions import queries as divisions
from villagepub.statistics import operations as statistics

COLUMNS = {
    "village": "村代码",
    "entry": "目录编码",
    "title": "标题",
    "body": "正文",
    "period": "周期",
    "event_on": "事件日期",
    "nothing_to_report": "无此类事项",
    "audience": "公开范围",
    "published_on": "公开日期",
}
_YES = {"是": True, "否": False}

Line = dict[str, Any]


class PastDisclosure(Shape):
    """One line of the file."""

    village = DivisionCode(required=True)
    entry = EntryCode(required=True)
    title = Text(longest=LONGEST_TITLE, required=True)
    body = LongText(longest=LONGEST_BODY, required=True)
    period = PeriodText(load_default=None, allow_none=True)
    event_on = Day(load_default=None, allow_none=True)
    nothing_to_report = Flag(load_default=False)
    audience = fields.String(load_default=None, allow_none=True, validate=one_of(AUDIENCES))
    published_on = Day(required=True)


@dataclass(frozen=True)
class Imported:
    """count: the lines that were, or on a dry run would be, imported; 0 when there are faults."""

    count: int
    faults: list[Fault]


def import_disclosures(name: str, data: bytes, *, actor: Actor, division: str, dry_run: bool) -> Imported:
    """Record the lines of a file as past publications of places below a division.

    name: the file's name, whose ending says what it is: csv, xlsx or jsonl. Nothing is written when any line
    has a fault, nor on a dry run, save incidents for marks of state secrets. A line that was imported before is a
    fault. Raises NotFound and Forbidden.
    """
    require(actor, Permission.IMPORT_DISCLOSURES, division)
    try:
        rows = _read_json_lines(data) if name.lower().endswith(".jsonl") else read_rows(name, data, columns=COLUMNS)
    except UnreadableTable as unreadable:
        return Imported(0, unreadable.faults)
    lines, faults = _examine(rows, divisions.prefix_of(division), actor)
    if faults:
        return Imported(0, faults)
    if not dry_run:
        for line in lines:
            _record(line, actor)
    return Imported(len(lines), [])


def _read_json_lines(data: bytes) -> list[Row]:
    rows, faults = [], []
    for number, text in enumerate(data.decode("utf-8-sig", "replace").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            values = json.loads(text)
            if not isinstance(values, dict):
                raise ValueError("no object")
            rows.append(Row(number, values))
        except ValueError:
            faults.append(Fault(number, None, "这一行不是 JSON 对象，请检查引号和括号。"))
    if faults:
        raise UnreadableTable(faults)
    return rows


def _examine(rows: Iterable[Row], prefix: str, actor: Actor) -> tuple[list[Line], list[Fault]]:
    lines: list[Line] = []
    faults: list[Fault] = []
    seen: dict[Any, int] = {}
    for row in rows:
        line, found = _examine_one(row, prefix, seen, actor)
        faults += [Fault(row.line, field, sentence) for field, sentences in found.items() for sentence in sentences]
        lines += [line] if line else []
    return lines, faults


def _examine_one(row: Row, prefix: str, seen: dict[Any, int], actor: Actor) -> tuple[Line | None, dict[str, list[str]]]:
    try:
        line: Line = PastDisclosure().load({name: _on_the_wire(value) for name, value in row.values.items()
                                            if value is not None})  # fmt: skip
    except ValidationError as error:
        return None, error.normalized_messages()
    village = divisions.find_division(line["village"])
    if village is None or not tenancy.covers((prefix,), village.code) or village.on_platform_from is None:
        return None, {"village": ["不是该区划下已上线的村，请核对 12 位代码。"]}
    faults = disclosures.faults_of(village.township_code, line["entry"], line)
    faults |= _screen(line, village.township_code, actor)
    if line["published_on"] > clock.today():
        faults["published_on"] = ["公开日期不能晚于今天。"]
    key = (line["village"], line["entry"], line["title"], line["published_on"])
    if key in seen:
        faults["title"] = [f"与第 {seen[key]} 行重复。"]
    elif queries.was_imported(*key):
        faults["title"] = ["这一条已经导入过。"]
    seen[key] = row.line
    return line, faults


def _screen(line: Line, township: str, actor: Actor) -> dict[str, list[str]]:
    """Faults for marks of state secrets, each of which leaves its incident; other findings are answered later."""
    subject = Subject(township, line["village"], line["entry"])
    places = places_of_content({"title": line["title"], "body": clean_html(line["body"])})
    events = events_of(look_at(subject, places), subject, actor=actor)
    for event in events:
        incidents.record(event, actor=actor)
    return {event.field: [SECRET] for event in events}


def _on_the_wire(value: Any) -> Any:
    """A cell as the same value would stand in JSON."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _YES.get(value, value) if isinstance(value, str) else value


def _record(line: Line, actor: Actor) -> None:
    content = {name: value for name, value in line.items() if name not in ("village", "entry", "published_on")}
    month = f"{line['published_on']:%Y-%m}"
    township = divisions.get_division(line["village"]).township_code
    disclosure = disclosures.record_past(
        actor=actor,
        village=line["village"],
        entry=line["entry"],
        content=content,
        published_on=line["published_on"],
        counts_in=statistics.month_to_count_in(township, month),
    )
    statistics.recount_now(disclosure)
