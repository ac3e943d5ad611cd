"""Imported years, what each township's calendar was last, moved deadlines, and who was told of a missing year."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier, id_column

LONGEST_NAME = 100


class CalendarEdition(Base):
    """One import of one year. Insert-only: triggers of the migrations refuse UPDATE and DELETE.

    region: twelve zeros for the nation. content: as ``CalendarYear.as_json`` gives it; digest: of that.
    """

    __tablename__ = "calendar_edition"
    __table_args__ = (
        UniqueConstraint("region", "year", "edition"),
        CheckConstraint("edition > 0", name="counts_from_one"),
    )

    id: Mapped[str] = id_column()
    region: Mapped[str] = mapped_column(DivisionCode)
    year: Mapped[int]
    edition: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(80))
    file_name: Mapped[str] = mapped_column(String(200))
    imported_by: Mapped[str] = mapped_column(String(LONGEST_NAME))
    imported_at: Mapped[datetime]


class CalendarSeen(Base):
    """The calendar by which a township's stored due dates were last computed, and since when."""

    __tablename__ = "calendar_seen"

    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), primary_key=True)
    edition: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]


class CalendarWarning(Base):
    """That a township's administrators were told of one missing year."""

    __tablename__ = "calendar_warning"

    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), primary_key=True)
    region: Mapped[str] = mapped_column(DivisionCode, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    told_at: Mapped[datetime]


class DeadlineMove(Base):
    """A stored due date that a changed calendar moved. Insert-only, as the editions are.

    division: the place that the subject belongs to. edition: of the township's whole calendar.
    reason: the days on the way that are not as the plain week has them, with their notices.
    """

    __tablename__ = "deadline_move"
    __table_args__ = (Index(None, "division", "id"), Index(None, "subject_id"))

    id: Mapped[str] = id_column()
    division: Mapped[str] = mapped_column(DivisionCode, ForeignKey("division.code"))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(Identifier)
    moved_from: Mapped[date]
    moved_to: Mapped[date]
    edition: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
