"""What a screen and an act consist of: values that the two templates show, all of them words already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from villagepub.layout import wording
from villagepub.office.inputs import Input

Crumb = tuple[str, str | None]


@dataclass(frozen=True)
class Stamp:
    """A day, or a day and a time: neither is broken at the end of a line."""

    pieces: Sequence[str]


@dataclass(frozen=True)
class Link:
    """text: of a cell, as ``said`` gives it. kind: as a button, second or, for what cannot be taken back, careful."""

    text: str | Stamp
    address: str
    kind: str = "second"


@dataclass(frozen=True)
class Tag:
    """tone: plain, info, good, warn or bad."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True)
class Content:
    """What was kept of an act: pairs of term and value, and the raw form that they were read from."""

    terms: Sequence[tuple[str, str]]
    raw: str


def said(value: Any) -> Any:
    """A value as a cell shows it: days and moments in Asia/Shanghai, yes and no in words; links and tags stay."""
    if isinstance(value, datetime):
        return Stamp(wording.moment(value).split())
    if isinstance(value, date):
        return Stamp([wording.day(value)])
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def day_of(text: str | None) -> date | None:
    """A day that JSON has as text."""
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Table:
    """heads: a text, or ``(text, "number")``. rows: cells in that order; the first names the row."""

    name: str
    caption: str
    heads: Sequence[str | tuple[str, str]]
    rows: Sequence[Sequence[Any]]
    empty: str = "暂无记录。"

    @property
    def lines(self) -> list[list[Any]]:
        return [[said(cell) for cell in row] for row in self.rows]


@dataclass(frozen=True)
class Screen:
    """A list or a record.

    summary: pairs of term and value. buttons: links to acts. downloads: addresses of files, by their names.
    filters: fields of the form that narrows the list; values: what they hold. cursor: of the next page.
    place: whose it is, which a sheet of paper has to say.
    """

    title: str
    crumbs: Sequence[Crumb]
    lead: str | None = None
    warning: str | None = None
    summary: Sequence[tuple[str, Any]] = ()
    buttons: Sequence[Link] = ()
    downloads: Sequence[Link] = ()
    filters: Sequence[Input] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    tables: Sequence[Table] = ()
    cursor: str | None = None
    place: str | None = None

    @property
    def terms(self) -> list[tuple[str, Any]]:
        return [(term, said(value)) for term, value in self.summary]

    @property
    def narrowed(self) -> list[tuple[str, str]]:
        """What the list is narrowed by, in words: a sheet of paper has no form that shows it."""
        asked = [(each, str(self.values.get(each.name) or "")) for each in self.filters]
        return [(each.label, dict(each.options).get(value, value)) for each, value in asked if value]


@dataclass(frozen=True)
class Act:
    """One change, as a form. kind: main or danger. values: what its fields hold at first.
    once: whether of two sendings of the same form one alone has an effect."""

    title: str
    button: str
    crumbs: Sequence[Crumb]
    inputs: Sequence[Input] = ()
    lead: str | None = None
    kind: str = "main"
    values: Mapping[str, Any] = field(default_factory=dict)
    summary: Sequence[tuple[str, Any]] = ()
    tables: Sequence[Table] = ()
    once: bool = True

    @property
    def labels(self) -> dict[str, str]:
        return {each.name: each.label for each in self.inputs}

    @property
    def terms(self) -> list[tuple[str, Any]]:
        return [(term, said(value)) for term, value in self.summary]

    @property
    def back(self) -> str | None:
        """Where the person comes from, who thinks better of it."""
        return next((address for _, address in reversed(self.crumbs) if address), None)

    @property
    def takes_a_file(self) -> bool:
        return any(each.kind == "file" for each in self.inputs)
