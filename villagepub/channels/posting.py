"""One POST to an address of somebody else's: where it may lead, how long it may take, and nothing of what it says."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection

from villagepub.channels.addresses import Network, Target, choose_address, read_target

CONNECT_SECONDS = 2.0

Resolver = Callable[[str, int], Sequence[str]]


def resolve_by_system(host: str, port: int) -> list[str]:
    """The addresses that a name leads to, as the system knows it. Raises OSError for an unknown one."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True)
class Rules:
    """https_only: outside development. allowed: networks that may be reached besides the public one."""

    https_only: bool
    allowed: tuple[Network, ...]


@dataclass(frozen=True)
class Courier:
    """resolve: where names lead. seconds: that one message may take, from the connection to the status."""

    resolve: Resolver = resolve_by_system
    seconds: float = 5.0

    def post(self, url: str, body: bytes, headers: Mapping[str, str], rules: Rules) -> int:
        """The status that came back; redirects are not followed, and the body of the answer is not read.

        Raises AddressRefused for where it may not lead, OSError and HTTPException when no status came in time.
        """
        target = read_target(url, https_only=rules.https_only)
        address = choose_address(self.resolve(target.host, target.port), rules.allowed)
        until = time.monotonic() + self.seconds
        with self._line(address, target) as line, _cut_at(until, line):
            kind = HTTPSConnection if target.is_secure else HTTPConnection
            connection = kind(target.host, target.port)
            connection.sock = line
            connection.request("POST", target.path, body, dict(headers))
            with closing(connection.getresponse()) as answer:
                if time.monotonic() >= until:  # a connection that was cut looks like one that ended
                    raise TimeoutError("no whole answer in time")
                return answer.status

    @contextmanager
    def _line(self, address: str, target: Target) -> Iterator[socket.socket]:
        """Connected to the address that was judged, and for https certain that the name lives there."""
        with socket.create_connection((address, target.port), CONNECT_SECONDS) as raw:
            raw.settimeout(self.seconds)
            if not target.is_secure:
                yield raw
                return
            with ssl.create_default_context().wrap_socket(raw, server_hostname=target.host) as line:
                yield line


@contextmanager
def _cut_at(until: float, line: socket.socket) -> Iterator[None]:
    """However much trickles through it until then."""
    watch = threading.Timer(max(until - time.monotonic(), 0), _cut, [line])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):  # it may have ended just now
        line.shutdown(socket.SHUT_RDWR)
