"""A text with what the screening says of it: as it is stored, or as it is just being written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from villagepub.clearance.models import KnownFinding
from villagepub.clearance.screenings import Screening
from villagepub.desk.marking import Spot, mark
from villagepub.disclosures.models import Disclosure
from villagepub.disclosures.richtext import plain_text
from villagepub.publishing.wording import with_scrolling_tables
from villagepub.screening.findings import Finding

FIELDS = ("title", "body", "change_note")
WRITABLE = FIELDS[:2]
SEVERITIES = {"block": ("须改正", "bad"), "warn": ("须说明", "warn")}


@dataclass(frozen=True)
class Found:
    """A finding under its number.

    known: as it is stored; None while its text is not. is_open: something is to be done about it.
    """

    number: int
    field: str
    place: str
    finding: Finding
    known: KnownFinding | None
    is_marked: bool

    @property
    def is_open(self) -> bool:
        return self.known is None or self.known.is_open

    @property
    def tag(self) -> tuple[str, str]:
        return SEVERITIES[self.finding.severity] if self.is_open else ("已处理", "good")

    @property
    def has_suggestion(self) -> bool:
        """Whether one that can be written in here: not into a file, nor into the note that a correction began with."""
        return self.is_open and self.finding.suggestion is not None and self.field in WRITABLE

    @property
    def suggestion(self) -> str:
        """What is written instead, as people read it: without the tags that stay."""
        return plain_text(self.finding.suggestion or "")

    @property
    def may_appeal(self) -> bool:
        return self.known is not None and self.is_open and self.finding.severity == "block" and not self._is_settled

    @property
    def _is_settled(self) -> bool:
        known = self.known
        return known is not None and (known.is_classified or (known.appealed is not None and known.answer is None))


@dataclass(frozen=True)
class Looked:
    """The texts as they will be read, with marks; and every finding."""

    texts: Mapping[str, Markup]
    found: Sequence[Found]

    @property
    def blocks(self) -> list[Found]:
        return [each for each in self.found if each.is_open and each.finding.severity == "block"]

    @property
    def warnings(self) -> list[Found]:
        return [each for each in self.found if each.is_open and each.finding.severity == "warn"]

    @property
    def suggested(self) -> list[Found]:
        return [each for each in self.found if each.has_suggestion]

    @property
    def sentence(self) -> str:
        """What is still to be done, for eyes and for screen readers."""
        parts = [f"{len(self.blocks)} 处须改正"] if self.blocks else []
        parts += [f"{len(self.warnings)} 处须在提交时说明理由"] if self.warnings else []
        return f"检查结果：{'，'.join(parts)}。" if parts else "检查结果：没有须处理的地方。"


class _Row(NamedTuple):
    """Where something was found, in a field and in words; and what."""

    field: str
    place: str
    finding: Finding
    known: KnownFinding | None


def at_stored(disclosure: Disclosure) -> Looked:
    """The disclosure as it is stored."""
    texts = {name: str(getattr(disclosure, name) or "") for name in FIELDS}
    rows = [_Row(each.field, each.place, each.as_found(), each) for each in disclosure.findings]
    return _looked(texts, rows)


def at_written(texts: Mapping[str, str], screening: Screening, disclosure: Disclosure | None) -> Looked:
    """Texts that are not stored.

    disclosure: whose they will be; where a passage is as it was, what people said of it counts. None for a new one.
    """
    known = {(each.field, each.passage): each for each in disclosure.findings} if disclosure else {}
    rows = [_Row(at.field, at.place, found, known.get((at.field, found.id))) for at, found in screening.found]
    return _looked({name: texts.get(name, "") for name in FIELDS}, rows)


def _looked(texts: Mapping[str, str], rows: Sequence[_Row]) -> Looked:
    numbered = list(enumerate(rows, 1))
    marked = {name: mark(text, list(_spots(name, numbered)), is_html=name == "body") for name, text in texts.items()}
    numbers = frozenset[int]().union(*(each.numbers for each in marked.values()))
    found = [Found(number, *row, is_marked=number in numbers) for number, row in numbered]
    html = {name: each.html for name, each in marked.items()}
    return Looked(html | {"body": Markup(with_scrolling_tables(str(html["body"])))}, found)  # noqa: S704  of marked text


def _spots(field: str, rows: Iterable[tuple[int, _Row]]) -> Iterable[Spot]:
    for number, row in rows:
        if row.field == field:
            found = row.finding
            tone = found.severity if row.known is None or row.known.is_open else "passed"
            yield Spot(number, tone, found.reason, ((found.start, found.end), *found.also))
