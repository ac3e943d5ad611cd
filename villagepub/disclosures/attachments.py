"""Files of a disclosure: what may be attached, and where its bytes lie.

What is stored is the cleaned file, and the digest is of that: the public gets the very bytes that were approved.
"""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePosixPath

import structlog

from villagepub.clearance import operations as clearance
from villagepub.clearance.screenings import Place, field_of, places_of_file, require_storable
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import (
    DirectUploadUnavailable,
    FileDamaged,
    Invalid,
    SecretMark,
    StorageUnavailable,
    TooLarge,
    UnsupportedMedia,
    UploadIncomplete,
)
from villagepub.core.ids import new_id
from villagepub.core.storage import UploadForm, verify
from villagepub.disclosures import operations, queries
from villagepub.disclosures.arrivals import ARRIVING, Arrived, arriving_key, clean_name
from villagepub.disclosures.models import PENDING, READY, Attachment, Disclosure
from villagepub.extensions import db, settings, storage
from villagepub.intake.findings import Examined
from villagepub.intake.kinds import ACCEPTED, ENDINGS
from villagepub.review.workflow import Action

THUMBNAIL = "-thumbnail"  # after a picture's key
FORM_SECONDS = 600
ABANDONED_AFTER = timedelta(hours=1)  # an upload that was begun and not completed
ORPHANED_AFTER = timedelta(days=1)  # bytes whose row was never committed

_OURS = re.compile(rf"[0-9]{{12}}/|{ARRIVING}")  # keys of attachments; what other rooms keep, they sweep themselves

log = structlog.get_logger("villagepub.files")


def attach(disclosure: Disclosure, arrived: Arrived, *, actor: Actor) -> Attachment:
    """Add a file as a new revision.

    Raises Invalid for a bad name, too many files or what would go out unseen, TooLarge, UnsupportedMedia,
    SecretMark, SensitiveContent, Unavailable. It is screened before any of it is stored, and its bytes are in the
    store before the row is committed.
    """
    _require_room(disclosure, actor)
    attachment = _new(disclosure, arrived.name)
    _take(disclosure, attachment, arrived, actor)
    return attachment


def begin_upload(
    disclosure: Disclosure, *, name: str, size: int, media_type: str, actor: Actor
) -> tuple[Attachment, UploadForm]:
    """A place for a file that the client posts into the store by itself. No revision yet: nothing is attached.

    Raises DirectUploadUnavailable where the store is a folder, and what ``attach`` raises.
    """
    _require_room(disclosure, actor)
    name = clean_name(name)
    if PurePosixPath(name).suffix.lower().removeprefix(".") not in ENDINGS.get(media_type, ()):
        raise UnsupportedMedia(ACCEPTED)
    if size > settings.max_attachment_bytes:
        raise TooLarge(f"单个附件不能超过 {settings.max_attachment_bytes >> 20} MB。")
    _require_storable_name(disclosure, name, actor)
    attachment = _new(disclosure, name)
    attachment.media_type, attachment.size, attachment.digest, attachment.status = media_type, size, "", PENDING
    key = arriving_key(attachment.id, name)
    form = storage.presign(key, size=size, media_type=media_type, seconds=FORM_SECONDS)
    if form is None:
        raise DirectUploadUnavailable()
    db.session.add(attachment)
    _note("disclosure.upload_begun", disclosure, attachment, actor)
    return attachment, form


def complete_upload(disclosure: Disclosure, attachment: Attachment, arrived: Arrived, *, actor: Actor) -> Attachment:
    """Attach what the client has posted, as a new revision. May be repeated.

    What turns out to bear a mark of secrecy is deleted at once. Raises UploadIncomplete when it is not there or not
    whole, and what ``attach`` raises.
    """
    operations.require_writable(disclosure, Action.EDIT, actor)
    if attachment.is_ready:
        return attachment
    if arrived.examined is not None and arrived.size != attachment.size:
        raise UploadIncomplete()
    try:
        _take(disclosure, attachment, arrived.called(attachment.name), actor)
    except SecretMark:
        _clear_away(attachment)
        raise
    _clear_away(attachment)
    return attachment


def detach(disclosure: Disclosure, attachment: Attachment, *, actor: Actor) -> None:
    """Take a file off as a new revision. Earlier revisions still name it, so its bytes stay."""
    operations.require_writable(disclosure, Action.EDIT, actor)
    attachment.removed_at = clock.now()
    if attachment.is_ready:
        operations.revise(disclosure, actor)
        clearance.forget(disclosure, field_of(attachment.id))
    _note("disclosure.detached", disclosure, attachment, actor)


def sweep(*, actor: Actor) -> int:
    """Give up uploads that were begun and left, and delete bytes that no row names. Returns how many went."""
    now, swept = clock.now(), 0
    for attachment in queries.list_pending(begun_before=now - ABANDONED_AFTER):
        disclosure = queries.lock_with(attachment)
        if attachment.is_ready or attachment.removed_at is not None:
            continue  # its client came back at the last moment
        attachment.removed_at = now
        operations.note("disclosure.upload_abandoned", disclosure, actor=actor, attachment=attachment.id)
        swept += 1
    known = queries.storage_keys()
    for found in [each for each in storage.list("") if _OURS.match(each.key)]:
        is_arriving = found.key.startswith(ARRIVING)
        too_old = now - (ABANDONED_AFTER if is_arriving else ORPHANED_AFTER)
        if found.modified_at < too_old and (is_arriving or found.key.removesuffix(THUMBNAIL) not in known):
            storage.delete(found.key)
            swept += 1
    return swept


def damaged() -> Iterator[Attachment]:
    """Every file whose bytes are missing, or are not what its digest says."""
    for attachment in queries.list_stored():
        digests = {"": attachment.digest, THUMBNAIL: attachment.thumbnail_digest}
        try:
            for ending, digest in digests.items():
                if digest is not None:
                    verify(storage, attachment.storage_key + ending, digest)
        except FileDamaged:
            yield attachment


def _require_room(disclosure: Disclosure, actor: Actor) -> None:
    operations.require_writable(disclosure, Action.EDIT, actor)
    if len(disclosure.attachments) >= settings.max_attachments:
        raise Invalid(errors={"file": [f"一条信息最多 {settings.max_attachments} 个附件。"]})


def _new(disclosure: Disclosure, name: str) -> Attachment:
    identifier = new_id()
    return Attachment(
        id=identifier,
        disclosure_id=disclosure.id,
        village=disclosure.village,
        name=name,
        storage_key=f"{disclosure.village}/{clock.today():%Y/%m}/{identifier}",
        created_at=clock.now(),
    )


def _clear_away(attachment: Attachment) -> None:
    """What the client posted; the sweep takes it where the store is out of reach just now."""
    try:
        storage.delete(arriving_key(attachment.id, attachment.name))
    except StorageUnavailable:
        log.error("arrival_left_behind", attachment=attachment.id)


def _require_storable_name(disclosure: Disclosure, name: str, actor: Actor) -> None:
    """A name is stored before the file is there."""
    place = Place("file", "文件名", name)
    require_storable(operations.subject_of(disclosure), [place], actor=actor)


def _take(disclosure: Disclosure, attachment: Attachment, arrived: Arrived, actor: Actor) -> None:
    """Screen, what is hidden too; then store, then say so."""
    places = places_of_file(attachment.id, arrived.opened().text)
    subject = operations.subject_of(disclosure)
    screening = require_storable(
        subject, places, actor=actor, digest=arrived.received, fields=[field_of(attachment.id)]
    )
    _fill(attachment, arrived.require())
    db.session.add(attachment)
    operations.revise(disclosure, actor)
    clearance.keep(disclosure, screening, is_whole=False)
    _note("disclosure.attached", disclosure, attachment, actor, received=arrived.received)


def _fill(attachment: Attachment, examined: Examined) -> None:
    """Store what the public will get, and say so in the row."""
    attachment.media_type = examined.media_type
    attachment.size = len(examined.cleaned)
    attachment.digest = digest_of_bytes(examined.cleaned)
    attachment.has_text = examined.has_text
    attachment.status = READY
    storage.put(attachment.storage_key, io.BytesIO(examined.cleaned))
    if examined.thumbnail is not None:
        attachment.thumbnail_digest = digest_of_bytes(examined.thumbnail)
        storage.put(attachment.storage_key + THUMBNAIL, io.BytesIO(examined.thumbnail))


def _note(action: str, disclosure: Disclosure, attachment: Attachment, actor: Actor, **data: str) -> None:
    writer = operations.writer_of(actor, disclosure.village)
    operations.note(action, disclosure, actor=actor, holding=writer, attachment=attachment.id, **data)
