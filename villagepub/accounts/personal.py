"""What the accounts hold on a person, and what is left of it when the person wants it gone."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from villagepub.accounts import identities, queries
from villagepub.accounts.models import Appointment, Delegation, Invitation, Person, RefreshToken, SignIn, WeChatIdentity
from villagepub.core import clock
from villagepub.extensions import db

ERASED = "已抹去的用户"
"""The name of a person who had no post and wanted the own data gone."""
Json = dict[str, Any]


def tell(person_id: str) -> Json:
    """Everything, with the platform's own ids: they are the person's."""
    person = db.session.get_one(Person, person_id)
    selves = queries.selves_of(person_id)
    identities_of = select(WeChatIdentity).where(WeChatIdentity.person_id.in_(selves)).order_by(WeChatIdentity.id)
    sign_ins = select(SignIn).where(SignIn.person_id.in_(selves)).order_by(SignIn.id)
    appointments = select(Appointment).where(Appointment.person_id.in_(selves)).order_by(Appointment.id)
    delegations = select(Delegation).where(Delegation.to_person_id.in_(selves)).order_by(Delegation.id)
    invitations = select(Invitation).where(Invitation.person_id.in_(selves)).order_by(Invitation.id)
    return {
        "person": {
            "ids": list(selves),
            "name": person.name,
            "username": person.username,
            "division": person.division,
            "has_password": person.password_hash is not None,
            "created_at": _text(person.created_at),
        },
        "wechat": [
            {
                "openid": queries.openid_in(each),
                "unionid": queries.unionid_in(each),
                "bound_at": _text(each.bound_at),
                "ended_at": _text(each.ended_at),
            }
            for each in db.session.scalars(identities_of)
        ],
        "sign_ins": [
            {"begun_at": _text(each.begun_at), "expires_at": _text(each.expires_at), "ended_at": _text(each.ended_at)}
            for each in db.session.scalars(sign_ins)
        ],
        "posts": [_held(each) for query in (appointments, delegations) for each in db.session.scalars(query)],
        "invitations": [
            {"created_at": _text(each.created_at), "used_at": _text(each.used_at)}
            for each in db.session.scalars(invitations)
        ],
    }


def erase(person_id: str) -> None:
    """Nobody can sign in as this person again, and nothing leads from the account to the human.

    Who once held a post keeps the name: the acts of the post are the township's records.
    """
    selves = queries.selves_of(person_id)
    if identity := queries.find_identity(person_id):
        identities.end(identity, "erased")
    sign_ins = select(SignIn.id).where(SignIn.person_id.in_(selves))
    db.session.execute(delete(RefreshToken).where(RefreshToken.sign_in_id.in_(sign_ins)))
    running = SignIn.person_id.in_(selves) & SignIn.ended_at.is_(None)
    db.session.execute(update(SignIn).where(running).values(ended_at=clock.now(), end_reason="erased"))
    db.session.execute(update(SignIn).where(SignIn.person_id.in_(selves)).values(address_digest=""))
    for person in db.session.scalars(select(Person).where(Person.id.in_(selves))).all():
        person.active, person.password_hash, person.username = False, None, None
        if not _ever_held(person.id):
            person.name = ERASED
    db.session.flush()


def _ever_held(person_id: str) -> bool:
    appointed = select(Appointment.id).where(Appointment.person_id == person_id)
    stood_in = select(Delegation.id).where(
        or_(Delegation.to_person_id == person_id, Delegation.for_person_id == person_id)
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in (appointed, stood_in))


def _held(held: Appointment | Delegation) -> Json:
    return {"post": held.post.title, "from": _text(held.from_at), "until": _text(held.until_at)}


def _text(instant: datetime | None) -> str | None:
    return clock.local(instant).isoformat(timespec="seconds") if instant else None
