"""Digests with the algorithm written in front: ``sm3:<64 hexadecimal digits>`` (GB/T 32905-2016)."""

import json
import unicodedata
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives import hashes

ALGORITHM = "sm3"


def digest_of_bytes(data: bytes) -> str:
    return digest_of_stream([data])


def digest_of_stream(pieces: Iterable[bytes]) -> str:
    running = RunningDigest()
    for piece in pieces:
        running.update(piece)
    return running.final()


class RunningDigest:
    """Of bytes that pass by."""

    def __init__(self) -> None:
        self._hasher = hashes.Hash(hashes.SM3())

    def update(self, piece: bytes) -> None:
        self._hasher.update(piece)

    def final(self) -> str:
        """Once."""
        return f"{ALGORITHM}:{self._hasher.finalize().hex()}"


def digest_of(value: Any) -> str:
    """The digest of a JSON value in its canonical form."""
    return digest_of_bytes(canonical_json(value))


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, NFC text in UTF-8: the same value gives the same bytes for ever."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return unicodedata.normalize("NFC", text).encode()
