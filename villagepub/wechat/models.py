"""What is kept of the platform's: the token that all workers share, its pushes, code pictures, checks of media."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier, id_column

LONGEST_APPID, LONGEST_DIGEST, LONGEST_TRACE = 40, 80, 80


class CheckState(StrEnum):
    WAITING = "waiting"  # the platform was not asked yet, or nobody knows whether it was
    ASKED = "asked"  # its verdict is to come
    PASSED = "passed"
    REVIEW = "review"  # a person has to look
    RISKY = "risky"
    UNREACHABLE = "unreachable"  # the platform could not load the file
    UNCHECKED = "unchecked"  # the platform was not asked, and will not be
    OVERDUE = "overdue"  # no verdict in time; one may still come


UNDECIDED = (CheckState.WAITING, CheckState.ASKED)
_STATES = ", ".join(repr(state.value) for state in CheckState)


class WeChatToken(Base):
    """The access token of one account, and who is fetching the next one.

    sealed: the token, encrypted; fingerprint: a keyed hash by which one knows it again; both absent before the first
    and after one that the platform refused. usable_until: from when a new one is asked for.
    lease_token, lease_until: the one worker that may ask for the next, and for how long others wait for it.
    forced_at: when the platform was last made to give another one.
    """

    __tablename__ = "wechat_token"
    __table_args__ = (
        CheckConstraint("(sealed IS NULL) = (fingerprint IS NULL)", name="known_by_its_fingerprint"),
        CheckConstraint("sealed IS NULL OR usable_until IS NOT NULL", name="ends"),
        CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name="lease_ends"),
    )

    appid: Mapped[str] = mapped_column(String(LONGEST_APPID), primary_key=True)
    sealed: Mapped[bytes | None]
    fingerprint: Mapped[str | None] = mapped_column(String(LONGEST_DIGEST))
    usable_until: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(Identifier)
    lease_until: Mapped[datetime | None]
    forced_at: Mapped[datetime | None]


class WeChatPush(Base):
    """A push that was taken, so that repeating it does nothing. digest: of the message, whatever it came wrapped in."""

    __tablename__ = "wechat_push"
    __table_args__ = (Index(None, "received_at"),)

    digest: Mapped[str] = mapped_column(String(LONGEST_DIGEST), primary_key=True)
    received_at: Mapped[datetime]


class WeChatCode(Base):
    """A mini-program code that was made; it never expires, so each is made once. Its picture lies in storage."""

    __tablename__ = "wechat_code"
    __table_args__ = (UniqueConstraint("appid", "scene", "page", "env_version"),)

    id: Mapped[str] = id_column()
    appid: Mapped[str] = mapped_column(String(LONGEST_APPID))
    scene: Mapped[str] = mapped_column(String(32))
    page: Mapped[str] = mapped_column(String(128))
    env_version: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime]


class MediaCheck(Base):
    """What the platform thinks of one published file.

    trace_id: the platform's name for the check, under which its verdict comes. label: of the verdict.
    reason: in words for people, why there is none. told_at: when the administrators were told that there is none.
    """

    __tablename__ = "media_check"
    __table_args__ = (
        ForeignKeyConstraint(["disclosure_id", "village"], ["disclosure.id", "disclosure.village"]),
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("state != 'asked' OR trace_id IS NOT NULL", name="asked_has_trace"),
        Index(None, "disclosure_id"),
    )

    id: Mapped[str] = id_column()
    attachment_id: Mapped[str] = mapped_column(Identifier, unique=True)
    disclosure_id: Mapped[str] = mapped_column(Identifier)
    village: Mapped[str] = mapped_column(DivisionCode)
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default=CheckState.WAITING)
    trace_id: Mapped[str | None] = mapped_column(String(LONGEST_TRACE), unique=True)
    label: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(100))
    queued_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
