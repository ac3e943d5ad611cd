"""The read model, the numbers, and the search text."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villagepub.core.counters import Counter
from villagepub.core.db import Base, DivisionCode, Identifier, id_column


class Publication(Base):
    """One item as the public may read it. Its id is the disclosure's; row numbers it for the search index.

    state: published, superseded (answers 308 to superseded_by), suspended or withdrawn (answer 410). Only a
    published one has a title, a body and attachments. changed_at: for conditional requests.
    """

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("state IN ('published', 'superseded', 'suspended', 'withdrawn')", name="state_known"),
        CheckConstraint("(state = 'published') = (body IS NOT NULL)", name="only_published_has_a_body"),
        CheckConstraint("state != 'superseded' OR superseded_by IS NOT NULL", name="superseded_by_something"),
        Index(None, "village", "published_at"),
        Index(None, "state", "published_at", "id"),
        Index(
            "ix_publication_public", "audience", "state", "village", "published_at", "id", "entry", "group", "period"
        ),
        Index(
            "uq_publication_number",
            "number",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )

    row: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(Identifier, unique=True)
    village: Mapped[str] = mapped_column(DivisionCode)
    village_name: Mapped[str] = mapped_column(String(60))
    entry: Mapped[str] = mapped_column(String(3))
    entry_name: Mapped[str] = mapped_column(String(100))
    group: Mapped[str] = mapped_column(String(1))
    group_name: Mapped[str] = mapped_column(String(40))
    office_name: Mapped[str] = mapped_column(String(60))
    legal_basis: Mapped[str] = mapped_column(String(500))
    number: Mapped[str] = mapped_column(String(30))
    title: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(Text)
    period: Mapped[str | None] = mapped_column(String(10))
    event_on: Mapped[date | None]
    nothing_to_report: Mapped[bool]
    audience: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(80))
    published_at: Mapped[datetime]
    public_until: Mapped[date | None]
    public_until_is_provisional: Mapped[bool] = mapped_column(default=False)
    supersedes: Mapped[str | None] = mapped_column(Identifier)
    superseded_by: Mapped[str | None] = mapped_column(Identifier)
    change_note: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(20))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(1000))
    changed_at: Mapped[datetime]
    search_text: Mapped[str] = mapped_column(Text, default="")
    attachments: Mapped[list["PublishedAttachment"]] = relationship(
        order_by="PublishedAttachment.id", lazy="selectin", cascade="all, delete-orphan"
    )


class PublishedAttachment(Base):
    """A file of a published item; the row goes when the item is no longer public."""

    __tablename__ = "published_attachment"

    id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    publication_id: Mapped[str] = mapped_column(Identifier, ForeignKey("publication.id"), index=True)
    village: Mapped[str] = mapped_column(DivisionCode)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(80))
    storage_key: Mapped[str] = mapped_column(String(200))
    thumbnail_digest: Mapped[str | None] = mapped_column(String(80))

    @property
    def has_thumbnail(self) -> bool:
        return self.thumbnail_digest is not None


class NumberCounter(Counter):
    """The last number given in a village and year. Its row is locked while one is given: no gaps, no doubles."""

    __tablename__ = "number_counter"

    village: Mapped[str] = mapped_column(DivisionCode, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)


class PublicationChange(Base):
    """One change of what anybody may read, in a township's sequence from 1, without gaps. Insert-only.

    It says neither title nor text: whoever reads it gets those from the publication as that is now.
    """

    __tablename__ = "publication_change"
    __table_args__ = (
        UniqueConstraint("township", "seq"),
        ForeignKeyConstraint(["publication_id", "village"], ["disclosure.id", "disclosure.village"]),
        CheckConstraint("seq > 0", name="counts_from_one"),
        CheckConstraint(
            "event IN ('published', 'corrected', 'suspended', 'released', 'withdrawn')", name="event_known"
        ),
    )

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    seq: Mapped[int]
    village: Mapped[str] = mapped_column(DivisionCode)
    publication_id: Mapped[str] = mapped_column(Identifier)
    event: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]


class ChangeHead(Base):
    """The end of a township's sequence. Its row is locked while a change is numbered, until that is committed.

    is_followed: whether somebody wants a job queued with each change.
    """

    __tablename__ = "publication_change_head"

    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), primary_key=True)
    seq: Mapped[int]
    is_followed: Mapped[bool] = mapped_column(default=False)
