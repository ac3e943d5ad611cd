"""Places and what a township decides for itself."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base
from villagepub.core.db import DivisionCode as Code
from villagepub.divisions.levels import DIGITS, Level


class Division(Base):
    """A place. on_platform_from: the day from which it discloses here; None while it does not."""

    __tablename__ = "division"
    __table_args__ = (
        CheckConstraint("length(code) = 12", name="code_has_12_digits"),
        CheckConstraint(f"level IN ({', '.join(repr(level.value) for level in Level)})", name="level_known"),
    )

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(20))
    parent_code: Mapped[str | None] = mapped_column(Code, ForeignKey("division.code"), index=True)
    on_platform_from: Mapped[date | None]

    @property
    def prefix(self) -> str:
        """The digits that all places below begin with."""
        return self.code[: DIGITS[Level(self.level)]]

    @property
    def township_code(self) -> str:
        """The code of the township that a township, village or community belongs to."""
        return self.code[: DIGITS[Level.TOWNSHIP]].ljust(12, "0")


class Township(Base):
    """What one township decides for itself, as its file says it.

    scoring: the weights of a village's score, as ``bulletins.scoring`` reads them. answer_days: calendar days within
    which a complaint is answered; None where the township has no rule. feedback_days: working days within which
    villagers who ask here are answered.
    """

    __tablename__ = "township"

    code: Mapped[str] = mapped_column(Code, ForeignKey("division.code"), primary_key=True)
    full_name: Mapped[str] = mapped_column(String(100))
    publisher: Mapped[str] = mapped_column(String(100))
    contact: Mapped[dict[str, Any]] = mapped_column(JSON)
    review_days: Mapped[dict[str, int]] = mapped_column(JSON)
    working_hours: Mapped[list[str]] = mapped_column(JSON)
    due: Mapped[dict[str, Any]] = mapped_column(JSON)
    regional_holidays: Mapped[list[str]] = mapped_column(JSON)
    told_of_incidents: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    scoring: Mapped[dict[str, int]] = mapped_column(JSON, server_default="{}")
    answer_days: Mapped[int | None]
    feedback_days: Mapped[int] = mapped_column(server_default="10")
