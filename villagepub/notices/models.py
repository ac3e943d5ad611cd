"""The inbox, the messages that go out beside it, and what is known of who may be sent them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier, id_column

DISCLOSURE, FEEDBACK = "disclosure", "feedback"  # types of subjects
LONGEST_SENTENCE, LONGEST_EVENT, LONGEST_REASON = 500, 120, 200


class MessageState(StrEnum):
    QUEUED = "queued"  # waits to be sent, or for the morning
    SENDING = "sending"  # said before the call is made: from here on it may have gone out
    SENT = "sent"  # the platform took it
    REFUSED = "refused"  # 43101: the person wants none; normal
    FAILED = "failed"  # the platform or our own rules refused what was to be sent
    UNKNOWN = "unknown"  # no answer came, so it may have gone out: never sent again by itself
    DROPPED = "dropped"  # not tried: see the reason


OPEN = (MessageState.QUEUED, MessageState.SENDING)
IN_DOUBT = (MessageState.UNKNOWN, MessageState.FAILED)
_OPEN = ", ".join(repr(state.value) for state in OPEN)
_STATES = ", ".join(repr(state.value) for state in MessageState)


class InboxNotice(Base):
    """One sentence to one person.

    subject_type, subject_id: what it is about, None when that is nothing that is stored.
    event: what happened, for what a clock says again and again: a person is told of one event once.
    """

    __tablename__ = "inbox_notice"
    __table_args__ = (
        CheckConstraint("(subject_type IS NULL) = (subject_id IS NULL)", name="subject_whole"),
        UniqueConstraint("person_id", "event"),
        Index(None, "person_id", "read_at"),
    )

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    subject_type: Mapped[str | None] = mapped_column(String(20))
    subject_id: Mapped[str | None] = mapped_column(Identifier)
    event: Mapped[str | None] = mapped_column(String(LONGEST_EVENT))
    village: Mapped[str] = mapped_column(DivisionCode)
    text: Mapped[str] = mapped_column(String(LONGEST_SENTENCE))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    @property
    def disclosure_id(self) -> str | None:
        return self.subject_id if self.subject_type == DISCLOSURE else None


class Message(Base):
    """One WeChat message to one person: the outbox, written in the transaction of the act.

    event: what it tells of; with the person and the template, there is one message of it.
    values: the words that the template's fields are filled with. role: the post by which the person is told, so that
    whoever was relieved of it by the time of sending is not.
    is_held: waits for the morning, where it may be gathered with others.
    reason: why it was dropped or failed; msgid, errcode, rid: what the platform answered.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint(f"(state IN ({_OPEN})) = (ended_at IS NULL)", name="ended_has_end"),
        CheckConstraint("state != 'sending' OR sending_at IS NOT NULL", name="sending_since"),
        CheckConstraint("state != 'sent' OR msgid IS NOT NULL", name="sent_has_msgid"),
        CheckConstraint("state != 'dropped' OR reason IS NOT NULL", name="dropped_for_a_reason"),
        CheckConstraint("NOT is_held OR state IN ('queued', 'dropped')", name="held_is_not_sent"),
        UniqueConstraint("person_id", "template", "event"),
        Index(None, "township", "state"),
        Index(None, "person_id", "created_at"),
        Index(None, "msgid"),
    )

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    village: Mapped[str] = mapped_column(DivisionCode)
    kind: Mapped[str] = mapped_column(String(20))
    template: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(LONGEST_EVENT))
    values: Mapped[dict[str, str]] = mapped_column(JSON)
    role: Mapped[str | None] = mapped_column(String(30))
    is_held: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10), default=MessageState.QUEUED)
    reason: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
    msgid: Mapped[str | None] = mapped_column(String(40))
    errcode: Mapped[int | None]
    rid: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
    sending_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Subscription(Base):
    """How many more messages of one template a person allowed, as far as is known; of a long-term one, 1 or 0."""

    __tablename__ = "subscription"
    __table_args__ = (CheckConstraint("remaining >= 0", name="never_below_nothing"),)

    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"), primary_key=True)
    template_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    remaining: Mapped[int]
    updated_at: Mapped[datetime]


class TemplatePause(Base):
    """A template whose quota of the day is used up: nothing of it is sent before an instant."""

    __tablename__ = "template_pause"

    template_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    until_at: Mapped[datetime]


class UnreachableIdentity(Base):
    """A WeChat identity that the platform does not know (40003): nothing more is sent to it. A person who binds
    another one can be reached again.
    """

    __tablename__ = "unreachable_identity"

    identity_id: Mapped[str] = mapped_column(Identifier, ForeignKey("wechat_identity.id"), primary_key=True)
    since: Mapped[datetime]
