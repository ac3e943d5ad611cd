"""What a township decides for itself: offices, channels, stages, hours, days off, when things are owed."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from villagepub.bulletins.scoring import DEFAULT_WEIGHTS
from villagepub.catalogue.duties import NEXT_MONTH, NEXT_YEAR
from villagepub.catalogue.terms import Frequency
from villagepub.core.workdays import WorkingHours
from villagepub.divisions.operations import FEEDBACK_DAYS, TownshipRules
from villagepub.review.workflow import StageName
from villagepub.setup.content import ChannelRow, OfficeRow
from villagepub.setup.sources import Section, duplicates

FROM_DISCLOSURES = "from_disclosures"
LONGEST_STAGE, LONGEST_EVENT_LIMIT = 60, 60  # working days
LONGEST_ANSWER = 90  # calendar days
LONGEST_FEEDBACK = 60  # working days
ALL_POINTS = 100
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_COMMON_YEAR = 2023
_MONTHS_AFTER = {  # the months that can follow a period of this length
    Frequency.MONTHLY: range(1, 13),
    Frequency.QUARTERLY: (1, 4, 7, 10),
    Frequency.HALF_YEARLY: (1, 7),
}


def read_key(section: Section) -> str:
    """A short name that other lines refer to; ``""`` when refused."""
    key = section.text("key", longest=40)
    if key and not _KEY.fullmatch(key):
        section.refuse("key", f"须以小写字母开头，只含小写字母、数字、下划线和连字符，现为“{key}”，请改正。")
        return ""
    return key


def read_offices(top: Section) -> list[OfficeRow]:
    sections = top.sections("offices")
    rows = [OfficeRow(read_key(section), section.text("name")) for section in sections]
    for section in sections:
        section.finish()
    refuse_twice(sections, "key", [row.key for row in rows])
    refuse_twice(sections, "name", [row.name for row in rows])
    return rows


def read_channels(top: Section) -> list[ChannelRow]:
    sections = top.sections("channels")
    rows = [_channel(section) for section in sections]
    refuse_twice(sections, "key", [row.key for row in rows])
    refuse_twice(sections, "name", [row.name for row in rows])
    counted = [section for section, row in zip(sections, rows, strict=True) if row.counted_from_disclosures]
    for section in counted[1:]:
        section.refuse("counted", "已有另一个渠道由本系统的公开信息计数，只能有一个，请删去这里的 counted。")
    return rows


def _channel(section: Section) -> ChannelRow:
    counted = section.text("counted", required=False)
    if counted not in ("", FROM_DISCLOSURES):
        section.refuse("counted", f"只能是 {FROM_DISCLOSURES}，或删去这个键改为人工登记。")
    row = ChannelRow(read_key(section), section.text("name"), counted == FROM_DISCLOSURES, section.flag("complaints"))
    section.finish()
    return row


def refuse_twice(sections: list[Section], key: str, values: list[str]) -> None:
    for index, earlier in duplicates(values):
        sections[index].refuse(key, f"“{values[index]}”与第 {earlier + 1} 项重复，请改用别的。")


def read_rules(top: Section) -> TownshipRules:
    return TownshipRules(
        review_days=_review_days(top),
        working_hours=_working_hours(top),
        due=_due(top),
        regional_holidays=_regional_holidays(top),
        scoring=_scoring(top),
        answer_days=top.whole("answer_days", 1, LONGEST_ANSWER) if top.has("answer_days") else None,
        feedback_days=_feedback_days(top),
        told_of_incidents=tuple(top.texts("told_of_incidents")) if top.has("told_of_incidents") else (),
    )


def _feedback_days(top: Section) -> int:
    """The usual number when the file has none."""
    given = top.whole("feedback_days", 1, LONGEST_FEEDBACK) if top.has("feedback_days") else None
    return given or FEEDBACK_DAYS


def _scoring(top: Section) -> dict[str, int]:
    """The weights of a village's score; the usual ones when the file has none."""
    if not top.has("scoring"):
        return dict(DEFAULT_WEIGHTS)
    section = top.section("scoring")
    if section is None:
        return {}
    weights = {name: section.whole(name, 0, ALL_POINTS) for name in DEFAULT_WEIGHTS}
    section.finish()
    given = [weight for weight in weights.values() if weight is not None]
    if len(given) == len(weights) and sum(given) != ALL_POINTS:
        top.refuse("scoring", f"各项权重之和须是 {ALL_POINTS}，现为 {sum(given)}，请改正；不考核的一项写 0。")
    return {name: weight or 0 for name, weight in weights.items()}


def _review_days(top: Section) -> dict[str, int]:
    section = top.section("review_days")
    if section is None:
        return {}
    days = {stage.value: section.whole(stage, 1, LONGEST_STAGE) or 0 for stage in StageName}
    section.finish()
    return days


def _working_hours(top: Section) -> tuple[str, ...]:
    texts = top.texts("working_hours")
    if texts and all(texts):
        try:
            WorkingHours.parse(texts)
        except ValueError as error:
            top.refuse("working_hours", str(error))
    return tuple(texts)


def _regional_holidays(top: Section) -> tuple[date, ...]:
    sections = top.sections("regional_holidays")
    days = [_holiday(section) for section in sections]
    refuse_twice(sections, "date", [day.isoformat() if day else "" for day in days])
    return tuple(day for day in days if day)


def _holiday(section: Section) -> date | None:
    """The notice proves the day; its name is for the reader of the file."""
    day = section.day("date")
    section.text("notice", longest=100)
    section.text("name", required=False)
    section.finish()
    return day


def _due(top: Section) -> Mapping[str, Mapping[str, Any]]:
    section = top.section("due")
    if section is None:
        return {}
    due: dict[str, Mapping[str, Any]] = {}
    for frequency in Frequency:
        rule = section.section(frequency)
        if rule is not None:
            due[frequency.value] = _rule(rule, frequency)
            rule.finish()
    section.finish()
    return due


def _rule(rule: Section, frequency: Frequency) -> dict[str, Any]:
    if frequency is Frequency.ON_EVENT:
        return {"working_days": rule.whole("working_days", 1, LONGEST_EVENT_LIMIT)}
    if frequency is Frequency.YEARLY:
        month, day = rule.whole("month", 1, 12), rule.whole("day", 1, 31)
        _check_day(rule, day, [month] if month else [])
        return {"month": month, "day": day, "of": _of(rule, NEXT_YEAR)}
    day = rule.whole("day", 1, 31)
    _check_day(rule, day, _MONTHS_AFTER[frequency])
    return {"day": day, "of": _of(rule, NEXT_MONTH)}


def _of(rule: Section, expected: str) -> str:
    text = rule.text("of")
    if text and text != expected:
        rule.refuse("of", f"这里只能是 {expected}，现为“{text}”，请改正。")
    return expected


def _check_day(rule: Section, day: int | None, months: Any) -> None:
    """The day must exist in every month it can fall in, February of a common year among them."""
    if day is None:
        return
    shortest = min((monthrange(_COMMON_YEAR, month)[1] for month in months), default=31)
    if day > shortest:
        rule.refuse("day", f"截止日可能落在只有 {shortest} 天的月份，{day} 日不存在，请改为 {shortest} 或更早。")
