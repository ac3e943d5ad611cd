"""Annual reports: what is being written, what was finalised, and what other systems printed in earlier years."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier, id_column


class ReportDraft(Base):
    """What a township writes into one year's report by hand; its figures are never in here.

    narrative: ``{section: text}``; reasons: ``{check: why it is as it is}``; sample: a label that every output
    prints; due_on: None for 31 January of the year after. version: counts the edits.
    """

    __tablename__ = "report_draft"

    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    narrative: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    reasons: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    sample: Mapped[str | None] = mapped_column(String(60))
    due_on: Mapped[date | None]
    version: Mapped[int]
    edited_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    edited_at: Mapped[datetime]


class ReportRevision(Base):
    """A report as it was signed; insert-only. content: the whole report, which the digest covers but for itself."""

    __tablename__ = "report_revision"
    __table_args__ = (
        UniqueConstraint("township", "year", "revision"),
        CheckConstraint("revision > 0", name="counts_from_one"),
        CheckConstraint("(revision = 1) = (reason IS NULL)", name="later_ones_have_a_reason"),
    )

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    year: Mapped[int]
    revision: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(500))
    signed_by: Mapped[str] = mapped_column(String(100))
    signed_on: Mapped[date]
    finalised_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    finalised_at: Mapped[datetime]


class PastReport(Base):
    """The numbers and words of a report made elsewhere; insert-only, a later edition stands in for an earlier one.

    content: ``{part_one: {figure: value}, part_two: {row: [value…]}, part_three: {row: {column: value}},
    part_four: {group: [value…]}, narrative: {section: text}}``; None is not stated.
    """

    __tablename__ = "past_report"
    __table_args__ = (UniqueConstraint("township", "year", "edition"),)

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    year: Mapped[int]
    edition: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(80))
    imported_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    imported_at: Mapped[datetime]
