"""The catalogue of a township, the legal basis of its entries by date, and duties that were excused."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villagepub.catalogue.headings import periodic
from villagepub.catalogue.terms import Frequency
from villagepub.core.db import Base, DivisionCode, Identifier, id_column


class CatalogueEntry(Base):
    """One 公开事项.

    publicity: ``7`` calendar days, ``5wd`` working days, or ``standing`` (shown until replaced).
    also_summarised: the frequency of a summary that an on_event entry owes besides.
    """

    __tablename__ = "catalogue_entry"
    __table_args__ = (
        UniqueConstraint("township", "code"),
        CheckConstraint("also_summarised IS NULL OR frequency = 'on_event'", name="only_events_are_summarised"),
    )

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    code: Mapped[str] = mapped_column(String(3))
    name: Mapped[str] = mapped_column(String(100))
    group: Mapped[str] = mapped_column(String(1))
    group_name: Mapped[str] = mapped_column(String(40))
    frequency: Mapped[str] = mapped_column(String(20))
    also_summarised: Mapped[str | None] = mapped_column(String(20))
    staged: Mapped[bool]
    publicity: Mapped[str] = mapped_column(String(10))
    office_id: Mapped[str] = mapped_column(Identifier, ForeignKey("office.id"))
    privacy: Mapped[str] = mapped_column(String(2))
    note: Mapped[str] = mapped_column(String(200), default="")
    bases: Mapped[list["LegalBasis"]] = relationship(order_by="LegalBasis.position", lazy="selectin")

    @property
    def frequencies(self) -> list[Frequency]:
        """The frequencies at which something periodic is owed."""
        return periodic(self.frequency, self.also_summarised)

    def basis_on(self, day: date) -> list["LegalBasis"]:
        return [basis for basis in self.bases if basis.is_valid_on(day)]


class LegalBasis(Base):
    """One law or document behind an entry. valid_until is inclusive; None at either end means open.

    article is None while nobody has entered it yet.
    """

    __tablename__ = "legal_basis"
    __table_args__ = (Index(None, "entry_id"),)

    id: Mapped[str] = id_column()
    entry_id: Mapped[str] = mapped_column(Identifier, ForeignKey("catalogue_entry.id"))
    position: Mapped[int]
    law: Mapped[str] = mapped_column(String(100))
    article: Mapped[str | None] = mapped_column(String(60))
    article_expected: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_until or day)

    @property
    def citation(self) -> str:
        """As it is shown: the law with its article, or a note that the article is still to be checked."""
        if self.article:
            return f"{self.law}{self.article}"
        return f"{self.law}，条号待核" if self.article_expected else self.law


class ExcusedDuty(Base):
    """A duty that does not apply to a village in a period, with the reason."""

    __tablename__ = "excused_duty"
    __table_args__ = (
        ForeignKeyConstraint(["township", "entry"], ["catalogue_entry.township", "catalogue_entry.code"]),
    )

    village: Mapped[str] = mapped_column(DivisionCode, ForeignKey("division.code"), primary_key=True)
    entry: Mapped[str] = mapped_column(String(3), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    township: Mapped[str] = mapped_column(DivisionCode)
    reason: Mapped[str] = mapped_column(String(500))
    person_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    at: Mapped[datetime]
