"""Files whose time is over, and what attempts left behind that nobody finished."""

import shutil
import time

from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.divisions import queries as divisions
from villagepub.exports import operations, queries
from villagepub.exports.operations import STORED_BELOW, SWEEP
from villagepub.exports.work import WORKSHOP
from villagepub.extensions import settings, storage
from villagepub.jobs import operations as jobs
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import Payload, Result

SCHEDULER = Actor.system("schedule")
ABANDONED_SECONDS = 24 * 3600  # no attempt takes as long


def queue_sweep() -> None:
    """The files of all places lie in one store, so there is one sweep for the whole installation."""
    for place in divisions.list_townships()[:1]:
        jobs.enqueue(SWEEP, {}, actor=SCHEDULER, division=place.code, key="nightly")


def run(context: JobContext, payload: Payload) -> Result:
    """First it is stored that a file has expired, then the file goes: what is said to be there is there."""
    with context.reading():
        expired = queries.list_expired(clock.now())
    for done, export_id in enumerate(expired, 1):
        with context.step(done, done, len(expired)):
            operations.expire(export_id, actor=context.actor)
    swept = _sweep_storage(context)
    _sweep_workshop()
    return {"expired": len(expired), "swept": swept}


def _sweep_storage(context: JobContext) -> int:
    """Files that were removed, and old ones that no export names. Returns how many went."""
    stored = list(storage.list(STORED_BELOW))
    with context.reading():
        kept, removed = queries.storage_keys(removed=False), queries.storage_keys(removed=True)
    before = time.time() - ABANDONED_SECONDS
    gone = [
        found.key
        for found in stored
        if found.key in removed or (found.key not in kept and found.modified_at.timestamp() < before)
    ]
    for key in gone:
        storage.delete(key)
    return len(gone)


def _sweep_workshop() -> None:
    """What a worker of this machine left that was killed and had no successor here."""
    before = time.time() - ABANDONED_SECONDS
    for folder in (settings.instance_dir / WORKSHOP).glob("*"):
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)
