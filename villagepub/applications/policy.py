"""What an application and its events say about themselves, and what the law asks of each. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from villagepub.applications import receipt
from villagepub.applications.course import FEE_DAYS, OPINION_DAYS
from villagepub.applications.outcomes import ENDINGS, GROUNDS, Outcome
from villagepub.applications.workflow import (
    ALWAYS,
    KIND_NAMES,
    OPTIONAL,
    STATE_NAMES,
    Kind,
    State,
    find_move,
    list_kinds,
)
from villagepub.core import clock
from villagepub.core.periods import EARLIEST_YEAR
from villagepub.core.prose import day_text, moment_text
from villagepub.core.workdays import WorkCalendar, add_working_days

Fields = Mapping[str, Any]
Faults = dict[str, list[str]]

LONGEST_DELAY = timedelta(days=366)
CONSENT, REFUSE, SILENT = REPLIES = ("consent", "refuse", "silent")
_MISSING, _FUTURE = "此项必填。", "时间不能晚于现在。"
_NOT_PAST = "期限到{day}为止，次日起才能这样登记。"


# --- registration ---------------------------------------------------------------------------------------------


NEEDED = ("channel", "submitted_at", "applicant_kind", "applicant_name", "subject")
ONLY_AFTERWARDS = ("year", "outcome", "answered_on", "fee_paid")


def faults_of_registration(fields: Fields, now: datetime) -> Faults:
    """What is wrong with an application as it is entered: ``{field: [sentence]}``, empty when nothing."""
    faults = _faults_of_receipt(fields, now)
    if fields["recorded_afterwards"]:
        return faults | _faults_of_record(fields, clock.local(now).date())
    faults |= {name: [_MISSING] for name in NEEDED if fields[name] is None}
    faults |= {name: ["只有事后补登的申请才填此项。"] for name in ONLY_AFTERWARDS if fields[name] is not None}
    return faults


def _faults_of_receipt(fields: Fields, now: datetime) -> Faults:
    channel, submitted, confirmed = fields["channel"], fields["submitted_at"], fields["confirmed_at"]
    if submitted is not None and submitted > now:
        return {"submitted_at": [_FUTURE]}
    if submitted is not None and clock.local(submitted).year <= EARLIEST_YEAR:
        return {"submitted_at": ["年份过早，请核对。"]}
    if confirmed is None:
        return {}
    if channel not in receipt.CONFIRMED_CHANNELS:
        return {"confirmed_at": ["当面提交和签收的邮寄以提交、签收之日为收到之日，不填确认时间。"]}
    if submitted is None or confirmed < submitted:
        return {"confirmed_at": ["确认时间不能早于提交时间。"]}
    return {"confirmed_at": [_FUTURE]} if confirmed > now else {}


def _faults_of_record(fields: Fields, today: date) -> Faults:
    """Of one recorded when everything was over. It counts as received in its year and as closed then or later."""
    year, answered = fields["year"], fields["answered_on"]
    if year is None:
        return {"year": [_MISSING]}
    if year > today.year:
        return {"year": [f"{year} 年还没有开始。"]}
    received = received_on_of(fields)
    if received is not None and received.year != year:
        return {"year": [f"收到之日是{day_text(received)}，与年度不符。"]}
    if answered is None:
        return {}
    if answered > today:
        return {"answered_on": ["日期不能晚于今天。"]}
    if answered < (received or date(year, 1, 1)):
        return {"answered_on": ["办结日期不能早于收到之日。"]}
    return {}


def received_on_of(fields: Fields) -> date | None:
    if fields["channel"] is None or fields["submitted_at"] is None:
        return None
    return receipt.received_on(fields["channel"], fields["submitted_at"], fields["confirmed_at"])


# --- events ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class History:
    """What an application has behind it when something more is entered.

    last_at: before which nothing more can have happened. third_party_reply: the last one.
    running: the last days of the periods beside the answer's that still run, by ``SideClock.key``.
    asked_on: when the last question was sent to whom, by the same key.
    calendar: of the township.
    """

    state: State
    last_at: datetime
    happened: tuple[Kind, ...]
    third_party_reply: str | None
    received_on: date | None
    due_on: date | None
    running: Mapping[str, date]
    asked_on: Mapping[str, date]
    calendar: WorkCalendar


def refusal_of(history: History, kind: Kind) -> str | None:
    """Why this cannot happen now, and what can; None when it can."""
    move = find_move(history.state, kind)
    if move is None:
        possible = "、".join(KIND_NAMES[each] for each in list_kinds(history.state))
        remedy = f"现在可以登记：{possible}。" if possible else "登错了的，请先撤销最后一项（rescinded）。"
        return f"这件申请“{STATE_NAMES[history.state]}”，不能登记“{KIND_NAMES[kind]}”。{remedy}"
    if move.once and kind in history.happened:
        return f"“{KIND_NAMES[kind]}”只能有一次，已经登记过；登错了的，请先撤销。"
    if move.after is not None and move.after not in history.happened:
        return f"“{KIND_NAMES[kind]}”之前须先“{KIND_NAMES[move.after]}”。"
    return None


def faults_of_event(history: History, kind: Kind, at: datetime | None, fields: Fields, now: datetime) -> Faults:
    """What is wrong with an event that may happen now. fields: those that it brings, None where left out."""
    faults = _faults_of_shape(history.state, kind, fields) | _faults_of_time(history, at, now)
    if faults or at is None:
        return faults
    rule = _RULES.get(kind)
    return rule(history, clock.local(at).date(), fields) if rule else {}


def _faults_of_shape(state: State, kind: Kind, fields: Fields) -> Faults:
    move = find_move(state, kind)
    required = move.required if move else ()
    faults = {name: [_MISSING] for name in required if fields.get(name) is None}
    own = {*required, *OPTIONAL[kind], *ALWAYS}
    foreign = [name for name, value in fields.items() if value is not None and name not in own]
    return faults | {name: [f"“{KIND_NAMES[kind]}”没有这一项，请删去。"] for name in foreign}


def _faults_of_time(history: History, at: datetime | None, now: datetime) -> Faults:
    if at is None:
        return {"at": [_MISSING]}
    if at > now:
        return {"at": [_FUTURE]}
    if at < history.last_at:
        return {"at": [f"时间不能早于前一件事（{moment_text(history.last_at)}）。"]}
    return {}


def _correction_requested(history: History, on: date, fields: Fields) -> Faults:
    return {} if fields["until"] > on else {"until": ["补正期限须晚于告知之日。"]}


def _not_corrected(history: History, on: date, fields: Fields) -> Faults:
    return _once_over(history.running.get("correction"), on)


def _fee_unpaid(history: History, on: date, fields: Fields) -> Faults:
    """Twenty working days from the day after the notice was received, not sent."""
    delivered = fields["delivered_on"]
    if not history.asked_on["fee"] <= delivered <= on:
        return {"delivered_on": ["收到收费通知的日期须在发出之日与今天之间。"]}
    return _once_over(add_working_days(history.calendar, delivered, FEE_DAYS).on, on)


def _once_over(last: date | None, on: date) -> Faults:
    return {"at": [_NOT_PAST.format(day=day_text(last))]} if last is not None and on <= last else {}


def _asked(history: History, on: date, fields: Fields) -> Faults:
    return _faults_of_delivery(fields.get("delivered_on"), on, clock.today())


def _third_party_replied(history: History, on: date, fields: Fields) -> Faults:
    return _replied(history, "third_party", on, fields)


def _agency_replied(history: History, on: date, fields: Fields) -> Faults:
    return _replied(history, "agency", on, fields)


def _replied(history: History, whose: str, on: date, fields: Fields) -> Faults:
    """Silence is no answer before its fifteen working days are over (arts. 32, 34)."""
    delivered = fields.get("delivered_on")
    if delivered is not None and not history.asked_on[whose] <= delivered <= on:
        return {"delivered_on": ["收到征求意见书的日期须在发出之日与答复之日之间。"]}
    if fields["reply"] != SILENT:
        return {}
    last = history.running.get(whose)
    return _once_over(add_working_days(history.calendar, delivered, OPINION_DAYS).on if delivered else last, on)


def _faults_of_delivery(delivered: date | None, sent: date, today: date) -> Faults:
    if delivered is None or sent <= delivered <= today:
        return {}
    return {"delivered_on": ["收到征求意见书的日期须在发出之日与今天之间。"]}


def _extended(history: History, on: date, fields: Fields) -> Faults:
    """Within the period itself: what has run out cannot be made longer (art. 33)."""
    if not (history.received_on or on) <= fields["approved_on"] <= on:
        return {"approved_on": ["批准的日期须在收到申请之日与告知申请人之日之间。"]}
    return _within_the_period(history, on, "延长")


def _delayed(history: History, on: date, fields: Fields) -> Faults:
    if history.due_on is not None and fields["until"] <= history.due_on:
        return {"until": [f"须晚于现在的答复期限（{day_text(history.due_on)}）。"]}
    if fields["until"] > on + LONGEST_DELAY:
        return {"until": ["延迟答复的期限须合理，不超过告知之日起一年；请核对日期。"]}
    return _within_the_period(history, on, "延迟")


def _within_the_period(history: History, on: date, what: str) -> Faults:
    if history.due_on is None or on <= history.due_on:
        return {}
    return {"at": [f"答复期限{day_text(history.due_on)}已届满，不能再{what}；请尽快答复。"]}


def _answered(history: History, on: date, fields: Fields) -> Faults:
    outcome, ground = Outcome(fields["outcome"]), fields.get("ground")
    if ENDINGS[outcome].by != Kind.ANSWERED:
        return {"outcome": [f"这一结果请登记为“{KIND_NAMES[ENDINGS[outcome].by]}”。"]}
    if (outcome == Outcome.PARTIAL) != (ground is not None):
        return {"ground": ["部分公开的，须写明其余部分不予公开的理由；其他结果不填此项。"]}
    if ground is not None and ground not in GROUNDS:
        return {"ground": ["须是不予公开的一种理由。"]}
    needed = ENDINGS[Outcome(ground or outcome)].after
    if needed is not None and needed not in history.happened:
        return {"ground" if ground else "outcome": [f"这一理由须先“{KIND_NAMES[needed]}”。"]}
    if outcome == Outcome.OTHER and not fields.get("note"):
        return {"note": ["其他处理的，请说明情况。"]}
    return _against_the_third_party(history.third_party_reply, outcome, ground, fields)


def _against_the_third_party(reply: str | None, outcome: Outcome, ground: str | None, fields: Fields) -> Faults:
    """Arts. 15 and 32: consent opens; against a refusal only weighty public interest does, told in writing."""
    for_their_rights = Outcome.THIRD_PARTY_RIGHTS in (outcome, ground)
    if reply == CONSENT and for_their_rights:
        return {"ground" if ground else "outcome": ["第三方已同意公开，不能再以保护其权益为由不公开（第十五条）。"]}
    if reply == REFUSE and outcome == Outcome.DISCLOSED and not fields.get("note"):
        return {"note": ["第三方不同意而公开的，请写明对公共利益的重大影响，并书面告知第三方（第三十二条）。"]}
    return {}


_RULES: Mapping[Kind, Callable[[History, date, Fields], Faults]] = {
    Kind.CORRECTION_REQUESTED: _correction_requested,
    Kind.NOT_CORRECTED: _not_corrected,
    Kind.THIRD_PARTY_ASKED: _asked,
    Kind.THIRD_PARTY_REPLIED: _third_party_replied,
    Kind.AGENCY_ASKED: _asked,
    Kind.AGENCY_REPLIED: _agency_replied,
    Kind.EXTENDED: _extended,
    Kind.DELAYED: _delayed,
    Kind.FEE_UNPAID: _fee_unpaid,
    Kind.ANSWERED: _answered,
}
