"""Files that a job is given or makes: they lie in storage below the job's id, and go some days after it has ended."""

from datetime import datetime, timedelta

from villagepub.core import clock
from villagepub.core.storage import StoredObject
from villagepub.extensions import settings, storage
from villagepub.jobs import queries
from villagepub.jobs.models import Job

STORED_BELOW = "jobs/"
ABANDONED_AFTER = timedelta(days=1)  # no request takes as long to commit the job whose file it has stored


def key_of(division: str, job_id: str, name: str) -> str:
    """Where a file lies. name: of the program's making."""
    return f"{STORED_BELOW}{division}/{job_id}/{name}"


def kept_until(job: Job) -> datetime | None:
    """None while the job is open."""
    return job.finished_at and job.finished_at + timedelta(days=settings.export_days)


def is_over(job: Job) -> bool:
    """Whether nobody can have them any more."""
    end = kept_until(job)
    return end is not None and end <= clock.now()


def sweep() -> int:
    """Delete what nobody can have any more. Returns how many files went."""
    stored = list(storage.list(STORED_BELOW))
    known = queries.find_by_id(_job_id_in(found.key) for found in stored)
    gone = [found for found in stored if _is_to_go(found, known.get(_job_id_in(found.key)))]
    for found in gone:
        storage.delete(found.key)
    return len(gone)


def _job_id_in(key: str) -> str:
    return key.removeprefix(STORED_BELOW).split("/")[1]


def _is_to_go(found: StoredObject, job: Job | None) -> bool:
    return is_over(job) if job else found.modified_at < clock.now() - ABANDONED_AFTER
