"""A process of its own for every file: little memory, little time, none of the program's secrets."""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO

from villagepub.core.errors import Unavailable
from villagepub.intake.findings import Examined, FileRefused
from villagepub.intake.limits import Limits

TOO_MUCH = "文件打开时占用的内存或时间过多，请减少页数、行数或图片后另存再传。"
_AT_ONCE = threading.BoundedSemaphore(2)
_LONGEST_WAIT_SECONDS, _RETRY_SECONDS = 20, 5

# The child knows the package under its name, and does not run the program's own beginning.
_BOOT = """
import sys, types
package = types.ModuleType("villagepub")
package.__path__ = [sys.argv[1]]
sys.modules["villagepub"] = package
from villagepub.intake.child import main
main(*sys.argv[2:])
"""


def open_file(media_type: str, data: bytes, limits: Limits) -> Examined:
    """Raises FileRefused, also when the child was stopped; Unavailable when none could be started in time."""
    command = [sys.executable, "-I", "-B", "-c", _BOOT, str(Path(__file__).parents[1]), media_type]
    with _a_turn(), tempfile.TemporaryFile() as arriving, tempfile.TemporaryFile() as leaving:
        arriving.write(data)
        arriving.seek(0)
        try:
            done = subprocess.run(  # noqa: S603  our own interpreter, our own words
                [*command, json.dumps(asdict(limits))],
                stdin=arriving,
                stdout=leaving,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=limits.seconds,
                check=False,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            raise FileRefused(TOO_MUCH) from None
        if done.returncode:
            raise FileRefused(TOO_MUCH)
        return _received(media_type, leaving)


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_LONGEST_WAIT_SECONDS):
        raise Unavailable(retry_after=_RETRY_SECONDS)
    try:
        yield
    finally:
        _AT_ONCE.release()


def _received(media_type: str, stream: IO[bytes]) -> Examined:
    """A line of JSON, then the cleaned bytes, then the thumbnail: nothing that could run here."""
    stream.seek(0)
    head = json.loads(stream.readline())
    if "refused" in head:
        raise FileRefused(str(head["refused"]))
    return Examined(
        media_type=media_type,
        cleaned=stream.read(int(head["cleaned"])),
        thumbnail=stream.read(int(head["thumbnail"])) or None,
        text=[(str(place), str(text)) for place, text in head["text"]],
        has_text=bool(head["has_text"]),
        obstacles=[str(sentence) for sentence in head["obstacles"]],
    )
