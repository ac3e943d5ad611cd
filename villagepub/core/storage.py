"""The storage edge: bytes under keys of our own making, in a folder."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

_PIECE = 1 << 16


class ObjectMissing(Exception):
    """Nothing is stored under this key."""


class FileStorage:
    """A folder of files. A file appears whole and on the disk, or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, stream: BinaryIO) -> None:
        """Store all of the stream under the key. Raises OSError when the disk is full or fails."""
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".arriving-", delete=False) as file:
            try:
                while piece := stream.read(_PIECE):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(target)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        _sync_folder(target.parent)

    def read(self, key: str) -> Iterator[bytes]:
        """The bytes in pieces. Raises ObjectMissing before the first piece."""
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError:
            raise ObjectMissing(key) from None
        return _pieces(file)

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def check(self) -> None:
        """Write, read and delete a probe. Raises OSError when the folder does not work."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.folder) as probe:
            probe.write(b"probe")
            probe.flush()

    def _path(self, key: str) -> Path:
        path = (self.folder / key).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise ValueError(f"key leaves the folder: {key!r}")
        return path


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_storage(url: str) -> FileStorage:
    """The storage that a ``file:///…`` address names.

    Raises ValueError for any other kind of address.
    """
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise ValueError(f"STORAGE_URL 只支持 file:///…，不支持 {parts.scheme}://")
    return FileStorage(Path(unquote(parts.path)))
