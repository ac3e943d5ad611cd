"""What every output of the annual report says, in the same words. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from villagepub.core import clock
from villagepub.core.prose import day_text, line_of, paragraphs_of
from villagepub.reports.outputs import grids
from villagepub.reports.outputs.grids import NOT_ENTERED, Grid, Json

DRAFT = "草稿，未定稿"
_OWN_HEAD = re.compile(r"（[一二三四五六七八九十]）")
_FIELDS_OF_FIVE = {"problems": "（一）存在的主要问题", "improvements": "（二）改进情况"}


@dataclass(frozen=True)
class Section:
    """Paragraphs under a head that the first of them begins with; the head may be empty."""

    head: str
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class Part:
    title: str
    sections: Sequence[Section]


@dataclass(frozen=True)
class Change:
    """What a revision changed: the item, and how it was printed before and is printed now."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Missing:
    """What nobody entered, and where that is done."""

    label: str
    remedy: str


@dataclass(frozen=True)
class Printed:
    """The report as its outputs print it.

    title: in the lines that it is printed in, each whole in sense (GB/T 9704).
    marks: what must stand above the title: that it is a draft, a sample, a later version.
    signed_on: the day in Chinese, empty in a draft.
    seal: who signed what content and when; empty in a draft.
    checks: formulas that do not hold, each with its explanation.
    """

    title: Sequence[str]
    marks: Sequence[str]
    preface: Sequence[str]
    one: Part
    two: Grid
    three: Grid
    four: Grid
    five: Part
    six: Part
    publisher: str
    signed_on: str
    seal: Sequence[str]
    not_entered: Sequence[Missing]
    checks: Sequence[str]
    reason: str
    changes: Sequence[Change]


def printed(report: Json) -> Printed:
    """The words for a report as data; characters that no document can hold are left out."""
    return Printed(
        title=_title(report),
        marks=marks_of(report),
        preface=paragraphs_of(report["preface"]),
        one=_part_one(report["part_one"]),
        two=grids.part_two(report["part_two"]),
        three=grids.part_three(report["part_three"]),
        four=grids.part_four(report["part_four"]),
        five=_part_five(report["part_five"]),
        six=_part_six(report["part_six"]),
        publisher=line_of(report["publisher"]),
        signed_on=_signed_on(report) if is_final(report) else "",
        seal=list(_seal(report)) if is_final(report) else [],
        not_entered=[Missing(line_of(each["label"]), line_of(each["remedy"])) for each in report["not_entered"]],
        checks=[_check(each) for each in report["checks"] if each["passed"] is False],
        reason=line_of(report["reason"] or ""),
        changes=[
            Change(line_of(each["label"]), _value(each["before"]), _value(each["after"])) for each in report["changes"]
        ],
    )


def _title(report: Json) -> list[str]:
    place, year, subject = line_of(report["title"]).partition(f"{report['year']}年")
    return [place + year, subject] if place and subject else [place + year + subject]


def is_final(report: Json) -> bool:
    return str(report["state"]) == "final"


def marks_of(report: Json) -> list[str]:
    """What a reader must know before the first figure."""
    marks = [] if is_final(report) else [DRAFT]
    if report["sample"]:
        marks.append(line_of(report["sample"]))
    if is_final(report) and report["revision"] > 1:
        marks.append(f"第{report['revision']}版")
    return marks


def instant_of(report: Json) -> datetime:
    """What a file says of when it was made: finalised; a draft, the end of its year, which no second look moves."""
    if report["finalised_at"]:
        return datetime.fromisoformat(report["finalised_at"])
    return clock.start_of(date.fromisoformat(report["period"]["to"]) + timedelta(days=1))


def _part_one(part: Json) -> Part:
    sections = []
    for each in part["sections"]:
        missing = "、".join(each["missing"])
        text = each["text"] or (f"{NOT_ENTERED}：{missing}。" if missing else f"{NOT_ENTERED}。")
        sections.append(_section(each["head"], text))
    return Part(line_of(part["title"]), sections)


def _part_five(part: Json) -> Part:
    sections = [_section(head, part[field] or f"{NOT_ENTERED}。") for field, head in _FIELDS_OF_FIVE.items()]
    return Part(line_of(part["title"]), sections)


def _part_six(part: Json) -> Part:
    texts = (part["fees"]["text"] or f"信息处理费：{NOT_ENTERED}。", part["text"], part["contact_text"])
    return Part(line_of(part["title"]), [_section("", text) for text in texts if text])


def _section(head: str, text: str) -> Section:
    """A text that brings its own head along gets no second one."""
    return Section("" if not head or _OWN_HEAD.match(text) else f"{line_of(head).rstrip('。')}。", paragraphs_of(text))


def _signed_on(report: Json) -> str:
    return day_text(date.fromisoformat(report["signed_on"]))


def _seal(report: Json) -> Iterator[str]:
    finalised = clock.local(instant_of(report))
    yield f"签发：{line_of(report['signed_by'])}　签发日期：{_signed_on(report)}"
    yield f"版本：第{report['revision']}版　定稿时间：{finalised:%Y-%m-%d %H:%M}（北京时间）"
    yield f"内容摘要：{line_of(report['digest'])}"


def _check(check: Json) -> str:
    reason = f"说明：{line_of(check['reason'])}" if check["reason"] else ""
    return f"{check['id']}　{line_of(check['detail'])}{reason}"


def _value(value: str | int | None) -> str:
    return NOT_ENTERED if value is None else line_of(str(value))
