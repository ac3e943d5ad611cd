"""``Idempotency-Key`` on every POST of a signed-in person."""

import re

import psycopg.errors
from flask import Response, g, request
from sqlalchemy.exc import OperationalError

from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of_stream
from villagepub.core.errors import FormAlreadySent, IdempotencyKeyReused, Invalid, RequestInProgress
from villagepub.core.idempotency import LONGEST_KEY, StoredAnswer, claim
from villagepub.extensions import db
from villagepub.web.notices import notify

_KEPT_HEADERS = ("Content-Type", "Location", "ETag")
_FORM_KEY = re.compile("[A-Za-z0-9_-]{16,64}")
_NOTICE = "Notice"  # told to the person, never sent as a header
_RETRY_SECONDS = 2
_WITHOUT_KEYS = "/api/v1/auth/"  # an answer with a secret in it is never kept


def replay_or_claim_form(actor: Actor) -> Response | None:
    """The same for a form of a page, whose key is a hidden field.

    Raises FormAlreadySent when it was sent before with other content.
    """
    once = request.form.get("once", "")
    if request.method != "POST" or not _FORM_KEY.fullmatch(once):
        return None
    try:
        return _replay_or_claim(actor, f"form:{once}")
    except IdempotencyKeyReused:
        raise FormAlreadySent() from None


def replay_or_claim(actor: Actor) -> Response | None:
    """The stored answer when this request was answered before; else None, and the key is claimed."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None or request.path.startswith(_WITHOUT_KEYS):
        return None
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(errors={"Idempotency-Key": [f"须为 1 至 {LONGEST_KEY} 个可见的 ASCII 字符。"]})
    return _replay_or_claim(actor, key)


def _replay_or_claim(actor: Actor, key: str) -> Response | None:
    try:
        record = claim(db.session(), actor, key, _fingerprint())
    except OperationalError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise RequestInProgress(retry_after=_RETRY_SECONDS) from None
        raise
    if record.status:
        return _replay(record)
    g.claimed_answer = record
    return None


def store(response: Response) -> None:
    """Keep the answer of a request that succeeded; one that failed is rolled back with its record."""
    record: StoredAnswer | None = g.get("claimed_answer")
    if record is not None and (g.get("answers_with_a_secret") or g.get("keeps_changes")):
        db.session.delete(record)  # of a refusal that is stored all the same, the key is free again
    elif record is not None and response.status_code < 400:
        record.status = response.status_code
        record.headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        record.body = response.get_data()
        if notice := g.get("notice"):
            record.headers = dict(record.headers) | {_NOTICE: notice}


def _fingerprint() -> str:
    pieces = [request.method, "\n", request.full_path, "\n", request.headers.get("If-Match", ""), "\n"]
    return digest_of_stream([*(piece.encode() for piece in pieces), _body()])


def _body() -> bytes:
    """The body without what differs between two sendings of the same form: its boundary."""
    if request.mimetype != "multipart/form-data":
        return request.get_data()
    fields = [f"{name}={value}\n".encode() for name, value in request.form.items(multi=True)]
    for name, file in request.files.items(multi=True):
        fields += [f"{name}:{file.filename}:{file.mimetype}\n".encode(), file.stream.read()]
        file.stream.seek(0)
    return b"".join(fields)


def _replay(record: StoredAnswer) -> Response:
    headers = dict(record.headers)
    if notice := headers.pop(_NOTICE, None):
        notify(notice)
    response = Response(record.body, status=record.status, headers=headers)
    response.headers["Idempotency-Replayed"] = "true"
    return response
