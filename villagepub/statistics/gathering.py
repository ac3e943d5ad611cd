"""All that the indicators look at: one query for each kind of row, whatever the place and the period."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from villagepub.clearance import queries as clearance
from villagepub.core import tenancy
from villagepub.core.periods import Period, PeriodKind, month_before, month_bounds, months_between
from villagepub.disclosures import counts, fulfilment
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.fulfilment import Duty, DutyStatus
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.feedback import queries as feedback
from villagepub.ledgers import queries as ledgers
from villagepub.review import queries as review
from villagepub.statistics import indicator_rules as rules
from villagepub.statistics.adjustments import Adjustment, adjustments
from villagepub.statistics.indicators import Indicator, Item, over_months
from villagepub.statistics.models import FrozenIndicators

COMPLAINT_LEDGERS = ("complaints", "complaint-tallies")
ADJUSTED_MONTHS = 12  # how far back a month looks for what was found out about closed ones

Frozen = dict[tuple[str, str], FrozenIndicators]  # by township and month


def months_of(period: Period, today: date) -> list[str]:
    """The months of a period that have begun; none of one that has not."""
    if period.first_day > today:
        return []
    return months_between(f"{period.first_day:%Y-%m}", f"{min(period.last_day, today):%Y-%m}")


def list_items(prefixes: tuple[str, ...], period: Period, *, today: date) -> list[Item]:
    """The items of a period: of months that are closed as they were frozen, of the others as they are now."""
    months = months_of(period, today)
    frozen = frozen_months(prefixes, months)
    townships = {village.township_code for village in divisions.list_disclosing(prefixes)}
    open_months = [month for month in months if any((township, month) not in frozen for township in townships)]
    items = [item for row in frozen.values() for item in _items_of(row) if tenancy.covers(prefixes, item.division)]
    items += [
        item
        for item in list_live(prefixes, open_months, today=today)
        if (_township_of(item.division), item.month) not in frozen
    ]
    if period.kind is PeriodKind.YEARLY:
        items += _of_the_year(prefixes, period)
    return over_months(items)


def list_feedback_items(prefixes: tuple[str, ...], months: Sequence[str], *, today: date) -> list[Item]:
    """Of what villagers said here alone: closed months as they were frozen, the others as they are now."""
    if not months:
        return []
    frozen = frozen_months(prefixes, months)
    items = [item for row in frozen.values() for item in _items_of(row) if item.ledger == rules.FEEDBACK]
    start, end = month_bounds(min(months))[0], month_bounds(max(months))[1]
    items += [
        item
        for item in _of_feedback(prefixes, months, start, end, today)
        if item.month in months and (_township_of(item.division), item.month) not in frozen
    ]
    return [item for item in items if tenancy.covers(prefixes, item.division)]


def list_responses(prefixes: tuple[str, ...], month: str, *, today: date) -> list[Item]:
    """Of these items, those of complaints and of what villagers said, in one month as it is now."""
    found = _responses(prefixes, [month], *month_bounds(month), today)
    return [item for item in found if item.month == month]


def list_live(prefixes: tuple[str, ...], months: Sequence[str], *, today: date) -> list[Item]:
    """The items of months as they are now, closed or not."""
    if not months:
        return []
    start, end = month_bounds(min(months))[0], month_bounds(max(months))[1]
    found = [
        *_of_duties(_duties(prefixes, _days_of(months), today)),
        *_of_coverage(prefixes, months, today),
        *_responses(prefixes, months, start, end, today),
        *rules.of_submissions(review.list_submissions_between(prefixes, start, end)),
        *_of_slips(prefixes, start, end),
    ]
    return sorted((item for item in found if item.month in months), key=lambda item: item.place)


def list_adjustments(township: str, month: str, *, today: date) -> list[Adjustment]:
    """What was found out in a month about those closed before it."""
    first = month_before(month, ADJUSTED_MONTHS)
    before = months_between(first, month)[:-1]
    prefixes = (divisions.prefix_of(township),)
    frozen = frozen_months(prefixes, before)
    closed = sorted(closed_month for _, closed_month in frozen)
    known = [item for row in frozen.values() for item in _items_of(row)]
    told = [Adjustment(**each) for row in _told_since(prefixes, first) for each in row.adjustments]
    return adjustments(known, told, list_live(prefixes, closed, today=today))


def list_overdue(township: str, month: str, *, today: date) -> list[Item]:
    """What fell due in the month or the year before it and is not public yet, provisional days left out."""
    first = Period.parse(month_before(month, ADJUSTED_MONTHS)).first_day
    due_between = (first, Period.parse(month).last_day)
    items = _of_duties(_duties((divisions.prefix_of(township),), due_between, today))
    overdue = DutyStatus.OVERDUE
    return [item for item in items if item.indicator == Indicator.TIMELINESS and item.status == overdue]


def frozen_months(prefixes: tuple[str, ...], months: Collection[str]) -> Frozen:
    townships = tuple(prefix[:9] for prefix in prefixes)
    query = select(FrozenIndicators).where(
        tenancy.within(FrozenIndicators.township, townships), FrozenIndicators.month.in_(months)
    )
    return {(row.township, row.month): row for row in db.session.scalars(query)}


def find_frozen(township: str, month: str) -> FrozenIndicators | None:
    return db.session.get(FrozenIndicators, (township, month))


def _told_since(prefixes: tuple[str, ...], month: str) -> list[FrozenIndicators]:
    """In the order of their telling: what one closing told overrules what an earlier one did."""
    query = select(FrozenIndicators).where(
        tenancy.within(FrozenIndicators.township, prefixes), FrozenIndicators.month >= month
    )
    return list(db.session.scalars(query.order_by(FrozenIndicators.frozen_at, FrozenIndicators.month)))


def _items_of(row: FrozenIndicators) -> Iterator[Item]:
    return (Item(**values) for values in row.items)


def _township_of(division: str) -> str:
    return division[:9].ljust(tenancy.CODE_LENGTH, "0")


def _days_of(months: Sequence[str]) -> tuple[date, date]:
    """The first and the last."""
    return Period.parse(min(months)).first_day, Period.parse(max(months)).last_day


# --- a query for each kind of row ---------------------------------------------------------------------------


def _duties(prefixes: tuple[str, ...], due_between: tuple[date, date], today: date) -> list[Duty]:
    return fulfilment.list_duties(prefixes, today=today, due_between=due_between)


def _of_duties(duties: Sequence[Duty]) -> Iterable[Item]:
    events = {duty.disclosure for duty in duties if duty.is_of_event and duty.disclosure}
    return rules.of_duties(duties, disclosures.originals_of(events))


def _of_coverage(prefixes: tuple[str, ...], months: Sequence[str], today: date) -> Iterable[Item]:
    villages = divisions.list_disclosing(prefixes)
    joined = {village.code: village.on_platform_from for village in villages if village.on_platform_from}
    return rules.of_coverage(joined, counts.count_counted(prefixes, months), months, today)


def _responses(
    prefixes: tuple[str, ...], months: Sequence[str], start: datetime, end: datetime, today: date
) -> Iterator[Item]:
    """Complaints of the ledgers, which know no village, and what villagers said here, which has one."""
    answer_days = {place.code: place.answer_days for place in divisions.list_townships()}
    longest = timedelta(days=max((days for days in answer_days.values() if days), default=0))
    complaints = ledgers.list_complaints_between(prefixes, start - longest, end)
    yield from rules.of_complaints(complaints)
    yield from rules.of_answers_due(complaints, answer_days, today)
    yield from rules.of_tallies(ledgers.list_complaint_tallies(prefixes, months))
    yield from _of_feedback(prefixes, months, start, end, today)
    years = {int(month[:4]) for month in months}
    yield from rules.of_declarations(ledgers.list_declared(prefixes, COMPLAINT_LEDGERS, years), months)


def _of_feedback(
    prefixes: tuple[str, ...], months: Sequence[str], start: datetime, end: datetime, today: date
) -> Iterator[Item]:
    said = feedback.list_owed_an_answer(prefixes, (start, end), _days_of(months))
    yield from rules.of_feedback(said)
    yield from rules.of_feedback_due(said, today)


def _of_the_year(prefixes: tuple[str, ...], period: Period) -> Iterator[Item]:
    """What was kept for a whole year belongs to none of its months."""
    year = str(period)
    yield from rules.of_tallies(ledgers.list_complaint_tallies(prefixes, [year]))
    yield from rules.of_declarations(ledgers.list_declared(prefixes, COMPLAINT_LEDGERS, [period.year]), [year])


def _of_slips(prefixes: tuple[str, ...], start: datetime, end: datetime) -> Iterable[Item]:
    findings = clearance.list_blocks_found_between(prefixes, start, end)
    public = disclosures.list_by_id(finding.disclosure_id for finding in findings)
    return rules.of_slips(findings, {each.id: each.published_at for each in public})
