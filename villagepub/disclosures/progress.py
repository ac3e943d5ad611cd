"""How far what is owed has come: made public, begun, or only happened."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from villagepub.core import tenancy
from villagepub.disclosures.counts import STAYS_COUNTED
from villagepub.disclosures.models import Disclosure
from villagepub.disclosures.place import Place, rows_at
from villagepub.extensions import db
from villagepub.review.workflow import State

UNFINISHED = (State.DRAFT, State.RETURNED, State.IN_REVIEW, State.REFERRED, State.REFUSED)

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


_COUNTS = and_(Disclosure.counts_in == bindparam("month"), STAYS_COUNTED)
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
