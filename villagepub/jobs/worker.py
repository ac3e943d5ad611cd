"""Claiming jobs and doing them, one after another, until told to stop."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from structlog.contextvars import bound_contextvars

from villagepub.core import tenancy
from villagepub.core.errors import Problem, Unavailable
from villagepub.core.transactions import transaction
from villagepub.jobs import operations, queries, schedules
from villagepub.jobs.context import JobContext
from villagepub.jobs.heartbeat import AppContext, Heartbeat
from villagepub.jobs.kinds import JobRefused, Kind, Kinds, LeaseLost, Mode, Stopped
from villagepub.jobs.operations import Claim
from villagepub.jobs.registry import KINDS
from villagepub.jobs.schedules import SCHEDULES, Schedule

LEASE = timedelta(seconds=60)
PAUSE = 1.0  # seconds between two looks at an empty queue
SCHEDULES_EVERY = 20.0  # seconds
LOOK_UP = 0.1  # seconds until a sleeper sees that it is to stop
WENT_WRONG = "执行时出错，系统会自动重试；多次不成时请管理员查看日志，处理后再重试。"

log = structlog.get_logger("villagepub.worker")


class StopSign:
    """Set by a signal, whose handler may take no lock: so a plain flag, looked at often, and no Event."""

    def __init__(self) -> None:
        self.is_set = False

    def wait(self, seconds: float) -> None:
        """Sleep, but not past the sign."""
        end = time.monotonic() + seconds
        while not self.is_set and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, LOOK_UP))


@dataclass
class Worker:
    """One process that works. app_context: entered for each job, so that each has a session of its own."""

    app_context: AppContext
    stopping: StopSign = field(default_factory=StopSign)
    kinds: Kinds = field(default_factory=lambda: KINDS)
    schedules: Sequence[Schedule] = SCHEDULES
    lease: timedelta = LEASE
    pause: float = PAUSE

    def __post_init__(self) -> None:
        self._heartbeat = Heartbeat(self.app_context, self.lease)
        self._schedules_seen_at = float("-inf")
        self._busy = False

    def run(self, *, once: bool = False) -> None:
        """Work until told to stop; with once, until nothing is due."""
        with self._heartbeat.beating():
            while not self.stopping.is_set:
                worked = self._look_around(patient=not once)
                if once and not worked:
                    return
                if not worked:
                    self.stopping.wait(self.pause)

    def run_next(self) -> bool:
        """Do the job that has been due longest. False when there is none."""
        claim = self._claim()
        if claim is None:
            return False
        kind = self.kinds[claim.kind]
        with bound_contextvars(job=claim.job_id, kind=claim.kind), self._heartbeat.of(claim, kind.patience):
            started = time.monotonic()
            outcome = self._attempt(claim, kind)
            spent = round((time.monotonic() - started) * 1000)
            log.info("job", outcome=outcome, attempt=claim.attempt, milliseconds=spent)
        return True

    def _look_around(self, *, patient: bool) -> bool:
        """Run what the schedules want, then one job. patient: trouble with the database is logged and waited out."""
        try:
            with self.app_context():
                if time.monotonic() - self._schedules_seen_at >= SCHEDULES_EVERY:
                    schedules.run_due(self.schedules)
                    self._schedules_seen_at = time.monotonic()
                return self.run_next()
        except DBAPIError:
            if not patient:
                raise
            log.exception("database_trouble")
            return False

    def _claim(self) -> Claim | None:
        """While idle, look before claiming: SQLite's one writing lock is not for taking every second."""
        if not self._busy:
            with transaction(tenancy.EVERYWHERE.reading()):
                self._busy = queries.any_due(self.kinds)
        if not self._busy:
            return None
        with transaction(tenancy.EVERYWHERE):
            claim = operations.claim(self.kinds, self.lease)
        self._busy = claim is not None
        return claim

    def _attempt(self, claim: Claim, kind: Kind) -> str:
        """Do it and note what came of it, in one word for the log."""
        context = JobContext(
            claim,
            kind,
            lease=self.lease,
            sign_of_life=self._heartbeat.sign_of_life,
            is_stopping=lambda: self.stopping.is_set,
        )
        try:
            try:
                _do(claim, kind, context)
                return "done"
            except Exception as error:
                return _note(error, claim, kind, context)
        except LeaseLost:
            return "lease_lost"


def _do(claim: Claim, kind: Kind, context: JobContext) -> None:
    if kind.mode is Mode.ACT:
        with transaction(context.scope):
            operations.finish(claim, kind.work(context, claim.payload))
        return
    if kind.mode is Mode.READ:
        with context.reading():
            result = kind.work(context, claim.payload)
    else:
        result = kind.work(context, claim.payload)
    with transaction(context.scope):
        operations.finish(claim, result)


def _note(error: Exception, claim: Claim, kind: Kind, context: JobContext) -> str:
    """Raises LeaseLost when the job is somebody else's by now."""
    if isinstance(error, LeaseLost):
        raise error
    with transaction(tenancy.EVERYWHERE):
        if isinstance(error, Stopped):
            operations.release(claim, context.attempt)
            return "released"
        if isinstance(error, JobRefused):
            operations.refuse(claim, error.sentence, error.result)
            return "failed"
        if isinstance(error, Problem) and not isinstance(error, Unavailable):
            operations.refuse(claim, error.detail, None)
            return "failed"
        log.error("job_went_wrong", exc_info=error)
        sentence = error.detail if isinstance(error, Problem) else WENT_WRONG
        return operations.put_back(claim, kind, context.attempt, sentence)
