"""The course of one application on one calendar: its due date as it moves from event to event. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from villagepub.applications.workflow import TABLE, Effect, Kind, State
from villagepub.core.prose import day_text
from villagepub.core.workdays import Change, Deadline, RegionalGap, WorkCalendar, add_working_days

ANSWER_DAYS = 20  # art. 33(2)
LONGEST_EXTENSION = 20  # art. 33(2)
CORRECTION_NOTICE_DAYS = 7  # art. 30
OPINION_DAYS = 15  # arts. 32 and 34
FEE_DAYS = 20  # the fee rule

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Happening:
    """One event as the clock sees it.

    until: the end of the period for a correction, or the day that a delay is set to.
    days: working days of an extension. delivered_on: when a request for an opinion was received.
    """

    kind: Kind
    on: date
    until: date | None = None
    days: int = 0
    delivered_on: date | None = None


@dataclass(frozen=True)
class Reason:
    """One step to the due date. days: working days that it adds; due_on: the date after it, None while stopped."""

    text: str
    article: str
    days: int
    due_on: date | None


@dataclass(frozen=True)
class SideClock:
    """A period beside the one for answering. ended_on: when what it waits for came; None while it runs."""

    key: str
    article: str
    due_on: date
    is_provisional: bool
    ended_on: date | None = None


_REPLY_TO = {Kind.THIRD_PARTY_REPLIED: Kind.THIRD_PARTY_ASKED, Kind.AGENCY_REPLIED: Kind.AGENCY_ASKED}
_ASKED = {
    Kind.THIRD_PARTY_ASKED: ("third_party", "征求第三方意见", "第三十二条、第三十三条第三款"),
    Kind.AGENCY_ASKED: ("agency", "征求其他机关意见", "第三十四条、第三十三条第三款"),
}
QUESTIONS = {kind: key for kind, (key, _, _) in _ASKED.items()} | {Kind.FEE_NOTIFIED: "fee"}
"""What somebody receives and then has a period for, by the key of its side clock."""
_STOPPED = {
    Kind.CORRECTION_REQUESTED: ("告知补正", "收到补正的申请", "第三十条"),
    Kind.FEE_NOTIFIED: ("发出收费通知", "缴费", "信息处理费管理办法"),
}
_RESTARTED = {
    Kind.CORRECTED: ("收到补正的申请", "第三十条"),
    Kind.FEE_PAID: ("申请人缴费", "信息处理费管理办法"),
}
_ENDS_SIDE_CLOCK = {
    Kind.CORRECTED: "correction",
    Kind.CORRECTION_REQUESTED: "correction_request",
    Kind.FEE_PAID: "fee",
    Kind.THIRD_PARTY_REPLIED: "third_party",
    Kind.AGENCY_REPLIED: "agency",
}


@dataclass(frozen=True)
class _Awaited:
    """How long an opinion is awaited. until: the reply, or its lapse if that comes first."""

    lapse: Deadline
    until: date
    replied_on: date | None


class Course:
    """The due date as it moves from event to event.

    begun: the day from which its days are counted, itself not counted.
    """

    def __init__(self, received_on: date, happenings: Sequence[Happening], calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self.state = State.RUNNING
        self.reasons: list[Reason] = []
        self.side_clocks: list[SideClock] = []
        self._not_counted: set[date] = set()
        self._is_extended = False
        self._has_run_out = False
        self.begun = received_on
        self.due: date | None = self._after(received_on, ANSWER_DAYS)
        self._explain(f"{day_text(received_on)}收到申请，次日起 20 个工作日内答复。", "第三十三条第二款", ANSWER_DAYS)
        self._begin_side_clock("correction_request", "第三十条", received_on, CORRECTION_NOTICE_DAYS)
        awaited = self._opinions(happenings)
        for place, happening in enumerate(happenings):
            self._take(happening, awaited.get(place))

    def _take(self, happening: Happening, awaited: _Awaited | None) -> None:
        move = TABLE[self.state, happening.kind]
        if happening.kind == Kind.FEE_UNPAID and happening.delivered_on is not None:
            self._begin_side_clock("fee", _STOPPED[Kind.FEE_NOTIFIED][2], happening.delivered_on, FEE_DAYS)
        self._end_side_clocks(happening, everything=move.effect == Effect.ENDS)
        if move.effect == Effect.PAUSES and awaited is not None:
            self._pause(happening, awaited)
        elif move.effect in self._EFFECTS:
            self._EFFECTS[move.effect](self, happening)
        self.state = move.to

    def _stop(self, happening: Happening) -> None:
        what, until, article = _STOPPED[happening.kind]
        self._has_run_out = self.due is not None and happening.on > self.due
        if self._has_run_out:
            self._explain(f"{day_text(happening.on)}{what}时答复期限已过，不再停止和重新起算。", article, 0)
        else:
            self.due = None
            self._explain(f"{day_text(happening.on)}{what}，期限停止计算，{until}后重新起算。", article, 0)
        if happening.kind == Kind.FEE_NOTIFIED:
            self._begin_side_clock("fee", article, happening.on, FEE_DAYS)
        elif happening.until is not None:
            self.side_clocks.append(SideClock("correction", article, happening.until, is_provisional=False))

    def _restart(self, happening: Happening) -> None:
        """What had run out before it was stopped stays so: an answer cannot become timely by asking late."""
        if self._has_run_out:
            return
        what, article = _RESTARTED[happening.kind]
        lost = "，此前的延长不再计入" if self._is_extended else ""
        self._is_extended = False
        self.begun, self.due = happening.on, self._after(happening.on, ANSWER_DAYS)
        self._explain(f"{day_text(happening.on)}{what}，次日起重新计算 20 个工作日{lost}。", article, ANSWER_DAYS)

    def _extend(self, happening: Happening) -> None:
        self._is_extended = True
        self.due = None if self.due is None else self._after(self.due, happening.days)
        self._explain(
            f"经批准延长 {happening.days} 个工作日，{day_text(happening.on)}告知申请人。",
            "第三十三条第二款",
            happening.days,
        )

    def _set(self, happening: Happening) -> None:
        if happening.until is not None:
            self.begun = self.due = happening.until
        self._explain(f"{day_text(happening.on)}告知申请人延迟答复的合理期限。", "第三十五条", 0)

    def _pause(self, happening: Happening, awaited: _Awaited) -> None:
        key, what, article = _ASKED[happening.kind]
        self.side_clocks.append(SideClock(key, article, awaited.lapse.on, awaited.lapse.provisional))
        if self.due is None or happening.on > self.due:
            self._explain(f"{day_text(happening.on)}{what}时答复期限已过，所用时间不再扣除。", article, 0)
            return
        days = set(worked_days(self._calendar, happening.on, awaited.until)) - self._not_counted
        self._not_counted |= days
        self.due = self._after(self.due, len(days)) if days else self.due
        self._explain(
            f"{day_text(happening.on)}{what}，{_ending_of(awaited)}；其间 {len(days)} 个工作日不计入。",
            article,
            len(days),
        )

    _EFFECTS: Mapping[Effect, Callable[["Course", Happening], None]] = {
        Effect.STOPS: _stop,
        Effect.RESTARTS: _restart,
        Effect.EXTENDS: _extend,
        Effect.SETS: _set,
    }

    def _opinions(self, happenings: Sequence[Happening]) -> dict[int, _Awaited]:
        """By the place of the question among the events: how long its answer is awaited."""
        asked, opinions = dict[Kind, int](), dict[int, _Awaited]()
        for place, happening in enumerate(happenings):
            if happening.kind in _ASKED:
                asked[happening.kind] = place
                opinions[place] = self._awaited(happening, None)
            elif happening.kind in _REPLY_TO:
                question = asked[_REPLY_TO[happening.kind]]
                opinions[question] = self._awaited(happenings[question], happening)
        return opinions

    def _awaited(self, asked: Happening, reply: Happening | None) -> _Awaited:
        delivered_on = asked.delivered_on or asked.on
        if reply is None:
            lapse = add_working_days(self._calendar, delivered_on, OPINION_DAYS)
            return _Awaited(lapse, lapse.on, None)
        lapse = add_working_days(self._calendar, reply.delivered_on or delivered_on, OPINION_DAYS)
        return _Awaited(lapse, min(reply.on, lapse.on), reply.on)

    def _begin_side_clock(self, key: str, article: str, begun: date, days: int) -> None:
        """A period that is known better now takes the place of the one before."""
        deadline = add_working_days(self._calendar, begun, days)
        self.side_clocks = [each for each in self.side_clocks if each.key != key]
        self.side_clocks.append(SideClock(key, article, deadline.on, deadline.provisional))

    def _end_side_clocks(self, happening: Happening, *, everything: bool) -> None:
        ended = _ENDS_SIDE_CLOCK.get(happening.kind)
        self.side_clocks = [
            replace(each, ended_on=happening.on)
            if each.ended_on is None and (everything or each.key == ended)
            else each
            for each in self.side_clocks
        ]

    def _after(self, day: date, days: int) -> date:
        return add_working_days(self._calendar, day, days).on

    def _explain(self, text: str, article: str, days: int) -> None:
        self.reasons.append(Reason(text, article, days, self.due))

    def missing_years(self) -> set[int]:
        """Years on the way of which nobody has announced the days off."""
        return {day.year for day in self._way()} - self._calendar.years

    def changes(self) -> list[Change]:
        """The days on the way that are not as the plain week has them."""
        return [change for day in self._way() if (change := self._calendar.change_of(day))]

    def regional_gaps(self) -> list[RegionalGap]:
        """Years on the way whose days off of the region nobody has entered."""
        if self.due is None:
            return []
        first, last = self.begun.year, self.due.year
        return [RegionalGap(each, year) for each in self._calendar.regions for year in each.missing(first, last)]

    def _way(self) -> list[date]:
        return [] if self.due is None else _days(self.begun, self.due)


def _ending_of(awaited: _Awaited) -> str:
    if awaited.replied_on is None:
        return f"至迟计到{day_text(awaited.lapse.on)}（收到之日次日起 15 个工作日）"
    if awaited.replied_on > awaited.lapse.on:
        return f"15 个工作日于{day_text(awaited.lapse.on)}届满"
    return f"{day_text(awaited.replied_on)}得到答复"


def days_text(days: Sequence[date]) -> str:
    return "、".join(day_text(day) for day in days)


def worked_days(calendar: WorkCalendar, after: date, last: date) -> list[date]:
    """The working days after one day and up to another, that one counted."""
    return [day for day in _days(after, last) if calendar.is_working_day(day)]


def _days(after: date, last: date) -> list[date]:
    """The days after one and up to another, that one counted."""
    return [after + _DAY * number for number in range(1, (last - after).days + 1)]
