"""Keeping up the lease of the job that runs, and ending a worker whose job hangs."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any, NoReturn

import structlog
from sqlalchemy.exc import DBAPIError

from villagepub.jobs import operations
from villagepub.jobs.kinds import LeaseLost
from villagepub.jobs.operations import Claim

BEATS_PER_LEASE = 3
HUNG = 70  # exit code of a worker whose job was silent for too long

AppContext = Callable[[], AbstractContextManager[Any]]
log = structlog.get_logger("villagepub.worker")


class Heartbeat:
    """A thread beside the one that works.

    On SQLite it waits while the job writes, and so does everybody who might take the job over.
    """

    def __init__(self, app_context: AppContext, lease: timedelta) -> None:
        self._app_context = app_context
        self._lease = lease
        self._ended = threading.Event()
        self._claim: Claim | None = None
        self._silent_until = 0.0
        self._patience = timedelta()

    @contextmanager
    def beating(self) -> Iterator[None]:
        """The thread lives as long as the block."""
        self._ended.clear()
        thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    @contextmanager
    def of(self, claim: Claim, patience: timedelta) -> Iterator[None]:
        """The lease of this job is kept up as long as the block, unless the job is silent for too long."""
        self._patience = patience
        self.sign_of_life()
        self._claim = claim
        try:
            yield
        finally:
            self._claim = None

    def sign_of_life(self) -> None:
        self._silent_until = time.monotonic() + self._patience.total_seconds()

    def _beat(self) -> None:
        with self._app_context():
            while not self._ended.wait(self._lease.total_seconds() / BEATS_PER_LEASE):
                claim = self._claim
                if claim is None:
                    continue
                if time.monotonic() > self._silent_until:
                    _give_up(claim)
                _extend(claim, self._lease)


def _extend(claim: Claim, lease: timedelta) -> None:
    try:
        operations.extend(claim, lease)
    except (LeaseLost, DBAPIError) as error:
        log.info("lease_not_extended", job=claim.job_id, cause=type(error).__name__)


def _give_up(claim: Claim) -> NoReturn:
    """A thread that hangs cannot be stopped from outside, a process can; its job is taken over when the lease ends."""
    log.error("job_hangs", job=claim.job_id, kind=claim.kind)
    os._exit(HUNG)
