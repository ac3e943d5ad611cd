"""In which state an export is. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from villagepub.exports.models import Export


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"  # the file is there
    FAILED = "failed"  # its job ended in vain
    EXPIRED = "expired"  # the file was there
    DELETED = "deleted"  # the file was there, and somebody deleted it


IN_HAND = (State.QUEUED, State.RUNNING)  # named as the states of its job are


def state_of(export: "Export", job_state: str | None, now: datetime) -> State:
    """job_state: None when the job is forgotten by now."""
    if export.removed_because is not None:
        return State(export.removed_because)
    if export.expires_at is not None:
        return State.EXPIRED if export.expires_at <= now else State.READY
    return State(job_state) if job_state in IN_HAND else State.FAILED
