"""Reads of jobs."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select

from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.permissions import GRANTS, Permission, require
from villagepub.extensions import db
from villagepub.jobs.kinds import Kinds
from villagepub.jobs.models import ENDED_IN_VAIN, OPEN, Job, ScheduleSlot, State


def get_job(job_id: str, *, lock: bool = False) -> Job:
    """Raises NotFound for an unknown one."""
    job = db.session.get(Job, job_id, with_for_update=lock or None, populate_existing=lock)
    if job is None:
        raise NotFound()
    return job


def get_visible_job(job_id: str, actor: Actor) -> Job:
    """One's own, or as administrator any of the township's.

    Raises NotFound outside the actor's divisions, Forbidden inside them for somebody else's.
    """
    job = get_job(job_id)
    if not (job.owner_id == actor.person_id and tenancy.covers(actor.prefixes, job.division)):
        require(actor, Permission.MANAGE_JOBS, job.division)
    return job


def list_jobs(actor: Actor, page: PageRequest, *, state: str | None = None, kind: str | None = None) -> Page[Job]:
    """One's own, and as administrator all of the township's; newest first."""
    managed = {held.prefix for held in actor.holdings if held.role in GRANTS[Permission.MANAGE_JOBS]}
    own = (Job.owner_id == actor.person_id) & tenancy.within(Job.division, actor.prefixes)
    query = select(Job).where(or_(own, tenancy.within(Job.division, managed)))
    if state is not None:
        query = query.where(Job.state == state)
    if kind is not None:
        query = query.where(Job.kind == kind)
    return page_of(db.session(), query, [Job.id], page, descending=True)


def list_own_jobs(actor: Actor, page: PageRequest, kinds: Iterable[str]) -> Page[Job]:
    """What the person has begun, of these kinds; newest first."""
    own = (Job.owner_id == actor.person_id) & tenancy.within(Job.division, actor.prefixes)
    return page_of(db.session(), select(Job).where(own, Job.kind.in_(kinds)), [Job.id], page, descending=True)


def is_open(job: Job) -> bool:
    """Whether it waits or runs."""
    return job.state in OPEN


def is_done(job: Job) -> bool:
    """Whether it has had its effect."""
    return job.state == State.DONE


def ended_in_vain(job: Job) -> bool:
    """Whether it may be tried again."""
    return job.state in ENDED_IN_VAIN


def find_by_id(job_ids: Iterable[str]) -> dict[str, Job]:
    """``{id: job}`` of those that are still kept."""
    return {job.id: job for job in db.session.scalars(select(Job).where(Job.id.in_(set(job_ids))))}


def find_open(division: str, kind: str, key: str) -> Job | None:
    """The job of this key that waits or runs."""
    same = select(Job).where(Job.division == division, Job.kind == kind, Job.dedup_key == key)
    return db.session.scalar(same.where(Job.state.in_(OPEN)))


def is_due(kinds: Kinds) -> ColumnElement[bool]:
    """Waiting for its time, which has come, or running, and its lease is over."""
    return Job.state.in_(OPEN) & (Job.due_at <= clock.now()) & Job.kind.in_(kinds)


def any_due(kinds: Kinds) -> bool:
    return bool(db.session.scalar(select(exists().where(is_due(kinds)))))


def was_run(name: str, slot: datetime) -> bool:
    return db.session.get(ScheduleSlot, (name, slot)) is not None
