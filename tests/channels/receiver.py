"""A platform's receiver: a real HTTP server on this machine that keeps what it was sent."""

import hmac
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLERANCE = 300  # seconds that a message may be old

Answering = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


def saying(status: int, body: bytes = b"", **headers: str) -> Answering:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def hanging_up(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True


def silent(request: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


def dripping(request: BaseHTTPRequestHandler) -> None:
    """A header a moment, for ever: no single wait is long."""
    for number in range(200):
        request.wfile.write(f"X-{number}: x\r\n".encode() if number else b"HTTP/1.1 200 OK\r\n")
        time.sleep(0.05)


def endless(request: BaseHTTPRequestHandler) -> None:
    saying(200, b"{", Content_Length=str(1 << 40))(request)
    while True:
        request.wfile.write(b"a" * (1 << 16))


def nonsense(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"\x00\x01\x02 not HTTP\r\n\r\n")


class Receiver(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.port = int(self.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/hook?from=villagepub"
        self.answer: Answering = saying(204)
        self.received: list[Received] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The other side hung up: that is what these tests are about."""


class _Asked(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        receiver: Receiver = self.server  # type: ignore[assignment]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.received.append(Received(self.path, dict(self.headers), body))
        receiver.answer(self)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Receiver]:
    with Receiver() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield made
        finally:
            made.shutdown()
            thread.join()


def is_genuine(secret: str, received: Received, now: float) -> bool:
    """What docs/api.md tells a platform to do."""
    timestamp, given = received.headers["X-Villagepub-Timestamp"], received.headers["X-Villagepub-Signature"]
    if abs(now - int(timestamp)) > TOLERANCE:
        return False
    expected = hmac.digest(secret.encode(), timestamp.encode() + b"." + received.body, "sha256").hex()
    return any(hmac.compare_digest(part, f"v1={expected}") for part in given.split(","))
