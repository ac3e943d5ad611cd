"""Bytes that are what was approved, or none at all."""

import tempfile
from collections.abc import Iterator
from typing import BinaryIO, cast

import structlog

from villagepub.core.digest import digest_of_stream
from villagepub.core.errors import FileDamaged
from villagepub.core.storage.edge import ObjectMissing, Storage

_KEPT_IN_MEMORY = 1 << 20
_PIECE = 1 << 16
log = structlog.get_logger("villagepub.storage")


def verified(storage: Storage, key: str, digest: str) -> Iterator[bytes]:
    """The whole object in pieces, none before its last byte was hashed.

    A large one waits in a temporary file meanwhile. Raises FileDamaged when it is missing or is not what the
    digest says, and StorageUnavailable.
    """
    kept = cast(BinaryIO, tempfile.SpooledTemporaryFile(_KEPT_IN_MEMORY))  # noqa: SIM115  closed by the reader
    try:
        found = digest_of_stream(_passing_through(storage.read(key), kept))
    except ObjectMissing:
        found = "missing"
    except BaseException:
        kept.close()
        raise
    if found != digest:
        kept.close()
        log.error("damaged", key=key, expected=digest, found=found)
        raise FileDamaged()
    kept.seek(0)
    return _pieces(kept)


def _passing_through(pieces: Iterator[bytes], copy: BinaryIO) -> Iterator[bytes]:
    for piece in pieces:
        copy.write(piece)
        yield piece


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
