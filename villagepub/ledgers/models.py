"""The rows of the ledgers, the township's channels, and which year a ledger is complete for."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
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

SOURCES = {"weibo": "微博", "mini_program": "小程序", "telephone": "电话", "visit": "来访"}

_COUNTED = "voided_at IS NULL"
_SOURCE_KNOWN = f"source IN ({', '.join(map(repr, SOURCES))})"


class Channel(Base):
    """Where a township publishes, by a key of its own list.

    counted_from_disclosures: its figures come from what is published here, so it takes no rows by hand.
    """

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("township", "name"),)

    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    counted_from_disclosures: Mapped[bool] = mapped_column(default=False)
    takes_complaints: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]


class LedgerRow(Base):
    """What every row has: whose it is, who wrote it, whether it still counts.

    import_id: the import that it came with; None when it was entered by itself.
    """

    __abstract__ = True

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    import_id: Mapped[str | None] = mapped_column(Identifier)
    created_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(String(500))

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None


def _voided_with_a_reason() -> CheckConstraint:
    return CheckConstraint("(voided_at IS NULL) = (void_reason IS NULL)", name="voided_with_a_reason")


def _month_or_year() -> CheckConstraint:
    return CheckConstraint("length(period) IN (4, 7)", name="month_or_year")


def _one_tally(table: str, key: str) -> Index:
    """One tally that counts for each period; a month inside a tallied year is refused by the operation."""
    return Index(
        f"uq_{table}_counted",
        "township",
        key,
        "period",
        unique=True,
        sqlite_where=text(_COUNTED),
        postgresql_where=text(_COUNTED),
    )


def _of_a_channel() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["township", "channel"], ["channel.township", "channel.key"])


class ChannelPost(LedgerRow):
    """One item published on a channel outside the program. disclosure: the same matter here.

    removed_on: the day it was taken down there. not_a_disclosure: it is news or the like, and has no matter here.
    """

    __tablename__ = "channel_post"
    __table_args__: Any = (
        _voided_with_a_reason(),
        _of_a_channel(),
        CheckConstraint("removed_on IS NULL OR removed_on >= posted_on", name="removed_after_posted"),
        CheckConstraint("NOT not_a_disclosure OR disclosure IS NULL", name="either_a_disclosure_or_not"),
        Index(None, "township", "channel", "posted_on"),
    )

    channel: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(String(500))
    posted_on: Mapped[date]
    disclosure: Mapped[str | None] = mapped_column(Identifier)
    removed_on: Mapped[date | None]
    not_a_disclosure: Mapped[bool] = mapped_column(default=False)


class ChannelTally(LedgerRow):
    """How many items a channel had in a month or a year of which no single posts were kept."""

    __tablename__ = "channel_tally"
    __table_args__: Any = (
        _voided_with_a_reason(),
        _of_a_channel(),
        _month_or_year(),
        CheckConstraint("count >= 0", name="count_not_negative"),
        _one_tally("channel_tally", "channel"),
    )

    channel: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(7))
    count: Mapped[int]
    evidence: Mapped[str] = mapped_column(String(500))


class Complaint(LedgerRow):
    """One complaint that reached the township outside the program, and its answer."""

    __tablename__ = "complaint"
    __table_args__: Any = (
        _voided_with_a_reason(),
        CheckConstraint(_SOURCE_KNOWN, name="source_known"),
        CheckConstraint("answered_at IS NULL OR answered_at >= received_at", name="answered_after_received"),
        CheckConstraint("answer IS NULL OR answered_at IS NOT NULL", name="answer_has_a_time"),
        Index(None, "township", "source", "received_at"),
    )

    source: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(String(200))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)


class ComplaintTally(LedgerRow):
    """How many complaints one source brought in a month or a year of which no single ones were kept."""

    __tablename__ = "complaint_tally"
    __table_args__: Any = (
        _voided_with_a_reason(),
        CheckConstraint(_SOURCE_KNOWN, name="source_known"),
        _month_or_year(),
        CheckConstraint("0 <= answered AND answered <= received", name="answered_within_received"),
        _one_tally("complaint_tally", "source"),
    )

    source: Mapped[str] = mapped_column(String(20))
    period: Mapped[str] = mapped_column(String(7))
    received: Mapped[int]
    answered: Mapped[int]
    evidence: Mapped[str] = mapped_column(String(500))


class Training(LedgerRow):
    """One training session. attendees: how many came; level: of which level they were, such as 镇村两级."""

    __tablename__ = "training"
    __table_args__: Any = (
        _voided_with_a_reason(),
        CheckConstraint("attendees IS NULL OR attendees >= 0", name="attendees_not_negative"),
        Index(None, "township", "held_on"),
    )

    held_on: Mapped[date]
    topic: Mapped[str] = mapped_column(String(200))
    attendees: Mapped[int | None]
    level: Mapped[str | None] = mapped_column(String(40))


class LedgerDeclaration(Base):
    """That a ledger of a township holds everything of a year. Never taken back."""

    __tablename__ = "ledger_declaration"

    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), primary_key=True)
    ledger: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    declared_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    declared_at: Mapped[datetime]
