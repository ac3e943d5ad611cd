"""What the first screen of a township says about a month."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from villagepub.catalogue.headings import Heading
from villagepub.console import grid_reading as reading
from villagepub.console.grid import Burden, Cell, Stage
from villagepub.console.grid_reading import Escalation, Grid, Scene
from villagepub.core import clock
from villagepub.core.periods import Period
from villagepub.disclosures.fulfilment import DutyStatus
from villagepub.statistics import queries as statistics
from villagepub.statistics.indicators import Indicator, Measures
from villagepub.statistics.standings import measures_of

RATES = (Indicator.TIMELINESS, Indicator.COMPLETENESS, Indicator.COVERAGE, Indicator.RESPONSE)
MOST_ESCALATIONS = 10


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
    """Of the month. measures: None for a month that has not begun."""

    published: int
    on_time: int
    due: int
    returned: int
    measures: Measures | None


@dataclass(frozen=True)
class Overview:
    """as_of: when it was found out, in UTC. groups: rows by the group of the catalogue."""

    month: str
    as_of: datetime
    villages: Sequence[VillageCount]
    groups: Sequence[tuple[str, Sequence[Row]]]
    late: int
    burdens: Sequence[Burden]
    stages: Sequence[Stage]
    escalations: Sequence[Escalation]
    escalated: int
    figures: Figures


def overview_of(township: str, month: str) -> Overview:
    """As of this moment. Raises ValueError for what is no month."""
    scene = reading.scene_of(township)
    grid = reading.grid_of(scene, month)
    late = reading.list_late(scene)
    escalations = reading.escalations_of(scene)
    return Overview(
        month=month,
        as_of=clock.now(),
        villages=count_villages(scene, grid),
        groups=rows_of(scene, grid),
        late=len(late),
        burdens=reading.burdens(late, escalations),
        stages=reading.stages(scene, escalations),
        escalations=escalations[:MOST_ESCALATIONS],
        escalated=len(escalations),
        figures=_figures(scene, grid),
    )


def count_villages(scene: Scene, grid: Grid) -> list[VillageCount]:
    """In the order of their codes; what does not apply is not due."""
    counts: dict[str, Counter[DutyStatus]] = {village: Counter() for village in scene.villages}
    for matter in grid.matters():
        counts[matter.village][matter.status] += 1
    return [
        VillageCount(
            code=village,
            name=scene.villages[village],
            due=found.total() - found[DutyStatus.NOT_APPLICABLE],
            overdue=found[DutyStatus.OVERDUE],
            waiting=found[DutyStatus.PENDING],
            late=found[DutyStatus.LATE],
            on_time=found[DutyStatus.FULFILLED],
        )
        for village, found in counts.items()
    ]


def rows_of(scene: Scene, grid: Grid) -> list[tuple[str, list[Row]]]:
    rows = [
        Row(entry, tuple(grid.cells.get((village, entry.code)) for village in scene.villages))
        for entry in scene.entries
    ]
    by_group = groupby(rows, key=lambda row: f"{row.entry.group} {row.entry.group_name}")
    return [(group, list(found)) for group, found in by_group]


def _figures(scene: Scene, grid: Grid) -> Figures:
    """Of a closed month as it was frozen, of any other as it is now."""
    period, month = Period.parse(grid.month), grid.month
    if statistics.is_closed(scene.township, month):
        frozen = statistics.list_monthly(scene.prefixes, month, month, ())  # none before a village was on the platform
        total = frozen[0] if frozen else Counter()
    else:
        total = statistics.sum_open_cells(scene.prefixes, month, grid.duties)
    begun = period.first_day <= scene.today
    return Figures(
        published=total["published"],
        on_time=total["on_time"],
        due=total["due"],
        returned=total["returned"],
        measures=measures_of(scene.prefixes, period, grid.duties, today=scene.today) if begun else None,
    )
