"""Files on their way out."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response


def file_response(pieces: Iterator[bytes], name: str, media_type: str, size: int | None = None) -> Response:
    """A download that a browser never renders in place (RFC 6266, RFC 8187 for the Chinese name)."""
    response = Response(pieces, content_type=media_type)
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name.rpartition(".")[2])
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"file.{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    if size is not None:
        response.content_length = size
    return response
