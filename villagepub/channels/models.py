"""Routing tables, suggestions that were turned down, webhooks, and what was sent to them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier, id_column

LONGEST_URL, LONGEST_REASON = 500, 200


class ChannelRouting(Base):
    """One version of a township's routing table. One that is in force is never changed: a later one follows it."""

    __tablename__ = "channel_routing"

    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class RejectedSuggestion(Base):
    """That a post is not about a disclosure, though their titles resemble each other."""

    __tablename__ = "rejected_suggestion"

    channel_post: Mapped[str] = mapped_column(Identifier, ForeignKey("channel_post.id"), primary_key=True)
    disclosure: Mapped[str] = mapped_column(Identifier, ForeignKey("disclosure.id"), primary_key=True)
    township: Mapped[str] = mapped_column(DivisionCode, index=True)
    rejected_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    rejected_at: Mapped[datetime]


class Webhook(Base):
    """An address that is told of what changes on a channel. One that is disabled stays, for its log.

    events: those that it is told of; key_version: which key of its own signs, and rotated_at: since when, so that
    the one before is good for a while longer; told_up_to: the change up to which deliveries have been queued.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        ForeignKeyConstraint(["township", "channel"], ["channel.township", "channel.key"]),
        CheckConstraint("key_version > 0", name="keys_count_from_one"),
        Index(None, "township"),
    )

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    channel: Mapped[str] = mapped_column(String(40))
    url: Mapped[str] = mapped_column(String(LONGEST_URL))
    events: Mapped[list[str]] = mapped_column(JSON)
    key_version: Mapped[int] = mapped_column(default=1)
    rotated_at: Mapped[datetime | None]
    told_up_to: Mapped[int]
    created_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class WebhookDelivery(Base):
    """One attempt to tell a webhook of something: a technical log, without what was sent.

    event_id: what the receiver knows it by; status: what it answered, None when it did not.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index(None, "webhook_id"), Index(None, "at"))

    id: Mapped[str] = id_column()
    webhook_id: Mapped[str] = mapped_column(Identifier, ForeignKey("webhook.id"))
    township: Mapped[str] = mapped_column(DivisionCode)
    job_id: Mapped[str] = mapped_column(Identifier)
    event_id: Mapped[str] = mapped_column(Identifier)
    event: Mapped[str] = mapped_column(String(10))
    attempt: Mapped[int]
    was_taken: Mapped[bool]
    status: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
    milliseconds: Mapped[int]
    at: Mapped[datetime]
