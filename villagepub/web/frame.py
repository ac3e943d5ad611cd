"""A request from end to end: its id, its one transaction, its log line, its headers."""

import re
import secrets
import time
from io import BytesIO
from typing import Any

import structlog
from flask import Flask, Request, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from villagepub.core import tenancy, transactions
from villagepub.core.errors import NotFound
from villagepub.extensions import settings
from villagepub.web import idempotency, metrics

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"})
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
log = structlog.get_logger("villagepub.request")


class Received(Request):
    """A request whose files stay in memory: werkzeug's own would spool them to a disk before they are screened."""

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> BytesIO:
        return BytesIO()


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_forget)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(12)
    g.started = time.perf_counter()
    clear_contextvars()
    bind_contextvars(request_id=g.request_id)
    if request.mimetype != "multipart/form-data":
        request.max_content_length = settings.max_body_bytes
    if "\0" in request.path:
        raise NotFound()  # no id holds a NUL, and PostgreSQL will not even look for one


def _finish(response: Response) -> Response:
    """Commit what succeeded, and nothing else; then sign the answer."""
    if tenancy.is_announced():
        idempotency.store(response)
        if response.status_code < 400 or g.get("keeps_changes"):
            transactions.commit()
        else:
            transactions.rollback()
    response.headers["X-Request-Id"] = g.request_id
    for name, value in _SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    _account_for(response)
    return response


def _account_for(response: Response) -> None:
    seconds = time.perf_counter() - g.started
    route = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in _METHODS else "other"
    metrics.observe(method, route, response.status_code, seconds)
    log.info(
        "request",
        method=method,
        route=route,
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
    )


def _forget(error: BaseException | None) -> None:
    tenancy.set_scope(None)
