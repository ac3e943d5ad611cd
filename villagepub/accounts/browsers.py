"""Being signed in with a browser: a random token in the cookie, of which the server keeps the digest.

It is a sign-in like any other, so whatever ends sign-ins ends it: signing out, another password, deactivation. It
ends by itself after SESSION_HOURS, and after SESSION_IDLE_MINUTES without a request; when the last one was stands
in the signed cookie, so that reading a page writes nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from villagepub.accounts import queries, second_factor, sessions, throttle
from villagepub.accounts.models import SignIn
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import SessionEnded
from villagepub.extensions import db, settings


@dataclass(frozen=True)
class BrowserSession:
    """token: what the cookie is to carry; it is kept nowhere."""

    token: str


@dataclass(frozen=True)
class Visitor:
    """Who asks for a page, and by which sign-in. must_set_up: nothing else may be done before a second factor is."""

    actor: Actor
    sign_in_id: str
    must_set_up: bool


def begin(person_id: str, address: str) -> BrowserSession:
    """A new sign-in with a token of its own: one that was there before gains nothing by it."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        SignIn(
            person_id=person_id,
            address_digest=throttle.digest(address),
            session_digest=_digest(token),
            begun_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=settings.session_hours),
        )
    )
    db.session.flush()
    return BrowserSession(token)


def authenticate(token: str, *, acts: bool) -> Visitor:
    """Who has this token, with the posts held at this moment.

    acts: whether the request may write; it is then noted when the device was last used. Raises SessionEnded.
    """
    family = _find(token)
    if family is None or family.ended_at or family.expires_at <= clock.now() or not family.person.active:
        raise SessionEnded()
    if acts:
        family.seen_at = clock.now()
    actor = queries.actor_of(family.person)
    return Visitor(actor, family.id, second_factor.is_missing(family.person_id, actor))


def sign_out(token: str) -> None:
    """End the sign-in of a token; silent for an unknown one."""
    family = _find(token)
    if family is not None:
        sessions.end(family, "signed_out")


def _find(token: str) -> SignIn | None:
    return db.session.scalar(select(SignIn).where(SignIn.session_digest == _digest(token)))


def _digest(token: str) -> str:
    return digest_of_bytes(token.encode())
