"""The words of the sample disclosures: patterns in YAML, a file for each group of the catalogue.

An entry has `variants` of a title and a body; `summary` variants, where its events are also summarised by
the quarter; a text for `nothing` to report; `often`, how many events a village has at most; `choices` that
sentences quote, each a list to pick from or a range; and `tables` (see the module). `ahead: true` marks
what is published for a year that still runs.

A body is a list of sentences, `h3`, `list` and `table`. In braces stand {village}, {period}, {event} (its
day), {month} (of the event), {rows} and {total} (of the first table), and the choices.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from villagepub.core.prose import day_text
from villagepub.demo.texts.dice import Dice
from villagepub.demo.texts.spans import spoken
from villagepub.demo.texts.tables import Spec, Table, accounts_table, list_table, number

SAMPLE_MARK = "<p>（样例数据，仅供演示）</p>"
_FOLDER = Path(__file__).parent
_PUBLICITY_PARAGRAPH = re.compile("<p>(公示期：|长期公开)[^<]*</p>")
_PUBLICITY = {"standing": "长期公开，内容变动时随时更新。"}


@dataclass(frozen=True)
class Subject:
    """What a text is about: an entry of the catalogue, in a village, for a period or on a day."""

    village: str
    village_name: str
    entry: str
    office: str
    publicity: str
    period: str | None
    event_on: date | None

    def name(self) -> tuple[str, ...]:
        return self.village, self.entry, self.period or str(self.event_on)


@dataclass(frozen=True)
class Text:
    """A title and a body in HTML."""

    title: str
    body: str

    def with_paragraph(self, sentence: str) -> "Text":
        """The same text with one more paragraph, which stands before the mark that it is a sample."""
        return Text(self.title, self.body.removesuffix(SAMPLE_MARK) + f"<p>{sentence}</p>" + SAMPLE_MARK)

    def without_publicity(self) -> "Text":
        """The same text as written by someone who forgot to say how long it stands."""
        return Text(self.title, _PUBLICITY_PARAGRAPH.sub("", self.body))


@cache
def entry_texts(entry: str) -> Spec:
    """The patterns of one entry of the catalogue."""
    texts: Spec = _load(entry[0])[entry]
    return texts


@cache
def course_texts() -> dict[str, list[Spec]]:
    """What reviewers and uploaders write when an item is returned, corrected or replaced."""
    texts: dict[str, list[Spec]] = _load("courses")
    return texts


@cache
def _load(name: str) -> Any:
    return yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def compose(subject: Subject) -> Text:
    """A text about the subject: the same one every time."""
    texts, dice = entry_texts(subject.entry), Dice(*subject.name())
    summarised = subject.period and "summary" in texts
    pattern: Spec = dice.pick(texts["summary" if summarised else "variants"])
    tables = _tables(texts, pattern, subject, dice)
    values = _values(texts, subject, tables.values(), dice)
    parts = [_part(part, values, tables) for part in pattern["body"]]
    return Text(pattern["title"].format_map(values), "".join(parts) + _ending(subject))


def compose_nothing(subject: Subject) -> Text:
    """A text that says that there was nothing to report."""
    pattern = entry_texts(subject.entry)["nothing"]
    values = _values({}, subject, (), Dice())
    sentence = pattern["body"].format_map(values)
    return Text(pattern["title"].format_map(values), f"<p>{sentence}</p>{SAMPLE_MARK}")


def _tables(texts: Spec, pattern: Spec, subject: Subject, dice: Dice) -> dict[str, Table]:
    names = [part["table"] for part in pattern["body"] if isinstance(part, Mapping) and "table" in part]
    return {name: _table(texts["tables"][name], subject, dice) for name in names}


def _table(spec: Spec, subject: Subject, dice: Dice) -> Table:
    if "accounts" in spec and subject.period:
        pool = entry_texts(spec["accounts"])["pool"]
        return accounts_table(pool, subject.village, subject.period, spec["by"])
    return list_table(spec, dice)


def _values(texts: Spec, subject: Subject, tables: Iterable[Table], dice: Dice) -> dict[str, str]:
    """What may stand in braces."""
    values = {"village": subject.village_name, "period": spoken(subject.period) if subject.period else ""}
    if day := subject.event_on:
        values |= {"event": day_text(day), "month": f"{day.year}年{day.month}月"}
    for table in list(tables)[:1]:
        values |= {"rows": str(table.count), "total": table.total}
    return values | {name: _choice(choice, dice) for name, choice in texts.get("choices", {}).items()}


def _choice(choice: Any, dice: Dice) -> str:
    if isinstance(choice, Mapping):
        return f"{number(choice['range'], dice)}"
    return str(dice.pick(choice))


def _part(part: Any, values: Mapping[str, str], tables: Mapping[str, Table]) -> str:
    match part:
        case str():
            return f"<p>{part.format_map(values)}</p>"
        case {"h3": heading}:
            return f"<h3>{heading}</h3>"
        case {"table": name}:
            return tables[name].html()
        case {"list": items}:
            return "<ul>" + "".join(f"<li>{item.format_map(values)}</li>" for item in items) + "</ul>"
    raise ValueError(f"no such part of a body: {part}")


def _ending(subject: Subject) -> str:
    """How long it stands, whom to ask, and that it is a sample."""
    publicity = _publicity_sentence(subject.publicity)
    return f"<p>{publicity}监督：村务监督委员会、镇{subject.office}。</p>{SAMPLE_MARK}"


def _publicity_sentence(publicity: str) -> str:
    """7 is calendar days, 5wd working days."""
    if publicity.endswith("wd"):
        return f"公示期：自公布次日起{publicity.removesuffix('wd')}个工作日。"
    return _PUBLICITY.get(publicity, f"公示期：自公布次日起{publicity}日。")
