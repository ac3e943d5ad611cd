"""Issued bulletins, and what people write into one before it is issued."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier


class BulletinText(Base):
    """The parts of a bulletin that a person writes.

    remarks: ``{village: text}`` for 三、存在问题; next_steps: ``[{text, due_on}]`` for 四、下一步要求.
    """

    __tablename__ = "bulletin_text"

    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    remarks: Mapped[dict[str, str]] = mapped_column(JSON)
    next_steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    written_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    written_at: Mapped[datetime]


class Bulletin(Base):
    """An issued bulletin: everything that it says, as JSON. Insert-only.

    year, number: 期号, counted from 1 in the year of its month. digest: of data.
    """

    __tablename__ = "bulletin"
    __table_args__ = (
        ForeignKeyConstraint(["township", "month"], ["closing.township", "closing.month"]),
        UniqueConstraint("township", "year", "number"),
        CheckConstraint("number > 0", name="counts_from_one"),
    )

    township: Mapped[str] = mapped_column(DivisionCode, primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(80))
    issued_at: Mapped[datetime]
