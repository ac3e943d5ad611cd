"""Reads of disclosures, for staff."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from villagepub.core import audit, clock, tenancy
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
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
GOING_OUT = (State.IN_REVIEW, State.REFERRED, State.PUBLISHED, State.SUSPENDED)  # or out already


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


def find_by_number(number: str, township: str, day: date) -> str | None:
    """The id of what bore a public number on a day: the last version published by then, else the first one."""
    query = select(Disclosure.id, Disclosure.published_at).where(
        Disclosure.village == number.partition("-")[0],
        Disclosure.township == township,
        Disclosure.number == number,
        Disclosure.published_at.is_not(None),
    )
    versions = db.session.execute(query.order_by(Disclosure.published_at, Disclosure.id)).all()
    by_then = [each.id for each in versions if clock.local(each.published_at).date() <= day]
    return next(iter([*reversed(by_then), *(each.id for each in versions)]), None)


def select_numbered(number: str) -> Select[str]:
    """The ids of whatever bears a public number: an item and its corrections."""
    return select(Disclosure.id).where(Disclosure.number == number)


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


def was_public(disclosure_id: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """As part of a query: that the public could read this one at some time."""
    return exists().where(Disclosure.id == disclosure_id, Disclosure.published_at.is_not(None))
