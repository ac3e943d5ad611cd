"""From rows to the items of the indicators, a function for each kind of row. Pure.

Sources: 政府信息公开条例 46 (考核、社会评议、责任追究) and 47 (督促整改、通报批评). The formulas are practice, not
law; they stand with their reasons in docs/decisions/0014-indicators.md. Days and months are of Asia/Shanghai.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from villagepub.clearance.models import KnownFinding
from villagepub.core import clock
from villagepub.core.periods import Period, month_of
from villagepub.disclosures.fulfilment import Duty, DutyStatus
from villagepub.feedback.models import Feedback
from villagepub.ledgers.models import Complaint, ComplaintTally
from villagepub.review.queries import Submission
from villagepub.statistics.indicators import FROM_LEDGERS, Indicator, Item, Status

FEEDBACK = "feedback"  # where an item of what villagers said here is looked up
ONCE_OWED = (DutyStatus.FULFILLED, DutyStatus.LATE, DutyStatus.OVERDUE)


def of_duties(duties: Iterable[Duty], originals: Mapping[str, str]) -> Iterator[Item]:
    """及时率: due in the month and first public by then ÷ due. 完整率: the periodic ones alone, public at all ÷ due.

    What is not due yet or does not apply has no verdict, and no more has what is due on a provisional day. A nil
    return is a publication like any other. originals: of corrections, what stood there first.
    """
    for duty in duties:
        counted, of = timely(duty)
        item = Item(
            Indicator.TIMELINESS,
            f"{duty.due_on:%Y-%m}",
            duty.village,
            _key_of(duty, originals),
            counted=counted,
            of=of,
            status=Status.PROVISIONAL if duty.due_is_provisional else duty.status,
            entry=duty.entry,
            period=duty.period,
            due_on=duty.due_on.isoformat(),
            disclosure=duty.disclosure,
        )
        yield item
        if not duty.is_of_event:
            counted, of = complete(duty)
            yield replace(item, indicator=Indicator.COMPLETENESS, counted=counted, of=of, status=duty.status)


def timely(duty: Duty) -> tuple[int, int]:
    """What a duty adds to the numerator and to the denominator of 及时率."""
    if duty.due_is_provisional:
        return 0, 0
    return int(duty.status is DutyStatus.FULFILLED), int(duty.status in ONCE_OWED)


def complete(duty: Duty) -> tuple[int, int]:
    """What it adds to those of 完整率, of which an event is no part."""
    if duty.is_of_event or duty.status not in ONCE_OWED:
        return 0, 0
    return int(duty.status is not DutyStatus.OVERDUE), 1


def _key_of(duty: Duty, originals: Mapping[str, str]) -> str:
    """A periodic duty is named by its period; of events there may be several on a day."""
    if duty.is_of_event and duty.disclosure:
        return f"{duty.entry}-{originals.get(duty.disclosure, duty.disclosure)}"
    return f"{duty.entry}-{duty.period}"


def of_coverage(
    joined: Mapping[str, date], published: Mapping[tuple[str, str], int], months: Iterable[str], today: date
) -> Iterator[Item]:
    """覆盖率: villages with a publication in the month ÷ villages on the platform on its last day, or today before it.

    joined: ``{village: the day it joined}``; published: ``{(village, month): how many}``.
    """
    for month in months:
        last_day = min(Period.parse(month).last_day, today)
        for village, day in joined.items():
            if day <= last_day:
                some = published.get((village, month), 0) > 0
                status = Status.PUBLISHED if some else Status.NOTHING_PUBLISHED
                yield Item(Indicator.COVERAGE, month, village, "village", int(some), 1, status)


def of_complaints(complaints: Iterable[Complaint]) -> Iterator[Item]:
    """回应率: answered ÷ received in the month."""
    for row in complaints:
        status = Status.UNANSWERED if row.answered_at is None else Status.ANSWERED
        month, counted = month_of(row.received_at), int(row.answered_at is not None)
        yield Item(Indicator.RESPONSE, month, row.township, row.id, counted, 1, status, ledger="complaints")


def of_answers_due(
    complaints: Iterable[Complaint], answer_days: Mapping[str, int | None], today: date
) -> Iterator[Item]:
    """按期回应率: answered in time ÷ answers that fell due in the month.

    answer_days: ``{township: calendar days after receipt}``; a township without a rule of its own gets no verdict.
    """
    for row in complaints:
        days = answer_days.get(row.township)
        if days is None:
            continue
        due_on = _day_of(row.received_at) + timedelta(days=days)
        status = _standing(row.answered_at, due_on, today)
        yield Item(
            Indicator.RESPONSE_ON_TIME,
            f"{due_on:%Y-%m}",
            row.township,
            row.id,
            counted=int(status is Status.IN_TIME),
            of=int(status is not Status.PENDING),
            status=status,
            due_on=due_on.isoformat(),
            ledger="complaints",
        )


def _standing(answered_at: datetime | None, due_on: date, today: date) -> Status:
    if answered_at is None:
        return Status.PENDING if today <= due_on else Status.OVERDUE
    return Status.IN_TIME if _day_of(answered_at) <= due_on else Status.LATE


def of_feedback(said: Iterable[Feedback]) -> Iterator[Item]:
    """回应率: questions and complaints of the mini-program, by the village that they were said to."""
    for row in said:
        status = Status.UNANSWERED if row.answered_at is None else Status.ANSWERED
        counted = int(row.answered_at is not None)
        yield _of_feedback(Indicator.RESPONSE, month_of(row.received_at), row, counted, 1, status)


def of_feedback_due(said: Iterable[Feedback], today: date) -> Iterator[Item]:
    """按期回应率: by the day on which each answer falls due; a provisional day has no verdict."""
    for row in said:
        if row.due_on is None:
            continue
        status = _standing(row.answered_at, row.due_on, today)
        of = int(status is not Status.PENDING and not row.due_is_provisional)
        counted = int(status is Status.IN_TIME and bool(of))
        shown = Status.PROVISIONAL if row.due_is_provisional else status
        yield _of_feedback(Indicator.RESPONSE_ON_TIME, f"{row.due_on:%Y-%m}", row, counted, of, shown)


def _of_feedback(indicator: Indicator, month: str, row: Feedback, counted: int, of: int, status: Status) -> Item:
    due_on = row.due_on.isoformat() if row.due_on and indicator is Indicator.RESPONSE_ON_TIME else None
    return Item(indicator, month, row.village, row.id, counted, of, status, due_on=due_on, ledger=FEEDBACK)


def of_tallies(tallies: Iterable[ComplaintTally]) -> Iterator[Item]:
    """回应率 of what was only counted; of when each was answered a tally says nothing."""
    for row in tallies:
        yield Item(
            Indicator.RESPONSE,
            row.period,
            row.township,
            row.id,
            counted=row.answered,
            of=row.received,
            status=Status.TALLY,
            ledger="complaint-tallies",
        )


def of_declarations(declared: Iterable[tuple[str, int]], periods: Iterable[str]) -> Iterator[Item]:
    """That a ledger is complete for a year: no complaints in its months are then none, and not unknown."""
    years = dict.fromkeys(declared)
    for period in periods:
        for township, year in years:
            if period.startswith(str(year)):
                for indicator in FROM_LEDGERS:
                    yield Item(indicator, period, township, f"declared-{period}", 0, 0, Status.DECLARED)


def of_submissions(submissions: Iterable[Submission]) -> Iterator[Item]:
    """退回率: items of which a submission of the month was returned ÷ items submitted in the month."""
    found: dict[tuple[str, str], Item] = {}
    for each in submissions:
        name = (month_of(each.opened_at), each.disclosure_id)
        if name not in found or each.was_returned:
            found[name] = Item(
                Indicator.RETURNS,
                name[0],
                each.village,
                each.disclosure_id,
                counted=int(each.was_returned),
                of=1,
                status=Status.RETURNED if each.was_returned else Status.NOT_RETURNED,
                entry=each.entry,
                disclosure=each.disclosure_id,
            )
    yield from found.values()


def of_slips(findings: Iterable[KnownFinding], published_at: Mapping[str, datetime | None]) -> Iterator[Item]:
    """隐私差错: items in which a passage that blocks was found in the month, after they had become public."""
    found: dict[tuple[str, str], Item] = {}
    for each in findings:
        public_since = published_at.get(each.disclosure_id)
        if public_since is not None and each.found_at > public_since:
            name = (month_of(each.found_at), each.disclosure_id)
            found[name] = Item(
                Indicator.PRIVACY_SLIPS,
                name[0],
                each.village,
                each.disclosure_id,
                counted=1,
                of=0,
                status=Status.FOUND,
                disclosure=each.disclosure_id,
            )
    yield from found.values()


def _day_of(instant: datetime) -> date:
    return clock.local(instant).date()
