"""Reading a township's grid: what only the office changes, and over it the squares, all of them or one alone.

A square is one entry of one village. Of all squares there is a fixed number of queries, whatever the number of
villages, entries and disclosures; of one alone the same, each of them a few rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Protocol, TypeVar

from villagepub.accounts import queries as accounts
from villagepub.catalogue import queries as catalogue
from villagepub.catalogue.headings import Heading
from villagepub.console.grid import Cell, Holders, Matter, Names, OpenCase, Whereabouts
from villagepub.core import clock
from villagepub.core.periods import Period, month_before
from villagepub.disclosures import counts as disclosures
from villagepub.disclosures import progress
from villagepub.disclosures.fulfilment import Due, Duty, DutyStatus
from villagepub.disclosures.place import Place
from villagepub.disclosures.progress import Unfinished
from villagepub.divisions import queries as divisions
from villagepub.review import queries as review
from villagepub.review.queries import Waiting
from villagepub.statistics import indicator_rules as rules
from villagepub.statistics import queries as statistics

MONTHS_BACK = 12  # how far back what is overdue is looked for, as the bulletins do
AT_MOST = timedelta(hours=1)  # what is mended in the database itself leaves no entry on the chain

Count = tuple[int, int]  # of how many, how many
Squares = Mapping[str, Mapping[str, "Square"]]  # by village and entry


@dataclass(frozen=True)
class Ground:
    """What no act on a disclosure changes. until: the instant at which time alone may change it."""

    township: str
    month: str
    prefixes: tuple[str, ...]
    found_at: datetime
    until: datetime
    today: date
    villages: Mapping[str, str]
    joined: Mapping[str, date]
    entries: Sequence[Heading]
    holders: Holders
    due: Due
    due_before: Due

    @property
    def has_begun(self) -> bool:
        return f"{self.today:%Y-%m}" >= self.month

    @cached_property
    def groups(self) -> Sequence[tuple[str, Sequence[str]]]:
        """The groups of the catalogue, and the codes of the entries of each."""
        by_group = groupby(self.entries, key=lambda entry: f"{entry.group} {entry.group_name}")
        return [(group, [entry.code for entry in entries]) for group, entries in by_group]

    @property
    def event_days(self) -> tuple[date, date]:
        """On which days an event may have been that is due in the month or within the year."""
        days = [day for due in (self.due, self.due_before) if due.event_days for day in due.event_days]
        return min(days), max(days)


def ground_of(township: str, month: str) -> Ground:
    """As of this moment. Raises ValueError for what is no month."""
    period, now, today = Period.parse(month), clock.now(), clock.today()
    prefixes = (divisions.prefix_of(township),)
    places = divisions.list_disclosing(prefixes)
    villages = {place.code: place.name for place in places}
    names = Names(villages, accounts.office_names(township))
    a_year_ago = Period.parse(month_before(f"{today:%Y-%m}", MONTHS_BACK)).first_day
    ends = (clock.start_of(today + timedelta(days=1)), accounts.next_change_of_holders(township), now + AT_MOST)
    return Ground(
        township=township,
        month=month,
        prefixes=prefixes,
        found_at=now,
        until=min(end for end in ends if end),
        today=today,
        villages=villages,
        joined={place.code: place.on_platform_from for place in places if place.on_platform_from},
        entries=catalogue.list_headings(township),
        holders=Holders(accounts.list_held_posts(township), names),
        due=Due(prefixes, today=today, due_between=(period.first_day, period.last_day)),
        due_before=Due(prefixes, today=today, due_between=(a_year_ago, today)),
    )


@dataclass(frozen=True)
class Square:
    """How one entry stands in one village.

    cell: what is due in the month. late: what fell due within a year and is not public, provisional days left out.
    cases: in review, soonest due first. figures: what it adds to those of the month: net publications, what was on
    time, what was due, returns, what counts for 覆盖率, the numerators and denominators of 及时率 and 完整率.
    """

    cell: Cell | None
    late: tuple[Matter, ...]
    cases: tuple[OpenCase, ...]
    figures: tuple[int, ...]


@dataclass(frozen=True)
class _Rows:
    """What was read of one square. counts: net publications and returns of the month."""

    due: Sequence[Duty]
    late: Sequence[Duty]
    unfinished: Sequence[Unfinished]
    waiting: Sequence[Waiting]
    counts: tuple[int, int]
    counted: int


def read_squares(ground: Ground) -> Squares:
    """All of them."""
    unfinished, waiting = progress.list_unfinished(ground.villages), review.list_open(ground.prefixes)
    due, late = _by_place(ground.due.duties()), _by_place(ground.due_before.overdue())
    begun, open_cases = _by_place(unfinished), _by_place(waiting)
    counts = statistics.published_and_returned(ground.prefixes, ground.month)
    counted = disclosures.count_counted_at_places(ground.prefixes, ground.month)
    found: defaultdict[str, dict[str, Square]] = defaultdict(dict, {village: {} for village in ground.villages})
    for place in {**due, **late, **begun, **open_cases, **counts, **counted}:
        both = counts.get(place, (0, 0)), counted.get(place, 0)
        rows = _Rows(due[place], late[place], begun[place], open_cases[place], *both)
        found[place[0]][place[1]] = _square(ground, rows)
    return found


def read_square(ground: Ground, place: Place) -> Square:
    periods, before = ground.due.periods_at(place), ground.due_before.periods_at(place)
    found = progress.find_at(place, periods, before, ground.event_days, ground.month)
    rows = _Rows(
        ground.due.duties_at(place, found),
        ground.due_before.overdue_at(place, found),
        found.unfinished,
        review.list_open_at(place),
        statistics.published_and_returned_at(place, ground.month),
        found.counted,
    )
    return _square(ground, rows)


def _square(ground: Ground, rows: _Rows) -> Square:
    published, returned = rows.counts
    whereabouts = Whereabouts(rows.unfinished, rows.waiting, ground.holders)
    titles = {each.id: each.title for each in rows.unfinished}
    matters = tuple(whereabouts.matter_of(duty, ground.today) for duty in rows.due)
    owed = [duty.status for duty in rows.due if duty.status not in statistics.LEFT_OUT]
    return Square(
        cell=Cell(matters) if matters else None,
        late=tuple(whereabouts.matter_of(duty, ground.today) for duty in rows.late if not duty.due_is_provisional),
        cases=tuple(_open_case(ground, case, titles.get(case.disclosure_id)) for case in rows.waiting),
        figures=(
            published,
            owed.count(DutyStatus.FULFILLED),
            len(owed),
            returned,
            rows.counted,
            *_sum(map(rules.timely, rows.due)),
            *_sum(map(rules.complete, rows.due)),
        ),
    )


def _open_case(ground: Ground, case: Waiting, title: str | None) -> OpenCase:
    return OpenCase(
        case,
        title,
        ground.villages.get(case.village, case.village),
        ground.holders.of(case.role, case.held_by_office),
        (ground.today - clock.local(case.entered_at).date()).days,
        (ground.today - clock.local(case.due_at).date()).days,
    )


def _sum(counts: Iterable[Count]) -> Count:
    found = list(counts)
    return sum(count for count, _ in found), sum(of for _, of in found)


class _Placed(Protocol):
    @property
    def village(self) -> str: ...
    @property
    def entry(self) -> str: ...


T = TypeVar("T", bound=_Placed)


def _by_place(rows: Iterable[T]) -> defaultdict[Place, list[T]]:
    found: defaultdict[Place, list[T]] = defaultdict(list)
    for row in rows:
        found[row.village, row.entry].append(row)
    return found
