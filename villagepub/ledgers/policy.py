"""What a row says about itself: days and periods that have come, answers that follow complaints. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from villagepub.core import clock
from villagepub.core.periods import EARLIEST_YEAR, Period

Fields = Mapping[str, Any]
Faults = dict[str, list[str]]


def faults_of_post(fields: Fields, now: datetime) -> Faults:
    faults = _of_day("posted_on", fields["posted_on"], now)
    if (removed := fields["removed_on"]) is not None:
        faults |= _of_day("removed_on", removed, now)
        if removed < fields["posted_on"]:
            faults["removed_on"] = ["撤下日期不能早于发布日期。"]
    if fields["not_a_disclosure"] and fields["disclosure"] is not None:
        faults["not_a_disclosure"] = ["已填写公开信息编号，就不是“非公开事项”，请删去其中一项。"]
    return faults


def faults_of_training(fields: Fields, now: datetime) -> Faults:
    return _of_day("held_on", fields["held_on"], now)


def faults_of_tally(fields: Fields, now: datetime) -> Faults:
    if Period.parse(fields["period"]).first_day > clock.local(now).date():
        return {"period": ["这一时段还没有开始。"]}
    return {}


def faults_of_complaint_tally(fields: Fields, now: datetime) -> Faults:
    faults = faults_of_tally(fields, now)
    if fields["answered"] > fields["received"]:
        faults["answered"] = ["回应件数不能多于收到件数。"]
    return faults


def faults_of_complaint(fields: Fields, now: datetime) -> Faults:
    received, answered = fields["received_at"], fields["answered_at"]
    faults = _of_instant("received_at", received, now)
    if answered is not None:
        faults |= _of_instant("answered_at", answered, now)
        if answered < received:
            faults["answered_at"] = ["回应时间不能早于收到时间。"]
    elif fields["answer"] is not None:
        faults["answered_at"] = ["填写了回应内容，须同时填写回应时间。"]
    return faults


_NO_REGULATIONS = (
    "乡镇人民政府没有制定规章的权限（《立法法》），年度报告这一行应为 0；属于行政规范性文件的，请改选“行政规范性文件”。"
)


def faults_of_document(fields: Fields, now: datetime) -> Faults:
    """A township cannot make 规章 (立法法 art. 91, 93): such a row is a slip that reports often have."""
    issued, until, repealed = fields["issued_on"], fields["valid_until"], fields["repealed_on"]
    faults = _of_day("issued_on", issued, now) | _of_later_day("repealed_on", repealed, issued, "制发日期", now)
    if fields["kind"] == "regulation":
        faults["kind"] = [_NO_REGULATIONS]
    if until is not None and until < issued:
        faults["valid_until"] = ["有效期不能早于制发日期。"]
    elif until is not None and repealed is not None and repealed > until:
        faults["repealed_on"] = ["有效期届满后已自行失效，不是废止；请清空废止日期，或更正有效期。"]
    return faults


def faults_of_act(fields: Fields, now: datetime) -> Faults:
    """Decisions are counted, fees are an amount."""
    filled, blank = ("amount", "count") if fields["kind"] == "fee" else ("count", "amount")
    faults: Faults = {}
    if fields["year"] > clock.local(now).year:
        faults["year"] = ["这一年还没有开始。"]
    if fields[filled] is None:
        faults[filled] = ["此项必填，没有的填 0。"]
    if fields[blank] is not None:
        faults[blank] = ["收费只填金额，许可、处罚、强制只填件数；请清空此项。"]
    return faults


def faults_of_inspection(fields: Fields, now: datetime) -> Faults:
    found, due, closed = fields["found_on"], fields["due_on"], fields["closed_on"]
    faults = _of_day("found_on", found, now) | _of_later_day("closed_on", closed, found, "反馈日期", now)
    if due is not None and due < found:
        faults["due_on"] = ["整改期限不能早于反馈日期。"]
    if closed is not None and fields["evidence"] is None:
        faults["evidence"] = ["填写了办结日期，须同时填写整改依据。"]
    return faults


def faults_of_result(fields: Fields, now: datetime) -> Faults:
    return _of_day("held_on", fields["held_on"], now)


def faults_of_reconsideration(fields: Fields, now: datetime) -> Faults:
    filed, outcome, concluded = fields["filed_on"], fields["outcome"], fields["concluded_on"]
    faults = _of_day("filed_on", filed, now) | _of_later_day("concluded_on", concluded, filed, "提起日期", now)
    if outcome is None and concluded is not None:
        faults["outcome"] = ["填写了审结日期，须同时填写结果。"]
    elif outcome is not None and concluded is None:
        faults["concluded_on"] = ["填写了结果，须同时填写审结日期；尚未审结的两项都不填。"]
    return faults


def is_from_feedback(row: Any) -> bool:
    """Whether what people said in the mini-program entered the row, which then follows what becomes of that."""
    return getattr(row, "feedback", None) is not None


def may_be_declared(year: int, today: date) -> bool:
    """A ledger can be complete from the year's last day on."""
    return today >= date(year, 12, 31)


def _of_day(field: str, day: date, now: datetime) -> Faults:
    if day > clock.local(now).date():
        return {field: ["日期不能晚于今天。"]}
    return _of_year(field, day)


def _of_later_day(field: str, day: date | None, earlier: date, name: str, now: datetime) -> Faults:
    """name: what the earlier day is called."""
    if day is None:
        return {}
    return {field: [f"不能早于{name}。"]} if day < earlier else _of_day(field, day, now)


def _of_instant(field: str, instant: datetime, now: datetime) -> Faults:
    if instant > now:
        return {field: ["时间不能晚于现在。"]}
    return _of_year(field, instant)


def _of_year(field: str, day: date) -> Faults:
    """A year with two digits is a slip of the pen, and 1900 itself the edge of some calendars."""
    return {} if day.year > EARLIEST_YEAR else {field: ["年份过早，请核对。"]}
