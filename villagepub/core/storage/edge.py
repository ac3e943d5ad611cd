"""What every storage can do, and the words for what goes wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from villagepub.core.errors import StorageUnavailable

__all__ = ["ObjectMissing", "Storage", "StorageUnavailable", "StoredObject", "UploadForm", "checked_key"]

RETRY_SECONDS = 10
LONGEST_FORM_SECONDS = 600


class ObjectMissing(Exception):
    """Nothing is stored under this key."""


@dataclass(frozen=True)
class StoredObject:
    key: str
    size: int
    modified_at: datetime


@dataclass(frozen=True)
class UploadForm:
    """Where a client may post one file by itself: a multipart form of these fields, then ``file``."""

    url: str
    fields: Mapping[str, str]
    expires_at: datetime


class Storage(Protocol):
    """Every method may raise StorageUnavailable; ValueError for a key that leaves its place."""

    def put(self, key: str, stream: BinaryIO) -> None:
        """Store all of the stream, which can be rewound. Until this returns, nobody sees any of it."""

    def read(self, key: str) -> Iterator[bytes]:
        """The bytes in pieces. Raises ObjectMissing before the first piece."""

    def stat(self, key: str) -> StoredObject:
        """Raises ObjectMissing."""

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Everything whose key begins with the prefix."""

    def delete(self, key: str) -> None:
        """Gone, also when it was not there."""

    def check(self) -> None:
        """Write, read and delete a probe."""

    def presign(self, key: str, *, size: int, media_type: str, seconds: int) -> UploadForm | None:
        """A form that takes exactly so many bytes of that type; None where clients cannot reach the store."""


def unavailable() -> StorageUnavailable:
    return StorageUnavailable(retry_after=RETRY_SECONDS)


def checked_key(key: str) -> str:
    """Raises ValueError unless the key stays in its place, whatever the store makes of dots and slashes."""
    if not key or any(part in ("", ".", "..") for part in key.split("/")) or "\\" in key or not key.isprintable():
        raise ValueError(f"key leaves its place: {key!r}")
    return key
