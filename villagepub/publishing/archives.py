"""What there is to find: the public items counted by month, entry, period and village."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from villagepub.core import tenancy
from villagepub.core.periods import Period
from villagepub.extensions import db
from villagepub.publishing.models import Publication
from villagepub.publishing.queries import is_public

Columns = TypeVarTuple("Columns")

MOST_OF_A_SITEMAP = 50_000  # sitemaps.org


@dataclass(frozen=True)
class EntryCount:
    """How many public items a catalogue entry has."""

    group: str
    group_name: str
    entry: str
    entry_name: str
    count: int


def count_by_month(prefixes: Sequence[str]) -> dict[str, int]:
    """``{YYYY-MM: items}`` by the month in which they were published, in Asia/Shanghai, newest first."""
    month = _month().label("month")
    rows = db.session.execute(_of(select(month, func.count()), prefixes).group_by(month).order_by(month.desc()))
    return dict(rows.all())


def count_by_entry(prefixes: Sequence[str]) -> list[EntryCount]:
    """In the order of the catalogue; the names are those of the newest item of each entry."""
    newest = aliased(Publication)
    counted = _of(
        select(Publication.entry, func.count().label("count"), func.max(Publication.id).label("newest")), prefixes
    ).group_by(Publication.entry)
    found = counted.subquery()
    query = select(newest.group, newest.group_name, newest.entry, newest.entry_name, found.c.count)
    rows = db.session.execute(query.join(found, newest.id == found.c.newest).order_by(newest.entry))
    return [EntryCount(*row) for row in rows]


def list_periods(prefixes: Sequence[str]) -> list[Period]:
    """What periods the items are about, newest first."""
    found = db.session.scalars(_of(select(Publication.period), prefixes).distinct())
    return sorted((Period.parse(text) for text in found if text), reverse=True)


def newest_by_village(villages: Iterable[str]) -> dict[str, Publication]:
    """``{village: its newest item}`` of the villages that have any; each is one step into an index."""
    order = Publication.published_at.desc(), Publication.id.desc()
    query = select(Publication).where(*is_public()).order_by(*order).limit(1)
    found = {village: db.session.scalar(query.where(Publication.village == village)) for village in villages}
    return {village: item for village, item in found.items() if item is not None}


def list_addresses(village: str) -> list[tuple[str, datetime]]:
    """``(id, changed at)`` of a village's items, newest first, as many as a sitemap holds."""
    query = _of(select(Publication.id, Publication.changed_at), (village,)).order_by(Publication.published_at.desc())
    return [(item, changed_at) for item, changed_at in db.session.execute(query.limit(MOST_OF_A_SITEMAP))]


def _of(query: Select[*Columns], prefixes: Sequence[str]) -> Select[*Columns]:
    return query.where(tenancy.within(Publication.village, prefixes), *is_public())


def _month() -> ColumnElement[str]:
    """The month of publication, in each database's own words: neither knows the other's."""
    if db.session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("Asia/Shanghai", Publication.published_at), "YYYY-MM")
    return func.strftime("%Y-%m", Publication.published_at, "+8 hours")
