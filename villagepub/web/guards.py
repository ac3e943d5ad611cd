"""Who may come in at all. Each blueprint is registered with one guard; operations ask for the rest."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, redirect, request
from structlog.contextvars import bind_contextvars
from werkzeug.wrappers import Response as AnyResponse

from villagepub.accounts import browsers, sessions, tokens
from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import NotSignedIn
from villagepub.core.tenancy import Scope, ScopeKind
from villagepub.extensions import db
from villagepub.web import form_tokens, idempotency, page_sessions

V = TypeVar("V", bound=Callable[..., Any])
SET_UP = "/account/totp"
_SAFE = ("GET", "HEAD", "OPTIONS")


class Guard(StrEnum):
    OPEN = "open"  # no data of anybody: health, documentation
    PUBLIC = "public"  # what anybody may read
    SIGNING_IN = "signing_in"  # takes credentials, gives tokens
    SIGNED_IN = "signed_in"  # needs an access token
    PAGE_OPEN = "page_open"  # a page with no data of anybody
    PAGE_PUBLIC = "page_public"  # a page that anybody may read
    PAGE_SIGNING_IN = "page_signing_in"  # takes credentials, begins a session
    PAGE_SIGNED_IN = "page_signed_in"  # a page for somebody whose session's cookie comes with it
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
    g.sign_in_id = tokens.read(token).sign_in_id
    _receive_body()
    reads = request.method in _SAFE
    tenancy.set_scope(tenancy.SIGN_IN.reading() if reads else tenancy.SIGN_IN)
    person = sessions.authenticate(token)
    sessions.require_set_up(person)
    _act_as(person, reads)
    return idempotency.replay_or_claim(person)


def page_open() -> None:
    g.is_page = True
    if request.method not in _SAFE:
        form_tokens.require_own_origin()


def page_public() -> None:
    g.is_page = True
    public()


def page_signing_in() -> None:
    g.is_page = g.has_session = True
    _receive_body()
    reads = request.method in _SAFE
    if not reads:
        form_tokens.require_form_token()
    tenancy.set_scope(tenancy.SIGN_IN.reading() if reads else tenancy.SIGN_IN)


def page_signed_in() -> AnyResponse | None:
    """As ``signed_in``, by the cookie of the session; a form must come from a page of the same session."""
    g.is_page = g.has_session = True
    token = page_sessions.token()
    reads = request.method in _SAFE
    _receive_body()
    if not reads:
        form_tokens.require_form_token()
    tenancy.set_scope(tenancy.SIGN_IN.reading() if reads else tenancy.SIGN_IN)
    visitor = browsers.authenticate(token, acts=not reads)
    page_sessions.keep_alive()
    g.sign_in_id = visitor.sign_in_id
    _act_as(visitor.actor, reads)
    if visitor.must_set_up and not request.path.startswith(SET_UP):
        return redirect(SET_UP, 303)
    return idempotency.replay_or_claim_form(visitor.actor)


def _act_as(person: Actor, reads: bool) -> None:
    tenancy.set_scope(Scope(ScopeKind.STAFF, person.prefixes, read_only=reads))
    tenancy.tell_database(db.session.connection())
    g.actor = person
    bind_contextvars(person=person.person_id)


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
    """The person whose request this is; behind the SIGNED_IN guards only."""
    return cast(Actor, g.actor)


def current_sign_in() -> str:
    """The id of the sign-in by which the request came; behind the SIGNED_IN guards only."""
    return cast(str, g.sign_in_id)


GUARDS: dict[Guard, Callable[[], AnyResponse | None]] = {
    Guard.OPEN: open_to_all,
    Guard.PUBLIC: public,
    Guard.SIGNING_IN: signing_in,
    Guard.SIGNED_IN: signed_in,
    Guard.PAGE_OPEN: page_open,
    Guard.PAGE_PUBLIC: page_public,
    Guard.PAGE_SIGNING_IN: page_signing_in,
    Guard.PAGE_SIGNED_IN: page_signed_in,
    Guard.PUSHED: pushed,
}
