"""Answers made small for weak networks: gzip, where the client takes it.

Compression tells the length, and the length tells what repeats: who can put words into an answer and count its
bytes learns the secret beside them, sign by sign (BREACH). That takes a browser that signs in by itself, so answers
to requests with a cookie, and those that hand one out, are sent as they are; a bearer token no other page can send.
Answers of ``/auth/*`` hold tokens beside names that somebody typed: they are never compressed either.
"""

import gzip

from flask import Flask, Response, request

SMALLEST = 1024  # below, the packet is sent anyway and nothing is gained
_LEVEL = 6
_TEXTS = ("text/", "application/json", "application/problem+json", "application/feed+json", "application/atom+xml")
_WITH_TOKENS = "/api/v1/auth/"


def init_app(app: Flask) -> None:
    """To be called before the frame is: after_request runs backwards, and what is stored and committed is the plain
    answer."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not (response.content_type or "").startswith(_TEXTS):
        return response
    response.vary.add("Accept-Encoding")
    if _is_worth_it(response) and _may_be_measured(response) and request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(response.get_data(), _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        _weaken_etag(response)
    return response


def _is_worth_it(response: Response) -> bool:
    is_whole = not response.is_streamed and not response.direct_passthrough
    return is_whole and "Content-Encoding" not in response.headers and (response.content_length or 0) >= SMALLEST


def _may_be_measured(response: Response) -> bool:
    uses_cookies = "Cookie" in request.headers or "Set-Cookie" in response.headers
    return not uses_cookies and not request.path.startswith(_WITH_TOKENS)


def _weaken_etag(response: Response) -> None:
    """Other bytes, the same meaning (RFC 9110, 8.8.1): If-None-Match compares weakly, and so does our If-Match."""
    tag, is_weak = response.get_etag()
    if tag and not is_weak:
        response.set_etag(tag, weak=True)
