"""Refusals as RFC 9457 bodies, with a page of words behind each ``type``."""

from typing import Any

import psycopg.errors
import structlog
from flask import Blueprint, Flask, Response, g, jsonify, render_template
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, InternalServerError

from villagepub.core.errors import (
    Conflict,
    InternalError,
    Invalid,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    TooLarge,
    Unavailable,
    UnsupportedMedia,
)
from villagepub.web import pages

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
_BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, psycopg.errors.QueryCanceled)
_BY_STATUS: dict[int, type[Problem]] = {
    400: MalformedRequest,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedMedia,
    422: Invalid,
}
log = structlog.get_logger("villagepub.problem")
blueprint = Blueprint("problems", __name__)


def init_app(app: Flask) -> None:
    app.register_error_handler(Problem, respond)
    app.register_error_handler(DBAPIError, lambda error: respond(_of_database(error)))
    app.register_error_handler(NoConnectionFree, lambda _: respond(Unavailable(retry_after=RETRY_SECONDS)))


@blueprint.get("/problems/<code>")
def page(code: str) -> str:
    """What a problem code means and what to do about it."""
    kind = Problem.known.get(code)
    if kind is None:
        raise NotFound()
    return render_template("problem.html", kind=kind)


def respond(problem: Problem) -> Response:
    """As RFC 9457 asks; to a person with a browser, as a page."""
    g.keeps_changes = problem.keeps_changes
    if pages.wants_page():
        return pages.refusal(problem)
    response = jsonify(body_of(problem))
    response.status_code = problem.status
    response.content_type = MEDIA_TYPE
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    if isinstance(problem, NotSignedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def body_of(problem: Problem) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": g.get("request_id"),
    }
    if problem.errors or problem.status == 422:
        body["errors"] = problem.errors
    return body | problem.extra


def of_http(error: HTTPException) -> Response:
    """What flask, werkzeug or webargs refused, in our words."""
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, DBAPIError):
        return respond(_of_database(cause))
    if isinstance(error, InternalServerError):
        log.error("unforeseen", exc_info=cause or error)
        return respond(InternalError())
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # a redirect is no refusal
    kind = _BY_STATUS.get(error.code, MalformedRequest if error.code < 500 else InternalError)
    response = respond(kind(errors=_sentences(getattr(error, "data", None))))
    if allow := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(allow)
    return response


def _sentences(data: Any) -> dict[str, list[str]]:
    """webargs' ``{location: {field: [sentence] | {…}}}`` as flat ``{field.subfield: [sentence]}``."""
    messages = (data or {}).get("messages", {}) if isinstance(data, dict) else {}
    flat: dict[str, list[str]] = {}
    for faults in messages.values():
        _flatten(faults, "", flat)
    return flat


def _flatten(faults: Any, path: str, flat: dict[str, list[str]]) -> None:
    if isinstance(faults, dict):
        for key, value in faults.items():
            _flatten(value, f"{path}.{_printable(key)}" if path else _printable(key), flat)
    else:
        sentences = faults if isinstance(faults, list) else [faults]
        place = "_" if path == "_schema" else path.removesuffix("._schema")
        flat.setdefault(place, []).extend(map(_printable, sentences))


def _printable(given: Any) -> str:
    """A name or value that came with the request can hold what UTF-8 cannot."""
    return str(given).encode(errors="replace").decode()


def _of_database(error: DBAPIError) -> Problem:
    """A lock that was not had is worth another try; a broken constraint is a race that another act won."""
    if isinstance(error.orig, _BUSY) or (isinstance(error, OperationalError) and "locked" in str(error.orig)):
        return Unavailable(retry_after=RETRY_SECONDS)
    if isinstance(error, IntegrityError):
        log.warning("constraint", cause=type(error.orig).__name__)
        return Conflict("刚才有另一项操作改动了同一处，请刷新后重试。")
    if isinstance(error, OperationalError):
        log.error("database", exc_info=error)
        return Unavailable(retry_after=RETRY_SECONDS)
    log.error("database", exc_info=error)
    return InternalError()
