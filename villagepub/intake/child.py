"""The inside of the sandbox: reads a file from standard input, writes what it found to standard output."""

import json
import resource
import sys
from importlib import import_module

from villagepub.intake.findings import Examined, FileRefused
from villagepub.intake.kinds import DOCX, JPEG, PDF, PNG, WEBP, XLSX
from villagepub.intake.limits import Limits

DAMAGED = "文件已损坏或无法打开，请用原来的软件打开后另存再传。"
_OPENERS = {PDF: "pdf", DOCX: "docx", XLSX: "xlsx", JPEG: "pictures", PNG: "pictures", WEBP: "pictures"}


def main(media_type: str, limits: str) -> None:
    known = Limits(**json.loads(limits))
    _confine(known)
    try:
        found = _open(media_type, sys.stdin.buffer.read(), known)
    except FileRefused as refused:
        _answer({"refused": refused.sentence})
    except (MemoryError, RecursionError):
        sys.exit(1)
    except Exception:  # whatever a reader makes of a damaged file
        _answer({"refused": DAMAGED})
    else:
        _send(found, known)


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.inflated * 2, limits.inflated * 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _open(media_type: str, data: bytes, limits: Limits) -> Examined:
    opener = import_module(f"villagepub.intake.{_OPENERS[media_type]}")
    found: Examined = opener.open_file(media_type, data, limits)
    return found


def _send(found: Examined, limits: Limits) -> None:
    if sum(len(text) for _, text in found.text) > limits.characters:
        _answer({"refused": "文件中的文字过多，请分成几个文件上传。"})
        return
    cleaned = b"" if found.obstacles else found.cleaned
    thumbnail = found.thumbnail or b""
    _answer(
        {
            "text": found.text,
            "has_text": found.has_text,
            "obstacles": found.obstacles,
            "cleaned": len(cleaned),
            "thumbnail": len(thumbnail),
        }
    )
    sys.stdout.buffer.write(cleaned + thumbnail)


def _answer(head: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
