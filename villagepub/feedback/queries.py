"""Reads of what people said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from villagepub.accounts import queries as accounts
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.extensions import db
from villagepub.feedback.kinds import OWED_AN_ANSWER
from villagepub.feedback.models import Feedback, FeedbackBlock, FeedbackStep, PublicFeedback
from villagepub.feedback.workflow import UNANSWERED, UNCOUNTED, State
from villagepub.publishing import queries as publishing


@dataclass(frozen=True)
class Filters:
    """What a staff list is narrowed to; None means any. overdue: past its day without an answer."""

    state: str | None = None
    kind: str | None = None
    disclosure: str | None = None
    overdue: bool | None = None


def get_feedback(feedback_id: str, prefixes: tuple[str, ...], *, lock: bool = False) -> Feedback:
    """Raises NotFound outside the prefixes. lock: nobody else changes it until the transaction ends."""
    feedback = db.session.get(Feedback, feedback_id, with_for_update=lock or None)
    if feedback is None or not tenancy.covers(prefixes, feedback.village):
        raise NotFound()
    return feedback


def get_own(feedback_id: str, actor: Actor, *, lock: bool = False) -> Feedback:
    """Raises NotFound for what somebody else said."""
    feedback = db.session.get(Feedback, feedback_id, with_for_update=lock or None)
    if feedback is None or feedback.person_id not in _selves_of(actor):
        raise NotFound()
    return feedback


def list_own(actor: Actor, page: PageRequest) -> Page[Feedback]:
    """Newest first."""
    query = select(Feedback).where(Feedback.person_id.in_(_selves_of(actor)))
    return page_of(db.session(), query, [Feedback.id], page, descending=True)


def _selves_of(actor: Actor) -> tuple[str, ...]:
    """Under which ids the actor may have said something: a resident who got a post goes on as somebody else."""
    return accounts.selves_of(actor.person_id) if actor.person_id else ()


def list_by_person(person_id: str, *, lock: bool = False) -> list[Feedback]:
    """All that a human said, before getting a post too, in the order of receipt."""
    query = select(Feedback).where(Feedback.person_id.in_(accounts.selves_of(person_id))).order_by(Feedback.id)
    return list(db.session.scalars(query.with_for_update() if lock else query))


def list_feedback(prefixes: tuple[str, ...], filters: Filters, page: PageRequest) -> Page[Feedback]:
    """In the order of receipt: who has waited longest comes first."""
    query = select(Feedback).where(tenancy.within(Feedback.village, prefixes))
    for column, value in (
        (Feedback.state, filters.state),
        (Feedback.kind, filters.kind),
        (Feedback.disclosure_id, filters.disclosure),
    ):
        if value is not None:
            query = query.where(column == value)
    if filters.overdue is not None:
        query = query.where(_overdue() if filters.overdue else ~_overdue())
    return page_of(db.session(), query, [Feedback.id], page)


def is_overdue(feedback: Feedback) -> bool:
    """A provisional day may still move, so nobody is late by it."""
    is_past = feedback.due_on is not None and feedback.due_on < clock.today()
    return is_past and not feedback.due_is_provisional and feedback.state in UNANSWERED


def _overdue() -> ColumnElement[bool]:
    return (
        func.coalesce(Feedback.due_on < clock.today(), False)
        & Feedback.due_is_provisional.is_(False)
        & Feedback.state.in_(UNANSWERED)
    )


def list_steps(feedback: Feedback) -> list[FeedbackStep]:
    query = select(FeedbackStep).where(FeedbackStep.feedback_id == feedback.id)
    return list(db.session.scalars(query.order_by(FeedbackStep.seq)))


def last_comment(feedback: Feedback) -> str | None:
    """The reason that came with the last step that had one."""
    return next((step.comment for step in reversed(list_steps(feedback)) if step.comment), None)


def list_clocked(township: str) -> list[Feedback]:
    """Those whose due date a calendar may still move, locked in the order of their ids."""
    query = select(Feedback).where(
        Feedback.township == township,
        Feedback.due_on.is_not(None),
        or_(Feedback.state.in_(UNANSWERED), (Feedback.state == State.ANSWERED) & Feedback.due_is_provisional),
    )
    return list(db.session.scalars(query.order_by(Feedback.id).with_for_update()))


def list_due_by(township: str, day: date) -> list[Feedback]:
    """Those that still wait for their answer and are owed it by then, in the order of receipt."""
    query = select(Feedback).where(
        Feedback.township == township, Feedback.state.in_(UNANSWERED), Feedback.due_on <= day
    )
    return list(db.session.scalars(query.order_by(Feedback.id)))


# --- how much was said --------------------------------------------------------------------------------------


def count_by_person(person_id: str, since: datetime) -> int:
    return _count(Feedback.person_id == person_id, Feedback.received_at >= since)


def count_on_place(person_id: str, village: str, number: str | None, since: datetime) -> int:
    """Under one item, or, without a number, to the village itself."""
    same = Feedback.number.is_(None) if number is None else Feedback.number == number
    return _count(Feedback.person_id == person_id, Feedback.village == village, same, Feedback.received_at >= since)


def count_in_village(village: str, since: datetime) -> int:
    return _count(Feedback.village == village, Feedback.received_at >= since)


def find_same(person_id: str, village: str, text_digest: str, since: datetime) -> Feedback | None:
    """The same words by the same person, unless they were taken back."""
    query = select(Feedback).where(
        Feedback.person_id == person_id,
        Feedback.village == village,
        Feedback.text_digest == text_digest,
        Feedback.received_at >= since,
        Feedback.state != State.WITHDRAWN,
    )
    return db.session.scalars(query.order_by(Feedback.id.desc())).first()


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Feedback).where(*conditions)) or 0


# --- blocks -------------------------------------------------------------------------------------------------


def find_block(person_id: str, township: str) -> FeedbackBlock | None:
    """The one in force that ends last, be it of a person whose account this one has now."""
    digests = [digest for digest in (accounts.find_openid_digest(person_id),) if digest]
    whose = or_(FeedbackBlock.person_id.in_(accounts.selves_of(person_id)), FeedbackBlock.openid_digest.in_(digests))
    query = select(FeedbackBlock).where(whose, FeedbackBlock.township == township, _is_in_force())
    return db.session.scalars(query.order_by(FeedbackBlock.until_at.desc())).first()


def list_blocks_of(person_id: str, *, in_force: bool = False) -> list[FeedbackBlock]:
    query = select(FeedbackBlock).where(FeedbackBlock.person_id.in_(accounts.selves_of(person_id)))
    if in_force:
        query = query.where(_is_in_force())
    return list(db.session.scalars(query.order_by(FeedbackBlock.id)))


def _is_in_force() -> ColumnElement[bool]:
    return FeedbackBlock.lifted_at.is_(None) & (FeedbackBlock.until_at > clock.now())


def get_block(block_id: str, prefixes: tuple[str, ...]) -> FeedbackBlock:
    """Raises NotFound outside the prefixes."""
    block = db.session.get(FeedbackBlock, block_id)
    if block is None or not tenancy.covers(prefixes, block.township):
        raise NotFound()
    return block


def list_blocks(prefixes: tuple[str, ...], page: PageRequest) -> Page[FeedbackBlock]:
    """Newest first, those over and lifted among them."""
    query = select(FeedbackBlock).where(tenancy.within(FeedbackBlock.township, prefixes))
    return page_of(db.session(), query, [FeedbackBlock.id], page, descending=True)


# --- what the public reads ----------------------------------------------------------------------------------


def find_public(feedback_id: str) -> PublicFeedback | None:
    return db.session.get(PublicFeedback, feedback_id)


def list_public_of_item(number: str, page: PageRequest) -> Page[PublicFeedback]:
    """Newest first; what was asked under the versions that a correction replaced is still there."""
    return _public_page(select(PublicFeedback).where(PublicFeedback.number == number), page)


def list_public_of_place(prefixes: Sequence[str], page: PageRequest) -> Page[PublicFeedback]:
    """Newest first; what is about an item goes out of sight together with it."""
    numbers = publishing.select_public_numbers(prefixes)
    query = select(PublicFeedback).where(
        tenancy.within(PublicFeedback.village, prefixes),
        or_(PublicFeedback.number.is_(None), PublicFeedback.number.in_(numbers)),
    )
    return _public_page(query, page)


def last_change(prefixes: Sequence[str]) -> datetime | None:
    """When something below the prefixes became public or was hidden last."""
    query = select(func.max(PublicFeedback.changed_at)).where(tenancy.within(PublicFeedback.village, prefixes))
    return db.session.scalar(query)


def _public_page(query: Select[PublicFeedback], page: PageRequest) -> Page[PublicFeedback]:
    shown = query.where(PublicFeedback.hidden_at.is_(None))
    return page_of(db.session(), shown, [PublicFeedback.answered_at, PublicFeedback.id], page, descending=True)


# --- for rates ----------------------------------------------------------------------------------------------


def list_owed_an_answer(
    prefixes: Sequence[str], received: tuple[datetime, datetime], due: tuple[date, date]
) -> list[Feedback]:
    """Questions and complaints received in one span, half open, or due in another, both days counted.

    Without those that were taken back or turned down.
    """
    query = select(Feedback).where(
        tenancy.within(Feedback.village, prefixes),
        Feedback.kind.in_(OWED_AN_ANSWER),
        Feedback.state.not_in(UNCOUNTED),
        or_(
            (Feedback.received_at >= received[0]) & (Feedback.received_at < received[1]),
            Feedback.due_on.between(*due),
        ),
    )
    return list(db.session.scalars(query.order_by(Feedback.id)))
