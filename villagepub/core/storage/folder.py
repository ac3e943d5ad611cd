"""Storage in a folder of this machine."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial, wraps
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

import structlog

from villagepub.core.storage.edge import ObjectMissing, StoredObject, UploadForm, checked_key, unavailable
from villagepub.core.storage.pieces import Pieces

_PIECE = 1 << 16
_ARRIVING = ".arriving-"
_ABANDONED_SECONDS = 24 * 3600  # no put takes as long

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger("villagepub.storage")


def _in_our_words(method: Callable[P, R]) -> Callable[P, R]:
    """A full disk or a failing one is StorageUnavailable; the cause is in the log alone."""

    @wraps(method)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(*args, **kwargs)
        except FileNotFoundError as error:
            raise ObjectMissing(str(args[-1])) from error
        except OSError as error:
            log.error("folder", method=method.__name__, cause=error.strerror)
            raise unavailable() from error

    return wrapper


class FileStorage:
    """A folder of files. A file appears whole and on the disk, or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @_in_our_words
    def put(self, key: str, stream: BinaryIO) -> None:
        target = self._path(key)
        _make_folder(target.parent)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=_ARRIVING, delete=False) as file:
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

    @_in_our_words
    def read(self, key: str) -> Iterator[bytes]:
        file = self._path(key).open("rb")
        return Pieces(_in_our_words(partial(file.read, _PIECE)), file.close)

    @_in_our_words
    def stat(self, key: str) -> StoredObject:
        found = self._path(key).stat()
        return StoredObject(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """What a put left behind that was killed long ago is deleted on the way."""
        for path in sorted(self.folder.rglob("*")):
            key = path.relative_to(self.folder).as_posix()
            with suppress(ObjectMissing, FileNotFoundError):  # somebody else may delete meanwhile
                if path.name.startswith(_ARRIVING):
                    _forget_abandoned(path)
                elif key.startswith(prefix) and path.is_file():
                    yield self.stat(key)

    @_in_our_words
    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    @_in_our_words
    def check(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.folder) as probe:
            probe.write(b"probe")
            probe.flush()

    def presign(self, key: str, *, size: int, media_type: str, seconds: int) -> UploadForm | None:
        return None

    def _path(self, key: str) -> Path:
        return self.folder / checked_key(key)


def _make_folder(folder: Path) -> None:
    """With all above it. A new folder is on the disk only when the one that holds it is."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _forget_abandoned(path: Path) -> None:
    if path.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
        path.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
