"""The rows of the ledgers, the township's channels, and which year a ledger is complete for."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
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

from villagepub.core.db import Amount, Base, DivisionCode, Identifier, id_column
from villagepub.ledgers.labels import ACT_KINDS, CONCLUSIONS, DISPUTE_KINDS, DOCUMENT_KINDS, RESULT_KINDS, SOURCES

FEE_PLACES = 6  # of 万元: to the 分

_COUNTED = "voided_at IS NULL"


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


def _known(field: str, words: Iterable[str]) -> CheckConstraint:
    return CheckConstraint(f"{field} IN ({', '.join(map(repr, words))})", name=f"{field}_known")


def _voided_with_a_reason() -> CheckConstraint:
    return CheckConstraint("(voided_at IS NULL) = (void_reason IS NULL)", name="voided_with_a_reason")


def _month_or_year() -> CheckConstraint:
    return CheckConstraint("length(period) IN (4, 7)", name="month_or_year")


def _one_tally(table: str, key: str, when: str = "period") -> Index:
    """One tally that counts for each period; a month inside a tallied year is refused by the operation."""
    return Index(
        f"uq_{table}_counted",
        "township",
        key,
        when,
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
    """One complaint that reached the township, and its answer.

    feedback: of one that was said in the mini-program, which enters and answers its row itself.
    """

    __tablename__ = "complaint"
    __table_args__: Any = (
        _voided_with_a_reason(),
        _known("source", SOURCES),
        CheckConstraint("answered_at IS NULL OR answered_at >= received_at", name="answered_after_received"),
        CheckConstraint("answer IS NULL OR answered_at IS NOT NULL", name="answer_has_a_time"),
        Index(None, "township", "source", "received_at"),
    )

    source: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(String(200))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    feedback: Mapped[str | None] = mapped_column(Identifier, index=True, unique=True)


class ComplaintTally(LedgerRow):
    """How many complaints one source brought in a month or a year of which no single ones were kept."""

    __tablename__ = "complaint_tally"
    __table_args__: Any = (
        _voided_with_a_reason(),
        _known("source", SOURCES),
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


class Document(LedgerRow):
    """One 规章 or 行政规范性文件, from the day it was issued until it is repealed or lapses.

    repealed_on: the first day on which it is no longer in force. valid_until: its own last day in force, None for
    one without a term; a document that lapses is not a repealed one. Those issued before the records began are
    rows as well: the list of what is in force must be public (条例 art. 20(一)).
    """

    __tablename__ = "ledger_document"
    __table_args__: Any = (
        _voided_with_a_reason(),
        _known("kind", DOCUMENT_KINDS),
        CheckConstraint("repealed_on IS NULL OR repealed_on >= issued_on", name="repealed_after_issued"),
        CheckConstraint("valid_until IS NULL OR valid_until >= issued_on", name="valid_after_issued"),
        Index(None, "township", "kind", "issued_on"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    number: Mapped[str | None] = mapped_column(String(60))
    issued_on: Mapped[date]
    valid_until: Mapped[date | None]
    repealed_on: Mapped[date | None]


class AdministrativeAct(LedgerRow):
    """How many decisions of one kind a year had; of fees, how much was charged, in 万元."""

    __tablename__ = "administrative_act"
    __table_args__: Any = (
        _voided_with_a_reason(),
        _known("kind", ACT_KINDS),
        CheckConstraint("(kind = 'fee') = (count IS NULL)", name="decisions_are_counted"),
        CheckConstraint("(kind = 'fee') = (amount IS NOT NULL)", name="fees_are_amounts"),
        CheckConstraint("count >= 0", name="count_not_negative"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        _one_tally("administrative_act", "kind", "year"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    count: Mapped[int | None]
    amount: Mapped[Decimal | None] = mapped_column(Amount(FEE_PLACES))
    evidence: Mapped[str] = mapped_column(String(500))


class Inspection(LedgerRow):
    """One problem that an inspection found, who puts it right by when, and by what that is seen."""

    __tablename__ = "inspection"
    __table_args__: Any = (
        _voided_with_a_reason(),
        CheckConstraint("due_on IS NULL OR due_on >= found_on", name="due_after_found"),
        CheckConstraint("closed_on IS NULL OR closed_on >= found_on", name="closed_after_found"),
        CheckConstraint("closed_on IS NULL OR evidence IS NOT NULL", name="closed_with_evidence"),
        Index(None, "township", "found_on"),
    )

    source: Mapped[str] = mapped_column(String(200))
    found_on: Mapped[date]
    item: Mapped[str] = mapped_column(String(500))
    responsible: Mapped[str] = mapped_column(String(100))
    due_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    evidence: Mapped[str | None] = mapped_column(String(500))


class AccountabilityResult(LedgerRow):
    """One assessment, social review or holding to account, and its result. disclosure: the item it was about.

    Source: 条例 art. 46, and 50(四), by which a government reports the results.
    """

    __tablename__ = "accountability_result"
    __table_args__: Any = (
        _voided_with_a_reason(),
        _known("kind", RESULT_KINDS),
        Index(None, "township", "kind", "held_on"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    held_on: Mapped[date]
    subject: Mapped[str] = mapped_column(String(200))
    result: Mapped[str] = mapped_column(Text)
    disclosure: Mapped[str | None] = mapped_column(Identifier)


class Reconsideration(LedgerRow):
    """One 行政复议 or 行政诉讼 about government information. authority: who decides it; application: about which.

    Without an outcome it is pending. Whatever the outcome later is, on the last day of an earlier year it was pending.
    """

    __tablename__ = "reconsideration"
    __table_args__: Any = (
        _voided_with_a_reason(),
        _known("kind", DISPUTE_KINDS),
        _known("outcome", CONCLUSIONS),
        CheckConstraint("(outcome IS NULL) = (concluded_on IS NULL)", name="outcome_has_a_day"),
        CheckConstraint("concluded_on IS NULL OR concluded_on >= filed_on", name="concluded_after_filed"),
        Index(None, "township", "kind", "filed_on"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    filed_on: Mapped[date]
    authority: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(200))
    application: Mapped[str | None] = mapped_column(Identifier)
    outcome: Mapped[str | None] = mapped_column(String(20))
    concluded_on: Mapped[date | None]


class LedgerDeclaration(Base):
    """That a ledger of a township holds everything of a year. Never taken back."""

    __tablename__ = "ledger_declaration"

    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), primary_key=True)
    ledger: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    declared_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    declared_at: Mapped[datetime]
