"""Reads of exports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from villagepub.accounts import queries as accounts
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.permissions import GRANTS, Permission, require
from villagepub.exports.models import Export
from villagepub.exports.policy import IN_HAND, State, state_of
from villagepub.extensions import db
from villagepub.jobs import queries as jobs
from villagepub.jobs.models import Job


@dataclass(frozen=True)
class Shown:
    """An export with what its job and its owner's account say of it."""

    export: Export
    state: State
    progress: int
    total: int | None
    error: str | None
    owner_name: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.export, name)


def get_export(export_id: str, *, lock: bool = False) -> Export:
    """Raises NotFound for an unknown one."""
    export = db.session.get(Export, export_id, with_for_update=lock or None, populate_existing=lock)
    if export is None:
        raise NotFound()
    return export


def find_by_id(export_ids: Iterable[str]) -> dict[str, Export]:
    """``{id: export}``."""
    return {export.id: export for export in db.session.scalars(select(Export).where(Export.id.in_(set(export_ids))))}


def get_visible_export(export_id: str, actor: Actor, *, lock: bool = False) -> Export:
    """One's own, or as administrator or auditor any of the division's.

    Raises NotFound outside the actor's divisions, Forbidden inside them for somebody else's.
    """
    export = get_export(export_id, lock=lock)
    if not (export.owner_id == actor.person_id and tenancy.covers(actor.prefixes, export.division)):
        require(actor, Permission.READ_EXPORTS, export.division)
    return export


def count_in_hand(person_id: str | None) -> int:
    """How many exports of a person wait to be written or are being written."""
    query = select(Export.job_id).where(
        Export.owner_id == person_id, Export.finished_at.is_(None), Export.removed_because.is_(None)
    )
    found = jobs.find_by_id(list(db.session.scalars(query)))
    return sum(job.state in IN_HAND for job in found.values())


def list_exports(actor: Actor, page: PageRequest, *, kind: str | None = None) -> Page[Shown]:
    """One's own, and as administrator or auditor all of the division's; newest first."""
    readable = {held.prefix for held in actor.holdings if held.role in GRANTS[Permission.READ_EXPORTS]}
    own = (Export.owner_id == actor.person_id) & tenancy.within(Export.division, actor.prefixes)
    query = select(Export).where(or_(own, tenancy.within(Export.division, readable)))
    if kind is not None:
        query = query.where(Export.kind == kind)
    found = page_of(db.session(), query, [Export.id], page, descending=True)
    return Page(shown(found.data), found.next_cursor)


def shown(exports: Iterable[Export]) -> list[Shown]:
    exports = list(exports)
    names = accounts.names_of(export.owner_id for export in exports)
    known = jobs.find_by_id(export.job_id for export in exports)
    return [_shown(export, known.get(export.job_id), names[export.owner_id]) for export in exports]


def _shown(export: Export, job: Job | None, owner_name: str) -> Shown:
    rows = export.row_count
    return Shown(
        export,
        state_of(export, job.state if job else None, clock.now()),
        progress=rows if rows is not None else job.progress if job else 0,
        total=rows if rows is not None else job.total if job else None,
        error=job.error if job and rows is None else None,
        owner_name=owner_name,
    )


def state_now(export: Export) -> State:
    job = jobs.find_by_id([export.job_id]).get(export.job_id)
    return state_of(export, job.state if job else None, clock.now())


def list_expired(instant: datetime) -> list[str]:
    """Ids of those whose file is still there, though its last instant has come."""
    query = select(Export.id).where(Export.expires_at <= instant, Export.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(Export.id)))


def storage_keys(*, removed: bool) -> frozenset[str]:
    """Where in storage the files lie, or lay, that are still to be had, or were removed."""
    query = select(Export.storage_key).where(Export.storage_key.is_not(None), Export.removed_at.is_not(None) == removed)
    return frozenset(key for key in db.session.scalars(query) if key)
