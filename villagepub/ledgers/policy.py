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


def may_be_declared(year: int, today: date) -> bool:
    """A ledger can be complete from the year's last day on."""
    return today >= date(year, 12, 31)


def _of_day(field: str, day: date, now: datetime) -> Faults:
    if day > clock.local(now).date():
        return {field: ["日期不能晚于今天。"]}
    return _of_year(field, day)


def _of_instant(field: str, instant: datetime, now: datetime) -> Faults:
    if instant > now:
        return {field: ["时间不能晚于现在。"]}
    return _of_year(field, instant)


def _of_year(field: str, day: date) -> Faults:
    """A year with two digits is a slip of the pen, and 1900 itself the edge of some calendars."""
    return {} if day.year > EARLIEST_YEAR else {field: ["年份过早，请核对。"]}
