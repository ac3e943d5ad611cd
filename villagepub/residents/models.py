"""Consents, residencies and telephone numbers. What is personal is sealed, and goes when it is erased."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier, id_column
from villagepub.residents.states import State

_STANDS = "withdrawn_at IS NULL"
_RUNS = f"state IN ('{State.REQUESTED}', '{State.CONFIRMED}')"
_STATES = ", ".join(repr(state.value) for state in State)


class Consent(Base):
    """That a person agreed to one purpose, to which text, when and where (个人信息保护法 14).

    withdrawn_at: the consent stands no longer.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_standing",
            "person_id",
            "purpose",
            unique=True,
            sqlite_where=text(_STANDS),
            postgresql_where=text(_STANDS),
        ),
    )

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Residency(Base):
    """That a person belongs to a village, as asked for, confirmed or declined, and ended.

    name and remark are sealed; None once erased. reason: why it was declined or ended.
    """

    __tablename__ = "residency"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_at_an_instant"),
        CheckConstraint("state NOT IN ('confirmed', 'declined') OR decided_by IS NOT NULL", name="decided_by_somebody"),
        CheckConstraint("state != 'declined' OR reason IS NOT NULL", name="declined_with_a_reason"),
        Index(
            "uq_residency_running",
            "person_id",
            "village",
            unique=True,
            sqlite_where=text(_RUNS),
            postgresql_where=text(_RUNS),
        ),
        Index(None, "village", "state"),
    )

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"), index=True)
    village: Mapped[str] = mapped_column(DivisionCode, ForeignKey("division.code"))
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    remark_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20))
    requested_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(500))


class Telephone(Base):
    """The number that a person gave of the own will; the row goes when the consent does."""

    __tablename__ = "telephone"

    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"), primary_key=True)
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    country_code: Mapped[str] = mapped_column(String(5))
    given_at: Mapped[datetime]
