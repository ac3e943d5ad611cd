"""What is owed, held against what was published."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from villagepub.calendars.places import working_days_after
from villagepub.catalogue import queries as catalogue
from villagepub.catalogue.duties import DueBetween, event_days
from villagepub.core import clock
from villagepub.disclosures import queries
from villagepub.disclosures.queries import Event
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Township

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
    is_of_event: bool = False

    @property
    def place(self) -> tuple[str, ...]:
        """Where it stands in the order of a list."""
        return (self.village, self.entry, self.period, self.disclosure or "")


def list_duties(prefixes: tuple[str, ...], *, today: date, due_between: DueBetween | None = None) -> list[Duty]:
    """All duties below the prefixes whose period has ended before ``today``, by village, entry and period.

    Items that an event made due stand beside the periodic ones.
    due_between: only what is due on these days, both included; then nothing else is read either.
    """
    duties = [*_periodic(prefixes, today, due_between), *_of_events(prefixes, today, due_between)]
    return sorted(duties, key=lambda duty: duty.place)


def list_overdue(prefixes: tuple[str, ...], *, today: date, due_between: DueBetween) -> list[Duty]:
    """What was due on these days, both included, and is not public yet, by village, entry and period."""
    duties = [*_unfulfilled(prefixes, today, due_between), *_of_events(prefixes, today, due_between, unpublished=True)]
    return sorted((d for d in duties if d.status is DutyStatus.OVERDUE), key=lambda duty: duty.place)


def _unfulfilled(prefixes: tuple[str, ...], today: date, due_between: DueBetween) -> Iterator[Duty]:
    all_owed = catalogue.list_owed(prefixes, today - timedelta(days=1), due_between)
    periods = {owed.period for owed in all_owed}
    settled = queries.list_fulfilled(prefixes, periods) | catalogue.list_excused(prefixes, periods).keys()
    for owed in all_owed:
        key = (owed.village, owed.entry, owed.period)
        if key not in settled:
            yield Duty(*key, owed.due_on, _unpublished(owed.due_on, today))


def _periodic(prefixes: tuple[str, ...], today: date, due_between: DueBetween | None) -> Iterator[Duty]:
    all_owed = catalogue.list_owed(prefixes, today - timedelta(days=1), due_between)
    periods = None if due_between is None else {owed.period for owed in all_owed}
    published = queries.first_publications(prefixes, periods)
    excused = catalogue.list_excused(prefixes, periods)
    for owed in all_owed:
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


def _of_events(
    prefixes: tuple[str, ...], today: date, due_between: DueBetween | None, *, unpublished: bool = False
) -> Iterator[Duty]:
    """Events before the village joined the platform are history: nothing was owed here."""
    villages = divisions.list_disclosing(prefixes)
    joined = {village.code: village.on_platform_from for village in villages}
    townships = {code: divisions.get_township(code) for code in {village.township_code for village in villages}}
    first, last = due_between or (date.min, date.max)
    limit = max((event_days(township.due) for township in townships.values()), default=0)
    between = None if due_between is None else (first - _days_holding(limit), last)
    deadlines = _Deadlines(townships)
    for event in queries.list_events(prefixes, between, unpublished=unpublished):
        begins = joined.get(event.village)
        if begins and event.event_on >= begins:
            deadline = deadlines.of(event.township, event.event_on)
            if first <= deadline.on <= last:
                yield _of_event(event, deadline, today)


def _days_holding(working_days: int) -> timedelta:
    """Calendar days that hold so many working days, the longest holidays among them."""
    return timedelta(days=4 * working_days + 10)


@dataclass(frozen=True)
class _EventDue:
    """Until when an event of a day is to be disclosed, for as many duties as there are."""

    on: date
    provisional: bool
    caveats: tuple[str, ...]


class _Deadlines:
    """Until when events are to be disclosed, each township and day counted once."""

    def __init__(self, townships: Mapping[str, Township]) -> None:
        self._townships = townships
        self._known: dict[tuple[str, date], _EventDue] = {}

    def of(self, township: str, event_on: date) -> _EventDue:
        if (township, event_on) not in self._known:
            place = self._townships[township]
            found = working_days_after(place, event_on, event_days(place.due))
            self._known[township, event_on] = _EventDue(found.on, found.provisional, found.caveats)
        return self._known[township, event_on]


def _of_event(event: Event, deadline: _EventDue, today: date) -> Duty:
    if event.first_published_at is None:
        status = _unpublished(deadline.on, today)
    elif clock.local(event.first_published_at).date() <= deadline.on:
        status = DutyStatus.FULFILLED
    else:
        status = DutyStatus.LATE
    return Duty(
        event.village,
        event.entry,
        event.event_on.isoformat(),
        deadline.on,
        status,
        disclosure=event.id,
        due_is_provisional=deadline.provisional,
        due_caveats=deadline.caveats,
        is_of_event=True,
    )


def _unpublished(due_on: date, today: date) -> DutyStatus:
    return DutyStatus.PENDING if today <= due_on else DutyStatus.OVERDUE
