"""A process of its own for every file: little memory, little time, none of the program's secrets."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any, BinaryIO

from villagepub.core.errors import Unavailable
from villagepub.intake.child import DRAW, OPEN, SHOW
from villagepub.intake.findings import Examined, FileRefused
from villagepub.intake.kinds import PDF
from villagepub.intake.limits import Limits

TOO_MUCH = "文件打开时占用的内存或时间过多，请减少页数、行数或图片后另存再传。"
_AT_ONCE = threading.BoundedSemaphore(2)
_LONGEST_WAIT_SECONDS, _RETRY_SECONDS = 20, 5
_DRAWING = {"cpu_seconds": 20, "seconds": 40}  # a scanned page takes up to a second

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
    with _asked(OPEN, media_type, data, limits) as (head, stream):
        return Examined(
            media_type=media_type,
            cleaned=stream.read(int(head["cleaned"])),
            thumbnail=stream.read(int(head["thumbnail"])) or None,
            text=[(str(place), str(text)) for place, text in head["text"]],
            has_text=bool(head["has_text"]),
            obstacles=[str(sentence) for sentence in head["obstacles"]],
        )


def drawn(media_type: str, data: bytes, limits: Limits) -> Iterator[tuple[int, bytes]]:
    """(page, JPEG) of the pages of an examined file that have no text, one after the other. Raises as above."""
    with _asked(DRAW, media_type, data, replace(limits, **_DRAWING)) as (head, stream):
        for number, length in head["pages"]:
            yield int(number), stream.read(int(length))


def shown(data: bytes, number: int, limits: Limits) -> tuple[int, bytes]:
    """How many pages a PDF has, and one of them as a JPEG for people; empty for a page that it has not.

    number: from 1. Raises as above.
    """
    with _asked(f"{SHOW}{number}", PDF, data, replace(limits, **_DRAWING)) as (head, stream):
        return int(head["pages"]), stream.read(int(head["picture"]))


@contextmanager
def _asked(task: str, media_type: str, data: bytes, limits: Limits) -> Iterator[tuple[Any, IO[bytes]]]:
    """A child's answer: a line of JSON, then bytes. Nothing of it could run here."""
    with _in_memory("arriving") as arriving, _in_memory("leaving") as leaving:
        arriving.write(data)
        arriving.seek(0)
        with _a_turn():
            _run([task, media_type, json.dumps(asdict(limits))], arriving, leaving, limits.seconds)
        leaving.seek(0)
        head = json.loads(leaving.readline())
        if "refused" in head:
            raise FileRefused(str(head["refused"]))
        yield head, leaving


def _run(words: list[str], arriving: IO[bytes], leaving: IO[bytes], seconds: int) -> None:
    command = [sys.executable, "-I", "-B", "-c", _BOOT, str(Path(__file__).parents[1]), *words]
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter, our own words
            command,
            stdin=arriving,
            stdout=leaving,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            timeout=seconds,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(TOO_MUCH) from None
    if done.returncode:
        raise FileRefused(TOO_MUCH)


def _in_memory(name: str) -> BinaryIO:
    """A file that lies on no disk: it is not known yet whether what it holds may be stored."""
    return os.fdopen(os.memfd_create(name), "w+b")


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_LONGEST_WAIT_SECONDS):
        raise Unavailable(retry_after=_RETRY_SECONDS)
    try:
        yield
    finally:
        _AT_ONCE.release()
