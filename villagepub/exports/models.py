"""Exports made by jobs. The row stays when its file is gone: it says who took what, and for which purpose."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, DivisionCode, Identifier, id_column

LONGEST_PURPOSE = 200
EXPIRED, DELETED = "expired", "deleted"  # why a file was removed


class Export(Base):
    """One file that somebody asked for. Its place is the division that its filters name.

    job_id: the job that writes it; jobs are forgotten in time, so it is no foreign key. filters: JSON values as the
    kind takes them. storage_key to finished_at: of the file, all None until it is there. digest: of its bytes.
    removed_at: when the file was deleted.
    """

    __tablename__ = "export"
    __table_args__ = (
        CheckConstraint("format IN ('csv', 'xlsx')", name="format_known"),
        CheckConstraint(
            "(finished_at IS NULL) = (digest IS NULL) AND (finished_at IS NULL) = (storage_key IS NULL) "
            "AND (finished_at IS NULL) = (expires_at IS NULL) AND (finished_at IS NULL) = (size IS NULL) "
            "AND (finished_at IS NULL) = (row_count IS NULL)",
            name="finished_is_whole",
        ),
        CheckConstraint("(removed_at IS NULL) = (removed_because IS NULL)", name="removed_has_a_reason"),
        CheckConstraint("removed_at IS NULL OR finished_at IS NOT NULL", name="only_a_file_is_removed"),
        CheckConstraint("removed_because IS NULL OR removed_because IN ('expired', 'deleted')", name="reason_known"),
        CheckConstraint("downloads >= 0", name="downloads_not_negative"),
        Index(None, "division"),
        Index(None, "owner_id"),
        Index(None, "expires_at"),
    )

    id: Mapped[str] = id_column()
    division: Mapped[str] = mapped_column(DivisionCode, ForeignKey("division.code"))
    owner_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(4))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    purpose: Mapped[str] = mapped_column(String(LONGEST_PURPOSE))
    job_id: Mapped[str] = mapped_column(Identifier)
    created_at: Mapped[datetime]
    storage_key: Mapped[str | None] = mapped_column(String(100), unique=True)
    row_count: Mapped[int | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[str | None] = mapped_column(String(80))
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    downloads: Mapped[int] = mapped_column(default=0)
    removed_at: Mapped[datetime | None]
    removed_because: Mapped[str | None] = mapped_column(String(10))
