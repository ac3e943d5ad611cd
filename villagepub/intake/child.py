"""The inside of the sandbox: reads a file from standard input, writes what it found to standard output."""

import json
import resource
import sys
from importlib import import_module

from villagepub.intake.findings import Examined, FileRefused, require_short
from villagepub.intake.kinds import DOCX, JPEG, PDF, PNG, WEBP, XLSX
from villagepub.intake.limits import Limits

OPEN, DRAW, SHOW = "open", "draw", "show"
DAMAGED = "文件已损坏或无法打开，请用原来的软件打开后另存再传。"
_OPENERS = {PDF: "pdf", DOCX: "docx", XLSX: "xlsx", JPEG: "pictures", PNG: "pictures", WEBP: "pictures"}


def main(task: str, media_type: str, limits: str) -> None:
    known = Limits(**json.loads(limits))
    _confine(known)
    try:
        data = sys.stdin.buffer.read()
        head, body = _do(task, media_type, data, known)
    except FileRefused as refused:
        head, body = {"refused": refused.sentence}, b""
    except (MemoryError, RecursionError):
        sys.exit(1)
    except Exception:  # whatever a reader makes of a damaged file
        head, body = {"refused": DAMAGED}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.inflated * 2, limits.inflated * 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _do(task: str, media_type: str, data: bytes, limits: Limits) -> tuple[dict[str, object], bytes]:
    """The head of the answer, and the bytes that follow it."""
    if task.startswith(SHOW):
        return _shown(data, int(task.removeprefix(SHOW)))
    return (_drawn if task == DRAW else _opened)(media_type, data, limits)


def _opened(media_type: str, data: bytes, limits: Limits) -> tuple[dict[str, object], bytes]:
    opener = import_module(f"villagepub.intake.{_OPENERS[media_type]}")
    found: Examined = opener.open_file(media_type, data, limits)
    require_short(found.text, limits)
    cleaned = b"" if found.obstacles else found.cleaned
    thumbnail = found.thumbnail or b""
    head = {
        "text": found.text,
        "has_text": found.has_text,
        "obstacles": found.obstacles,
        "cleaned": len(cleaned),
        "thumbnail": len(thumbnail),
    }
    return head, cleaned + thumbnail


def _drawn(media_type: str, data: bytes, limits: Limits) -> tuple[dict[str, object], bytes]:
    scans = import_module("villagepub.intake.scans")
    pages = list(scans.drawn(media_type, data, limits))
    return {"pages": [(number, len(page)) for number, page in pages]}, b"".join(page for _, page in pages)


def _shown(data: bytes, number: int) -> tuple[dict[str, object], bytes]:
    scans = import_module("villagepub.intake.scans")
    pages, picture = scans.shown(data, number)
    return {"pages": pages, "picture": len(picture)}, picture
