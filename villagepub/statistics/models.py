"""Kept totals and closings."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier


class MonthlyCell(Base):
    """One village, entry and month (YYYY-MM, counted in Asia/Shanghai).

    published is net and can be negative in a month that takes out what a closed month counted; the other columns
    count acts in the month in which they happened.
    """

    __tablename__ = "monthly_cell"
    __table_args__ = (Index(None, "month", "village"),)

    village: Mapped[str] = mapped_column(DivisionCode, ForeignKey("division.code"), primary_key=True)
    entry: Mapped[str] = mapped_column(String(3), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    published: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    corrected: Mapped[int] = mapped_column(default=0)
    submitted: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime]


class Closing(Base):
    """One month of one township, frozen. rows: the month by village and entry, duties included. Insert-only."""

    __tablename__ = "closing"

    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(80))
    closed_at: Mapped[datetime]
    closed_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))


class FrozenIndicators(Base):
    """What the indicators of a closed month are made of. Insert-only.

    items: as ``indicators.Item`` writes itself. adjustments: what was found out in this month about closed ones.
    digest: of both.
    """

    __tablename__ = "frozen_indicators"
    __table_args__ = (ForeignKeyConstraint(["township", "month"], ["closing.township", "closing.month"]),)

    township: Mapped[str] = mapped_column(DivisionCode, primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    adjustments: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(80))
    frozen_at: Mapped[datetime]
