"""What the first screen of a township says about a month, piece by piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from villagepub.console.grid import Burden, OpenCase, Stage
from villagepub.console.standing import Figures, Row, Standing, VillageCount

MOST_ESCALATIONS = 10


@dataclass(frozen=True)
class Overview:
    """groups: rows by the group of the catalogue. escalations: the first of them; escalated: how many there are."""

    month: str
    villages: Sequence[VillageCount]
    groups: Sequence[tuple[str, Sequence[Row]]]
    late: int
    burdens: Sequence[Burden]
    stages: Sequence[Stage]
    escalations: Sequence[OpenCase]
    escalated: int
    figures: Figures


def overview_of(standing: Standing) -> Overview:
    return Overview(
        month=standing.ground.month,
        villages=standing.counts,
        groups=standing.groups,
        late=standing.late,
        burdens=standing.burdens(),
        stages=standing.stages(),
        escalations=list(islice(standing.escalations(), MOST_ESCALATIONS)),
        escalated=standing.escalated,
        figures=standing.figures(),
    )
