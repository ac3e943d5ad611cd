"""The clock for answering an application: its due date, and why it is that one. Pure.

A date follows from the day of receipt, the events and the calendar alone, never from the present moment, so that it
moves only when one of those does. While the opinion of a third party or of another agency is awaited, the whole time
that the law leaves for it counts as awaited; a reply that comes earlier draws the date nearer.

Sources: 《政府信息公开条例》 arts. 30, 32–35; 《政府信息公开信息处理费管理办法》. The day of receipt, of a notice or of
a payment is not counted. Days are days of Asia/Shanghai.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from villagepub.applications.course import Course, Happening, Reason, SideClock, days_text
from villagepub.applications.workflow import State
from villagepub.core.prose import day_text
from villagepub.core.workdays import Change, WorkCalendar, working_days_before

SAFETY_DAYS = 2  # by which people are reminded earlier of a date that may still move

_REGIONAL_DAYS = "《全国年节及纪念日放假办法》第四条"


class DueStatus(StrEnum):
    NOT_STARTED = "not_started"
    FIXED = "fixed"
    PROVISIONAL = "provisional"  # a year on the way has no notice of its holidays yet
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True)
class AnswerClock:
    """due_on: the day that binds, with the region's days off; national_due_on: without them, often earlier.

    remind_on: the day that people are reminded of: the earlier one, earlier still while it is provisional.
    missing_years: years on the way whose days off are not announced; missing_regional_years: those of which the
    region's are not entered, so that the day may be later.
    """

    due_on: date | None
    national_due_on: date | None
    remind_on: date | None
    status: DueStatus
    reasons: tuple[Reason, ...]
    side_clocks: tuple[SideClock, ...]
    missing_years: tuple[int, ...]
    missing_regional_years: tuple[int, ...]


NOT_STARTED = AnswerClock(
    due_on=None,
    national_due_on=None,
    remind_on=None,
    status=DueStatus.NOT_STARTED,
    reasons=(Reason("尚未与申请人确认收到，答复期限没有起算。", "第三十一条", 0, None),),
    side_clocks=(),
    missing_years=(),
    missing_regional_years=(),
)


def answer_clock(
    received_on: date | None, happenings: Sequence[Happening], *, regional: WorkCalendar, national: WorkCalendar
) -> AnswerClock:
    """The clock after what has happened since the application was received, in order.

    received_on: None while it is not known, and then nothing has happened.
    regional, national: the days of the township with and without those that its region adds.
    Raises KeyError for events that could not follow each other.
    """
    if received_on is None:
        return NOT_STARTED
    binding = Course(received_on, happenings, regional)
    elsewhere = Course(received_on, happenings, national)
    missing = tuple(sorted(binding.missing_years() | elsewhere.missing_years()))
    return AnswerClock(
        due_on=binding.due,
        national_due_on=elsewhere.due,
        remind_on=_remind_on(binding.due, elsewhere.due, regional, provisional=bool(missing)),
        status=_status(binding.state, is_provisional=bool(missing)),
        reasons=(*binding.reasons, *_on_the_way(binding, elsewhere)),
        side_clocks=tuple(binding.side_clocks),
        missing_years=missing,
        missing_regional_years=tuple(sorted({gap.year for gap in binding.regional_gaps()})),
    )


def is_on_time(
    due_on: date | None, closed_on: date | None, missing_years: Sequence[int], missing_regional_years: Sequence[int]
) -> bool | None:
    """None while there is no verdict: not closed, never due, or due on a day that may still move.

    The region's days can only make the day later: what is late without them may be in time with them.
    """
    if due_on is None or closed_on is None or missing_years:
        return None
    if closed_on <= due_on:
        return True
    return None if missing_regional_years else False


def _status(state: State, *, is_provisional: bool) -> DueStatus:
    if state == State.CLOSED:
        return DueStatus.CLOSED
    if state != State.RUNNING:
        return DueStatus.PAUSED
    return DueStatus.PROVISIONAL if is_provisional else DueStatus.FIXED


def _remind_on(
    regional_due: date | None, national_due: date | None, calendar: WorkCalendar, *, provisional: bool
) -> date | None:
    if regional_due is None or national_due is None:
        return None
    return working_days_before(calendar, min(regional_due, national_due), SAFETY_DAYS if provisional else 0)


def _on_the_way(binding: Course, elsewhere: Course) -> Iterable[Reason]:
    """What the calendar did to the date: days off and days worked between its beginning and its end."""
    changes = sorted(binding.changes(), key=_notice_of)
    for (is_worked, region, notice), group in groupby(changes, key=_notice_of):
        what = "其间周末上班计入" if is_worked else "其间放假不计"
        days = days_text([change.day for change in group])
        yield Reason(f"{what}：{days}。", f"{region}{notice}", 0, binding.due)
    if binding.due != elsewhere.due and elsewhere.due is not None:
        text = f"只按全国放假安排为{day_text(elsewhere.due)}，本地区另有放假；按较早的一天提醒。"
        yield Reason(text, _REGIONAL_DAYS, 0, binding.due)
    if missing := sorted(binding.missing_years() | elsewhere.missing_years()):
        years = "、".join(map(str, missing))
        text = f"{years} 年的放假安排尚未公布，暂按周一至周五上班计算，公布后重新计算。"
        yield Reason(text, "国务院办公厅放假通知", 0, binding.due)
    for gap in binding.regional_gaps():
        yield Reason(f"{gap.sentence}，按全国放假安排计算，录入后重新计算。", _REGIONAL_DAYS, 0, binding.due)


def _notice_of(change: Change) -> tuple[bool, str, str]:
    return change.is_worked, change.region, change.notice
