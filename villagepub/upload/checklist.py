"""The first screen: what a village owes this month and what was overdue before, and what is being done about it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from villagepub.catalogue import queries as catalogue
from villagepub.core import clock
from villagepub.core.periods import Period, PeriodKind
from villagepub.disclosures import fulfilment
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.fulfilment import Duty, DutyStatus
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.layout import wording
from villagepub.review import desk
from villagepub.review import queries as review
from villagepub.review.models import ReviewCase
from villagepub.review.workflow import STAGE_NAMES, StageName, State
from villagepub.upload.wording import DUTIES

IN_HAND = (State.DRAFT, State.RETURNED)
ON_THEIR_WAY = (State.IN_REVIEW, State.REFERRED)
OUT = (State.PUBLISHED, State.SUSPENDED)
MOST_OVERDUE, MOST_SHOWN, LATELY = 20, 100, 10
_OPEN = (DutyStatus.PENDING, DutyStatus.OVERDUE)


@dataclass(frozen=True)
class Row:
    """A duty. being_done: drafts and what is in review for it, the newest first.

    may_begin: it is open, nothing is being done, and a draft of a period would fulfil it.
    """

    duty: Duty
    entry: str
    being_done: Sequence[Disclosure]

    @property
    def period(self) -> str:
        return wording.period(self.duty.period)

    @property
    def state(self) -> tuple[str, str]:
        return DUTIES[self.duty.status]

    @property
    def is_open(self) -> bool:
        return self.duty.status in _OPEN

    @property
    def may_begin(self) -> bool:
        return self.is_open and not self.being_done and not self.duty.is_of_event


@dataclass(frozen=True)
class Waiting:
    """What is in review. held_by: who is to act next."""

    disclosure: Disclosure
    case: ReviewCase
    held_by: list[str]

    @property
    def stage(self) -> str:
        return "提请上级确定" if self.case.referred else STAGE_NAMES[StageName(self.case.stage)]


@dataclass(frozen=True)
class Checklist:
    """entries: their names by their codes. month: ``YYYY-MM``; following: None for the month that today lies in.

    overdue: from before the month.
    """

    village: str
    name: str
    entries: Mapping[str, str]
    month: str
    before: str
    following: str | None
    rows: list[Row]
    overdue: list[Row]
    overdue_count: int
    in_hand: list[Disclosure]
    returned_because: Mapping[str, str]
    waiting: list[Waiting]
    lately: list[Disclosure]

    @property
    def is_present(self) -> bool:
        return self.following is None

    @property
    def open_count(self) -> int:
        return sum(row.is_open for row in self.rows)


def checklist_of(village: str, month: str | None = None) -> Checklist:
    """month: the one whose duties fall due; None is the present one, and a later one counts as that."""
    today = clock.today()
    present = Period.of(PeriodKind.MONTHLY, today)
    shown = min(Period.parse(month), present) if month else present
    names = {each.code: each.name for each in catalogue.list_entries(catalogue.township_of(village))}
    working = disclosures.list_of_village(village, (*IN_HAND, *ON_THEIR_WAY), most=MOST_SHOWN)
    duties = fulfilment.list_duties((village,), today=today)
    overdue = [each for each in duties if each.status is DutyStatus.OVERDUE and each.due_on < present.first_day]
    return Checklist(
        village=village,
        name=divisions.get_division(village).name,
        entries=names,
        month=str(shown),
        before=str(Period.of(PeriodKind.MONTHLY, shown.first_day - timedelta(days=1))),
        following=str(shown.next()) if shown < present else None,
        rows=_rows(names, [each for each in duties if _falls_in(each, shown)], working),
        overdue=_rows(names, sorted(overdue, key=_by_day, reverse=True)[:MOST_OVERDUE], working),
        overdue_count=len(overdue),
        in_hand=[each for each in working if each.state in IN_HAND],
        returned_because={each.id: review.reason_of_return(each) for each in working if each.state == State.RETURNED},
        waiting=[_waiting(each) for each in working if each.state in ON_THEIR_WAY],
        lately=disclosures.list_of_village(village, OUT, most=LATELY),
    )


def _falls_in(duty: Duty, month: Period) -> bool:
    return month.first_day <= duty.due_on <= month.last_day


def _by_day(duty: Duty) -> tuple[date, str]:
    return duty.due_on, duty.entry


def _rows(names: Mapping[str, str], duties: Sequence[Duty], working: Sequence[Disclosure]) -> list[Row]:
    """What is still open first, the soonest due first."""
    being_done: dict[tuple[str, str], list[Disclosure]] = defaultdict(list)
    for each in working:
        if each.supersedes_id is None:
            being_done[each.entry, each.period or str(each.event_on)].append(each)
    rows = [Row(duty, names[duty.entry], _about(duty, being_done)) for duty in duties]
    return sorted(rows, key=lambda row: (not row.is_open, _by_day(row.duty)))


def _about(duty: Duty, being_done: Mapping[tuple[str, str], list[Disclosure]]) -> list[Disclosure]:
    found = being_done.get((duty.entry, duty.period), [])
    return [each for each in found if each.id == duty.disclosure] if duty.is_of_event else found


def _waiting(disclosure: Disclosure) -> Waiting:
    case = review.get_open_case(disclosure)
    return Waiting(disclosure, case, desk.holders_of(case))
