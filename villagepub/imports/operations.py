"""Sending a file for a worker to take in."""

from io import BytesIO

from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of_bytes
from villagepub.core.permissions import require
from villagepub.core.tabular import UnreadableTable
from villagepub.core.tabular.csv_writing import printable
from villagepub.extensions import storage
from villagepub.imports.kinds import Kind
from villagepub.jobs import files
from villagepub.jobs import operations as jobs
from villagepub.jobs.models import Job
from villagepub.ledgers.imports import refuse
from villagepub.ledgers.operations import refuse_marks

TAKE_IN = "imports.take_in"  # a kind of job; its function is in ``work``
GIVEN = "given"
MOST_ROWS_AT_ONCE = 500  # of a file that somebody waits for
LONGEST_NAME = 100


def count_rows(kind: Kind, name: str, data: bytes, *, actor: Actor, township: str) -> int:
    """How many lines a file has; 0 for one that cannot be read. Raises SecretMark."""
    require(actor, kind.permission, township)
    try:
        return len(kind.read(name, data, actor=actor, township=township))
    except UnreadableTable:
        return 0


def request_import(kind: Kind, name: str, data: bytes, *, actor: Actor, township: str) -> Job:
    """Keep a file and queue the job that takes it in; the same file sent twice is one job while that is open.

    Raises SecretMark before anything of it is kept, and Invalid for a file that cannot be read.
    """
    require(actor, kind.permission, township)
    name = printable(name)[-LONGEST_NAME:]
    refuse_marks({"file": name}, actor=actor, township=township)
    try:
        rows = kind.read(name, data, actor=actor, township=township)
    except UnreadableTable as unreadable:
        refuse(unreadable.faults)
        raise
    digest = digest_of_bytes(data)
    payload = {"into": kind.name, "name": name, "rows": len(rows), "digest": digest}
    key = f"{actor.person_id} {kind.name} {digest}"
    job = jobs.enqueue(TAKE_IN, payload, actor=actor, division=township, key=key)
    storage.put(files.key_of(township, job.id, GIVEN), BytesIO(data))
    return job
