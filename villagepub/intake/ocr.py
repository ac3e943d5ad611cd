"""The machine that reads pictures, where there is one: one picture by POST, ``{"text": "…"}`` back.

It reads for the screening alone. Whoever reviews still looks at the picture: a machine misreads.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from villagepub.core.errors import OcrUnavailable

_LONGEST_ANSWER = 1 << 20  # a page of small print is a hundredth of it
_RETRY_SECONDS = 30
_AT_ONCE = threading.BoundedSemaphore(4)  # a slow service does not take every thread of the server


class Reader:
    """url: ``http(s)://host[:port]/path``; seconds: for all pictures of one file together."""

    def __init__(self, url: str, seconds: float = 60) -> None:
        self._parts = urlsplit(url)
        self._until = time.monotonic() + seconds

    def text_of(self, picture: bytes, media_type: str) -> str:
        """What the service reads in one PNG or JPEG.

        Raises OcrUnavailable unless it says so in time, in a reasonable length, at this very address.
        """
        try:
            with _a_turn():
                answer = json.loads(self._answer(picture, media_type))
        except (OSError, HTTPException, ValueError, RecursionError):
            raise OcrUnavailable(retry_after=_RETRY_SECONDS) from None
        text = answer.get("text") if isinstance(answer, dict) else None
        if not isinstance(text, str):
            raise OcrUnavailable(retry_after=_RETRY_SECONDS)
        return text

    def _answer(self, picture: bytes, media_type: str) -> bytes:
        target = self._parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        with self._line() as line:
            line.request("POST", target, picture, {"Content-Type": media_type, "Accept": "application/json"})
            with closing(line.getresponse()) as answer:
                if answer.status != 200:  # a redirect, too: the picture goes where the operator said, nowhere else
                    raise ConnectionError(f"status {answer.status}")
                body = answer.read(_LONGEST_ANSWER + 1)
        if len(body) > _LONGEST_ANSWER:
            raise ConnectionError("the answer is too long")
        return body

    @contextmanager
    def _line(self) -> Iterator[HTTPConnection]:
        """A connection that is cut when the time is over, however much trickles through it until then."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for this file is over")
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        line = kind(self._parts.hostname or "", self._parts.port, timeout=left)
        line.connect()
        watch = threading.Timer(max(self._until - time.monotonic(), 0), _cut, [line.sock])
        watch.daemon = True
        watch.start()
        try:
            yield line
        finally:
            watch.cancel()
            line.close()


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(blocking=False):
        raise TimeoutError("too many pictures are being read")
    try:
        yield
    finally:
        _AT_ONCE.release()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):  # it may have ended just now
        line.shutdown(socket.SHUT_RDWR)
