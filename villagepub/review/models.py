"""Cases, decisions, forwardings, referrals, and who opened what."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier, id_column

_OPEN = "closed_at IS NULL"


class ReviewCase(Base):
    """One submission on its way through its own copy of the chain.

    chain: ``[{stage, role, days, office}]`` as it was at submission. stage: where it waits now.
    office_id: the office that holds the office stage; asked_office_id: the one it was forwarded to, until that
    one accepts or declines. outcome: how it ended.
    """

    __tablename__ = "review_case"
    __table_args__ = (
        ForeignKeyConstraint(["disclosure_id", "village"], ["disclosure.id", "disclosure.village"]),
        UniqueConstraint("id", "village"),
        UniqueConstraint("disclosure_id", "submission"),
        Index(
            "uq_review_case_open",
            "disclosure_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_has_an_outcome"),
        Index(None, "village", "closed_at", "stage"),
        Index(None, "due_at"),
        Index(None, "opened_at", "village"),
    )

    id: Mapped[str] = id_column()
    disclosure_id: Mapped[str] = mapped_column(Identifier)
    village: Mapped[str] = mapped_column(DivisionCode)
    township: Mapped[str] = mapped_column(DivisionCode)
    entry: Mapped[str] = mapped_column(String(3))
    submission: Mapped[int]
    digest: Mapped[str] = mapped_column(String(80))
    chain: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    stage: Mapped[str] = mapped_column(String(20))
    office_id: Mapped[str] = mapped_column(Identifier, ForeignKey("office.id"))
    asked_office_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("office.id"))
    opened_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    due_at: Mapped[datetime]
    referred: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))

    def step(self, stage: str) -> dict[str, Any]:
        """The case's own definition of a stage."""
        return next(step for step in self.chain if step["stage"] == stage)

    @property
    def next_stage(self) -> str | None:
        """The stage after the present one in the case's own chain; None after the last."""
        names = [step["stage"] for step in self.chain]
        position = names.index(self.stage) + 1
        return names[position] if position < len(names) else None


class Decision(Base):
    """What one person decided at one stage, on one digest. Insert-only; one for each stage of a submission."""

    __tablename__ = "decision"
    __table_args__ = (
        ForeignKeyConstraint(["case_id", "village"], ["review_case.id", "review_case.village"]),
        UniqueConstraint("case_id", "stage"),
        CheckConstraint("outcome IN ('approve', 'return', 'refuse', 'refer')", name="outcome_known"),
        CheckConstraint("outcome = 'approve' OR comment <> ''", name="all_but_approval_say_why"),
        Index(None, "village", "entry", "at"),
    )

    id: Mapped[str] = id_column()
    case_id: Mapped[str] = mapped_column(Identifier)
    disclosure_id: Mapped[str] = mapped_column(Identifier, index=True)
    village: Mapped[str] = mapped_column(DivisionCode)
    entry: Mapped[str] = mapped_column(String(3))
    stage: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(80))
    checklist: Mapped[list[str]] = mapped_column(JSON)
    comment: Mapped[str] = mapped_column(String(1000))
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    stands_in_for: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    post_id: Mapped[str] = mapped_column(Identifier, ForeignKey("post.id"))
    entered_at: Mapped[datetime]
    at: Mapped[datetime]
    working_seconds: Mapped[int]


class Forwarding(Base):
    """One office asks another to take over the office stage."""

    __tablename__ = "forwarding"
    __table_args__ = (ForeignKeyConstraint(["case_id", "village"], ["review_case.id", "review_case.village"]),)

    id: Mapped[str] = id_column()
    case_id: Mapped[str] = mapped_column(Identifier, index=True)
    village: Mapped[str] = mapped_column(DivisionCode)
    from_office_id: Mapped[str] = mapped_column(Identifier, ForeignKey("office.id"))
    to_office_id: Mapped[str] = mapped_column(Identifier, ForeignKey("office.id"))
    comment: Mapped[str] = mapped_column(String(1000))
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    at: Mapped[datetime]
    accepted: Mapped[bool | None]
    answer: Mapped[str | None] = mapped_column(String(1000))
    answered_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]


class ReferralAnswer(Base):
    """What the superior or the secrecy administration determined (条例 17)."""

    __tablename__ = "referral_answer"
    __table_args__ = (
        ForeignKeyConstraint(["case_id", "village"], ["review_case.id", "review_case.village"]),
        CheckConstraint("outcome IN ('release', 'refuse')", name="outcome_known"),
    )

    id: Mapped[str] = id_column()
    case_id: Mapped[str] = mapped_column(Identifier, unique=True)
    village: Mapped[str] = mapped_column(DivisionCode)
    answered_from: Mapped[str] = mapped_column(String(100))
    answered_on: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str] = mapped_column(String(1000))
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    at: Mapped[datetime]


class Opening(Base):
    """That somebody opened a part of what is decided: ``text``, or ``attachments/<id>``. Insert-only.

    digest: of the whole submission, so that what was opened before a change counts for nothing after it.
    """

    __tablename__ = "opening"
    __table_args__ = (
        ForeignKeyConstraint(["case_id", "village"], ["review_case.id", "review_case.village"]),
        UniqueConstraint("case_id", "person_id", "digest", "what"),
    )

    id: Mapped[str] = id_column()
    case_id: Mapped[str] = mapped_column(Identifier)
    village: Mapped[str] = mapped_column(DivisionCode)
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    digest: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
