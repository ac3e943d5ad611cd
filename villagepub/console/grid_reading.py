"""Reading the grid: a fixed number of queries, whatever the number of villages, entries and disclosures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from villagepub.accounts import queries as accounts
from villagepub.catalogue import queries as catalogue
from villagepub.catalogue.headings import Heading
from villagepub.console.grid import (
    Burden,
    Cell,
    Holder,
    Matter,
    Names,
    Stage,
    Whereabouts,
    burdens_of,
    cells_of,
    stages_of,
)
from villagepub.core import clock
from villagepub.core.periods import Period, month_before
from villagepub.disclosures import fulfilment
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.fulfilment import Duty
from villagepub.disclosures.queries import Unfinished
from villagepub.divisions import queries as divisions
from villagepub.review import queries as review
from villagepub.review.queries import Waiting

MONTHS_BACK = 12  # how far back what is overdue is looked for, as the bulletins do


@dataclass(frozen=True)
class Scene:
    """What is under way in a township at this moment."""

    township: str
    prefixes: tuple[str, ...]
    today: date
    villages: Mapping[str, str]
    entries: Sequence[Heading]
    unfinished: Mapping[str, Unfinished]
    waiting: Sequence[Waiting]
    whereabouts: Whereabouts

    @property
    def entry_names(self) -> dict[str, str]:
        return {entry.code: entry.name for entry in self.entries}


def scene_of(township: str) -> Scene:
    prefixes = (divisions.prefix_of(township),)
    villages = {village.code: village.name for village in divisions.list_disclosing(prefixes)}
    unfinished = disclosures.list_unfinished(villages)
    waiting = review.list_open(prefixes)
    names = Names(villages, accounts.office_names(township))
    return Scene(
        township=township,
        prefixes=prefixes,
        today=clock.today(),
        villages=villages,
        entries=catalogue.list_headings(township),
        unfinished={each.id: each for each in unfinished},
        waiting=waiting,
        whereabouts=Whereabouts(unfinished, waiting, accounts.list_held_posts(township), names),
    )


@dataclass(frozen=True)
class Grid:
    """The duties of a month, and its cells by village and entry; entries of which nothing is due have none."""

    month: str
    duties: Sequence[Duty]
    cells: Mapping[tuple[str, str], Cell]

    def matters(self, village: str | None = None) -> Iterator[Matter]:
        for (code, _), cell in self.cells.items():
            if village in (None, code):
                yield from cell.matters


def grid_of(scene: Scene, month: str) -> Grid:
    """What is due in a month of Asia/Shanghai, what is due later in it included."""
    span = (Period.parse(month).first_day, Period.parse(month).last_day)
    duties = fulfilment.list_duties(scene.prefixes, today=scene.today, due_between=span)
    return Grid(month, duties, cells_of(scene.whereabouts.matter_of(duty, scene.today) for duty in duties))


def list_late(scene: Scene) -> list[Matter]:
    """What fell due within a year and is not public yet, longest overdue first; provisional days left out."""
    month = f"{scene.today:%Y-%m}"
    span = (Period.parse(month_before(month, MONTHS_BACK)).first_day, scene.today)
    late = fulfilment.list_overdue(scene.prefixes, today=scene.today, due_between=span)
    found = [scene.whereabouts.matter_of(duty, scene.today) for duty in late if not duty.due_is_provisional]
    return sorted(found, key=lambda matter: (matter.due_on, matter.village, matter.entry, matter.period))


@dataclass(frozen=True)
class Escalation:
    """A case whose stage has run out of time. days: calendar days since then."""

    case: Waiting
    title: str
    village: str
    holder: Holder
    days: int


def escalations_of(scene: Scene) -> list[Escalation]:
    """Longest overdue first."""
    now = clock.now()
    return [
        Escalation(
            case,
            scene.unfinished[case.disclosure_id].title,
            scene.villages.get(case.village, case.village),
            scene.whereabouts.holder_of_case(case),
            (scene.today - clock.local(case.due_at).date()).days,
        )
        for case in scene.waiting
        if case.due_at < now and not case.referred and case.disclosure_id in scene.unfinished
    ]


def burdens(late: Sequence[Matter], escalations: Sequence[Escalation]) -> list[Burden]:
    return burdens_of(late, (each.holder for each in escalations))


def stages(scene: Scene, escalations: Sequence[Escalation]) -> list[Stage]:
    ages = {case.disclosure_id: (scene.today - clock.local(case.entered_at).date()).days for case in scene.waiting}
    return stages_of(scene.waiting, ages, {each.case.disclosure_id for each in escalations})
