"""A network that misbehaves: a small TCP proxy in front of a server.

with Proxy(port) as proxy:
    proxy.answer = Cut(after=1000)   # the next connections' answers
    storage_at(proxy.url)
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType

Fault = Callable[[Iterator[bytes]], Iterator[bytes]]


def whole(pieces: Iterator[bytes]) -> Iterator[bytes]:
    return pieces


def cut(after: int) -> Fault:
    """Only so many bytes, then the line is dead."""

    def fault(pieces: Iterator[bytes]) -> Iterator[bytes]:
        left = after
        for piece in pieces:
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return

    return fault


def silent(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Everything is swallowed; the line stays open."""
    for _ in pieces:
        pass
    time.sleep(5)
    yield b""


def dripping(after: int) -> Fault:
    """A byte every tenth of a second once so many have gone through."""

    def fault(pieces: Iterator[bytes]) -> Iterator[bytes]:
        left = after
        for piece in pieces:
            yield piece[: max(left, 0)]
            for byte in piece[max(left, 0) :]:
                time.sleep(0.1)
                yield bytes([byte])
            left -= len(piece)

    return fault


class Proxy:
    """request, answer: what happens to the bytes of each direction."""

    def __init__(self, port: int) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._port = port
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.request: Fault = whole
        self.answer: Fault = whole

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            answering = threading.Thread(target=_pump, args=(server, client, self.answer), daemon=True)
            answering.start()
            _pump(client, server, self.request)
            answering.join()


def _pump(source: socket.socket, sink: socket.socket, fault: Fault) -> None:
    with contextlib.suppress(OSError):
        for piece in fault(iter(lambda: source.recv(1 << 14), b"")):
            sink.sendall(piece)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
