"""Reads of the inbox and of the outbox."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.permissions import Permission, require, require_somewhere
from villagepub.extensions import db
from villagepub.notices.kinds import WORDINGS
from villagepub.notices.models import (
    IN_DOUBT,
    InboxNotice,
    Message,
    MessageState,
    Subscription,
    TemplatePause,
    UnreachableIdentity,
)

# --- the inbox ------------------------------------------------------------------------------------------------------


def count_unread(actor: Actor) -> int:
    query = select(func.count()).select_from(InboxNotice).where(_mine(actor), InboxNotice.read_at.is_(None))
    return db.session.scalar(query) or 0


def list_unread(actor: Actor) -> list[InboxNotice]:
    query = select(InboxNotice).where(_mine(actor), InboxNotice.read_at.is_(None))
    return list(db.session.scalars(query.order_by(InboxNotice.id)))


def list_notices(actor: Actor, page: PageRequest) -> Page[InboxNotice]:
    """Newest first."""
    return page_of(db.session(), select(InboxNotice).where(_mine(actor)), [InboxNotice.id], page, descending=True)


def was_told(person_id: str, event: str) -> bool:
    told = exists().where(InboxNotice.person_id == person_id, InboxNotice.event == event)
    return bool(db.session.scalar(select(told)))


def _mine(actor: Actor) -> ColumnElement[bool]:
    return InboxNotice.person_id == actor.person_id


# --- the outbox -----------------------------------------------------------------------------------------------------


def get_message(message_id: str, *, lock: bool = False) -> Message:
    """Raises NotFound. lock: nobody else changes it until the end of the transaction, and it is read anew."""
    message = db.session.get(Message, message_id, with_for_update=lock or None, populate_existing=lock)
    if message is None:
        raise NotFound()
    return message


def get_managed_message(message_id: str, actor: Actor) -> Message:
    """Locked, for the administrator of its township. Raises NotFound, Forbidden."""
    message = get_message(message_id, lock=True)
    require(actor, Permission.MANAGE_NOTICES, message.township)
    return message


def list_messages(actor: Actor, page: PageRequest, *, state: str | None = None) -> Page[Message]:
    """Those of the townships that the actor administers, newest first; without a state, those in doubt."""
    prefixes = require_somewhere(actor, Permission.MANAGE_NOTICES)
    states = IN_DOUBT if state is None else (MessageState(state),)
    query = select(Message).where(tenancy.within(Message.township, prefixes), Message.state.in_(states))
    return page_of(db.session(), query, [Message.id], page, descending=True)


def count_singles_since(person_id: str, instant: datetime) -> int:
    """The messages that could have been gathered and were sent on by themselves."""
    gathered = [notice for notice, wording in WORDINGS.items() if wording.is_gathered]
    query = select(func.count()).select_from(Message)
    query = query.where(Message.person_id == person_id, Message.created_at >= instant, Message.is_held.is_(False))
    return db.session.scalar(query.where(Message.kind.in_(gathered))) or 0


def list_held(township: str) -> list[Message]:
    """What waits for the morning, by person and in the order of its making."""
    query = select(Message).where(
        Message.township == township, Message.state == MessageState.QUEUED, Message.is_held.is_(True)
    )
    return list(db.session.scalars(query.order_by(Message.person_id, Message.id).with_for_update()))


def find_by_msgid(person_id: str, msgid: str) -> Message | None:
    query = select(Message).where(Message.person_id == person_id, Message.msgid == msgid)
    return db.session.scalar(query.with_for_update())


def list_unknown(person_id: str, template: str) -> list[Message]:
    """Those of a template of which nobody knows whether they went out."""
    query = select(Message).where(
        Message.person_id == person_id, Message.template == template, Message.state == MessageState.UNKNOWN
    )
    return list(db.session.scalars(query.order_by(Message.id).with_for_update()))


# --- who may be sent what -------------------------------------------------------------------------------------------


def remaining_of(person_id: str, template_ids: Iterable[str]) -> dict[str, int]:
    """``{template id: how many more messages are allowed}`` as far as is known."""
    query = select(Subscription.template_id, Subscription.remaining)
    query = query.where(Subscription.person_id == person_id, Subscription.template_id.in_(set(template_ids)))
    return dict(db.session.execute(query).all())


def paused_until(template_id: str) -> datetime | None:
    """Until when nothing of the template is sent; None when it may be."""
    query = select(TemplatePause.until_at).where(TemplatePause.template_id == template_id)
    until = db.session.scalar(query)
    return until if until is not None and until > clock.now() else None


def is_unreachable(identity_id: str) -> bool:
    return db.session.get(UnreachableIdentity, identity_id) is not None
