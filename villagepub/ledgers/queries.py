"""Reads of the ledgers: rows, channels, declarations, and the yearly figures that come from them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, func, literal, select

from villagepub.core import clock, tenancy
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.periods import Period
from villagepub.extensions import db
from villagepub.ledgers.clashes import Claim
from villagepub.ledgers.kinds import LEDGERS, Ledger
from villagepub.ledgers.models import (
    SOURCES,
    Channel,
    ChannelPost,
    ChannelTally,
    Complaint,
    LedgerDeclaration,
    LedgerRow,
)
from villagepub.ledgers.policy import Fields


@dataclass(frozen=True)
class Filters:
    """first, last: days, both included, for rows of a day. key: a channel or source. voided: None for all."""

    year: int | None = None
    first: date | None = None
    last: date | None = None
    key: str | None = None
    voided: bool | None = None


@dataclass(frozen=True)
class Backing:
    """How many rows of one ledger are behind a figure; its list, by the same year and key, shows them."""

    ledger: str
    rows: int


@dataclass(frozen=True)
class Figure:
    """A number that a ledger gives for a year. value is None while it is not entered, which is not 0."""

    value: int | None
    backing: tuple[Backing, ...]

    @property
    def is_entered(self) -> bool:
        return self.value is not None


@dataclass(frozen=True)
class ComplaintFigures:
    """One source's year. received: in the year; answered: how many of those have an answer by now."""

    label: str
    received: Figure
    answered: Figure


# --- rows ---------------------------------------------------------------------------------------------------


def get_row(ledger: Ledger, row_id: str, prefixes: tuple[str, ...], *, lock: bool = False) -> LedgerRow:
    """Raises NotFound outside the prefixes. lock: nobody else changes it until the transaction ends."""
    row = db.session.get(ledger.model, row_id, with_for_update=lock or None)
    if row is None or not tenancy.covers(prefixes, row.township):
        raise NotFound()
    return row


def list_rows(ledger: Ledger, prefixes: tuple[str, ...], filters: Filters, page: PageRequest) -> Page[LedgerRow]:
    """In the order of entry."""
    query = _narrowed(select(ledger.model), ledger, prefixes, filters)
    return page_of(db.session(), query, [ledger.model.id], page)


def count_rows(ledger: Ledger, prefixes: tuple[str, ...], filters: Filters) -> int:
    return db.session.scalar(_narrowed(select(func.count(ledger.model.id)), ledger, prefixes, filters)) or 0


def stream_rows(
    ledger: Ledger, prefixes: tuple[str, ...], filters: Filters, size: int
) -> Iterator[Sequence[LedgerRow]]:
    """In the order of entry, so many at a time and no more of them in memory."""
    query = _narrowed(select(ledger.model), ledger, prefixes, filters).order_by(ledger.model.id)
    with closing(db.session.scalars(query, execution_options={"yield_per": size})) as result:
        yield from result.partitions()


def _narrowed(query: Select[Any], ledger: Ledger, prefixes: tuple[str, ...], filters: Filters) -> Select[Any]:
    query = query.where(tenancy.within(ledger.column("township"), prefixes))
    if filters.year is not None:
        query = query.where(_in_years(ledger, filters.year, filters.year))
    if filters.first is not None:
        query = query.where(ledger.column(ledger.when) >= _edge(ledger, filters.first))
    if filters.last is not None:
        query = query.where(ledger.column(ledger.when) < _edge(ledger, filters.last + timedelta(days=1)))
    if filters.key is not None and ledger.key is not None:
        query = query.where(ledger.column(ledger.key) == filters.key)
    if filters.voided is not None:
        query = query.where(ledger.model.voided_at.is_not(None) == filters.voided)
    return query


def list_same_years(ledger: Ledger, township: str, rows: Sequence[Fields]) -> list[LedgerRow]:
    """The rows that count in the years of those given: what an import compares its lines with."""
    if not rows:
        return []
    first, last = _years_of(ledger, rows)
    return list(db.session.scalars(select(ledger.model).where(*_counted(ledger, township, first, last))))


def list_claims(ledger: Ledger, township: str, rows: Sequence[Fields], *, but_for: str | None = None) -> list[Claim]:
    """What already counts in the years, channels or sources of the given rows, singly and as tallies.

    but_for: the row that is being edited.
    """
    if ledger.key is None or ledger.counterpart is None or not rows:
        return []
    keys = {row[ledger.key] for row in rows}
    first, last = _years_of(ledger, rows)
    counterpart = LEDGERS[ledger.counterpart]
    found: list[Claim] = []
    for each in (ledger, counterpart) if ledger.is_tally else (counterpart,):
        key_column = each.column(ledger.key)
        query = select(key_column, each.column(each.when), each.model.id)
        query = query.where(*_counted(each, township, first, last), key_column.in_(keys))
        found += [
            Claim(key, each.span_of(when), each.is_tally, f"编号 {row_id}")
            for key, when, row_id in db.session.execute(query.order_by(each.model.id))
            if row_id != but_for
        ]
    return found


def _years_of(ledger: Ledger, rows: Sequence[Fields]) -> tuple[int, int]:
    years = [int(ledger.span_of(row[ledger.when])[:4]) for row in rows]
    return min(years), max(years)


def _counted(ledger: Ledger, township: str, first: int, last: int) -> list[ColumnElement[bool]]:
    """The rows of a township that are not voided and count in these years."""
    return [
        ledger.model.township == township,
        ledger.model.voided_at.is_(None),
        _in_years(ledger, first, last),
    ]


def _in_years(ledger: Ledger, first: int, last: int) -> ColumnElement[bool]:
    when = ledger.column(ledger.when)
    if ledger.is_tally:
        return func.substr(when, 1, 4).between(str(first), str(last))
    return and_(when >= _edge(ledger, date(first, 1, 1)), when < _edge(ledger, date(last + 1, 1, 1)))


def _edge(ledger: Ledger, day: date) -> Any:
    """The beginning of a day, as the ledger's own column knows it."""
    return clock.start_of(day) if ledger.when == "received_at" else day


# --- channels and declarations ------------------------------------------------------------------------------


def list_channels(township: str) -> list[Channel]:
    query = select(Channel).where(Channel.township == township).order_by(Channel.position, Channel.key)
    return list(db.session.scalars(query))


def find_channel(township: str, key: str) -> Channel | None:
    return db.session.get(Channel, (township, key))


def list_declarations(ledger: str, prefixes: tuple[str, ...]) -> list[LedgerDeclaration]:
    query = select(LedgerDeclaration).where(
        LedgerDeclaration.ledger == ledger, tenancy.within(LedgerDeclaration.township, prefixes)
    )
    return list(db.session.scalars(query.order_by(LedgerDeclaration.township, LedgerDeclaration.year)))


def is_declared(township: str, ledger: str, year: int) -> bool:
    return db.session.get(LedgerDeclaration, (township, ledger, year)) is not None


def count_by_channel_and_period(
    prefixes: tuple[str, ...], first_month: str, last_month: str
) -> dict[tuple[str, str], int]:
    """``{(channel, month): posts}``; a tally of a whole year stands under the year.

    A year counts only where the months asked for hold all of it: its tally says nothing of a part.
    """
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    last_day = Period.parse(last_month).last_day
    posts = select(ChannelPost.channel, ChannelPost.posted_on, func.count()).where(
        tenancy.within(ChannelPost.township, prefixes),
        ChannelPost.voided_at.is_(None),
        ChannelPost.posted_on.between(Period.parse(first_month).first_day, last_day),
    )
    for channel, day, number in db.session.execute(posts.group_by(ChannelPost.channel, ChannelPost.posted_on)):
        counts[channel, f"{day:%Y-%m}"] += number
    tallies = select(ChannelTally.channel, ChannelTally.period, func.sum(ChannelTally.count)).where(
        tenancy.within(ChannelTally.township, prefixes), ChannelTally.voided_at.is_(None)
    )
    for channel, text, number in db.session.execute(tallies.group_by(ChannelTally.channel, ChannelTally.period)):
        period = Period.parse(text)
        if first_month <= f"{period.first_day:%Y-%m}" and period.last_day <= last_day:
            counts[channel, text] += int(number)
    return dict(sorted(counts.items()))


# --- figures ------------------------------------------------------------------------------------------------


def count_posts_by_channel(township: str, year: int) -> dict[str, Figure]:
    """For each channel that takes rows by hand, in the township's order: posts and tallies together."""
    posts, tallies = LEDGERS["channel-posts"], LEDGERS["channel-tallies"]
    keys = [channel.key for channel in list_channels(township) if not channel.counted_from_disclosures]
    parts = [
        (posts, _sums(posts, township, year, func.count())),
        (tallies, _sums(tallies, township, year, func.sum(tallies.column("count")))),
    ]
    return _figures(township, year, keys, parts)


def count_complaints_by_source(township: str, year: int) -> dict[str, ComplaintFigures]:
    """For each source, single complaints and tallies together."""
    singles, tallies = LEDGERS["complaints"], LEDGERS["complaint-tallies"]
    answered = func.sum(Complaint.answered_at.is_not(None).cast(Integer))
    received_parts = [
        (singles, _sums(singles, township, year, func.count())),
        (tallies, _sums(tallies, township, year, func.sum(tallies.column("received")))),
    ]
    answered_parts = [
        (singles, _sums(singles, township, year, answered)),
        (tallies, _sums(tallies, township, year, func.sum(tallies.column("answered")))),
    ]
    received = _figures(township, year, SOURCES, received_parts)
    replied = _figures(township, year, SOURCES, answered_parts)
    return {source: ComplaintFigures(label, received[source], replied[source]) for source, label in SOURCES.items()}


def count_trainings(township: str, year: int) -> Figure:
    ledger = LEDGERS["trainings"]
    rows = _sums(ledger, township, year, func.count())
    return _figures(township, year, [""], [(ledger, rows)])[""]


def count_elsewhere(township: str, ledger: str, year: int) -> Figure:
    """A ledger that takes no rows yet: 0 once it is declared complete, not entered before."""
    return Figure(0 if is_declared(township, ledger, year) else None, (Backing(ledger, 0),))


_Sums = dict[str, tuple[int, int]]


def _sums(ledger: Ledger, township: str, year: int, number: ColumnElement[int]) -> _Sums:
    """``{key: (number, rows)}`` of what counts in the year; the key is empty where the ledger has none."""
    key = ledger.column(ledger.key) if ledger.key else literal("")
    query = select(key, number, func.count()).select_from(ledger.model)
    query = query.where(*_counted(ledger, township, year, year))
    if ledger.key:
        query = query.group_by(key)
    return {key: (int(value), rows) for key, value, rows in db.session.execute(query) if rows}


def _figures(township: str, year: int, keys: Iterable[str], parts: Sequence[tuple[Ledger, _Sums]]) -> dict[str, Figure]:
    """One figure a key, from the ledgers that may hold its rows; once either is declared, empty means 0."""
    declared = any(is_declared(township, ledger.name, year) for ledger, _ in parts)
    figures = {}
    for key in keys:
        found = [(ledger.name, *sums[key]) for ledger, sums in parts if key in sums]
        value = sum(number for _, number, _ in found) if found or declared else None
        backing = tuple(Backing(name, rows) for name, _, rows in found) or (Backing(parts[0][0].name, 0),)
        figures[key] = Figure(value, backing)
    return figures
