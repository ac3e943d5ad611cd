"""Files of a disclosure: what may be attached, and where its bytes lie."""

import io
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

import filetype

from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import Invalid, TooLarge, UnsupportedMedia
from villagepub.core.ids import new_id
from villagepub.disclosures import operations
from villagepub.disclosures.models import Attachment, Disclosure
from villagepub.extensions import db, settings, storage
from villagepub.review.workflow import Action

LONGEST_NAME = 100
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}


@dataclass(frozen=True)
class Upload:
    """A file as it arrived."""

    name: str
    data: bytes


def attach(disclosure: Disclosure, upload: Upload, *, actor: Actor) -> Attachment:
    """Add a file as a new revision.

    Raises Invalid for a bad name or too many files, TooLarge, and UnsupportedMedia when the content is not what
    the name says. Its bytes are on the disk before the row is committed.
    """
    operations.require_writable(disclosure, Action.EDIT, actor)
    if len(disclosure.attachments) >= settings.max_attachments:
        raise Invalid(errors={"file": [f"一条信息最多 {settings.max_attachments} 个附件。"]})
    name = _clean_name(upload.name)
    media_type = _media_type(name, upload.data)
    attachment = Attachment(
        id=new_id(),
        disclosure_id=disclosure.id,
        village=disclosure.village,
        name=name,
        media_type=media_type,
        size=len(upload.data),
        digest=digest_of_bytes(upload.data),
        status="ready",
        created_at=clock.now(),
    )
    attachment.storage_key = f"{disclosure.village}/{clock.today():%Y/%m}/{attachment.id}"
    storage.put(attachment.storage_key, io.BytesIO(upload.data))
    db.session.add(attachment)
    operations.revise(disclosure, actor)
    operations.note(
        "disclosure.attached",
        disclosure,
        actor=actor,
        holding=operations.writer_of(actor, disclosure.village),
        attachment=attachment.id,
    )
    return attachment


def detach(disclosure: Disclosure, attachment: Attachment, *, actor: Actor) -> None:
    """Take a file off as a new revision. Earlier revisions still name it, so its bytes stay."""
    operations.require_writable(disclosure, Action.EDIT, actor)
    attachment.removed_at = clock.now()
    operations.revise(disclosure, actor)
    operations.note(
        "disclosure.detached",
        disclosure,
        actor=actor,
        holding=operations.writer_of(actor, disclosure.village),
        attachment=attachment.id,
    )


def _clean_name(given: str) -> str:
    name = unicodedata.normalize("NFC", PurePosixPath(given.replace("\\", "/")).name).strip()
    if not name or name.startswith((".", "-")):
        raise Invalid(errors={"file": ["文件名不能为空，也不能以点或短横开头。"]})
    if len(name) > LONGEST_NAME:
        raise Invalid(errors={"file": [f"文件名不能超过 {LONGEST_NAME} 个字符。"]})
    if any(unicodedata.category(sign) in _INVISIBLE for sign in name):
        raise Invalid(errors={"file": ["文件名含有看不见的字符，请改名后再传。"]})
    return name


def _media_type(name: str, data: bytes) -> str:
    if not data:
        raise Invalid(errors={"file": ["文件是空的。"]})
    if len(data) > settings.max_attachment_bytes:
        raise TooLarge(f"单个附件不能超过 {settings.max_attachment_bytes >> 20} MB。")
    media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower().removeprefix("."))
    if media_type is None:
        raise UnsupportedMedia(f"附件只接受 {'、'.join(sorted(MEDIA_TYPES))} 文件。")
    found = filetype.guess(data)
    if found is None or found.mime != media_type:
        raise UnsupportedMedia("文件内容与扩展名不符，请用原来的软件另存后再传。")
    return media_type
