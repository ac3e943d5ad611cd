"""The inbox."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier, id_column


class InboxNotice(Base):
    """One sentence to one person, about one disclosure or about none that is stored."""

    __tablename__ = "inbox_notice"
    __table_args__ = (Index(None, "person_id", "read_at"),)

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    disclosure_id: Mapped[str | None] = mapped_column(Identifier)
    village: Mapped[str] = mapped_column(DivisionCode)
    text: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
