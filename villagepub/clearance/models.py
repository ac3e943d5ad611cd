"""Findings, incidents, and the words that a township adds to the rules."""

from datetime import datetime
from typing import NamedTuple

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
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier, id_column
from villagepub.screening.findings import Finding

OVERRULED, UPHELD = "overruled", "upheld"


class Said(NamedTuple):
    """Who said it, when, and why."""

    by: str | None
    at: datetime
    reason: str


def _said(by: str | None, at: datetime | None, reason: str | None) -> Said | None:
    return None if at is None else Said(by, at, reason or "")


class KnownFinding(Base):
    """One passage of a disclosure as it stands that the rules object to. Never the passage itself.

    field: ``title``, ``body``, ``change_note`` or ``attachments/<id>``; place: where in it, in words for people.
    passage: the screening's own name of the passage with its surroundings; while it stays, this row does.
    start, end: code points of the field as stored, or of the text read from that place of a file; end exclusive.
    also: further places, as (start, end), that the suggestion leaves out with it.
    answer: what the secrecy officer made of it, ``overruled`` or ``upheld``.
    """

    __tablename__ = "finding"
    __table_args__ = (
        ForeignKeyConstraint(["disclosure_id", "village"], ["disclosure.id", "disclosure.village"]),
        UniqueConstraint("disclosure_id", "field", "place", "passage"),
        CheckConstraint("severity IN ('block', 'warn')", name="severity_known"),
        CheckConstraint("answer IS NULL OR answer IN ('overruled', 'upheld')", name="answer_known"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_a_time"),
        CheckConstraint("NOT (is_classified AND answer = 'overruled')", name="classified_is_never_overruled"),
    )

    id: Mapped[str] = id_column()
    disclosure_id: Mapped[str] = mapped_column(Identifier)
    village: Mapped[str] = mapped_column(DivisionCode, index=True)
    field: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(200))
    passage: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(5))
    is_classified: Mapped[bool] = mapped_column(default=False)
    start: Mapped[int]
    end: Mapped[int]
    excerpt_masked: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(500))
    suggestion: Mapped[str | None] = mapped_column(Text)
    also: Mapped[list[list[int]]] = mapped_column(JSON)
    found_at: Mapped[datetime]
    acknowledged_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    acknowledged_at: Mapped[datetime | None]
    acknowledgement: Mapped[str | None] = mapped_column(String(500))
    appealed_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    appealed_at: Mapped[datetime | None]
    appeal: Mapped[str | None] = mapped_column(String(500))
    answer: Mapped[str | None] = mapped_column(String(10))
    answered_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[str | None] = mapped_column(String(500))

    @property
    def acknowledged(self) -> Said | None:
        return _said(self.acknowledged_by, self.acknowledged_at, self.acknowledgement)

    @property
    def appealed(self) -> Said | None:
        return _said(self.appealed_by, self.appealed_at, self.appeal)

    @property
    def answered(self) -> Said | None:
        return _said(self.answered_by, self.answered_at, self.answer_reason)

    def as_found(self) -> Finding:
        """As the screening told it."""
        names = (name for name in Finding._fields if name not in ("id", "also"))
        also = tuple((start, end) for start, end in self.also)
        return Finding(id=self.passage, also=also, **{name: getattr(self, name) for name in names})

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it before the item can go out."""
        if self.answer == OVERRULED:
            return False
        return self.severity == "block" or self.acknowledged_at is None


class Incident(Base):
    """A mark of a state secret that came in: who, when, where, and the digest of what it was. No content.

    was_stored: found later, in something that the program already had.
    """

    __tablename__ = "incident"
    __table_args__ = (CheckConstraint("(handled_at IS NULL) = (handling IS NULL)", name="handling_has_a_time"),)

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), index=True)
    village: Mapped[str] = mapped_column(DivisionCode, ForeignKey("division.code"))
    disclosure_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("disclosure.id"))
    field: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    was_stored: Mapped[bool]
    at: Mapped[datetime]
    handled_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    handled_at: Mapped[datetime | None]
    handling: Mapped[str | None] = mapped_column(String(1000))


class ScreeningWord(Base):
    """A word that an administrator added: flagged as ``kind``, or, without one, a safe phrase.

    entry: the catalogue entry it is for; empty is everywhere.
    """

    __tablename__ = "screening_word"
    __table_args__ = (
        Index(
            "uq_screening_word_in_use",
            "township",
            "text",
            "entry",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    text: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str | None] = mapped_column(String(20))
    entry: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(500))
    added_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    added_at: Mapped[datetime]
    removed_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
