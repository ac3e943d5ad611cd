"""What waits for one reviewer: when it is due, how long it has waited in office hours, and what was found in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from villagepub.accounts import queries as accounts
from villagepub.calendars.places import hours_of, working_seconds
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.permissions import Permission, allows, require_somewhere
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.review import desk, queries
from villagepub.review.models import ReviewCase
from villagepub.review.workflow import STAGE_NAMES, StageName

PAGE = 20
TASKS = {"decide": "审批", "answer_forward": "答复是否接办", "answer_referral": "登记上级答复"}
OVERDUE, TODAY, LATER = "overdue", "today", "later"
TIMES = {OVERDUE: "已逾期", TODAY: "今天到期", LATER: "以后到期"}
AGES = {"under_1": "不满 1 个工作日", "under_3": "1 至 3 个工作日", "from_3": "满 3 个工作日"}


@dataclass(frozen=True)
class Age:
    """Office hours between two instants. of_a_day: the seconds of a working day there."""

    seconds: int
    of_a_day: int

    @property
    def days(self) -> int:
        return self.seconds // self.of_a_day

    @property
    def group(self) -> str:
        if self.days < 1:
            return "under_1"
        return "under_3" if self.days < 3 else "from_3"

    def __str__(self) -> str:
        hours = self.seconds % self.of_a_day // 3600
        parts = [f"{self.days} 个工作日"] if self.days else []
        if hours or not parts:
            parts.append(f"{hours} 小时" if hours else "不到 1 小时")
        return " ".join(parts)


@dataclass(frozen=True)
class Waiting:
    """A case in somebody's queue, before its item is looked at. time: a key of TIMES."""

    case: ReviewCase
    age: Age
    time: str
    task: str

    @property
    def is_overdue(self) -> bool:
        return self.time == OVERDUE


@dataclass(frozen=True)
class Row:
    """A line of the queue. findings: those that are in the item; may_act: not for an author or an earlier decider."""

    waiting: Waiting
    disclosure: Disclosure
    village: str
    entry: str
    office: str
    stage: str
    findings: int
    may_act: bool


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to; None means any."""

    stage: str | None = None
    village: str | None = None
    time: str | None = None
    age: str | None = None

    def takes(self, waiting: Waiting) -> bool:
        case = waiting.case
        given = ((self.stage, case.stage), (self.village, case.village))
        more = ((self.time, waiting.time), (self.age, waiting.age.group))
        return all(wanted in (None, found) for wanted, found in (*given, *more))


@dataclass(frozen=True)
class Queue:
    """The whole of what waits, counted; and one page of what the filters leave. following: where the next begins."""

    rows: list[Row]
    total: int
    shown: int
    following: int | None
    by_stage: list[tuple[str, str, int, int]]
    by_time: list[tuple[str, str, int]]
    by_age: list[tuple[str, str, int]]
    villages: list[tuple[str, str]]


def has_queue(actor: Actor) -> bool:
    """Whether anything can wait for this person at all."""
    return any(allows(actor, Permission.REVIEW, holding.division) for holding in actor.holdings)


def waiting_for(actor: Actor) -> list[Waiting]:
    """Everything, the soonest due first, so that what is overdue comes before all else. Raises Forbidden."""
    require_somewhere(actor, Permission.REVIEW)
    now = clock.now()
    return [
        Waiting(case, age_of(case, now), _time_of(case, now), desk.task_of(case, actor))
        for case in queries.list_all_waiting(actor)
    ]


def age_of(case: ReviewCase, now: datetime) -> Age:
    """How long the case has been at its stage."""
    township = divisions.get_township(case.township)
    return Age(working_seconds(township, case.entered_at, now), hours_of(township).seconds_a_day)


def queue_of(actor: Actor, filters: Filters, *, start: int) -> Queue:
    """start: how many of what the filters leave are skipped."""
    everything = waiting_for(actor)
    chosen = [each for each in everything if filters.takes(each)]
    page = chosen[start : start + PAGE]
    names = divisions.names_of({each.case.village for each in everything})
    return Queue(
        rows=_rows(page, names, actor),
        total=len(everything),
        shown=len(chosen),
        following=start + PAGE if len(chosen) > start + PAGE else None,
        by_stage=list(_by_stage(everything)),
        by_time=_counted(TIMES, [each.time for each in everything]),
        by_age=_counted(AGES, [each.age.group for each in everything]),
        villages=sorted(names.items()),
    )


def neighbours_of(disclosure_id: str, everything: Sequence[Waiting]) -> tuple[str | None, str | None]:
    """The ids before and after an item in the queue; the first one stands after an item that is not in it."""
    ids = [each.case.disclosure_id for each in everything]
    if disclosure_id not in ids:
        return None, next(iter(ids), None)
    place = ids.index(disclosure_id)
    return (ids[place - 1] if place else None), next(iter(ids[place + 1 :]), None)


def _time_of(case: ReviewCase, now: datetime) -> str:
    if case.referred:  # its time is the superior's
        return LATER
    if case.due_at < now:
        return OVERDUE
    return TODAY if clock.local(case.due_at).date() == clock.local(now).date() else LATER


def _rows(page: Sequence[Waiting], names: dict[str, str], actor: Actor) -> list[Row]:
    found = {each.id: each for each in disclosures.list_by_id(waiting.case.disclosure_id for waiting in page)}
    return [_row(waiting, found[waiting.case.disclosure_id], names, actor) for waiting in page]


def _row(waiting: Waiting, disclosure: Disclosure, names: dict[str, str], actor: Actor) -> Row:
    case = waiting.case
    return Row(
        waiting=waiting,
        disclosure=disclosure,
        village=names[case.village],
        entry=case.entry,
        office=accounts.get_office(case.township, case.office_id).name,
        stage=STAGE_NAMES[StageName(case.stage)],
        findings=len(disclosure.findings),
        may_act=waiting.task != "decide" or desk.may_decide(case, disclosure, actor),
    )


def _by_stage(everything: Sequence[Waiting]) -> list[tuple[str, str, int, int]]:
    """``(stage, its name, how many wait, how many of them are overdue)`` of the stages at which anything waits."""
    waiting = Counter(each.case.stage for each in everything)
    overdue = Counter(each.case.stage for each in everything if each.is_overdue)
    return [(s.value, name, waiting[s], overdue[s]) for s, name in STAGE_NAMES.items() if waiting[s]]


def _counted(words: dict[str, str], found: Sequence[str]) -> list[tuple[str, str, int]]:
    counts = Counter(found)
    return [(key, name, counts[key]) for key, name in words.items()]
