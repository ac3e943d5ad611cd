"""Screening again what the program has, because the rules are not those of last time."""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from villagepub.clearance import incidents, operations
from villagepub.clearance.editions import current_edition
from villagepub.clearance.incidents import Event
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
from villagepub.core.errors import FileDamaged, ScreeningUnavailable
from villagepub.core.storage import verified
from villagepub.disclosures.models import Attachment, Disclosure
from villagepub.extensions import settings, storage
from villagepub.intake.examining import examine
from villagepub.intake.findings import FileRefused
from villagepub.intake.limits import Limits

log = structlog.get_logger("villagepub.clearance")


@dataclass(frozen=True)
class Look:
    """One look at a disclosure. digest: of what was looked at."""

    disclosure_id: str
    digest: str
    screening: Screening


def rescreen(disclosure: Disclosure, *, actor: Actor) -> list[KnownFinding]:
    """Screen everything again by the rules of today, unless that was done; returns what is new.

    Raises ScreeningUnavailable when a file cannot be read.
    """
    if disclosure.screened_by == current_edition(disclosure.township).name:
        return []
    return settle(disclosure, look_again(disclosure).screening, actor)


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
    try:
        data = b"".join(verified(storage, attachment.storage_key, attachment.digest))
        return examine(attachment.name, data, Limits(size=max(len(data), settings.max_attachment_bytes))).text
    except (FileRefused, FileDamaged) as error:
        log.error("file_unscreenable", attachment=attachment.id, error=type(error).__name__)
        raise ScreeningUnavailable(f"附件“{attachment.name}”无法读取，不能判断是否可以公开。请重新上传。") from None


def settle(disclosure: Disclosure, screening: Screening, actor: Actor) -> list[KnownFinding]:
    new = operations.keep(disclosure, screening, is_whole=True)
    for row in new:
        if row.is_classified:
            event = Event(
                disclosure.township, disclosure.village, disclosure.id, row.field, disclosure.digest, actor.person_id
            )
            incidents.record(event, actor=actor, was_stored=True)
    return new
