"""The virus scanner's protocol, spoken to a small stand-in for clamd (its signatures are not to be had here)."""

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from config.scanner import faults_of_scanner
from villagepub.core.errors import ScannerUnavailable
from villagepub.intake.findings import FileRefused
from villagepub.intake.scanner import require_clean

DATA = bytes(200_000)


class Clamd:
    """Takes one stream after the other and answers as it is told."""

    def __init__(self) -> None:
        self.answer = b"stream: OK\0"
        self.received = b""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        line, _ = self._server.accept()
        with line, line.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while length := struct.unpack(">I", stream.read(4))[0]:
                self.received += stream.read(length)
            line.sendall(self.answer)

    def close(self) -> None:
        self._thread.join()
        self._server.close()


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    made = Clamd()
    yield made
    made.close()


def test_what_is_clean_passes_whole(clamd: Clamd) -> None:
    require_clean(clamd.url, DATA)
    assert clamd.received == DATA


def test_what_is_infected_is_refused(clamd: Clamd) -> None:
    clamd.answer = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"
    with pytest.raises(FileRefused, match="病毒"):
        require_clean(clamd.url, DATA)


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: maybe OK\0", b"OK"])
def test_anything_else_is_not_clean(clamd: Clamd, answer: bytes) -> None:
    clamd.answer = answer
    with pytest.raises(ScannerUnavailable):
        require_clean(clamd.url, DATA)


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:9", "unix:///nowhere/clamd.sock"])
def test_a_scanner_that_is_not_there_stops_everything(url: str) -> None:
    with pytest.raises(ScannerUnavailable) as refused:
        require_clean(url, DATA)
    assert refused.value.retry_after


@pytest.mark.parametrize(
    ("url", "is_wrong"),
    [
        ("", False),
        ("tcp://127.0.0.1:3310", False),
        ("unix:///run/clamd.sock", False),
        ("tcp://127.0.0.1", True),
        ("tcp://127.0.0.1:x", True),
        ("http://127.0.0.1:3310", True),
        ("unix://clamd.sock", True),
        ("clamd", True),
    ],
)
def test_nonsense_is_named_by_its_variable(url: str, is_wrong: bool) -> None:
    assert [variable for variable, _ in faults_of_scanner(url)] == ["CLAMD_URL"] * is_wrong
