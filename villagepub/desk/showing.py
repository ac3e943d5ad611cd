"""An attachment shown where it is decided on: pictures as they are, a PDF page by page, a Word file or workbook as its
text. Files are opened in a process of their own; no browser needs to understand any but pictures.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from villagepub.core.errors import FileDamaged, NotFound, Unavailable
from villagepub.core.storage import verified, verify
from villagepub.desk.item import kind_of
from villagepub.disclosures.models import Attachment
from villagepub.extensions import settings, storage
from villagepub.intake import sandbox
from villagepub.intake.examining import examine
from villagepub.intake.findings import FileRefused
from villagepub.intake.limits import Limits

DAMAGED = "这个附件丢失，或与提交时的内容不一致，没有显示。请退回，由村里重新上传。"
UNREADABLE = "这个附件打不开，没有显示。请下载后查看，或退回由村里重新上传。"


@dataclass(frozen=True)
class Shown:
    """pages: of a PDF. texts: ``(place, text)`` of a Word file or workbook. trouble: why there is nothing to see."""

    attachment_id: str
    pages: int = 0
    texts: tuple[tuple[str, str], ...] = ()
    trouble: str | None = None


def show(attachment: Attachment) -> Shown:
    """What the page of an item shows of a file. Never raises for the file itself."""
    try:
        if kind_of(attachment) == "picture":
            verify(storage, attachment.storage_key, attachment.digest)
            return Shown(attachment.id)
        data = b"".join(verified(storage, attachment.storage_key, attachment.digest))
        if kind_of(attachment) == "pdf":
            return Shown(attachment.id, pages=sandbox.shown(data, 0, _limits(data))[0])
        return Shown(attachment.id, texts=tuple(_read(attachment, data)))
    except FileDamaged:
        return Shown(attachment.id, trouble=DAMAGED)
    except (FileRefused, Unavailable):
        return Shown(attachment.id, trouble=UNREADABLE)


def page_of(attachment: Attachment, number: int) -> bytes:
    """A page of a PDF as a JPEG. Raises NotFound for one that it has not, FileDamaged, Unavailable."""
    if kind_of(attachment) != "pdf":
        raise NotFound()
    data = b"".join(verified(storage, attachment.storage_key, attachment.digest))
    try:
        picture = sandbox.shown(data, number, _limits(data))[1]
    except FileRefused:
        raise NotFound() from None
    if not picture:
        raise NotFound()
    return picture


def _read(attachment: Attachment, data: bytes) -> Iterator[tuple[str, str]]:
    for place, text in examine(attachment.name, data, _limits(data)).text:
        if place != "文件名" and text.strip():
            yield place, text


def _limits(data: bytes) -> Limits:
    """What was taken once is shown, also where less is taken by now."""
    return Limits(size=max(len(data), settings.max_attachment_bytes))
