"""What a submission goes through, told before it is made: who looks at it, and by when if each takes the whole time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from villagepub.accounts import queries as accounts
from villagepub.calendars.places import working_days_after
from villagepub.catalogue import queries as catalogue
from villagepub.core import clock
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.review.workflow import CHAIN, STAGE_NAMES, StageName


@dataclass(frozen=True)
class Step:
    """A stage to come.

    office: of the office stage alone. days: working days. due_on: at the latest, if no stage before is late.
    """

    stage: str
    office: str | None
    people: list[str]
    days: int
    due_on: date
    is_provisional: bool


def outlook(disclosure: Disclosure) -> list[Step]:
    """The stages in order, were the disclosure submitted now."""
    return list(_steps(disclosure))


def _steps(disclosure: Disclosure) -> Iterator[Step]:
    township = divisions.get_township(disclosure.township)
    office_id = catalogue.get_entry(disclosure.township, disclosure.entry).office_id
    day = clock.today()
    for stage in CHAIN:
        office = accounts.get_office(township.code, office_id) if stage.name == StageName.OFFICE else None
        holders = accounts.people_in_role(stage.role, township.code, office_id=office.id if office else None)
        deadline = working_days_after(township, day, township.review_days[stage.name])
        yield Step(
            stage=STAGE_NAMES[stage.name],
            office=office.name if office else None,
            people=[person.name for person in holders],
            days=township.review_days[stage.name],
            due_on=deadline.on,
            is_provisional=deadline.provisional,
        )
        day = deadline.on
