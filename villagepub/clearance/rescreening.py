"""Screening again what the program has, because the rules are not those of last time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import structlog

from villagepub.clearance import operations
from villagepub.clearance.editions import current_edition, hold_words
from villagepub.clearance.marks import Event
from villagepub.clearance.models import KnownFinding
from villagepub.clearance.screenings import (
    Place,
    Screening,
    Subject,
    look_at,
    places_of_content,
    places_of_file,
)
from villagepub.core.actor import Actor
from villagepub.core.errors import FileDamaged, OcrUnavailable, ScreeningUnavailable, SecretMark
from villagepub.core.storage import verified
from villagepub.disclosures.models import Attachment, Disclosure
from villagepub.extensions import settings, storage
from villagepub.intake.examining import examine
from villagepub.intake.findings import FileRefused
from villagepub.intake.limits import Limits
from villagepub.intake.ocr import Reader

WAS_STORED = "已存的内容中有国家秘密的密级标志，不能提交或公开。请立即停止传播，并报告保密专干。"

log = structlog.get_logger("villagepub.clearance")


@dataclass(frozen=True)
class Look:
    """One look at a disclosure. digest: of what was looked at."""

    disclosure_id: str
    digest: str
    screening: Screening


def rescreen(disclosure: Disclosure, *, actor: Actor) -> None:
    """Before something goes out: screen everything again by the rules of today, unless that was done.

    Raises ScreeningUnavailable when a file cannot be read, and SecretMark for a mark that was not known before: the
    door then stores its incident, and nothing else of the act.
    """
    hold_words(disclosure.township)
    if is_current(disclosure):
        return
    new = operations.keep(disclosure, look_again(disclosure).screening, is_whole=True)
    for event in events_of_stored(disclosure, new, actor):
        raise SecretMark(event, WAS_STORED, errors={event.field: [WAS_STORED]})


def is_current(disclosure: Disclosure) -> bool:
    """Whether all it says was screened by the rules of today."""
    return disclosure.screened_by == current_edition(disclosure.township).name


def look_again(disclosure: Disclosure) -> Look:
    subject = Subject(disclosure.township, disclosure.village, disclosure.entry, disclosure.id)
    texts = {"title": disclosure.title, "body": disclosure.body, "change_note": disclosure.change_note}
    places = [*places_of_content(texts), *_places_of_files(disclosure)]
    return Look(disclosure.id, disclosure.digest, look_at(subject, places, texts))


def _places_of_files(disclosure: Disclosure) -> Iterator[Place]:
    for attachment in disclosure.attachments:
        if attachment.is_ready:
            yield from places_of_file(attachment.id, _texts_of(attachment))


def _texts_of(attachment: Attachment) -> list[tuple[str, str]]:
    """Raises ScreeningUnavailable when the file cannot be read: what cannot be read is not clean."""
    reader = Reader(settings.ocr_url) if settings.ocr_url else None
    try:
        data = b"".join(verified(storage, attachment.storage_key, attachment.digest))
        return examine(attachment.name, data, Limits(size=max(len(data), settings.max_attachment_bytes)), reader).text
    except OcrUnavailable as silent:
        sentence = f"附件“{attachment.name}”中的文字暂时无法识别，不能判断是否可以公开。请稍后再试。"
        raise ScreeningUnavailable(sentence, retry_after=silent.retry_after) from None
    except (FileRefused, FileDamaged) as error:
        log.error("file_unscreenable", attachment=attachment.id, error=type(error).__name__)
        raise ScreeningUnavailable(f"附件“{attachment.name}”无法读取，不能判断是否可以公开。请重新上传。") from None


def events_of_stored(disclosure: Disclosure, new: Iterable[KnownFinding], actor: Actor) -> list[Event]:
    """What is kept of the marks of state secrets among new findings."""
    at = (disclosure.township, disclosure.village, disclosure.id)
    return [
        Event(*at, row.field, disclosure.digest, actor.person_id, was_stored=True) for row in new if row.is_classified
    ]
