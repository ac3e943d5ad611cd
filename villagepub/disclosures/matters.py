"""What the matters of a township are called, and what became of them: without their texts, for comparing."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from villagepub.core import clock
from villagepub.core.errors import NotFound
from villagepub.disclosures.models import Disclosure
from villagepub.extensions import db


@dataclass(frozen=True)
class Version:
    """One disclosure. number and published_at are None for what was never approved here.

    first_published_at: of a correction, when what it replaces was published first.
    """

    id: str
    number: str | None
    title: str
    village: str
    entry: str
    audience: str
    state: str
    created_at: datetime
    published_at: datetime | None
    first_published_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def is_approved(self) -> bool:
        """Whether it was ever approved and published here."""
        return self.published_at is not None

    @property
    def known_on(self) -> date:
        """The day in Asia/Shanghai on which it was first published, or while it is not, created."""
        return clock.local(self.first_published_at or self.created_at).date()


_COLUMNS = [getattr(Disclosure, name) for name in Version.__dataclass_fields__]


def list_versions(township: str) -> list[Version]:
    """Every disclosure of a township that is not deleted, corrections after what they replace."""
    query = select(*_COLUMNS).where(Disclosure.township == township, Disclosure.deleted_at.is_(None))
    return [Version(*row) for row in db.session.execute(query.order_by(Disclosure.id))]


def get_version(disclosure_id: str, township: str) -> Version:
    """Raises NotFound outside the township."""
    query = select(*_COLUMNS).where(Disclosure.id == disclosure_id, Disclosure.township == township)
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound()
    return Version(*row)
