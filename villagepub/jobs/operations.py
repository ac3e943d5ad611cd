"""The life of a job. Whoever changes a running one shows the token of its lease, in the statement itself."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, Update, delete, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from villagepub.core import audit, clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import AlreadyExists, WrongState
from villagepub.core.ids import new_id
from villagepub.core.permissions import Permission, require
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.jobs import queries
from villagepub.jobs.kinds import Kind, Kinds, LeaseLost, Result
from villagepub.jobs.models import ENDED_IN_VAIN, LONGEST_ERROR, Job, ScheduleSlot, State

FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=30), timedelta(hours=1)
MOST_DOUBLINGS = 10
JITTER = 0.25
KEPT = timedelta(days=90)
CRASHED = "执行这项任务的进程每次都中途退出，已停止重试。请联系系统管理员查看日志，处理后再重试。"

_dice = random.SystemRandom()


@dataclass(frozen=True)
class Claim:
    """A job as its worker has it."""

    job_id: str
    kind: str
    division: str
    prefix: str
    payload: Mapping[str, Any]
    owner_id: str | None
    cursor: Any
    attempt: int
    token: str


@dataclass(frozen=True)
class Step:
    """How far a job has come: for itself (cursor, a JSON value) and for whoever waits for it."""

    cursor: Any
    done: int
    total: int | None


# --- wanting work -----------------------------------------------------------------------------------------


def enqueue(
    kind: str,
    payload: Mapping[str, Any],
    *,
    actor: Actor,
    division: str,
    key: str | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Queue a job in the caller's transaction: it exists if that is committed, and not otherwise.

    actor: who may follow the job afterwards; the caller has asked for the permission.
    payload: JSON values; references to rows, never secrets or what screening may object to.
    key: while a job of this place, kind and key is open, that one is returned and no other is queued. It may have
    begun already, so name in the key what makes newer work different.
    """
    job_id = new_id()
    values = {
        "id": job_id,
        "kind": kind,
        "payload": dict(payload),
        "division": division,
        "owner_id": actor.person_id,
        "dedup_key": key,
        "created_at": clock.now(),
        "due_at": due_at or clock.now(),
    }
    while not _insert(Job, values):
        if key is not None and (job := queries.find_open(division, kind, key)):
            return job
    return queries.get_job(job_id)


def retry(job: Job, *, actor: Actor) -> Job:
    """Queue a job again that ended in vain, from the step that it came to.

    Raises WrongState for another one, AlreadyExists while one with its key is open.
    """
    require(actor, Permission.MANAGE_JOBS, job.division)
    if job.state not in ENDED_IN_VAIN:
        raise WrongState("只有未成功的任务可以重试，请刷新后查看它现在的状态。")
    if job.dedup_key is not None and queries.find_open(job.division, job.kind, job.dedup_key):
        raise AlreadyExists("同样的任务已在等待或执行，请查看那一项，不必重试这一项。")
    job.state, job.attempts, job.due_at = State.QUEUED, 0, clock.now()
    job.error = job.result = job.finished_at = None
    audit.record(
        db.session(),
        "job.retried",
        actor=actor,
        subject_type="job",
        subject_id=job.id,
        division=job.division,
        township=divisions.get_township(job.division).code,
        data={"kind": job.kind},
    )
    return job


# --- doing it ---------------------------------------------------------------------------------------------


def claim(kinds: Kinds, lease: timedelta) -> Claim | None:
    """Take the job of these kinds that has been due longest, or None.

    The attempt is counted now: a job that kills its worker every time is buried here in the end.
    """
    while (job := db.session.scalar(_next_due(kinds))) is not None:
        if job.attempts < kinds[job.kind].max_attempts:
            return _lease(job, lease)
        job.state, job.lease_token = State.DEAD, None
        job.error, job.finished_at = CRASHED, clock.now()
        db.session.flush()
    return None


def _next_due(kinds: Kinds) -> Select[Job]:
    due = select(Job).where(queries.is_due(kinds)).order_by(Job.due_at, Job.id).limit(1)
    return due.with_for_update(skip_locked=True)


def _lease(job: Job, lease: timedelta) -> Claim:
    now = clock.now()
    token = new_id()
    job.state, job.attempts = State.RUNNING, job.attempts + 1
    job.lease_token, job.due_at = token, now + lease
    job.started_at = job.started_at or now
    return Claim(
        job_id=job.id,
        kind=job.kind,
        division=job.division,
        prefix=divisions.prefix_of(job.division),
        payload=job.payload,
        owner_id=job.owner_id,
        cursor=job.cursor,
        attempt=job.attempts,
        token=token,
    )


def finish(claim: Claim, result: Result) -> None:
    """Note the end in the transaction of the effect. Raises LeaseLost, so that the effect is not stored either."""
    _change(claim, state=State.DONE, result=result, error=None, lease_token=None, finished_at=clock.now())


def keep_step(claim: Claim, step: Step, attempt: int, lease: timedelta) -> None:
    """Note in the transaction of a step how far the job came. Raises LeaseLost."""
    where = {"cursor": step.cursor, "progress": step.done, "total": step.total}
    _change(claim, **where, attempts=attempt, due_at=clock.now() + lease)


def refuse(claim: Claim, sentence: str, result: Result) -> None:
    """The function said why it cannot be done. Raises LeaseLost."""
    error = sentence[:LONGEST_ERROR]
    _change(claim, state=State.FAILED, error=error, result=result, lease_token=None, finished_at=clock.now())


def put_back(claim: Claim, kind: Kind, attempt: int, sentence: str) -> State:
    """An attempt went wrong: another one later, or none any more. Raises LeaseLost."""
    error = sentence[:LONGEST_ERROR]
    if attempt >= kind.max_attempts:
        _change(claim, state=State.DEAD, error=error, lease_token=None, finished_at=clock.now())
        return State.DEAD
    due_at = clock.now() + delay_after(attempt)
    _change(claim, state=State.QUEUED, error=error, lease_token=None, due_at=due_at)
    return State.QUEUED


def release(claim: Claim, attempt: int) -> None:
    """The worker ends before the job does; that is no attempt. Raises LeaseLost."""
    _change(claim, state=State.QUEUED, lease_token=None, due_at=clock.now(), attempts=attempt - 1)


def delay_after(attempt: int) -> timedelta:
    """Twice as long each time, up to an hour, and never for two jobs the same."""
    delay: timedelta = min(FIRST_DELAY * 2 ** min(attempt - 1, MOST_DOUBLINGS), LONGEST_DELAY)
    return delay * _dice.uniform(1 - JITTER, 1 + JITTER)


def _change(claim: Claim, **values: Any) -> None:
    _hold(db.session.execute(_guarded(claim).values(values)))


def _guarded(claim: Claim) -> Update:
    return update(Job).where(Job.id == claim.job_id, Job.lease_token == claim.token)


def _hold(changed: Any) -> None:
    if changed.rowcount != 1:
        raise LeaseLost()


# --- meanwhile --------------------------------------------------------------------------------------------


def show_progress(claim: Claim, done: int, total: int | None) -> None:
    """Let clients see at once how far the job is. Raises LeaseLost."""
    with _apart() as connection:
        _hold(connection.execute(_guarded(claim).values(progress=done, total=total)))


def extend(claim: Claim, lease: timedelta) -> None:
    """Keep the lease up. Raises LeaseLost."""
    with _apart() as connection:
        _hold(connection.execute(_guarded(claim).values(due_at=clock.now() + lease)))


@contextmanager
def _apart() -> Iterator[Connection]:
    """A short transaction of its own, beside the one that may be running."""
    with tenancy.announced(tenancy.EVERYWHERE), db.engine.begin() as connection:
        tenancy.tell_database(connection)
        yield connection


# --- schedules and old rows -------------------------------------------------------------------------------


def take_slot(name: str, slot: datetime) -> bool:
    """Whether this transaction is the one to run the slot; another one's waits here for it to end."""
    return _insert(ScheduleSlot, {"name": name, "slot": slot, "run_at": clock.now()})


def forget_old() -> None:
    """Delete finished jobs and slots of long ago; what ended in vain stays until somebody has seen to it."""
    before = clock.now() - KEPT
    db.session.execute(delete(Job).where(Job.state == State.DONE, Job.finished_at < before))
    db.session.execute(delete(ScheduleSlot).where(ScheduleSlot.slot < before))


def _insert(model: type[Job] | type[ScheduleSlot], values: Mapping[str, Any]) -> bool:
    """False when a row that is already there excludes this one."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(model).values(dict(values)).on_conflict_do_nothing()
    return db.session.scalar(statement.returning(literal(1))) is not None
