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
    hasher = hashes.Hash(hashes.SM3())
    for piece in pieces:
        hasher.update(piece)
    return f"{ALGORITHM}:{hasher.finalize().hex()}"


def digest_of(value: Any) -> str:
    """The digest of a JSON value in its canonical form."""
    return digest_of_bytes(canonical_json(value))


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, NFC text in UTF-8: the same value gives the same bytes for ever."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return unicodedata.normalize("NFC", text).encode()
