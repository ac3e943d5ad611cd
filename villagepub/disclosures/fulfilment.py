"""What is owed, held against what was published."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain

from villagepub.calendars.places import calendar_of
from villagepub.catalogue import queries as catalogue
from villagepub.catalogue.duties import DueBetween, Owed, event_days
from villagepub.core import clock
from villagepub.core.workdays import WorkCalendar, add_working_days
from villagepub.disclosures import progress
from villagepub.disclosures.place import Place
from villagepub.disclosures.progress import AtPlace, Event, FirstPublication
from villagepub.divisions import queries as divisions

PLACES = 4  # parts of a duty's place in the order

Key = tuple[str, str, str]  # village, entry and period


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
    return Due(prefixes, today=today, due_between=due_between).duties()


def list_overdue(prefixes: tuple[str, ...], *, today: date, due_between: DueBetween) -> list[Duty]:
    """What was due on these days, both included, and is not public yet, by village, entry and period."""
    return Due(prefixes, today=today, due_between=due_between).overdue()


class Due:
    """What rules and calendars make due below the prefixes on some days, to be held against what was published.

    What the rules say is read once; what was published, whenever it is asked. Of one place alone, that is one entry
    of one village, it has to be given.
    """

    def __init__(self, prefixes: tuple[str, ...], *, today: date, due_between: DueBetween | None = None) -> None:
        self._prefixes, self._today = prefixes, today
        self._first, self._last = due_between or (date.min, date.max)
        self._owed: defaultdict[Place, list[Owed]] = defaultdict(list)
        for owed in catalogue.list_owed(prefixes, today - timedelta(days=1), due_between):
            self._owed[owed.village, owed.entry].append(owed)
        self._periods = None if due_between is None else {owed.period for owed in self._all_owed()}
        self._excused = catalogue.list_excused(prefixes, self._periods)
        villages = divisions.list_disclosing(prefixes)
        self._joined = {village.code: village.on_platform_from for village in villages}
        townships = [divisions.get_township(code) for code in {village.township_code for village in villages}]
        limits = {place.code: (calendar_of(place), event_days(place.due)) for place in townships}
        self._deadlines = _Deadlines(limits)
        self.event_days = due_between and _event_days(
            due_between, max((days for _, days in limits.values()), default=0)
        )

    def duties(self) -> list[Duty]:
        """By village, entry and period."""
        published = progress.first_publications(self._prefixes, self._periods)
        return self._duties(self._all_owed(), published, progress.list_events(self._prefixes, self.event_days))

    def duties_at(self, place: Place, found: AtPlace) -> list[Duty]:
        return self._duties(self._owed.get(place, ()), found.publications, found.events)

    def overdue(self) -> list[Duty]:
        """Of these, what is overdue."""
        fulfilled = progress.list_fulfilled(self._prefixes, self._periods or ())
        events = progress.list_events(self._prefixes, self.event_days, unpublished=True)
        return self._overdue(self._all_owed(), fulfilled, events)

    def overdue_at(self, place: Place, found: AtPlace) -> list[Duty]:
        return self._overdue(self._owed.get(place, ()), found.fulfilled, found.unpublished_events)

    def periods_at(self, place: Place) -> set[str]:
        return {owed.period for owed in self._owed.get(place, ())}

    def _all_owed(self) -> Iterator[Owed]:
        return chain.from_iterable(self._owed.values())

    def _duties(
        self, all_owed: Iterable[Owed], published: Mapping[Key, FirstPublication], events: Iterable[Event]
    ) -> list[Duty]:
        return _in_order([*self._periodic(all_owed, published), *self._of_events(events)])

    def _overdue(self, all_owed: Iterable[Owed], fulfilled: Container[Key], events: Iterable[Event]) -> list[Duty]:
        duties = [*self._unfulfilled(all_owed, fulfilled), *self._of_events(events)]
        return _in_order(duty for duty in duties if duty.status is DutyStatus.OVERDUE)

    def _unfulfilled(self, all_owed: Iterable[Owed], fulfilled: Container[Key]) -> Iterator[Duty]:
        for owed in all_owed:
            key = (owed.village, owed.entry, owed.period)
            if key not in fulfilled and key not in self._excused:
                yield Duty(*key, owed.due_on, _unpublished(owed.due_on, self._today))

    def _periodic(self, all_owed: Iterable[Owed], published: Mapping[Key, FirstPublication]) -> Iterator[Duty]:
        for owed in all_owed:
            key = (owed.village, owed.entry, owed.period)
            first = published.get(key)
            if key in self._excused:
                yield Duty(*key, owed.due_on, DutyStatus.NOT_APPLICABLE, reason=self._excused[key])
            elif first is not None:
                in_time = clock.local(first.published_at).date() <= owed.due_on
                status = DutyStatus.FULFILLED if in_time else DutyStatus.LATE
                yield Duty(*key, owed.due_on, status, disclosure=first.disclosure_id)
            else:
                yield Duty(*key, owed.due_on, _unpublished(owed.due_on, self._today))

    def _of_events(self, events: Iterable[Event]) -> Iterator[Duty]:
        """Events before the village joined the platform are history: nothing was owed here."""
        for event in events:
            begins = self._joined.get(event.village)
            if begins and event.event_on >= begins:
                deadline = self._deadlines.of(event.township, event.event_on)
                if self._first <= deadline.on <= self._last:
                    yield _of_event(event, deadline, self._today)


def _in_order(duties: Iterable[Duty]) -> list[Duty]:
    return sorted(duties, key=lambda duty: duty.place)


def _event_days(due_between: DueBetween, limit: int) -> tuple[date, date]:
    """On which days an event may have been that is due on these, so many working days after it at most."""
    return due_between[0] - _days_holding(limit), due_between[1]


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
    """Until when events are to be disclosed, each township and day counted once.

    limits: the calendar and the working days of each township.
    """

    def __init__(self, limits: Mapping[str, tuple[WorkCalendar, int]]) -> None:
        self._limits = limits
        self._known: dict[tuple[str, date], _EventDue] = {}

    def of(self, township: str, event_on: date) -> _EventDue:
        if (township, event_on) not in self._known:
            found = add_working_days(self._limits[township][0], event_on, self._limits[township][1])
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
