"""What the function of a job is given: who it works for, and how it says how far it is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.tenancy import Scope, ScopeKind
from villagepub.core.transactions import transaction
from villagepub.jobs import operations
from villagepub.jobs.kinds import Kind, Mode, Stopped
from villagepub.jobs.operations import Claim, Step

OFTEN_ENOUGH = 0.2  # seconds between two reports of progress


class JobContext:
    """One attempt at one job.

    job_id: the same at every attempt, so an effect elsewhere (a file, a message) is idempotent by it.
    cursor: what the last step that was stored left behind; None at the beginning.
    attempt: which one this is since the last step.
    """

    def __init__(
        self,
        claim: Claim,
        kind: Kind,
        *,
        lease: timedelta,
        sign_of_life: Callable[[], None],
        is_stopping: Callable[[], bool],
    ) -> None:
        self.job_id = claim.job_id
        self.division = claim.division
        self.prefix = claim.prefix
        self.owner_id = claim.owner_id
        self.actor = Actor.system(f"job {claim.kind}")
        self.cursor = claim.cursor
        self.attempt = claim.attempt
        self.scope = tenancy.EVERYWHERE if kind.everywhere else Scope(ScopeKind.SYSTEM, (claim.prefix,))
        self._claim = claim
        self._mode = kind.mode
        self._lease = lease
        self._sign_of_life = sign_of_life
        self._is_stopping = is_stopping
        self._reported_at = float("-inf")

    def progress(self, done: int, total: int | None = None) -> None:
        """Clients see it at once, and the worker may stop here.

        Not inside a transaction that writes: SQLite has one writer, so nobody would see it before the end.
        """
        if tenancy.is_announced() and not tenancy.current().read_only:
            raise RuntimeError("progress is told between transactions that write: see Mode.READ and Mode.STEPS")
        if done == total or time.monotonic() - self._reported_at >= OFTEN_ENOUGH:
            operations.show_progress(self._claim, done, total)
            self._reported_at = time.monotonic()
        self._may_go_on()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A transaction that only reads, for a job of steps."""
        with transaction(self.scope.reading()):
            yield

    @contextmanager
    def step(self, cursor: Any, done: int, total: int | None = None, *, may_stop_after: bool = True) -> Iterator[None]:
        """One step of a job of steps: what the block writes is stored together with where to go on, or not at all.

        cursor: a JSON value that the next attempt finds in its context. A step beyond the last one stored counts
        attempts anew. may_stop_after: False where the step says that something is about to be done elsewhere, which
        then has to be done.
        """
        if self._mode is not Mode.STEPS:
            raise RuntimeError("only a job of steps opens transactions of its own")
        attempt = self.attempt if cursor == self.cursor else 1
        with transaction(self.scope):
            yield
            operations.keep_step(self._claim, Step(cursor, done, total), attempt, self._lease)
        self.cursor, self.attempt = cursor, attempt
        if may_stop_after:
            self._may_go_on()

    def _may_go_on(self) -> None:
        self._sign_of_life()
        if self._is_stopping():
            raise Stopped()
