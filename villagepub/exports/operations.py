"""Asking for an export, keeping its file, and removing it. What leaves the house is in ``handing_out``."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from villagepub.clearance.marks import require_unclassified
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of
from villagepub.core.errors import Conflict, ExportExpired, WrongState
from villagepub.core.ids import new_id
from villagepub.core.permissions import Permission, holdings, require
from villagepub.divisions import queries as divisions
from villagepub.exports import queries
from villagepub.exports.filters import FREE_TEXT
from villagepub.exports.kinds import Asked
from villagepub.exports.models import DELETED, EXPIRED, Export
from villagepub.exports.policy import IN_HAND, State
from villagepub.extensions import db, settings
from villagepub.jobs import operations as jobs

WRITE, SWEEP = "exports.write", "exports.sweep"  # kinds of job; their functions are in ``work`` and ``sweeping``
STORED_BELOW = "exports/"
MOST_IN_HAND = 5  # of one person, so that nobody fills the queue for all


@dataclass(frozen=True)
class Made:
    """A file that was written. size: bytes; digest: of them."""

    storage_key: str
    row_count: int
    size: int
    digest: str


def request_export(asked: Asked, purpose: str, *, actor: Actor) -> Export:
    """Queue what is asked for; the job asks for permission again when it begins. Raises SecretMark, and Conflict while
    too many of the same person are not written yet.
    """
    asked.require_allowed(actor)
    _require_unclassified(asked, purpose, actor)
    if queries.count_in_hand(actor.person_id) >= MOST_IN_HAND:
        raise Conflict(f"您还有 {MOST_IN_HAND} 项导出没有写完，请等其中一项写完后再申请。")
    export_id = new_id()
    job = jobs.enqueue(WRITE, {"export": export_id}, actor=actor, division=asked.division, key=export_id)
    export = Export(
        id=export_id,
        division=asked.division,
        owner_id=actor.person_id,
        kind=asked.kind.name,
        format=asked.format,
        filters=asked.as_json(),
        purpose=purpose,
        job_id=job.id,
        downloads=0,
        created_at=clock.now(),
    )
    db.session.add(export)
    db.session.flush()
    note("export.requested", asked, export_id, actor=actor, digest=_digest_of(export))
    return export


def _digest_of(export: Export) -> str:
    """Of the wish: by it the chain proves the purpose that the row gives, and does not repeat it."""
    return digest_of({name: getattr(export, name) for name in ("kind", "format", "filters", "purpose")})


def _require_unclassified(asked: Asked, purpose: str, actor: Actor) -> None:
    said = {"purpose": purpose} | {name: asked.filters[name] for name in FREE_TEXT if asked.filters.get(name)}
    township = divisions.townships_around(asked.prefix)[0]
    require_unclassified(said, actor=actor, township=township, village=asked.division)


def keep_file(export_id: str, made: Made, *, actor: Actor) -> None:
    """The file is in storage: from now on it can be had, until it expires."""
    export = queries.get_export(export_id, lock=True)
    for name, value in asdict(made).items():
        setattr(export, name, value)
    export.finished_at = clock.now()
    export.expires_at = export.finished_at + timedelta(days=settings.export_days)
    data = {"rows": made.row_count, "size": made.size}
    note("export.finished", asked_of(export), export_id, actor=actor, digest=made.digest, data=data)


def remove(export: Export, *, actor: Actor) -> None:
    """Delete the file: at once nobody can have it, and the sweep that this queues takes it out of storage.

    By its owner, or an administrator. Raises WrongState while there is no file yet, ExportExpired when it has gone.
    """
    if export.owner_id != actor.person_id:
        require(actor, Permission.REMOVE_EXPORTS, export.division)
    require_file(export)
    _remove(export, DELETED, actor)
    jobs.enqueue(SWEEP, {}, actor=Actor.system("exports"), division=export.division, key=export.id)


def expire(export_id: str, *, actor: Actor) -> None:
    """For the sweep: the time of a file is over."""
    _remove(queries.get_export(export_id, lock=True), EXPIRED, actor)


def _remove(export: Export, because: str, actor: Actor) -> None:
    export.removed_at, export.removed_because = clock.now(), because
    note(f"export.{because}", asked_of(export), export.id, actor=actor, digest=export.digest)


def require_file(export: Export) -> None:
    """Raises WrongState while there is no file yet, and where there will be none; ExportExpired when it has gone."""
    state = queries.state_now(export)
    if state in IN_HAND:
        raise WrongState("还没有导出完，请稍候再取。")
    if state is State.FAILED:
        raise WrongState("这项导出没有成功，请看它的原因，改正后重新导出。")
    if state is not State.READY:
        raise ExportExpired()


def asked_of(export: Export) -> Asked:
    return Asked.of_stored(export.kind, export.format, export.filters)


def note(
    action: str,
    asked: Asked,
    subject_id: str,
    *,
    actor: Actor,
    digest: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """An entry in the chain of each township whose rows are concerned, without what people wrote."""
    held = holdings(actor, Permission.EXPORT, asked.division)
    filters = {name: value for name, value in asked.as_json().items() if name not in FREE_TEXT}
    for township in divisions.townships_around(asked.prefix):
        audit.record(
            db.session(),
            action,
            actor=actor,
            subject_type="export",
            subject_id=subject_id,
            division=asked.division,
            township=township,
            holding=held[0] if held else None,
            digest=digest,
            data={"kind": asked.kind.name, "format": asked.format, "filters": filters} | dict(data or {}),
        )
