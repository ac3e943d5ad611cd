"""Files on their way in and out."""

from collections.abc import Generator, Iterator
from contextvars import copy_context
from typing import Any
from urllib.parse import quote

from flask import Response, request

from villagepub.core.errors import Invalid

HTML = "text/html; charset=utf-8"
FILE_FORM: dict[str, Any] = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string", "format": "binary"}},
        }
    }
}
FILE_BODY = {"required": True, "content": FILE_FORM}
"""What the description of a door that takes one file says of its body."""


class InTheirContext(Iterator[bytes]):
    """Pieces that are made while they are sent, when the request is over: in the context that it had.

    So they have the application and their session, and nobody else sees what scope they announce, whichever thread
    asks for the next one.
    """

    def __init__(self, pieces: Generator[bytes]) -> None:
        self._pieces = pieces
        self._context = copy_context()

    def __next__(self) -> bytes:
        return self._context.run(next, self._pieces)

    def close(self) -> None:
        """Whoever reads lets go: what the pieces hold is released."""
        self._context.run(self._pieces.close)

    def __del__(self) -> None:
        self.close()


def uploaded() -> tuple[str, bytes]:
    """The name and the bytes of the file that came with a form. Raises Invalid when none did."""
    file = request.files.get("file")
    if not file:  # none, or one without a name
        raise Invalid(errors={"file": ["请选择文件。"]})
    with file.stream as stream:
        return file.filename or "", stream.read()


def file_response(pieces: Iterator[bytes], name: str, media_type: str, size: int | None = None) -> Response:
    """A download that a browser never renders in place (RFC 6266, RFC 8187 for the Chinese name)."""
    response = Response(pieces, content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; {_named(name)}"
    if size is not None:
        response.content_length = size
    return response


def shown_in_place(pieces: Iterator[bytes], name: str, media_type: str, size: int | None = None) -> Response:
    """A picture or a PDF that a browser shows; it has no way to run anything of ours."""
    response = file_response(pieces, name, media_type, size)
    response.headers["Content-Disposition"] = f"inline; {_named(name)}"
    return response


def bytes_response(data: bytes, name: str, media_type: str) -> Response:
    """The same for a file that is whole."""
    return file_response(iter([data]), name, media_type, len(data))


def page_response(page: bytes, name: str) -> Response:
    """A page of our own that a browser shows, with the name under which it is saved."""
    return shown_response(page, name, HTML)


def shown_response(data: bytes, name: str, media_type: str) -> Response:
    """What we made ourselves and a browser may show in place."""
    response = Response(data, content_type=media_type)
    response.headers["Content-Disposition"] = f"inline; {_named(name)}"
    return response


def _named(name: str) -> str:
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name.rpartition(".")[2])
    return f"filename=\"file.{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
