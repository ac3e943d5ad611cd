"""Who may come in at all. Each blueprint is registered with one guard; operations ask for the rest."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, request
from structlog.contextvars import bind_contextvars

from villagepub.accounts import sessions, tokens
from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import NotSignedIn
from villagepub.core.tenancy import Scope, ScopeKind
from villagepub.extensions import db
from villagepub.web import idempotency

V = TypeVar("V", bound=Callable[..., Any])
_SAFE = ("GET", "HEAD", "OPTIONS")


class Guard(StrEnum):
    OPEN = "open"  # no data of anybody: health, documentation
    PUBLIC = "public"  # what anybody may read
    SIGNING_IN = "signing_in"  # takes credentials, gives tokens
    SIGNED_IN = "signed_in"  # needs an access token
    PUSHED = "pushed"  # of the WeChat platform's own, which signs what it sends


def open_to_all() -> None:
    return None


def public() -> None:
    """Anybody; who sends a token is known, and may read more where the view says so."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        tokens.read(token.strip())
    _prepare()
    tenancy.set_scope(tenancy.PUBLIC)
    if scheme.lower() == "bearer":
        g.reader = sessions.authenticate(token.strip()).person_id


def signing_in() -> None:
    _receive_body()
    tenancy.set_scope(tenancy.SIGN_IN)


def signed_in() -> Response | None:
    """Find out who asks, and let the transaction reach that person's divisions and no others."""
    token = _bearer_token()
    tokens.read(token)
    _receive_body()
    reads = request.method in _SAFE
    tenancy.set_scope(tenancy.SIGN_IN.reading() if reads else tenancy.SIGN_IN)
    person = sessions.authenticate(token)
    scope = Scope(ScopeKind.STAFF, person.prefixes, read_only=reads)
    tenancy.set_scope(scope)
    tenancy.tell_database(db.session.connection())
    g.actor = person
    bind_contextvars(person=person.person_id)
    return idempotency.replay_or_claim(person)


def pushed() -> None:
    """The view proves the signature before it asks the database anything."""
    _receive_body()
    if request.method not in _SAFE:
        tenancy.set_scope(tenancy.EVERYWHERE)


def prepared_by(prepare: Callable[..., None]) -> Callable[[V], V]:
    """Marks a view: ``prepare`` gets the parts of its path and runs before the transaction begins."""

    def mark(view: V) -> V:
        view.prepare = prepare  # type: ignore[attr-defined]  # each wrapper around the view carries it on
        return view

    return mark


def _receive_body() -> None:
    """Take the whole body in before a transaction begins: a slow phone must not hold a lock while it sends.

    What is slow to look at is looked at here too, for views that are marked so.
    """
    if request.mimetype == "multipart/form-data":
        request.files  # noqa: B018  reading it parses the form into memory
    else:
        request.get_data()
    _prepare()


def _prepare() -> None:
    view = current_app.view_functions[str(request.endpoint)]
    if prepare := getattr(view, "prepare", None):
        prepare(**(request.view_args or {}))


def current_token() -> str:
    """The access token that came with the request. Raises NotSignedIn when none did."""
    return _bearer_token()


def _bearer_token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn()
    return token.strip()


def current_actor() -> Actor:
    """The person whose request this is; behind the SIGNED_IN guard only."""
    return cast(Actor, g.actor)


GUARDS: dict[Guard, Callable[[], Response | None]] = {
    Guard.OPEN: open_to_all,
    Guard.PUBLIC: public,
    Guard.SIGNING_IN: signing_in,
    Guard.SIGNED_IN: signed_in,
    Guard.PUSHED: pushed,
}
