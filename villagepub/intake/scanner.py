"""The virus scanner, where there is one: clamd's INSTREAM. What it did not call clean is not clean."""

import socket
import struct
from urllib.parse import urlsplit

from villagepub.core.errors import ScannerUnavailable
from villagepub.intake.findings import FileRefused

INFECTED = "病毒扫描发现问题，文件没有保存。请在您的电脑上查杀病毒后再传。"
_PIECE = 1 << 16
_TIMEOUT_SECONDS, _RETRY_SECONDS = 10, 30


def require_clean(url: str, data: bytes) -> None:
    """url: ``tcp://host:port`` or ``unix:///socket``; empty for no scanner.

    Raises FileRefused for what is infected, ScannerUnavailable when the scanner does not say that it is clean.
    """
    if not url:
        return
    try:
        with _connected(url) as line:
            line.sendall(b"zINSTREAM\0")
            for at in range(0, len(data), _PIECE):
                piece = data[at : at + _PIECE]
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            answer = line.recv(4096)
    except OSError:
        raise ScannerUnavailable(retry_after=_RETRY_SECONDS) from None
    if b"FOUND" in answer:
        raise FileRefused(INFECTED)
    if answer.rstrip(b"\0\n") != b"stream: OK":
        raise ScannerUnavailable(retry_after=_RETRY_SECONDS)


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return socket.create_connection((parts.hostname, parts.port), _TIMEOUT_SECONDS)
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(_TIMEOUT_SECONDS)
        line.connect(parts.path)
    except OSError:
        line.close()
        raise
    return line
