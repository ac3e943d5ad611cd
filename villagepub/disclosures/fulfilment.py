"""What is owed, held against what was published."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from villagepub.catalogue import queries as catalogue
from villagepub.catalogue.duties import event_days
from villagepub.core import clock
from villagepub.disclosures import queries
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.divisions.calendar import working_days_after

PLACES = 4  # parts of a duty's place in the order


class DutyStatus(StrEnum):
    PENDING = "pending"  # 未到期
    FULFILLED = "fulfilled"  # 按期公开
    LATE = "late"  # 逾期公开
    OVERDUE = "overdue"  # 逾期未公开
    NOT_APPLICABLE = "not_applicable"  # 不适用


@dataclass(frozen=True)
class Duty:
    """One entry that a village owes, and how it stands.

    period: for an event, its day. due_caveats: Chinese sentences about holidays that are not known.
    """

    village: str
    entry: str
    period: str
    due_on: date
    status: DutyStatus
    disclosure: str | None = None
    reason: str | None = None
    due_is_provisional: bool = False
    due_caveats: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, ...]:
        """Where it stands in the order of a list."""
        return (self.village, self.entry, self.period, self.disclosure or "")


def list_duties(prefixes: tuple[str, ...], *, today: date) -> list[Duty]:
    """All duties below the prefixes whose period has ended before ``today``, by village, entry and period.

    Items that an event made due stand beside the periodic ones.
    """
    duties = [*_periodic(prefixes, today), *_of_events(prefixes, today)]
    return sorted(duties, key=lambda duty: duty.place)


def _periodic(prefixes: tuple[str, ...], today: date) -> Iterator[Duty]:
    published = queries.first_publications(prefixes)
    excused = catalogue.list_excused(prefixes)
    for owed in catalogue.list_owed(prefixes, today - timedelta(days=1)):
        key = (owed.village, owed.entry, owed.period)
        first = published.get(key)
        if key in excused:
            yield Duty(*key, owed.due_on, DutyStatus.NOT_APPLICABLE, reason=excused[key])
        elif first is not None:
            in_time = clock.local(first.published_at).date() <= owed.due_on
            status = DutyStatus.FULFILLED if in_time else DutyStatus.LATE
            yield Duty(*key, owed.due_on, status, disclosure=first.disclosure_id)
        else:
            yield Duty(*key, owed.due_on, _unpublished(owed.due_on, today))


def _of_events(prefixes: tuple[str, ...], today: date) -> Iterator[Duty]:
    """Events before the village joined the platform are history: nothing was owed here."""
    joined = {village.code: village.on_platform_from for village in divisions.list_disclosing(prefixes)}
    for disclosure in queries.list_events(prefixes):
        begins = joined.get(disclosure.village)
        if begins and disclosure.event_on and disclosure.event_on >= begins:
            yield _of_event(disclosure, today)


def _of_event(disclosure: Disclosure, today: date) -> Duty:
    township = divisions.get_township(disclosure.township)
    event_on = disclosure.event_on or today
    deadline = working_days_after(township, event_on, event_days(township.due))
    if disclosure.first_published_at is None:
        status = _unpublished(deadline.on, today)
    elif clock.local(disclosure.first_published_at).date() <= deadline.on:
        status = DutyStatus.FULFILLED
    else:
        status = DutyStatus.LATE
    return Duty(
        disclosure.village,
        disclosure.entry,
        event_on.isoformat(),
        deadline.on,
        status,
        disclosure=disclosure.id,
        due_is_provisional=deadline.provisional,
        due_caveats=deadline.caveats,
    )


def _unpublished(due_on: date, today: date) -> DutyStatus:
    return DutyStatus.PENDING if today <= due_on else DutyStatus.OVERDUE
