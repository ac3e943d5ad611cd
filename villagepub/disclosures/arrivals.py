"""A file on its way in: examined before anybody's transaction begins, so that a slow one holds no lock.

What is wrong with it is kept and said later, after it is known whether this person may attach anything here.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import Invalid, Problem, TooLarge, UnsupportedMedia, UploadIncomplete
from villagepub.core.ids import ALPHABET, LENGTH
from villagepub.core.storage import ObjectMissing
from villagepub.extensions import settings, storage
from villagepub.intake import scanner
from villagepub.intake.examining import examine
from villagepub.intake.findings import Examined, FileRefused, FileTooLarge, TypeRefused
from villagepub.intake.limits import Limits
from villagepub.intake.ocr import Reader

LONGEST_NAME = 100
ARRIVING = "arriving/"  # what clients post by themselves; nothing below it is ever served
_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
_IDENTIFIER = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


@dataclass(frozen=True)
class Arrived:
    """received: the digest of the bytes as they came, for the audit; they are not kept."""

    name: str
    received: str = ""
    size: int = 0
    examined: Examined | None = None
    problem: Problem | None = None

    def called(self, name: str) -> "Arrived":
        """Under the name that people gave it: one that a client posted was opened under its key."""
        if self.examined is None:
            return replace(self, name=name)
        (place, _), *inside = self.examined.text
        return replace(self, name=name, examined=replace(self.examined, text=[(place, name), *inside]))

    def opened(self) -> Examined:
        """What could be read. Raises what was wrong with the file."""
        if self.examined is None:
            raise self.problem or UploadIncomplete()
        return self.examined

    def require(self) -> Examined:
        """What may be stored. Raises what was wrong with the file, and Invalid when something would go out unseen."""
        examined = self.opened()
        if examined.obstacles:
            raise Invalid(errors={"file": examined.obstacles})
        return examined


def received(name: str, data: bytes) -> Arrived:
    """A file that came with the request."""
    try:
        name = clean_name(name)
        return Arrived(name, digest_of_bytes(data), len(data), examined=_examined(name, data))
    except Problem as problem:
        return Arrived(name, problem=problem)


def fetched(attachment_id: str) -> Arrived:
    """A file that a client posted into the store by itself. Its key ends as its name does."""
    if not _IDENTIFIER.fullmatch(attachment_id):
        return Arrived("")
    try:
        found = next(iter(storage.list(f"{ARRIVING}{attachment_id}.")), None)
        if found is None or found.size > settings.max_attachment_bytes:
            return Arrived("")
        return received(found.key.rpartition("/")[2], b"".join(storage.read(found.key)))
    except ObjectMissing:
        return Arrived("")
    except Problem as problem:
        return Arrived("", problem=problem)


def arriving_key(attachment_id: str, name: str) -> str:
    return f"{ARRIVING}{attachment_id}{PurePosixPath(name).suffix.lower()}"


def clean_name(given: str) -> str:
    """A file's name for people. Raises Invalid."""
    name = unicodedata.normalize("NFC", PurePosixPath(given.replace("\\", "/")).name).strip()
    if not name or name.startswith((".", "-")):
        raise Invalid(errors={"file": ["文件名不能为空，也不能以点或短横开头。"]})
    if len(name) > LONGEST_NAME:
        raise Invalid(errors={"file": [f"文件名不能超过 {LONGEST_NAME} 个字符。"]})
    if any(unicodedata.category(sign) in _INVISIBLE for sign in name):
        raise Invalid(errors={"file": ["文件名含有看不见的字符，请改名后再传。"]})
    return name


def _examined(name: str, data: bytes) -> Examined:
    try:
        scanner.require_clean(settings.clamd_url, data)
        reader = Reader(settings.ocr_url) if settings.ocr_url else None
        return examine(name, data, Limits(size=settings.max_attachment_bytes), reader)
    except FileTooLarge as refused:
        raise TooLarge(refused.sentence) from None
    except TypeRefused as refused:
        raise UnsupportedMedia(refused.sentence) from None
    except FileRefused as refused:
        raise Invalid(errors={"file": [refused.sentence]}) from None
