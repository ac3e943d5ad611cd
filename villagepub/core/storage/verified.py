"""Bytes that are what was approved, or none at all."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO, cast

import structlog

from villagepub.core.digest import digest_of_stream
from villagepub.core.errors import FileDamaged
from villagepub.core.storage.edge import ObjectMissing, Storage
from villagepub.core.storage.pieces import Pieces

_KEPT_IN_MEMORY = 1 << 20
_PIECE = 1 << 16
log = structlog.get_logger("villagepub.storage")


def verify(storage: Storage, key: str, digest: str) -> None:
    """Raises FileDamaged when the object is missing or is not what the digest says, and StorageUnavailable."""
    _require(storage, key, digest, lambda piece: None)


def verified(storage: Storage, key: str, digest: str) -> Iterator[bytes]:
    """The whole object in pieces, none before its last byte was hashed. Raises what ``verify`` raises.

    A large one waits in a temporary file meanwhile.
    """
    kept = cast(BinaryIO, tempfile.SpooledTemporaryFile(_KEPT_IN_MEMORY))  # noqa: SIM115  Pieces closes it
    try:
        _require(storage, key, digest, kept.write)
    except BaseException:
        kept.close()
        raise
    kept.seek(0)
    return Pieces(partial(kept.read, _PIECE), kept.close)


def _require(storage: Storage, key: str, digest: str, keep: Callable[[bytes], object]) -> None:
    try:
        found = digest_of_stream(_passing_through(storage.read(key), keep))
    except ObjectMissing:
        found = "missing"
    if found != digest:
        log.error("damaged", key=key, expected=digest, found=found)
        raise FileDamaged()


def _passing_through(pieces: Iterator[bytes], keep: Callable[[bytes], object]) -> Iterator[bytes]:
    for piece in pieces:
        keep(piece)
        yield piece
