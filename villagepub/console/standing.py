"""How a township stands in a month: its squares, summed by village and then together.

After an act only what it is about is read and summed again, over what is known of the rest. What is told of a
moment, that the time of a stage has run out, is worked out from the instants that were read.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge

from villagepub.catalogue.headings import Heading
from villagepub.console import squares
from villagepub.console.grid import (
    Burden,
    Cell,
    Matter,
    OpenCase,
    Stage,
    all_burdens,
    all_stages,
    burdens_of,
    escalated,
    place_in_line,
    stages_of,
)
from villagepub.console.squares import Ground, Square, Squares
from villagepub.core import clock
from villagepub.core.periods import Period
from villagepub.core.rates import rate_of
from villagepub.disclosures.fulfilment import DutyStatus
from villagepub.disclosures.place import Place
from villagepub.statistics import indicator_rules as rules
from villagepub.statistics import queries as statistics
from villagepub.statistics.indicators import Indicator
from villagepub.statistics.standings import response_in, standings_of

_NO_FIGURES = (0,) * 9
_COUNTED = 4  # the place, among the figures, of what counts for 覆盖率
RATES = (Indicator.TIMELINESS, Indicator.COMPLETENESS, Indicator.COVERAGE, Indicator.RESPONSE)


@dataclass(frozen=True)
class VillageCount:
    """How much of what is due in the month stands how, in one village."""

    code: str
    name: str
    due: int
    overdue: int
    waiting: int
    late: int
    on_time: int


@dataclass(frozen=True)
class Row:
    """One entry with a cell for each village, in the order of the villages; None where nothing is due."""

    entry: Heading
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Figures:
    """Of the month. rates: none for a month that has not begun."""

    published: int
    on_time: int
    due: int
    returned: int
    rates: Mapping[Indicator, str | None]


@dataclass(frozen=True)
class VillageSums:
    """What the squares of one village make together.

    next_due_at: when the next stage runs out of time. covered: numerator and denominator of 覆盖率.
    """

    count: VillageCount
    late: int
    burdens: list[Burden]
    stages: list[Stage]
    escalations: list[OpenCase]
    next_due_at: datetime | None
    figures: tuple[int, ...]
    covered: tuple[int, int]


@dataclass(frozen=True)
class Standing:
    """All of it. response: 回应率. closed: the figures of a closed month.

    rows: the cells of each entry, in the order of the villages; the same object while none of them has changed.
    since, until: the instants between which the sums hold.
    """

    ground: Ground
    squares: Squares
    response: str | None
    closed: Figures | None
    rows: Mapping[str, Row]
    villages: Mapping[str, VillageSums]
    since: datetime
    until: datetime

    def cell(self, village: str, entry: str) -> Cell | None:
        square = self.squares[village].get(entry)
        return square.cell if square else None

    @property
    def counts(self) -> list[VillageCount]:
        """Of the villages, in the order of their codes."""
        return [self.villages[code].count for code in self.ground.villages]

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """The rows by the group of the catalogue."""
        return [(group, [self.rows[entry] for entry in entries]) for group, entries in self.ground.groups]

    def list_late(self) -> list[Matter]:
        """What fell due within a year and is not public yet, longest overdue first; provisional days left out."""
        return sorted(
            (matter for square in self._all_squares() for matter in square.late),
            key=lambda matter: (matter.due_on, matter.village, matter.entry, matter.period),
        )

    def _all_squares(self) -> Iterator[Square]:
        for of_village in self.squares.values():
            yield from of_village.values()

    @property
    def late(self) -> int:
        return sum(village.late for village in self.villages.values())

    def escalations(self) -> Iterator[OpenCase]:
        """The cases whose stage has run out of time, longest overdue first."""
        return merge(*(village.escalations for village in self.villages.values()), key=place_in_line)

    @property
    def escalated(self) -> int:
        return sum(len(village.escalations) for village in self.villages.values())

    def burdens(self) -> list[Burden]:
        return all_burdens(burden for village in self.villages.values() for burden in village.burdens)

    def stages(self) -> list[Stage]:
        return all_stages([village.stages for village in self.villages.values()] or [stages_of((), ())])

    def figures(self) -> Figures:
        """Of a closed month as it was frozen, of any other as it is now."""
        return self.closed or _figures(self)


def find_out(township: str, month: str) -> Standing:
    """From nothing, as of this moment. Raises ValueError for what is no month."""
    ground = squares.ground_of(township, month)
    found = squares.read_squares(ground)
    return _summed(
        Standing(
            ground=ground,
            squares=found,
            response=_response(ground),
            closed=_closed(ground),
            rows={entry.code: _row(ground, found, entry) for entry in ground.entries},
            villages={},
            since=ground.found_at,
            until=ground.until,
        ),
        found,
    )


def after_acts(standing: Standing, places: Collection[Place], *, answered: bool) -> Standing:
    """What it is after acts on disclosures of these places. answered: whether villagers' questions were, as well."""
    ground = standing.ground
    if answered:
        standing = replace(standing, response=_response(ground))
    villages = {village for village, _ in places}
    found = dict(standing.squares)
    for village in villages:
        read = {entry: squares.read_square(ground, (village, entry)) for place, entry in places if place == village}
        found[village] = {**found[village], **read}
    touched = {entry for _, entry in places}
    rows = {**standing.rows, **{e.code: _row(ground, found, e) for e in ground.entries if e.code in touched}}
    return _summed(replace(standing, squares=found, rows=rows), villages)


def _row(ground: Ground, found: Squares, entry: Heading) -> Row:
    squares_of = (found[village].get(entry.code) for village in ground.villages)
    return Row(entry, tuple(square.cell if square else None for square in squares_of))


def summed_again(standing: Standing) -> Standing:
    """The same rows as of this moment."""
    return _summed(standing, standing.squares)


def _summed(standing: Standing, villages: Collection[str]) -> Standing:
    now = clock.now()
    sums = {**standing.villages, **{village: _sums(standing, village, now) for village in villages}}
    ends = (standing.ground.until, *(each.next_due_at for each in sums.values()))
    return replace(standing, villages=sums, since=now, until=min(end for end in ends if end))


def _sums(standing: Standing, village: str, now: datetime) -> VillageSums:
    found = standing.squares[village].values()
    cases = [case for square in found for case in square.cases]
    late = [matter for square in found for matter in square.late]
    escalations, figures = escalated(cases, now), _together([_NO_FIGURES, *(square.figures for square in found)])
    return VillageSums(
        count=_count(village, standing.ground.villages.get(village, village), found),
        late=len(late),
        burdens=burdens_of(late, (case.holder for case in escalations)),
        stages=stages_of(cases, escalations),
        escalations=escalations,
        next_due_at=min((case.case.due_at for case in cases if case.case.due_at >= now), default=None),
        figures=figures,
        covered=_covered(standing.ground, village, figures[_COUNTED]),
    )


def _together(figures: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*figures, strict=True)))


def _count(village: str, name: str, found: Collection[Square]) -> VillageCount:
    """What does not apply is not due."""
    counts = Counter(matter.status for square in found if square.cell for matter in square.cell.matters)
    return VillageCount(
        code=village,
        name=name,
        due=counts.total() - counts[DutyStatus.NOT_APPLICABLE],
        overdue=counts[DutyStatus.OVERDUE],
        waiting=counts[DutyStatus.PENDING],
        late=counts[DutyStatus.LATE],
        on_time=counts[DutyStatus.FULFILLED],
    )


# --- figures ------------------------------------------------------------------------------------------------


def _figures(standing: Standing) -> Figures:
    ground = standing.ground
    villages = standing.villages.values()
    published, on_time, due, returned, _, *shares = _together([_NO_FIGURES, *(village.figures for village in villages)])
    if not ground.has_begun:
        return Figures(published, on_time, due, returned, {})
    covered = _together([(0, 0), *(village.covered for village in villages)])
    rates = (rate_of(*shares[:2]), rate_of(*shares[2:]), rate_of(*covered), standing.response)
    return Figures(published, on_time, due, returned, dict(zip(RATES, rates, strict=True)))


def _covered(ground: Ground, village: str, counted: int) -> tuple[int, int]:
    joined = {village: ground.joined[village]} if village in ground.joined else {}
    items = list(rules.of_coverage(joined, {(village, ground.month): counted}, [ground.month], ground.today))
    return sum(item.counted for item in items), sum(item.of for item in items)


def _response(ground: Ground) -> str | None:
    return response_in(ground.township, ground.month, today=ground.today).rate if ground.has_begun else None


def _closed(ground: Ground) -> Figures | None:
    if not statistics.is_closed(ground.township, ground.month):
        return None
    frozen = statistics.list_monthly(ground.prefixes, ground.month, ground.month, ())
    total = Counter(frozen[0] if frozen else {})  # none before a village was on the platform
    whole = standings_of(ground.prefixes, Period.parse(ground.month), today=ground.today).whole
    return Figures(
        published=total["published"],
        on_time=total["on_time"],
        due=total["due"],
        returned=total["returned"],
        rates={indicator: whole[indicator].rate for indicator in RATES},
    )
