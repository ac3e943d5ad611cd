"""Reads of disclosures, for staff."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from villagepub.core import audit, clock, tenancy
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.periods import month_of
from villagepub.disclosures.models import PENDING, Attachment, Disclosure, Revision
from villagepub.extensions import db
from villagepub.review.workflow import State

STREAMED = (
    "id",
    "number",
    "village",
    "entry",
    "title",
    "period",
    "event_on",
    "nothing_to_report",
    "audience",
    "state",
    "stage",
    "submitted_at",
    "published_at",
    "withdrawn_at",
    "digest",
)
SUBJECT = "disclosure"  # what an audit entry about one says that it is about
UNFINISHED = (State.DRAFT, State.RETURNED, State.IN_REVIEW, State.REFERRED, State.REFUSED)
GOING_OUT = (State.IN_REVIEW, State.REFERRED, State.PUBLISHED, State.SUSPENDED)  # or out already

Place = tuple[str, str]
"""A village and one of its entries."""

_IS_UNFINISHED = and_(Disclosure.state.in_(UNFINISHED), Disclosure.deleted_at.is_(None))
_IS_PUBLICATION = and_(
    Disclosure.period.is_not(None),
    Disclosure.state.in_((State.PUBLISHED, State.SUSPENDED)),
    Disclosure.first_published_at.is_not(None),
)
_IS_EVENT = and_(
    Disclosure.event_on.is_not(None),
    or_(Disclosure.supersedes_id.is_(None), Disclosure.first_published_at.is_not(None)),
    Disclosure.deleted_at.is_(None),
    Disclosure.state.not_in((State.WITHDRAWN, State.REFUSED, State.SUPERSEDED)),
)
_STAYS_COUNTED = or_(Disclosure.taken_out_in.is_(None), Disclosure.taken_out_in != Disclosure.counts_in)


@dataclass(frozen=True)
class Filters:
    """What a list of disclosures is narrowed to; None means any.

    entries: ``(township, entry)``; first, last: days of publication, both included.
    """

    village: str | None = None
    state: str | None = None
    stage: str | None = None
    entry: str | None = None
    period: str | None = None
    q: str | None = None
    entries: Collection[tuple[str, str]] | None = None
    first: date | None = None
    last: date | None = None


def get_disclosure(disclosure_id: str, prefixes: tuple[str, ...], *, lock: bool = False) -> Disclosure:
    """Raises NotFound outside the prefixes, and for a deleted draft.

    lock: hold the row until the transaction ends, for an act that will change it.
    """
    query = select(Disclosure).where(Disclosure.id == disclosure_id, Disclosure.deleted_at.is_(None))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    disclosure = db.session.scalar(query)
    if disclosure is None or not tenancy.covers(prefixes, disclosure.village):
        raise NotFound()
    return disclosure


def lock_with(attachment: Attachment) -> Disclosure:
    """What a file belongs to, be it deleted, held until the transaction ends; and the file as it is then."""
    query = select(Disclosure).where(Disclosure.id == attachment.disclosure_id).with_for_update()
    disclosure = db.session.scalars(query.execution_options(populate_existing=True)).one()
    db.session.refresh(attachment)
    return disclosure


def list_disclosures(prefixes: tuple[str, ...], filters: Filters, page: PageRequest) -> Page[Disclosure]:
    """Newest first."""
    return page_of(
        db.session(), _narrowed(select(Disclosure), prefixes, filters), [Disclosure.id], page, descending=True
    )


def count_disclosures(prefixes: tuple[str, ...], filters: Filters) -> int:
    return db.session.scalar(_narrowed(select(func.count(Disclosure.id)), prefixes, filters)) or 0


def stream_disclosures(prefixes: tuple[str, ...], filters: Filters, size: int) -> Iterator[Sequence[Row[Any]]]:
    """In order of creation, so many rows at a time and no more of them in memory: the columns STREAMED.

    Where the prefixes hold more than villages, the rows are read in that order as they lie. Found by the index of
    villages they would have to be sorted first, which SQLite, told nothing, prefers.
    """
    is_wide = any(len(prefix) < tenancy.CODE_LENGTH for prefix in prefixes)
    columns = [getattr(Disclosure, name) for name in STREAMED]
    query = _narrowed(select(*columns), prefixes, filters, by_index=not is_wide).order_by(Disclosure.id)
    connection = db.session.connection()  # its rows are plain tuples, which the session would make anew
    with closing(connection.execute(query, execution_options={"yield_per": size})) as result:
        yield from result.partitions()


def _narrowed(query: Select[Any], prefixes: tuple[str, ...], filters: Filters, *, by_index: bool = True) -> Select[Any]:
    place = Disclosure.village if by_index else Disclosure.village.concat("")
    query = query.where(tenancy.within(place, prefixes), Disclosure.deleted_at.is_(None))
    for name in ("village", "state", "stage", "entry", "period"):
        if (value := getattr(filters, name)) is not None:
            query = query.where(getattr(Disclosure, name) == value)
    if filters.q:
        query = query.where(Disclosure.title.contains(filters.q, autoescape=True))
    if filters.entries is not None:
        query = query.where(tuple_(Disclosure.township, Disclosure.entry).in_(filters.entries))
    if filters.first is not None:
        query = query.where(Disclosure.published_at >= clock.start_of(filters.first))
    if filters.last is not None:
        query = query.where(Disclosure.published_at < clock.start_of(filters.last + timedelta(days=1)))
    return query


def headings_of(ids: Iterable[str]) -> dict[str, tuple[str | None, str]]:
    """``{id: (number, title)}``."""
    query = select(Disclosure.id, Disclosure.number, Disclosure.title).where(Disclosure.id.in_(set(ids)))
    return {row.id: (row.number, row.title) for row in db.session.execute(query)}


def list_by_id(ids: Iterable[str]) -> list[Disclosure]:
    return list(db.session.scalars(select(Disclosure).where(Disclosure.id.in_(set(ids)))))


def get_attachment(disclosure: Disclosure, attachment_id: str) -> Attachment:
    """Raises NotFound for one that does not belong to the disclosure now."""
    found = next((attachment for attachment in disclosure.attachments if attachment.id == attachment_id), None)
    if found is None:
        raise NotFound()
    return found


def list_pending(*, begun_before: datetime) -> list[Attachment]:
    """Uploads that were begun, and never completed or taken back."""
    query = select(Attachment).where(
        Attachment.status == PENDING, Attachment.removed_at.is_(None), Attachment.created_at < begun_before
    )
    return list(db.session.scalars(query.order_by(Attachment.id)))


def list_to_rescreen(prefix: str, edition: str) -> list[str]:
    """Ids of what is in review or in public and was not wholly screened by this edition of the rules."""
    query = select(Disclosure.id).where(
        tenancy.within(Disclosure.village, (prefix,)),
        Disclosure.state.in_(GOING_OUT),
        or_(Disclosure.screened_by.is_(None), Disclosure.screened_by != edition),
    )
    return list(db.session.scalars(query.order_by(Disclosure.id)))


def ids_in_hand() -> Select[str]:
    """As part of a query: the ids of all that is public or may still become so."""
    over = (State.WITHDRAWN, State.REFUSED, State.SUPERSEDED)
    return select(Disclosure.id).where(Disclosure.deleted_at.is_(None), Disclosure.state.not_in(over))


def list_stored() -> list[Attachment]:
    """Every file that has bytes, those of earlier revisions included."""
    return list(db.session.scalars(select(Attachment).where(Attachment.status != PENDING).order_by(Attachment.id)))


def storage_keys() -> frozenset[str]:
    return frozenset(db.session.scalars(select(Attachment.storage_key)))


def list_revisions(disclosure: Disclosure) -> list[Revision]:
    query = select(Revision).where(Revision.disclosure_id == disclosure.id).order_by(Revision.revision)
    return list(db.session.scalars(query))


def authors_of(disclosure: Disclosure) -> frozenset[str]:
    """Everybody who wrote any revision, and everybody they stood in for."""
    query = select(Revision.person_id, Revision.stands_in_for).where(Revision.disclosure_id == disclosure.id)
    return frozenset(person for row in db.session.execute(query) for person in row if person)


def find_correction(disclosure_id: str) -> Disclosure | None:
    """The correction of a published item that is on its way."""
    running = (State.DRAFT, State.IN_REVIEW, State.RETURNED, State.REFERRED)
    query = select(Disclosure).where(
        Disclosure.supersedes_id == disclosure_id,
        Disclosure.state.in_(running),
        Disclosure.deleted_at.is_(None),
    )
    return db.session.scalar(query)


def is_of_township(disclosure_id: str, township: str) -> bool:
    query = select(Disclosure.id).where(Disclosure.id == disclosure_id, Disclosure.township == township)
    return db.session.scalar(query) is not None


def was_imported(village: str, entry: str, title: str, published_on: date) -> bool:
    """Whether a past publication of this name and day was recorded before."""
    query = select(Disclosure.id).where(
        Disclosure.village == village,
        Disclosure.entry == entry,
        Disclosure.title == title,
        Disclosure.originally_published_on == published_on,
    )
    return db.session.scalar(query.limit(1)) is not None


def list_open_of(village: str) -> list[Disclosure]:
    """What a village's uploader still has in hand: drafts and returned items."""
    query = select(Disclosure).where(
        Disclosure.village == village,
        Disclosure.state.in_((State.DRAFT, State.RETURNED)),
        Disclosure.deleted_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(Disclosure.id)))


def list_of_village(village: str, states: Collection[State], *, most: int) -> list[Disclosure]:
    """A village's items in any of the states: the last published or, before that, the last begun first."""
    query = select(Disclosure).where(
        Disclosure.village == village, Disclosure.state.in_(states), Disclosure.deleted_at.is_(None)
    )
    newest = func.coalesce(Disclosure.published_at, Disclosure.created_at).desc()
    return list(db.session.scalars(query.order_by(newest, Disclosure.id.desc()).limit(most)))


@dataclass(frozen=True)
class FirstPublication:
    """When a duty was first fulfilled, and by which disclosure."""

    disclosure_id: str
    published_at: datetime


def first_publications(
    prefixes: tuple[str, ...], periods: Collection[str] | None = None
) -> dict[tuple[str, str, str], FirstPublication]:
    """``{(village, entry, period): the first publication}``, of the periods or of all.

    A correction counts from the day of what it superseded; a withdrawal undoes the publication.
    """
    query = (
        select(Disclosure.village, Disclosure.entry, Disclosure.period, Disclosure.id, Disclosure.first_published_at)
        .where(tenancy.within(Disclosure.village, prefixes), _IS_PUBLICATION)
        .order_by(Disclosure.first_published_at.desc(), Disclosure.id.desc())
    )
    if periods is not None:
        query = query.where(Disclosure.period.in_(periods))
    return _first(db.session.execute(query))


def _first(publications: Iterable[Any]) -> dict[tuple[str, str, str], FirstPublication]:
    """publications: the last one first."""
    return {
        (village, entry, str(period)): FirstPublication(disclosure_id, published_at)
        for village, entry, period, disclosure_id, published_at in publications
    }


@dataclass(frozen=True)
class Event:
    """A disclosure that an event made due, as far as its duty goes."""

    id: str
    village: str
    township: str
    entry: str
    event_on: date
    first_published_at: datetime | None
    supersedes_id: str | None


def list_events(
    prefixes: tuple[str, ...], between: tuple[date, date] | None = None, *, unpublished: bool = False
) -> list[Event]:
    """The disclosures that an event made due, each once: a correction stands for its original once it is public.

    between: the first and the last day of the events; all of them when not given. unpublished: only those.
    """
    query = select(*(getattr(Disclosure, each.name) for each in fields(Event))).where(
        tenancy.within(Disclosure.village, prefixes), _IS_EVENT
    )
    if between is not None:
        query = query.where(Disclosure.event_on.between(*between))
    if unpublished:
        query = query.where(Disclosure.state.in_(UNFINISHED))
    return [Event(*row) for row in db.session.execute(query.order_by(Disclosure.id))]


@dataclass(frozen=True)
class Unfinished:
    """Something that a village has begun and that is not public: as far as one must know to ask who has it."""

    id: str
    village: str
    entry: str
    title: str
    period: str | None
    event_on: date | None
    state: str
    stage: str | None
    supersedes_id: str | None


def list_unfinished(villages: Collection[str]) -> list[Unfinished]:
    """Everything of these villages that was begun and is not public, what was refused among it, oldest first.

    Villages one by one, not the prefix above them: so the index leads to the few that are asked for.
    """
    query = select(*(getattr(Disclosure, each.name) for each in fields(Unfinished))).where(
        Disclosure.village.in_(villages), _IS_UNFINISHED
    )
    return [Unfinished(*row) for row in db.session.execute(query.order_by(Disclosure.id))]


def list_fulfilled(prefixes: tuple[str, ...], periods: Collection[str]) -> set[tuple[str, str, str]]:
    """``(village, entry, period)`` of what is public or suspended, in these periods."""
    query = select(Disclosure.village, Disclosure.entry, Disclosure.period).where(
        tenancy.within(Disclosure.village, prefixes), Disclosure.period.in_(periods), _IS_PUBLICATION
    )
    return {(village, entry, str(period)) for village, entry, period in db.session.execute(query.distinct())}


@dataclass(frozen=True)
class AtPlace:
    """What there is of one entry in one village, as the queries above would find it, read at once.

    counted: publications that count in a month and were not taken out in it again.
    """

    unfinished: list[Unfinished]
    publications: dict[tuple[str, str, str], FirstPublication]
    events: list[Event]
    counted: int

    @property
    def unpublished_events(self) -> list[Event]:
        unfinished = {each.id for each in self.unfinished}
        return [event for event in self.events if event.id in unfinished]


_COUNTS = and_(Disclosure.counts_in == bindparam("month"), _STAYS_COUNTED)
_NAMES = list(dict.fromkeys(each.name for each in fields(Unfinished) + fields(Event)))
_AT_PLACE = (  # made once, which is most of what a statement costs
    select(
        *(getattr(Disclosure, name) for name in _NAMES),
        _IS_UNFINISHED.label("is_unfinished"),
        _IS_PUBLICATION.label("is_publication"),
        _IS_EVENT.label("is_event"),
        _COUNTS.label("counts"),
    ).where(
        Disclosure.village == bindparam("village"),
        Disclosure.entry == bindparam("entry"),
        or_(
            _IS_UNFINISHED,
            and_(_IS_PUBLICATION, Disclosure.period.in_(bindparam("periods", expanding=True))),
            and_(_IS_EVENT, Disclosure.event_on.between(bindparam("first"), bindparam("last"))),
            _COUNTS,
        ),
    )
)


def _part(kind: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    return itemgetter(*(_NAMES.index(each.name) for each in fields(kind)))


_of_unfinished, _of_event = _part(Unfinished), _part(Event)
_of_publication = itemgetter(*map(_NAMES.index, ("village", "entry", "period", "id", "first_published_at")))


def find_at(place: Place, periods: Collection[str], between: tuple[date, date], month: str) -> AtPlace:
    """periods: of the publications; between: the first and the last day of the events; there may be others as well."""
    unfinished, published, events, counted = [], [], [], 0
    rows = rows_at(_AT_PLACE, place, periods=list(periods), first=between[0], last=between[1], month=month)
    for row in sorted(rows, key=itemgetter(0)):  # by id
        is_unfinished, is_publication, is_event, counts = row[-4:]
        if is_unfinished:
            unfinished.append(Unfinished(*_of_unfinished(row)))
        if is_publication:
            published.append(_of_publication(row))
        if is_event:
            events.append(Event(*_of_event(row)))
        counted += bool(counts)
    return AtPlace(unfinished, _first(sorted(published, key=itemgetter(4, 3), reverse=True)), events, counted)


def rows_at(query: Any, place: Place, **values: Any) -> Sequence[Any]:
    """Of a statement with a ``village`` and an ``entry``, as plain tuples: the session would make them anew."""
    return db.session.connection().execute(query, {"village": place[0], "entry": place[1], **values}).all()


@dataclass(frozen=True)
class Noted:
    """An entry of a township's audit chain: what kind of thing it is about, and of a disclosure its place for ever."""

    seq: int
    hash: str
    subject_type: str
    village: str | None
    entry: str | None


_NOTED = (
    audit.entries_from(bindparam("chain"), bindparam("seq"))
    .add_columns(Disclosure.village, Disclosure.entry)
    .outerjoin(Disclosure, and_(audit.AuditEntry.subject_type == SUBJECT, Disclosure.id == audit.AuditEntry.subject_id))
    .limit(bindparam("most"))
)


def list_noted(township: str, seq: int, *, most: int) -> list[Noted]:
    """The entries of a township's chain from a number on, that one included, in order."""
    rows = db.session.connection().execute(_NOTED, {"chain": township, "seq": seq, "most": most})
    return [Noted(*row) for row in rows]


def originals_of(ids: Collection[str]) -> dict[str, str]:
    """``{id of a correction: id of the item that stood at the beginning}``, over however many corrections.

    Those of the ids that correct nothing are left out.
    """
    origins = _superseded_by(ids)
    while earlier := _superseded_by(set(origins.values())):
        origins = {row_id: earlier.get(origin, origin) for row_id, origin in origins.items()}
    return origins


def _superseded_by(ids: Collection[str]) -> dict[str, str]:
    if not ids:
        return {}
    query = select(Disclosure.id, Disclosure.supersedes_id).where(
        Disclosure.id.in_(ids), Disclosure.supersedes_id.is_not(None)
    )
    return {row_id: str(origin) for row_id, origin in db.session.execute(query)}


def list_cells() -> list[tuple[str, str, str]]:
    """Every ``(village, entry, month)`` in which a publication counts or is taken out."""
    counted = select(Disclosure.village, Disclosure.entry, Disclosure.counts_in).where(
        Disclosure.counts_in.is_not(None)
    )
    taken = select(Disclosure.village, Disclosure.entry, Disclosure.taken_out_in).where(
        Disclosure.taken_out_in.is_not(None)
    )
    return [(row[0], row[1], str(row[2])) for row in db.session.execute(counted.union(taken))]


def list_act_cells() -> list[tuple[str, str, str]]:
    """Every ``(village, entry, month)`` in which something was withdrawn or a correction published."""
    withdrawn = select(Disclosure.village, Disclosure.entry, Disclosure.withdrawn_at).where(
        Disclosure.withdrawn_at.is_not(None)
    )
    corrected = select(Disclosure.village, Disclosure.entry, Disclosure.published_at).where(
        Disclosure.supersedes_id.is_not(None), Disclosure.published_at.is_not(None)
    )
    rows = [row for query in (withdrawn, corrected) for row in db.session.execute(query)]
    return [(village, entry, month_of(at)) for village, entry, at in rows if at is not None]


def count_published(village: str, entry: str, month: str) -> int:
    """Net publications that count in a month: those made minus those taken out."""
    here = (Disclosure.village == village, Disclosure.entry == entry)
    made = select(func.count()).select_from(Disclosure).where(*here, Disclosure.counts_in == month)
    taken = select(func.count()).select_from(Disclosure).where(*here, Disclosure.taken_out_in == month)
    return (db.session.scalar(made) or 0) - (db.session.scalar(taken) or 0)


def count_counted(prefixes: tuple[str, ...], months: Collection[str]) -> dict[tuple[str, str], int]:
    """``{(village, month): publications}`` that count in the month and were not taken out in it again."""
    query = (
        select(Disclosure.village, Disclosure.counts_in, func.count())
        .where(tenancy.within(Disclosure.village, prefixes), Disclosure.counts_in.in_(months), _STAYS_COUNTED)
        .group_by(Disclosure.village, Disclosure.counts_in)
    )
    return {(village, str(month)): count for village, month, count in db.session.execute(query)}


def count_counted_at_places(prefixes: tuple[str, ...], month: str) -> dict[Place, int]:
    """The same of one month, by village and entry. Counted here: for a GROUP BY, SQLite reads all rows in its order."""
    query = select(Disclosure.village, Disclosure.entry).where(
        tenancy.within(Disclosure.village, prefixes), Disclosure.counts_in == month, _STAYS_COUNTED
    )
    return Counter((village, entry) for village, entry in db.session.execute(query))


def was_public(disclosure_id: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """As part of a query: that the public could read this one at some time."""
    return exists().where(Disclosure.id == disclosure_id, Disclosure.published_at.is_not(None))


def count_withdrawn(village: str, entry: str, start: datetime, end: datetime) -> int:
    query = (
        select(func.count())
        .select_from(Disclosure)
        .where(
            Disclosure.village == village,
            Disclosure.entry == entry,
            Disclosure.withdrawn_at >= start,
            Disclosure.withdrawn_at < end,
        )
    )
    return db.session.scalar(query) or 0


def count_corrected(village: str, entry: str, start: datetime, end: datetime) -> int:
    """Corrections published between two instants."""
    query = (
        select(func.count())
        .select_from(Disclosure)
        .where(
            Disclosure.village == village,
            Disclosure.entry == entry,
            Disclosure.supersedes_id.is_not(None),
            Disclosure.published_at >= start,
            Disclosure.published_at < end,
        )
    )
    return db.session.scalar(query) or 0
