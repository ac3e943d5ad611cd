"""Files on their way out."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response

HTML = "text/html; charset=utf-8"


def file_response(pieces: Iterator[bytes], name: str, media_type: str, size: int | None = None) -> Response:
    """A download that a browser never renders in place (RFC 6266, RFC 8187 for the Chinese name)."""
    response = Response(pieces, content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; {_named(name)}"
    if size is not None:
        response.content_length = size
    return response


def page_response(page: bytes, name: str) -> Response:
    """A page of our own that a browser shows, with the name under which it is saved."""
    response = Response(page, content_type=HTML)
    response.headers["Content-Disposition"] = f"inline; {_named(name)}"
    return response


def _named(name: str) -> str:
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name.rpartition(".")[2])
    return f"filename=\"file.{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
