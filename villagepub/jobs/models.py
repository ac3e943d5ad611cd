"""Jobs, and the slots of schedules that have been run."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier, id_column

LONGEST_KIND, LONGEST_KEY, LONGEST_ERROR = 60, 200, 500


class State(StrEnum):
    QUEUED = "queued"  # waits, for its first attempt or for another one
    RUNNING = "running"  # a worker has it
    DONE = "done"
    FAILED = "failed"  # refused for a reason that another attempt would not change
    DEAD = "dead"  # every attempt went wrong: a person looks at it and retries


OPEN = (State.QUEUED, State.RUNNING)
ENDED_IN_VAIN = (State.FAILED, State.DEAD)
_IS_OPEN = f"state IN ({', '.join(repr(state.value) for state in OPEN)})"
_IS_OPEN_AND_KEYED = f"{_IS_OPEN} AND dedup_key IS NOT NULL"
_STATES = ", ".join(repr(state.value) for state in State)


class Job(Base):
    """One piece of work.

    division: the place that it is about; payload: what the function is given, never a secret;
    dedup_key: among the open jobs of a place and kind there is one of each key;
    cursor: how far a job of steps has come; attempts: counted when claimed, so that a crash counts too;
    due_at: from when a worker may take it, which for a running job is the end of its lease;
    lease_token: what the worker that has it must show to change it.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("(state = 'running') = (lease_token IS NOT NULL)", name="running_has_lease"),
        CheckConstraint(f"({_IS_OPEN}) = (finished_at IS NULL)", name="ended_has_end"),
        CheckConstraint("progress >= 0 AND (total IS NULL OR progress <= total)", name="progress_within_total"),
        Index(
            "uq_job_open",
            "division",
            "kind",
            "dedup_key",
            unique=True,
            sqlite_where=text(_IS_OPEN_AND_KEYED),
            postgresql_where=text(_IS_OPEN_AND_KEYED),
        ),
        Index("ix_job_due_at", "due_at", sqlite_where=text(_IS_OPEN), postgresql_where=text(_IS_OPEN)),
        Index(None, "division", "state"),
        Index(None, "owner_id"),
    )

    id: Mapped[str] = id_column()
    division: Mapped[str] = mapped_column(DivisionCode, ForeignKey("division.code"))
    kind: Mapped[str] = mapped_column(String(LONGEST_KIND))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    owner_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    dedup_key: Mapped[str | None] = mapped_column(String(LONGEST_KEY))
    state: Mapped[str] = mapped_column(String(10), default=State.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_token: Mapped[str | None] = mapped_column(Identifier)
    cursor: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    progress: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str | None] = mapped_column(String(LONGEST_ERROR))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class ScheduleSlot(Base):
    """One moment of one schedule. Who writes it first runs it."""

    __tablename__ = "schedule_slot"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    run_at: Mapped[datetime]
