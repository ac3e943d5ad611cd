"""Reads of cases: what waits, for whom, how long."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select

from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import WrongState
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.permissions import Role
from villagepub.disclosures.models import Disclosure
from villagepub.disclosures.place import Place, rows_at
from villagepub.extensions import db
from villagepub.review.models import Decision, Forwarding, ReferralAnswer, ReviewCase
from villagepub.review.workflow import CHAIN, StageName

RETURNED = "returned"
_STAGE_OF = {stage.role: stage.name for stage in CHAIN}
_ROLE_OF = {str(stage.name): stage.role for stage in CHAIN}


def find_open_case(disclosure: Disclosure) -> ReviewCase | None:
    query = select(ReviewCase).where(ReviewCase.disclosure_id == disclosure.id, ReviewCase.closed_at.is_(None))
    return db.session.scalar(query.execution_options(populate_existing=True))


def get_open_case(disclosure: Disclosure) -> ReviewCase:
    """Raises WrongState when nothing is in review."""
    case = find_open_case(disclosure)
    if case is None:
        raise WrongState()
    return case


def find_latest_case(disclosure: Disclosure) -> ReviewCase | None:
    query = select(ReviewCase).where(ReviewCase.disclosure_id == disclosure.id)
    return db.session.scalar(query.order_by(ReviewCase.submission.desc()).limit(1))


def list_cases(disclosure: Disclosure) -> list[ReviewCase]:
    """Every submission, the first one first."""
    query = select(ReviewCase).where(ReviewCase.disclosure_id == disclosure.id)
    return list(db.session.scalars(query.order_by(ReviewCase.submission)))


def list_ids_at_a_stage(township: str) -> list[str]:
    """The disclosures of a township whose case waits at a stage, in the order of their ids."""
    query = select(ReviewCase.disclosure_id).where(
        ReviewCase.township == township, ReviewCase.closed_at.is_(None), ReviewCase.referred.is_(False)
    )
    return list(db.session.scalars(query.order_by(ReviewCase.disclosure_id)))


def count_cases(disclosure: Disclosure) -> int:
    query = select(func.count()).select_from(ReviewCase).where(ReviewCase.disclosure_id == disclosure.id)
    return db.session.scalar(query) or 0


def find_decision(case: ReviewCase, stage: str) -> Decision | None:
    return db.session.scalar(select(Decision).where(Decision.case_id == case.id, Decision.stage == stage))


def list_decisions(case: ReviewCase) -> list[Decision]:
    return list(db.session.scalars(select(Decision).where(Decision.case_id == case.id).order_by(Decision.at)))


def may_be_recalled(disclosure: Disclosure) -> bool:
    """Whether it is in review and nobody has decided anything about this submission."""
    case = find_open_case(disclosure)
    return case is not None and not case.referred and not list_decisions(case)


def reason_of_return(disclosure: Disclosure) -> str:
    """What whoever returned or refused the last submission said; empty when nobody did."""
    case = find_latest_case(disclosure)
    return next((each.comment for each in list_decisions(case) if each.outcome != "approve"), "") if case else ""


def list_approvals(disclosure_id: str) -> list[Decision]:
    """The approvals of the submission that led to publication, in order of time."""
    query = (
        select(Decision)
        .join(ReviewCase, ReviewCase.id == Decision.case_id)
        .where(Decision.disclosure_id == disclosure_id, ReviewCase.outcome == "approved")
    )
    return list(db.session.scalars(query.order_by(Decision.at, Decision.id)))


def deciders_of(case: ReviewCase, *, but: str) -> frozenset[str]:
    """Everybody who decided another stage of this submission, and everybody they stood in for."""
    rows = [decision for decision in list_decisions(case) if decision.stage != but]
    return frozenset(person for row in rows for person in (row.person_id, row.stands_in_for) if person)


def get_pending_forwarding(case: ReviewCase) -> Forwarding:
    """The request of an open case that the asked office has not answered yet."""
    query = select(Forwarding).where(Forwarding.case_id == case.id, Forwarding.answered_at.is_(None))
    return db.session.scalars(query).one()


def list_waiting(
    actor: Actor, page: PageRequest, *, now: datetime, stage: str | None, overdue: bool | None
) -> Page[ReviewCase]:
    """The open cases that wait for the actor's posts, soonest due first."""
    query = _waiting_for(actor)
    if stage is not None:
        query = query.where(ReviewCase.stage == stage)
    if overdue is not None:
        query = query.where(ReviewCase.due_at < now if overdue else ReviewCase.due_at >= now)
    return page_of(db.session(), query, [ReviewCase.due_at, ReviewCase.id], page)


def list_all_waiting(actor: Actor) -> list[ReviewCase]:
    """The same, all of them."""
    return list(db.session.scalars(_waiting_for(actor).order_by(ReviewCase.due_at, ReviewCase.id)))


def _waiting_for(actor: Actor) -> Select[ReviewCase]:
    mine = [_waits_for(holding.role, holding.prefix, holding.office_id) for holding in actor.holdings]
    return select(ReviewCase).where(ReviewCase.closed_at.is_(None), or_(false(), *mine))


def _waits_for(role: str, prefix: str, office_id: str | None) -> ColumnElement[bool]:
    """A stage that the post decides, a case it is asked to take over, or a referral it is to answer."""
    here = tenancy.within(ReviewCase.village, (prefix,))
    stage = _STAGE_OF.get(Role(role))
    if stage is None:
        return false()
    at_stage = and_(ReviewCase.stage == stage, ReviewCase.referred.is_(False))
    if stage == StageName.OFFICE:
        own = and_(at_stage, ReviewCase.office_id == office_id)
        return and_(here, or_(own, ReviewCase.asked_office_id == office_id))
    if stage == StageName.SECRECY:
        return and_(here, or_(at_stage, ReviewCase.referred.is_(True)))
    return and_(here, at_stage)


def list_overdue(prefixes: tuple[str, ...], page: PageRequest, *, now: datetime) -> Page[ReviewCase]:
    """Every case past its due time, longest overdue first: the leader's list."""
    query = select(ReviewCase).where(
        tenancy.within(ReviewCase.village, prefixes), ReviewCase.closed_at.is_(None), ReviewCase.due_at < now
    )
    return page_of(db.session(), query, [ReviewCase.due_at, ReviewCase.id], page)


def list_due_by(township: str, instant: datetime) -> list[ReviewCase]:
    """The cases of a township that wait at a stage whose time ends before an instant, soonest first."""
    query = select(ReviewCase).where(
        ReviewCase.township == township,
        ReviewCase.closed_at.is_(None),
        ReviewCase.referred.is_(False),
        ReviewCase.due_at < instant,
    )
    return list(db.session.scalars(query.order_by(ReviewCase.due_at, ReviewCase.id)))


def list_waiting_at(role: str, prefix: str, office_id: str | None) -> list[ReviewCase]:
    """The open cases that wait for a post, for a handover."""
    query = select(ReviewCase).where(ReviewCase.closed_at.is_(None), _waits_for(role, prefix, office_id))
    return list(db.session.scalars(query.order_by(ReviewCase.due_at, ReviewCase.id)))


@dataclass(frozen=True)
class Waiting:
    """An open case: at which stage it is since when, and until when that stage has time.

    role: who is to act; of a referral the secrecy officer, who enters the answer. office_id: of the office stage.
    """

    disclosure_id: str
    village: str
    entry: str
    stage: str
    office_id: str
    referred: bool
    entered_at: datetime
    due_at: datetime

    @property
    def role(self) -> Role:
        return Role.SECRECY_OFFICER if self.referred else _ROLE_OF[self.stage]

    @property
    def held_by_office(self) -> str | None:
        """The office that has it, where one has."""
        return self.office_id if self.role is Role.OFFICE_REVIEWER else None


_OPEN = (
    select(*(getattr(ReviewCase, each.name) for each in fields(Waiting)))
    .where(ReviewCase.closed_at.is_(None))
    .order_by(ReviewCase.due_at, ReviewCase.id)
)
_OPEN_AT = _OPEN.where(ReviewCase.village == bindparam("village"), ReviewCase.entry == bindparam("entry"))


def list_open(prefixes: tuple[str, ...]) -> list[Waiting]:
    """Every open case below the prefixes, soonest due first."""
    query = _OPEN.where(tenancy.within(ReviewCase.village, prefixes))
    return [Waiting(*row) for row in db.session.execute(query)]


def list_open_at(place: Place) -> list[Waiting]:
    """Those of one entry of one village."""
    return [Waiting(*row) for row in rows_at(_OPEN_AT, place)]


@dataclass(frozen=True)
class StageSummary:
    """How much waits at one stage. oldest_entered_at: when the one that has waited longest came in."""

    stage: str
    waiting: int
    overdue: int
    oldest_entered_at: datetime | None


def summarise(prefixes: tuple[str, ...], *, now: datetime) -> list[StageSummary]:
    """Counts of what is in review below the prefixes, for each stage of the chain."""
    return [_summary(stage.name, prefixes, now) for stage in CHAIN]


def _summary(stage: str, prefixes: tuple[str, ...], now: datetime) -> StageSummary:
    here = (
        tenancy.within(ReviewCase.village, prefixes),
        ReviewCase.closed_at.is_(None),
        ReviewCase.referred.is_(False),
        ReviewCase.stage == stage,
    )
    waiting = select(func.count(), func.min(ReviewCase.entered_at)).where(*here)
    count, oldest = db.session.execute(waiting).one()
    overdue = select(func.count()).select_from(ReviewCase).where(*here, ReviewCase.due_at < now)
    return StageSummary(stage, count, db.session.scalar(overdue) or 0, oldest)


def count_submitted(village: str, entry: str, start: datetime, end: datetime) -> int:
    """Submissions opened between two instants."""
    query = (
        select(func.count())
        .select_from(ReviewCase)
        .where(
            ReviewCase.village == village,
            ReviewCase.entry == entry,
            ReviewCase.opened_at >= start,
            ReviewCase.opened_at < end,
        )
    )
    return db.session.scalar(query) or 0


def count_decided(village: str, entry: str, outcome: str, start: datetime, end: datetime) -> int:
    """Decisions of one outcome between two instants."""
    query = (
        select(func.count())
        .select_from(Decision)
        .where(
            Decision.village == village,
            Decision.entry == entry,
            Decision.outcome == outcome,
            Decision.at >= start,
            Decision.at < end,
        )
    )
    return db.session.scalar(query) or 0


def count_refused_by_answer(village: str, entry: str, start: datetime, end: datetime) -> int:
    """Referrals between two instants whose answer was not to disclose."""
    query = (
        select(func.count())
        .select_from(ReferralAnswer)
        .join(ReviewCase, ReviewCase.id == ReferralAnswer.case_id)
        .where(
            ReviewCase.village == village,
            ReviewCase.entry == entry,
            ReferralAnswer.outcome == "refuse",
            ReferralAnswer.at >= start,
            ReferralAnswer.at < end,
        )
    )
    return db.session.scalar(query) or 0


def list_decisions_between(prefixes: tuple[str, ...], start: datetime, end: datetime) -> list[Decision]:
    query = select(Decision).where(tenancy.within(Decision.village, prefixes), Decision.at >= start, Decision.at < end)
    return list(db.session.scalars(query.order_by(Decision.at)))


@dataclass(frozen=True)
class Submission:
    """One submission. was_returned: whether it went back to the village."""

    disclosure_id: str
    village: str
    entry: str
    opened_at: datetime
    was_returned: bool


def list_submissions_between(prefixes: tuple[str, ...], start: datetime, end: datetime) -> list[Submission]:
    """Those opened between two instants, half open, in order."""
    query = select(ReviewCase).where(
        tenancy.within(ReviewCase.village, prefixes), ReviewCase.opened_at >= start, ReviewCase.opened_at < end
    )
    return [
        Submission(case.disclosure_id, case.village, case.entry, case.opened_at, case.outcome == RETURNED)
        for case in db.session.scalars(query.order_by(ReviewCase.id))
    ]


@dataclass(frozen=True)
class DecisionFilters:
    """What decisions are narrowed to; None means any. start, end: instants, half open."""

    entry: str | None = None
    stage: str | None = None
    outcome: str | None = None
    start: datetime | None = None
    end: datetime | None = None


def count_decisions(prefixes: tuple[str, ...], filters: DecisionFilters) -> int:
    return db.session.scalar(_narrowed(select(func.count(Decision.id)), prefixes, filters)) or 0


def stream_decisions(prefixes: tuple[str, ...], filters: DecisionFilters, size: int) -> Iterator[Sequence[Decision]]:
    """In order of time, so many at a time and no more of them in memory."""
    query = _narrowed(select(Decision), prefixes, filters).order_by(Decision.id)
    with closing(db.session.scalars(query, execution_options={"yield_per": size})) as result:
        yield from result.partitions()


def _narrowed(query: Select[Any], prefixes: tuple[str, ...], filters: DecisionFilters) -> Select[Any]:
    query = query.where(tenancy.within(Decision.village, prefixes))
    for name in ("entry", "stage", "outcome"):
        if (value := getattr(filters, name)) is not None:
            query = query.where(getattr(Decision, name) == value)
    if filters.start is not None:
        query = query.where(Decision.at >= filters.start)
    if filters.end is not None:
        query = query.where(Decision.at < filters.end)
    return query


def list_act_cells() -> list[tuple[str, str, datetime]]:
    """``(village, entry, instant)`` of every submission, decision and referral answer."""
    submitted = db.session.execute(select(ReviewCase.village, ReviewCase.entry, ReviewCase.opened_at))
    decided = db.session.execute(select(Decision.village, Decision.entry, Decision.at))
    answered = db.session.execute(
        select(ReviewCase.village, ReviewCase.entry, ReferralAnswer.at).join(
            ReferralAnswer, ReferralAnswer.case_id == ReviewCase.id
        )
    )
    return [(row[0], row[1], row[2]) for rows in (submitted, decided, answered) for row in rows]
