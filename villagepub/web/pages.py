"""The frame of pages: what templates may ask, notices between two pages, refusals in words, ways back."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from flask import Flask, Response, after_this_request, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from villagepub.core import transactions
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import Invalid, NotSignedIn, Problem, SecretMark, SessionEnded
from villagepub.layout import wording
from villagepub.web.form_tokens import form_token, once_key
from villagepub.web.navigation import Place, first_place_of, navigation_of
from villagepub.web.notices import notify, take_notices

TYPE_COOKIE = "villagepub_type"
LONG = 365 * 86400
_OF_MACHINES = ("/api/", "/healthz", "/readyz", "/metrics")


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=wording.day, moment=wording.moment, month=wording.month)
    app.jinja_env.filters.update(headed=wording.headed, padded=wording.padded, period=wording.period)
    app.jinja_env.globals.update(
        actor=_actor,
        form_token=form_token,
        here=here,
        navigation=_navigation,
        notices=take_notices,
        request_id=lambda: g.get("request_id"),
        once_key=once_key,
        state_words=wording.state_words,
        type_is_large=type_is_large,
    )
    _keep_static_files_long(app)


def _keep_static_files_long(app: Flask) -> None:
    """The address of a static file carries its digest, so a browser need never ask for it again."""
    digests: dict[str, str] = {}

    def digest_of(name: str) -> str:
        if name not in digests:
            content = Path(str(app.static_folder), name).read_bytes()
            digests[name] = digest_of_bytes(content).rpartition(":")[2][:16]
        return digests[name]

    @app.url_defaults
    def with_digest(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = digest_of(values["filename"])

    app.get_send_file_max_age = _age_of_static_file  # type: ignore[method-assign]


def _age_of_static_file(filename: str | None) -> int | None:
    return LONG if "v" in request.args else None


def done(sentence: str, address: str) -> AnyResponse:
    """The end of every form: tell what was done, and lead to a page that can be loaded again."""
    notify(sentence)
    return redirect(address, 303)


def again(template: str, problem: Problem, **context: Any) -> tuple[str, int]:
    """The page of a form again, because of what was wrong; what the act had begun is undone.

    A mark of state secrecy is never shown again: whoever keeps incidents takes over.
    """
    if isinstance(problem, SecretMark):
        raise problem
    g.keeps_changes = problem.keeps_changes
    if not problem.keeps_changes:
        transactions.rollback()
    return render_template(template, **context), problem.status


def looked(template: str, **context: Any) -> str:
    """The page of a form that was only looked at: nothing was done, and the same form may still be sent."""
    transactions.rollback()
    g.claimed_answer = None
    return render_template(template, **context)


def here(**changes: str | None) -> str:
    """The address of this page, with some parameters changed; a form's page when it is shown after a POST."""
    query = MultiDict(request.args)
    for name, value in changes.items():
        query.setlist(name, [] if value is None else [value])
    text = urlencode(list(query.items(multi=True)))
    return f"{request.path}?{text}" if text else request.path


def own_address(given: str | None, otherwise: str = "/") -> str:
    """An address that stays on this site: a path that any browser reads as one, else ``otherwise``."""
    address = given or ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return otherwise
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and "\\" not in unquote(address)
    if not plain or parts.scheme or parts.netloc or not address.isprintable() or unquote(address).startswith("//"):
        return otherwise
    return address


def type_is_large() -> bool:
    """Whether this browser has asked for large type."""

    @after_this_request
    def varies(response: Response) -> Response:
        response.vary.add("Cookie")
        return response

    return request.cookies.get(TYPE_COOKIE) == "large"


def wants_page() -> bool:
    """Whether a refusal of this request is read by a person in a browser."""
    if request.path.startswith(_OF_MACHINES):
        return False
    return g.get("is_page", False) or "text/html" in request.headers.get("Accept", "")


def refusal(problem: Problem) -> Response:
    """A page that says what is wrong, what to do and the request's number; or the way to sign in."""
    if isinstance(problem, NotSignedIn):
        return _to_sign_in(problem)
    page = render_template(
        "error.html", problem=problem, back=_where_from(), start=_start_of(problem), first=_first_place()
    )
    response = Response(page, problem.status)
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _to_sign_in(problem: Problem) -> Response:
    back = here() if request.method == "GET" else _where_from()
    if isinstance(problem, SessionEnded):
        notify(problem.detail)
    response = Response(status=303)
    response.location = url_for("sign_in_pages.sign_in", next=None if back in (None, "/") else back)
    return response


def _start_of(problem: Problem) -> str | None:
    """The page as it opens by itself, where what was asked of it in its address is at fault."""
    return request.path if request.method == "GET" and request.args and isinstance(problem, Invalid) else None


def _first_place() -> str:
    actor = _actor()
    return first_place_of(actor) if actor else "/"


def _where_from() -> str | None:
    """The page of ours on which the person was, as the browser says."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if parts.netloc != request.host:
        return None
    return own_address(f"{parts.path}?{parts.query}" if parts.query else parts.path, "/")


def _actor() -> Actor | None:
    return g.get("actor") if g.get("has_session") else None


def _navigation() -> list[Place]:
    actor = _actor()
    return navigation_of(actor) if actor else []
