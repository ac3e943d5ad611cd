"""Disclosures, their revisions and attachments."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villagepub.core.db import Base, DivisionCode, Identifier, id_column
from villagepub.review.workflow import State

if TYPE_CHECKING:
    from villagepub.clearance.models import KnownFinding

PENDING, READY = "pending", "ready"  # of an attachment
_STATES = ", ".join(repr(state.value) for state in State)
_HOW_IT_STANDS = ("state", "event_on", "counts_in", "taken_out_in", "deleted_at", "supersedes_id", "first_published_at")
_ONE_CORRECTION = "deleted_at IS NULL AND state IN ('draft', 'in_review', 'returned', 'referred')"


class Disclosure(Base):
    """One item of one village. A deleted draft keeps its row and revisions, and nobody sees it.

    stage and due_at: where it waits while in review, and until when.
    counts_in: the month (YYYY-MM) in which its publication counts; taken_out_in: the month in which a withdrawal
    takes it out again. A correction inherits counts_in and first_published_at from what it supersedes, so that the
    pair counts once and from its first day on.
    screened_by: the edition of the rules that all it says was screened by; None when some of it was not.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        UniqueConstraint("id", "village"),
        ForeignKeyConstraint(["township", "entry"], ["catalogue_entry.township", "catalogue_entry.code"]),
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("audience IN ('public', 'villagers')", name="audience_known"),
        CheckConstraint("(period IS NULL) != (event_on IS NULL)", name="period_or_event"),
        CheckConstraint("(state = 'in_review') = (stage IS NOT NULL)", name="stage_while_in_review"),
        CheckConstraint("state != 'withdrawn' OR withdrawn_at IS NOT NULL", name="withdrawn_has_a_time"),
        CheckConstraint(
            "state != 'published' OR (number IS NOT NULL AND published_at IS NOT NULL)",
            name="published_has_a_number",
        ),
        CheckConstraint("taken_out_in IS NULL OR counts_in IS NOT NULL", name="only_counted_is_taken_out"),
        Index(
            "uq_disclosure_number",
            "number",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "uq_disclosure_running_correction",
            "supersedes_id",
            unique=True,
            sqlite_where=text(_ONE_CORRECTION),
            postgresql_where=text(_ONE_CORRECTION),
        ),
        Index("ix_disclosure_place", "village", "entry", "period", *_HOW_IT_STANDS),
        Index(None, "village", "state"),
        Index(None, "village", "counts_in"),
        Index(None, "period", "village"),
        Index(None, "event_on", "village"),
    )

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    village: Mapped[str] = mapped_column(DivisionCode, ForeignKey("division.code"))
    entry: Mapped[str] = mapped_column(String(3))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    period: Mapped[str | None] = mapped_column(String(10))
    event_on: Mapped[date | None]
    nothing_to_report: Mapped[bool] = mapped_column(default=False)
    audience: Mapped[str] = mapped_column(String(10), default="public")
    state: Mapped[str] = mapped_column(String(20), default=State.DRAFT)
    revision: Mapped[int] = mapped_column(default=1)
    digest: Mapped[str] = mapped_column(String(80))
    created_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    first_published_at: Mapped[datetime | None]
    stage: Mapped[str | None] = mapped_column(String(20))
    due_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(String(1000))
    supersedes_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("disclosure.id"), index=True)
    change_note: Mapped[str | None] = mapped_column(String(500))
    number: Mapped[str | None] = mapped_column(String(30))
    originally_published_on: Mapped[date | None]
    counts_in: Mapped[str | None] = mapped_column(String(7))
    taken_out_in: Mapped[str | None] = mapped_column(String(7))
    screened_by: Mapped[str | None] = mapped_column(String(40))
    findings: Mapped[list["KnownFinding"]] = relationship(
        primaryjoin="Disclosure.id == foreign(KnownFinding.disclosure_id)",
        order_by="(KnownFinding.field, KnownFinding.place, KnownFinding.start, KnownFinding.id)",
        lazy="selectin",
        viewonly=True,
    )
    attachments: Mapped[list["Attachment"]] = relationship(
        primaryjoin="and_(Disclosure.id == Attachment.disclosure_id, Attachment.removed_at.is_(None))",
        order_by="Attachment.id",
        lazy="selectin",
        viewonly=True,
    )

    @property
    def is_counted(self) -> bool:
        return self.counts_in is not None and self.taken_out_in is None

    def content(self) -> dict[str, Any]:
        """Everything that the public will get: what a digest covers."""
        return {
            "village": self.village,
            "entry": self.entry,
            "title": self.title,
            "body": self.body,
            "period": self.period,
            "event_on": self.event_on.isoformat() if self.event_on else None,
            "nothing_to_report": self.nothing_to_report,
            "audience": self.audience,
            "change_note": self.change_note,
            "attachments": [each.content() for each in self.attachments if each.is_ready],
        }


class Revision(Base):
    """What a disclosure was after one change, and who made it. Insert-only.

    stands_in_for: the holder of the post, when a stand-in wrote it.
    """

    __tablename__ = "revision"
    __table_args__ = (
        ForeignKeyConstraint(["disclosure_id", "village"], ["disclosure.id", "disclosure.village"]),
        UniqueConstraint("disclosure_id", "revision"),
    )

    id: Mapped[str] = id_column()
    disclosure_id: Mapped[str] = mapped_column(Identifier)
    village: Mapped[str] = mapped_column(DivisionCode)
    revision: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    stands_in_for: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    at: Mapped[datetime]


class Attachment(Base):
    """A file of a disclosure. Its bytes lie in storage under storage_key and never change.

    A pending one is a place for a file that a client posts by itself: it has no bytes and no digest yet, and is no
    part of what the disclosure says. has_text: False when a person has to read it, because a machine cannot.
    thumbnail_digest: of a picture's small form.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        ForeignKeyConstraint(["disclosure_id", "village"], ["disclosure.id", "disclosure.village"]),
        CheckConstraint("status IN ('pending', 'ready')", name="status_known"),
        Index(None, "disclosure_id"),
    )

    id: Mapped[str] = id_column()
    disclosure_id: Mapped[str] = mapped_column(Identifier)
    village: Mapped[str] = mapped_column(DivisionCode)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(80))
    storage_key: Mapped[str] = mapped_column(String(200), unique=True)
    status: Mapped[str] = mapped_column(String(10))
    has_text: Mapped[bool] = mapped_column(default=True)
    thumbnail_digest: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    @property
    def is_ready(self) -> bool:
        return self.status == READY

    @property
    def has_thumbnail(self) -> bool:
        return self.thumbnail_digest is not None

    def content(self) -> dict[str, Any]:
        return {"name": self.name, "media_type": self.media_type, "size": self.size, "digest": self.digest}
