"""Reads of the inbox."""

from sqlalchemy import ColumnElement, func, select

from villagepub.core.actor import Actor
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.extensions import db
from villagepub.notices.models import InboxNotice


def count_unread(actor: Actor) -> int:
    query = select(func.count()).select_from(InboxNotice).where(_mine(actor), InboxNotice.read_at.is_(None))
    return db.session.scalar(query) or 0


def list_unread(actor: Actor) -> list[InboxNotice]:
    query = select(InboxNotice).where(_mine(actor), InboxNotice.read_at.is_(None))
    return list(db.session.scalars(query.order_by(InboxNotice.id)))


def list_notices(actor: Actor, page: PageRequest) -> Page[InboxNotice]:
    """Newest first."""
    return page_of(db.session(), select(InboxNotice).where(_mine(actor)), [InboxNotice.id], page, descending=True)


def _mine(actor: Actor) -> ColumnElement[bool]:
    return InboxNotice.person_id == actor.person_id
