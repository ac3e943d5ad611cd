"""What the notices hold on a person, and what is left of it when the person wants it gone."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from villagepub.accounts import queries as accounts
from villagepub.core import clock
from villagepub.extensions import db
from villagepub.notices.models import InboxNotice, Message, MessageState, Subscription

ERASED = "本人已抹去个人数据"
Json = dict[str, Any]


def tell(person_id: str) -> Json:
    """Everything that the person was told and allowed to be sent."""
    selves = accounts.selves_of(person_id)
    notices = select(InboxNotice).where(InboxNotice.person_id.in_(selves)).order_by(InboxNotice.id)
    allowed = select(Subscription).where(Subscription.person_id.in_(selves)).order_by(Subscription.template_id)
    messages = select(Message).where(Message.person_id.in_(selves)).order_by(Message.id)
    return {
        "notices": [{"text": each.text, "at": _text(each.created_at)} for each in db.session.scalars(notices)],
        "subscriptions": [
            {"template_id": each.template_id, "remaining": each.remaining} for each in db.session.scalars(allowed)
        ],
        "messages": [
            {"kind": each.kind, "values": each.values, "state": each.state, "at": _text(each.created_at)}
            for each in db.session.scalars(messages)
        ],
    }


def erase(person_id: str) -> None:
    """That a message went out and when stays, to be counted; what it said goes."""
    selves = accounts.selves_of(person_id)
    db.session.execute(delete(InboxNotice).where(InboxNotice.person_id.in_(selves)))
    db.session.execute(delete(Subscription).where(Subscription.person_id.in_(selves)))
    ours = Message.person_id.in_(selves)
    dropped = {"state": MessageState.DROPPED, "reason": ERASED, "ended_at": clock.now(), "is_held": False}
    db.session.execute(update(Message).where(ours, Message.state == MessageState.QUEUED).values(dropped))
    db.session.execute(update(Message).where(ours).values(values={}))


def _text(instant: datetime) -> str:
    return clock.local(instant).isoformat(timespec="seconds")
