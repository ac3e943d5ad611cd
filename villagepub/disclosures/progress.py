"""How far what is owed has come: made public, begun, or only happened."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, literal_column, not_, null, or_, select

from villagepub.core import tenancy
from villagepub.disclosures.counts import STAYS_COUNTED
from villagepub.disclosures.models import Disclosure
from villagepub.disclosures.place import Place, rows_at
from villagepub.extensions import db
from villagepub.review.workflow import State

UNFINISHED = (State.DRAFT, State.RETURNED, State.IN_REVIEW, State.REFERRED, State.REFUSED)
PUBLIC = (State.PUBLISHED, State.SUSPENDED)

_BY_ID = attrgetter("id")


def _is_in(states: Collection[State]) -> ColumnElement[bool]:
    """Written out in the statement: a list of parameters is made anew each time it is asked."""
    return Disclosure.state.in_([literal_column(f"'{state}'") for state in states])


_IS_UNFINISHED = and_(_is_in(UNFINISHED), Disclosure.deleted_at.is_(None))
_IS_PUBLICATION = and_(
    Disclosure.period.is_not(None),
    _is_in(PUBLIC),
    Disclosure.first_published_at.is_not(None),
)
_IS_EVENT = and_(
    Disclosure.event_on.is_not(None),
    or_(Disclosure.supersedes_id.is_(None), Disclosure.first_published_at.is_not(None)),
    Disclosure.deleted_at.is_(None),
    not_(_is_in((State.WITHDRAWN, State.REFUSED, State.SUPERSEDED))),
)


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
    last_first: Iterable[Any] = db.session.execute(query)
    return {
        (village, entry, period): FirstPublication(disclosure_id, published_at)
        for village, entry, period, disclosure_id, published_at in last_first
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
    fulfilled: set[tuple[str, str, str]]
    events: list[Event]
    counted: int

    @property
    def unpublished_events(self) -> list[Event]:
        unfinished = {each.id for each in self.unfinished}
        return [event for event in self.events if event.id in unfinished]


_COUNTS = and_(Disclosure.counts_in == bindparam("month"), STAYS_COUNTED)
_HERE = and_(Disclosure.village == bindparam("village"), Disclosure.entry == bindparam("entry"))
_COLUMNS = (
    Disclosure.period,
    Disclosure.id,
    Disclosure.title,
    Disclosure.event_on,
    Disclosure.state,
    Disclosure.stage,
    Disclosure.supersedes_id,
    Disclosure.township,
    Disclosure.first_published_at,
    _IS_EVENT.label("is_event"),
    _COUNTS.label("counts"),
)
_AT_PLACE = (  # made once, and without lists of changing length: that is most of what a statement costs
    select(*_COLUMNS)
    .where(
        _HERE,
        or_(
            _IS_UNFINISHED,
            and_(_IS_PUBLICATION, Disclosure.period.between(bindparam("first_period"), bindparam("last_period"))),
            and_(_IS_EVENT, Disclosure.event_on.between(bindparam("first_day"), bindparam("last_day"))),
            _COUNTS,
        ),
    )
    .union_all(
        select(Disclosure.period, *(null() for _ in _COLUMNS[1:]))
        .where(
            _HERE, _IS_PUBLICATION, Disclosure.period.between(bindparam("first_fulfilled"), bindparam("last_fulfilled"))
        )
        .group_by(Disclosure.period)
    )
)


def find_at(
    place: Place, periods: Collection[str], fulfilled: Collection[str], between: tuple[date, date], month: str
) -> AtPlace:
    """Of one place alone; there may be more than what is asked for.

    periods: of the publications; fulfilled: of which it is enough to know that there is one; between: the first and
    the last day of the events; month: in which something counts.
    """
    unfinished, events, done, counted = [], [], set(), 0
    first: dict[str, tuple[datetime, str]] = {}
    rows = rows_at(
        _AT_PLACE,
        place,
        first_period=min(periods, default=""),
        last_period=max(periods, default=""),
        first_fulfilled=min(fulfilled, default=""),
        last_fulfilled=max(fulfilled, default=""),
        first_day=between[0],
        last_day=between[1],
        month=month,
    )
    for row in rows:
        period, id_, title, event_on, state, stage, supersedes_id, township, published_at, is_event, counts = row
        if id_ is None:
            done.add((*place, period))
        elif state in UNFINISHED:
            unfinished.append(Unfinished(id_, *place, title, period, event_on, state, stage, supersedes_id))
        elif state in PUBLIC and period and published_at:
            publication = (published_at, id_)
            first[period] = min(first.get(period, publication), publication)
        if is_event:
            events.append(Event(id_, place[0], township, place[1], event_on, published_at, supersedes_id))
        counted += bool(counts)
    publications = {(*place, period): FirstPublication(id_, at) for period, (at, id_) in first.items()}
    return AtPlace(sorted(unfinished, key=_BY_ID), publications, done, sorted(events, key=_BY_ID), counted)
