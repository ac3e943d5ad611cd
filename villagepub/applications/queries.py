"""Reads of applications, and the conditions by which they count in a row of the annual form."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from villagepub.applications.applicants import TOTAL
from villagepub.applications.models import Application, ApplicationEvent, ApplicationReminder
from villagepub.applications.outcomes import CLOSING_ROWS, Outcome, outcomes_of
from villagepub.applications.workflow import Kind, State
from villagepub.core import clock, tenancy
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.periods import Period, PeriodKind
from villagepub.extensions import db


@dataclass(frozen=True)
class Filters:
    """year: received in it, or with row the year of the form. due: open ones due on that day or before.

    kind: an applicant's; None for all, as in the form's total. fee_paid_in: a year.
    names: whether ``q`` may search the names of applicants.
    """

    state: str | None = None
    year: int | None = None
    row: str | None = None
    kind: str | None = None
    due: date | None = None
    overdue: bool | None = None
    voided: bool | None = None
    fee_paid_in: int | None = None
    q: str | None = None
    names: bool = False


def get_application(application_id: str, prefixes: tuple[str, ...], *, lock: bool = False) -> Application:
    """Raises NotFound outside the prefixes. lock: nobody else changes it until the transaction ends."""
    found = db.session.get(Application, application_id, with_for_update=lock or None, populate_existing=lock)
    if found is None or not tenancy.covers(prefixes, found.township):
        raise NotFound()
    return found


def is_of_township(application_id: str, township: str) -> bool:
    """Whether there is such an application in the township."""
    found = db.session.get(Application, application_id)
    return found is not None and found.township == township


def find_by_number(number: str) -> str | None:
    """The id of the application with a number."""
    return db.session.scalar(select_numbered(number))


def select_numbered(number: str) -> Select[str]:
    """The id of the application with a number, none for what is no number of one."""
    township, _, rest = number.partition("-")
    year, _, serial = rest.partition("-A")
    return select(Application.id).where(
        Application.township == township,
        Application.year == (int(year) if year.isdigit() else 0),
        Application.serial == (int(serial) if serial.isdigit() else 0),
    )


def numbers_of(ids: Collection[str]) -> dict[str, str]:
    """``{id: number}``."""
    return {each.id: each.number for each in db.session.scalars(select(Application).where(Application.id.in_(ids)))}


def list_applications(prefixes: tuple[str, ...], filters: Filters, page: PageRequest) -> Page[Application]:
    """In the order of entry."""
    return page_of(db.session(), _filtered(prefixes, filters), [Application.id], page)


def list_counted(township: str, year: int | None = None) -> list[Application]:
    """Those that are not voided, of one township; with a year, those received in it."""
    query = select(Application).where(Application.township == township, Application.voided_at.is_(None))
    if year is not None:
        query = query.where(Application.received_year == year)
    return list(db.session.scalars(query.order_by(Application.id)))


def list_clocked(township: str, edition: str) -> list[Application]:
    """Those whose date a new calendar may move or make certain: open, or closed while it could still move."""
    query = select(Application).where(
        Application.township == township,
        Application.voided_at.is_(None),
        Application.received_on.is_not(None),
        Application.recorded_afterwards.is_(False),
        Application.calendar_edition != edition,
    )
    found = db.session.scalars(query.order_by(Application.id).with_for_update())
    return [each for each in found if each.is_open or each.missing_years or each.missing_regional_years]


def list_open(township: str) -> list[Application]:
    query = select(Application).where(
        Application.township == township, Application.voided_at.is_(None), Application.state != State.CLOSED
    )
    return list(db.session.scalars(query.order_by(Application.id)))


def list_reminded(application_ids: Sequence[str]) -> set[tuple[str, str, date]]:
    """``(application, stage, day)`` of the reminders that were sent."""
    query = select(ApplicationReminder).where(ApplicationReminder.application_id.in_(application_ids))
    return {(each.application_id, each.stage, each.due_on) for each in db.session.scalars(query)}


def list_earlier_of_applicant(application: Application) -> list[Application]:
    """The same applicant's, received in the same calendar month and entered before: their items count first."""
    if application.received_on is None:
        return []
    month = Period.of(PeriodKind.MONTHLY, application.received_on)
    query = select(Application).where(
        Application.township == application.township,
        Application.voided_at.is_(None),
        Application.applicant_kind == application.applicant_kind,
        Application.applicant_name == application.applicant_name,
        Application.received_on.between(month.first_day, month.last_day),
        Application.id < application.id,
    )
    return list(db.session.scalars(query))


def list_payments(township: str, year: int) -> list[ApplicationEvent]:
    """The payments of fees in a year that stand, of applications that count."""
    first, last = clock.start_of(date(year, 1, 1)), clock.start_of(date(year + 1, 1, 1))
    query = (
        select(ApplicationEvent)
        .join(ApplicationEvent.application)
        .where(
            ApplicationEvent.township == township,
            ApplicationEvent.kind == Kind.FEE_PAID,
            ApplicationEvent.at >= first,
            ApplicationEvent.at < last,
            Application.voided_at.is_(None),
        )
    )
    paid = db.session.scalars(query.order_by(ApplicationEvent.at, ApplicationEvent.id))
    return [event for event in paid if event in event.application.standing_events]


def list_recorded(township: str, year: int) -> list[Application]:
    """Those that count, were recorded when all was over, and were closed in the year."""
    query = select(Application).where(
        Application.township == township,
        Application.voided_at.is_(None),
        Application.recorded_afterwards,
        Application.closed_year == year,
    )
    return list(db.session.scalars(query.order_by(Application.id)))


def _filtered(prefixes: tuple[str, ...], filters: Filters) -> Select[Application]:
    query = select(Application).where(tenancy.within(Application.township, prefixes))
    if filters.state is not None:
        query = query.where(Application.state == filters.state)
    if filters.year is not None:
        query = query.where(*conditions_of(filters.row or "r01", filters.year))
    if filters.row is not None:
        query = query.where(Application.voided_at.is_(None))
    if filters.kind not in (None, TOTAL):
        query = query.where(Application.applicant_kind == filters.kind)
    if filters.due is not None:
        query = query.where(Application.state != State.CLOSED, Application.due_on <= filters.due)
    if filters.overdue is not None:
        is_overdue = and_(Application.state != State.CLOSED, Application.due_on < clock.today())
        query = query.where(func.coalesce(is_overdue, False).is_(filters.overdue))
    if filters.voided is not None:
        query = query.where(Application.voided_at.is_not(None) == filters.voided)
    if filters.fee_paid_in is not None:
        query = query.where(_fee_paid_in(filters.fee_paid_in))
    return query if filters.q is None else query.where(_has_text(filters.q, names=filters.names))


def _fee_paid_in(year: int) -> ColumnElement[bool]:
    """Whether it counts and a payment of that year stands, as ``list_payments`` and ``list_recorded`` have them."""
    rescinded = select(ApplicationEvent.rescinds).where(ApplicationEvent.rescinds.is_not(None))
    paid = select(ApplicationEvent.application_id).where(
        ApplicationEvent.kind == Kind.FEE_PAID,
        ApplicationEvent.at >= clock.start_of(date(year, 1, 1)),
        ApplicationEvent.at < clock.start_of(date(year + 1, 1, 1)),
        ApplicationEvent.id.not_in(rescinded),
    )
    recorded = and_(Application.fee_paid > Decimal(0), Application.closed_year == year)
    return and_(or_(Application.id.in_(paid), recorded), Application.voided_at.is_(None))


def _has_text(words: str, *, names: bool) -> ColumnElement[bool]:
    found = [Application.subject.contains(words, autoescape=True), _has_number(words)]
    if names:
        found.append(Application.applicant_name.contains(words, autoescape=True))
    return or_(*found)


def _has_number(words: str) -> ColumnElement[bool]:
    township, _, rest = words.partition("-")
    year, _, serial = rest.partition("-A")
    if not (year.isdecimal() and serial.isdecimal() and len(year) == 4 and len(serial) <= 8):
        return Application.id == words
    return and_(Application.township == township, Application.year == int(year), Application.serial == int(serial))


# --- the annual form ------------------------------------------------------------------------------------------


def conditions_of(row: str, year: int) -> list[ColumnElement[bool]]:
    """Which applications count in a row of part three: the same for its number and for the list behind it.

    Open at an instant is what was received before it and not closed before it, whatever happened later.
    """
    received, closed = Application.received_year, Application.closed_year
    closed_then = [closed == year, received.is_not(None)]
    if row == "r01":
        return [received == year]
    if row == "r02":
        return [received < year, or_(closed.is_(None), closed >= year)]
    if row == "r25":
        return [received <= year, or_(closed.is_(None), closed > year)]
    if row == "r24":
        return closed_then
    return [*closed_then, Application.outcome.in_(outcomes_of(row))]


Counts = Mapping[str | None, int]
"""By kind of applicant; None where that was not entered."""


def count_in_row(township: str, row: str, year: int) -> Counts:
    return _count(township, conditions_of(row, year))


def count_without_outcome(township: str, year: int) -> Counts:
    """Closed in the year, nobody entered how."""
    return _count(township, [*conditions_of("r24", year), Application.outcome.is_(None)])


def list_incomplete(township: str, year: int) -> list[Application]:
    """Those that leave cells of a year empty: without a kind, or closed then without an outcome."""
    rows = [and_(*conditions_of(row, year)) for row in ("r01", "r02", "r24")]
    without_outcome = and_(*conditions_of("r24", year), Application.outcome.is_(None))
    query = select(Application).where(
        *_counted(township), or_(and_(or_(*rows), Application.applicant_kind.is_(None)), without_outcome)
    )
    return list(db.session.scalars(query.order_by(Application.id)))


def count_closed_by_row(township: str, year: int) -> Mapping[str, Counts]:
    """Of each of r03 to r23."""
    query = select(Application.outcome, Application.applicant_kind, func.count())
    query = query.where(*_counted(township), *conditions_of("r24", year))
    found = db.session.execute(query.group_by(Application.outcome, Application.applicant_kind)).all()
    counts: dict[str, Counter[str | None]] = {row: Counter() for row in CLOSING_ROWS}
    row_of = {outcome: row for row in CLOSING_ROWS for outcome in outcomes_of(row)}
    for outcome, kind, number in found:
        if outcome is not None:
            counts[row_of[Outcome(outcome)]][kind] += number
    return counts


def _count(township: str, conditions: Sequence[ColumnElement[bool]]) -> Counts:
    query = select(Application.applicant_kind, func.count()).where(*_counted(township), *conditions)
    return dict(db.session.execute(query.group_by(Application.applicant_kind)).all())


def _counted(township: str) -> list[ColumnElement[bool]]:
    return [Application.township == township, Application.voided_at.is_(None)]
