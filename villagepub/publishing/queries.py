"""What the public reads: the read model, and no other table of content."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Integer, Select, func, or_, select, text, tuple_

from villagepub.core import tenancy
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.periods import month_bounds
from villagepub.extensions import db
from villagepub.publishing.bigrams import fts5_query, tsquery_phrases
from villagepub.publishing.models import Publication, PublishedAttachment

PUBLIC_AUDIENCE = "public"
_FOUND_BY_FTS5 = text("SELECT rowid FROM publication_search WHERE publication_search MATCH :q").columns(rowid=Integer)


@dataclass(frozen=True)
class Filters:
    """What a public list is narrowed to; None means any."""

    entry: str | None = None
    group: str | None = None
    period: str | None = None
    q: str | None = None
    month: str | None = None  # of the publication, YYYY-MM in Asia/Shanghai

    @property
    def is_empty(self) -> bool:
        return self == Filters()


def find_publication(publication_id: str) -> Publication | None:
    return db.session.scalar(select(Publication).where(Publication.id == publication_id))


def get_publication(publication_id: str, villages: Collection[str] = ()) -> Publication:
    """In whatever state, tombstones included. Raises NotFound, also for what only villagers of others may read.

    villages: those that have confirmed the reader, here and below.
    """
    publication = find_publication(publication_id)
    if publication is None:
        raise NotFound()
    if publication.audience != PUBLIC_AUDIENCE and publication.village not in villages:
        raise NotFound()
    return publication


def is_readable_by_all(publication_id: str) -> bool:
    """Whether anybody may read it now."""
    query = select(Publication.id).where(Publication.id == publication_id, *is_public())
    return db.session.scalar(query) is not None


def list_ids_of_running(prefix: str, today: date) -> list[str]:
    """Of what is public with a period that is not over or may still move, in order."""
    query = select(Publication.id).where(
        tenancy.within(Publication.village, (prefix,)),
        Publication.state == "published",
        or_(Publication.public_until >= today, Publication.public_until_is_provisional),
    )
    return list(db.session.scalars(query.order_by(Publication.id)))


def select_public_numbers(prefixes: Sequence[str]) -> Select[str]:
    """The numbers of what anybody may read now below the prefixes, for a query of another room."""
    return select(Publication.number).where(tenancy.within(Publication.village, prefixes), *is_public())


def get_attachment(attachment_id: str, villages: Collection[str] = ()) -> PublishedAttachment:
    """Raises NotFound for a file of anything that the reader may not read now."""
    query = select(PublishedAttachment).join(Publication).where(PublishedAttachment.id == attachment_id)
    attachment = db.session.scalar(query.where(*_readable(villages)))
    if attachment is None:
        raise NotFound()
    return attachment


def list_publications(
    prefixes: Sequence[str], filters: Filters, page: PageRequest, villages: Collection[str] = ()
) -> Page[Publication]:
    """Newest first. Raises ValueError for a month that is none."""
    query = select(Publication).where(*_found(prefixes, filters, villages))
    return page_of(db.session(), query, [Publication.published_at, Publication.id], page, descending=True)


def count_publications(prefixes: Sequence[str], filters: Filters) -> int:
    return db.session.scalar(select(func.count()).select_from(Publication).where(*_found(prefixes, filters))) or 0


def list_versions(publication: Publication) -> list[Publication]:
    """An item and what it has corrected, newest first; of the earlier ones only tombstones are left."""
    versions = [publication]
    while (earlier := versions[-1].supersedes) and (found := find_publication(earlier)):
        versions.append(found)
    return versions


def find_neighbours(publication: Publication) -> tuple[Publication | None, Publication | None]:
    """The items of the village that were published before and after one."""
    keys = (Publication.published_at, Publication.id)
    here = tuple_(publication.published_at, publication.id)
    query = select(Publication).where(Publication.village == publication.village, *is_public())
    before = query.where(tuple_(*keys) < here).order_by(*(key.desc() for key in keys)).limit(1)
    after = query.where(tuple_(*keys) > here).order_by(*keys).limit(1)
    return db.session.scalar(before), db.session.scalar(after)


def _found(prefixes: Sequence[str], filters: Filters, villages: Collection[str] = ()) -> list[ColumnElement[bool]]:
    conditions = [tenancy.within(Publication.village, prefixes), *_readable(villages)]
    for name in ("entry", "group", "period"):
        if (value := getattr(filters, name)) is not None:
            conditions.append(getattr(Publication, name) == value)
    if filters.month:
        first, end = month_bounds(filters.month)
        conditions += [Publication.published_at >= first, Publication.published_at < end]
    if filters.q:
        conditions.append(matches(filters.q))
    return conditions


def matches(q: str) -> ColumnElement[bool]:
    """Items that hold every word of the query; two Chinese characters are a word, one is looked for in titles."""
    if db.session.get_bind().dialect.name == "postgresql":
        phrases = tsquery_phrases(q)
        document = func.to_tsvector(text("'simple'"), Publication.search_text)
        conditions = [document.bool_op("@@")(func.phraseto_tsquery(text("'simple'"), phrase)) for phrase in phrases]
        if conditions:
            return _all(conditions)
    else:
        words = fts5_query(q)
        if words is not None:
            return Publication.row.in_(_FOUND_BY_FTS5.bindparams(q=words))
    return Publication.title.contains(q.strip(), autoescape=True)


def _all(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, *rest = conditions
    for condition in rest:
        first &= condition
    return first


def count_by_village(prefixes: Sequence[str]) -> dict[str, int]:
    """``{village: items public now}`` below the prefixes."""
    query = (
        select(Publication.village, func.count())
        .where(tenancy.within(Publication.village, prefixes), *is_public())
        .group_by(Publication.village)
    )
    return dict(db.session.execute(query).all())


def count_by_group(prefixes: Sequence[str]) -> dict[tuple[str, str], int]:
    """``{(letter, name): items public now}`` below the prefixes."""
    query = (
        select(Publication.group, Publication.group_name, func.count())
        .where(tenancy.within(Publication.village, prefixes), *is_public())
        .group_by(Publication.group, Publication.group_name)
    )
    return {(group, name): count for group, name, count in db.session.execute(query)}


def last_change(prefixes: Sequence[str]) -> datetime | None:
    """When anything below the prefixes was published, superseded, suspended or withdrawn last."""
    query = select(func.max(Publication.changed_at)).where(tenancy.within(Publication.village, prefixes))
    return db.session.scalar(query)


def ended_at(prefixes: Sequence[str]) -> dict[str, datetime]:
    """``{id: when}`` of what was public below the prefixes and is not now."""
    query = select(Publication.id, Publication.ended_at).where(
        tenancy.within(Publication.village, prefixes), Publication.ended_at.is_not(None)
    )
    return {item: ended for item, ended in db.session.execute(query) if ended is not None}


def is_public() -> tuple[ColumnElement[bool], ...]:
    """The conditions under which anybody may read an item."""
    return _readable(())


def _readable(villages: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """What anybody may read now, and what the villagers of these villages may."""
    audience = Publication.audience == PUBLIC_AUDIENCE
    if villages:
        audience = or_(audience, Publication.village.in_(villages))
    return (Publication.state == "published", audience)
