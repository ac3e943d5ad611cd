"""Reads of the ledgers: rows, channels, declarations, and the yearly figures that come from them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, func, literal, select

from villagepub.core import clock, tenancy
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.periods import Period
from villagepub.extensions import db
from villagepub.ledgers.kinds import LEDGERS, Ledger
from villagepub.ledgers.labels import SOURCES
from villagepub.ledgers.models import (
    Channel,
    ChannelPost,
    ChannelTally,
    Complaint,
    ComplaintTally,
    LedgerDeclaration,
    LedgerRow,
)


@dataclass(frozen=True)
class Filters:
    """first, last: days, both included, for rows of a day. voided: None for all.

    own: ``{parameter: value}`` of the ledger's key and its own filters; None for any.
    """

    year: int | None = None
    first: date | None = None
    last: date | None = None
    voided: bool | None = None
    own: Mapping[str, Any] = field(default_factory=dict)


def filters_of(ledger: Ledger, query: Mapping[str, Any]) -> Filters:
    """query: as ``ledger.query`` or ``ledger.choice`` loads it; a choice is of rows that count."""
    names = [name for name in (ledger.key, *ledger.filters) if name is not None]
    return Filters(
        year=query["year"],
        first=query.get("first"),
        last=query.get("last"),
        voided=query.get("voided", False),
        own={name: query[name] for name in names},
    )


@dataclass(frozen=True)
class Backing:
    """How many rows of one ledger are behind a figure, and the query of its list that shows exactly them."""

    ledger: str
    rows: int
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Of the list, below /api/v1."""
        ledger = LEDGERS.get(self.ledger)
        return ledger.path if ledger else f"/{self.ledger}"


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
    row = db.session.get(ledger.model, row_id, with_for_update=lock or None, populate_existing=lock)
    if row is None or not tenancy.covers(prefixes, row.township):
        raise NotFound()
    return row


def list_rows(
    ledger: Ledger, prefixes: tuple[str, ...], filters: Filters, page: PageRequest, *, newest_first: bool = False
) -> Page[LedgerRow]:
    """In the order of entry, or from what was entered last."""
    query = select(ledger.model).where(*_chosen(ledger, prefixes, filters))
    return page_of(db.session(), query, [ledger.model.id], page, descending=newest_first)


def stream_rows(
    ledger: Ledger, prefixes: tuple[str, ...], filters: Filters, size: int
) -> Iterator[Sequence[LedgerRow]]:
    """In the order of entry, so many at a time and no more of them in memory."""
    query = select(ledger.model).where(*_chosen(ledger, prefixes, filters)).order_by(ledger.model.id)
    with closing(db.session.scalars(query, execution_options={"yield_per": size})) as result:
        yield from result.partitions()


def count_rows(ledger: Ledger, prefixes: tuple[str, ...], filters: Filters) -> int:
    query = select(func.count()).select_from(ledger.model).where(*_chosen(ledger, prefixes, filters))
    return db.session.execute(query).scalar_one()


def sum_rows(ledger: Ledger, prefixes: tuple[str, ...], filters: Filters, field: str) -> Any:
    """What the rows have in a field altogether; None where there are none."""
    query = select(func.sum(ledger.column(field))).where(*_chosen(ledger, prefixes, filters))
    return db.session.execute(query).scalar_one()


def _chosen(ledger: Ledger, prefixes: tuple[str, ...], filters: Filters) -> Iterator[ColumnElement[bool]]:
    yield tenancy.within(ledger.column("township"), prefixes)
    if filters.year is not None:
        yield ledger.of_year(filters.year) if ledger.of_year else _in_years(ledger, filters.year, filters.year)
    if filters.first is not None:
        yield ledger.column(ledger.when) >= _edge(ledger, filters.first)
    if filters.last is not None:
        yield ledger.column(ledger.when) < _edge(ledger, filters.last + timedelta(days=1))
    if filters.voided is not None:
        yield ledger.model.voided_at.is_not(None) == filters.voided
    for name, value in filters.own.items():
        if value is not None and name in ledger.filters:
            yield ledger.filters[name].condition(value, filters.year)
        elif value is not None:
            yield ledger.column(name) == value


def counted(ledger: Ledger, township: str, first: int, last: int) -> list[ColumnElement[bool]]:
    """The rows of a township that are not voided and count in these years."""
    return [
        ledger.model.township == township,
        ledger.model.voided_at.is_(None),
        _in_years(ledger, first, last),
    ]


def _in_years(ledger: Ledger, first: int, last: int) -> ColumnElement[bool]:
    when = ledger.column(ledger.when)
    if ledger.when == "year":
        return when.between(first, last)
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


def names_of(ledger: Ledger, township: str) -> dict[str, Mapping[str, str]]:
    """``{field: {key: Chinese name}}`` of a ledger's fields that hold keys; channels by the township's own list."""
    channels = {channel.key: channel.name for channel in list_channels(township)} if ledger.key == "channel" else {}
    return dict(ledger.choices) | ({"channel": channels} if channels else {})


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


def list_complaints_between(prefixes: tuple[str, ...], start: datetime, end: datetime) -> list[Complaint]:
    """Those entered by hand that count and were received between two instants, half open.

    What was said in the mini-program counts by its village, from where it was said.
    """
    query = select(Complaint).where(
        tenancy.within(Complaint.township, prefixes),
        Complaint.voided_at.is_(None),
        Complaint.feedback.is_(None),
        Complaint.received_at >= start,
        Complaint.received_at < end,
    )
    return list(db.session.scalars(query.order_by(Complaint.id)))


def list_complaint_tallies(prefixes: tuple[str, ...], periods: Collection[str]) -> list[ComplaintTally]:
    """Those that count, of exactly these months or years."""
    query = select(ComplaintTally).where(
        tenancy.within(ComplaintTally.township, prefixes),
        ComplaintTally.voided_at.is_(None),
        ComplaintTally.period.in_(periods),
    )
    return list(db.session.scalars(query.order_by(ComplaintTally.id)))


def list_declared(prefixes: tuple[str, ...], ledgers: Collection[str], years: Collection[int]) -> set[tuple[str, int]]:
    """``(township, year)`` for which any of the ledgers is declared complete."""
    query = select(LedgerDeclaration.township, LedgerDeclaration.year).where(
        tenancy.within(LedgerDeclaration.township, prefixes),
        LedgerDeclaration.ledger.in_(ledgers),
        LedgerDeclaration.year.in_(years),
    )
    return {(township, year) for township, year in db.session.execute(query)}


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
    received_parts = [
        (singles, _sums(singles, township, year, func.count())),
        (tallies, _sums(tallies, township, year, func.sum(tallies.column("received")))),
    ]
    answered = func.sum(Complaint.answered_at.is_not(None).cast(Integer))
    answered_parts = [
        (singles, _sums(singles, township, year, answered, rows=answered)),
        (tallies, _sums(tallies, township, year, func.sum(tallies.column("answered")))),
    ]
    received = _figures(township, year, SOURCES, received_parts)
    replied = _figures(township, year, SOURCES, answered_parts, narrowed={"complaints": {"answered": "true"}})
    return {source: ComplaintFigures(label, received[source], replied[source]) for source, label in SOURCES.items()}


def count_trainings(township: str, year: int) -> Figure:
    ledger = LEDGERS["trainings"]
    rows = _sums(ledger, township, year, func.count())
    return _figures(township, year, [""], [(ledger, rows)])[""]


_Sums = dict[str, tuple[int, int]]


def _sums(
    ledger: Ledger, township: str, year: int, number: ColumnElement[int], rows: ColumnElement[int] | None = None
) -> _Sums:
    """``{key: (number, rows)}`` of what counts in the year; the key is empty where the ledger has none.

    rows: how many of them are behind the number, where not all are.
    """
    key = ledger.column(ledger.key) if ledger.key else literal("")
    query = select(key, number, func.count() if rows is None else rows, func.count()).select_from(ledger.model)
    query = query.where(*counted(ledger, township, year, year))
    if ledger.key:
        query = query.group_by(key)
    return {key: (int(value), int(behind)) for key, value, behind, found in db.session.execute(query) if found}


def _figures(
    township: str,
    year: int,
    keys: Iterable[str],
    parts: Sequence[tuple[Ledger, _Sums]],
    narrowed: Mapping[str, dict[str, str]] | None = None,
) -> dict[str, Figure]:
    """One figure a key, from the ledgers that may hold its rows; once either is declared, empty means 0.

    narrowed: ``{ledger: filters}`` where not all of its rows are behind the number.
    """
    declared = any(is_declared(township, ledger.name, year) for ledger, _ in parts)
    figures = {}
    for key in keys:
        found = [(ledger, *sums[key]) for ledger, sums in parts if key in sums]
        value = sum(number for _, number, _ in found) if found or declared else None
        backing = [
            Backing(ledger.name, rows, _listed(ledger, township, year, key) | (narrowed or {}).get(ledger.name, {}))
            for ledger, _, rows in found or [(parts[0][0], 0, 0)]
        ]
        figures[key] = Figure(value, tuple(backing))
    return figures


def _listed(ledger: Ledger, township: str, year: int, key: str) -> dict[str, str]:
    """The query of the list that has the rows of a year and key."""
    whose = {"division": township, "year": str(year), "voided": "false"}
    return whose | {ledger.key: key} if ledger.key else whose
