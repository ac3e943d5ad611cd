"""The grid of villages and entries: how each thing that is due stands, where it sticks, who has it. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from villagepub.accounts.queries import HeldPost
from villagepub.core.permissions import Role
from villagepub.disclosures.fulfilment import Duty, DutyStatus
from villagepub.disclosures.progress import Unfinished
from villagepub.review.queries import Waiting
from villagepub.review.workflow import StageName, State


class Where(StrEnum):
    """Where a thing that is not public has come to."""

    NOWHERE = "nowhere"  # 村里还没有起草
    DRAFT = "draft"
    RETURNED = "returned"
    SECRECY = "secrecy"
    OFFICE = "office"
    LEADER = "leader"
    REFERRED = "referred"
    REFUSED = "refused"
    SETTLED = "settled"  # 已公开或不适用，不再停在哪里


OF_THE_VILLAGE = (Where.NOWHERE, Where.DRAFT, Where.RETURNED)
OWED = (DutyStatus.OVERDUE, DutyStatus.PENDING)
_STATES = {State.DRAFT: Where.DRAFT, State.RETURNED: Where.RETURNED, State.REFERRED: Where.REFERRED}
_FURTHEST = (
    Where.LEADER,
    Where.OFFICE,
    Where.SECRECY,
    Where.REFERRED,
    Where.RETURNED,
    Where.DRAFT,
    Where.REFUSED,
)


@dataclass(frozen=True)
class Look:
    """How a state is shown: its sign says the same without colour, its word the same without the sign."""

    sign: str
    word: str
    tone: str
    rank: int


LOOKS: Mapping[tuple[DutyStatus, Where], Look] = {
    (DutyStatus.OVERDUE, Where.NOWHERE): Look("✕", "未报", "bad", 0),
    (DutyStatus.OVERDUE, Where.DRAFT): Look("✕", "起草中", "bad", 1),
    (DutyStatus.OVERDUE, Where.RETURNED): Look("✕", "已退回", "bad", 2),
    (DutyStatus.OVERDUE, Where.SECRECY): Look("✕", "保密审查", "bad", 3),
    (DutyStatus.OVERDUE, Where.OFFICE): Look("✕", "业务审核", "bad", 4),
    (DutyStatus.OVERDUE, Where.LEADER): Look("✕", "领导审批", "bad", 5),
    (DutyStatus.OVERDUE, Where.REFERRED): Look("✕", "提请确定", "bad", 6),
    (DutyStatus.OVERDUE, Where.REFUSED): Look("✕", "不予公开", "bad", 7),
    (DutyStatus.PENDING, Where.RETURNED): Look("↩", "已退回", "warn", 8),
    (DutyStatus.PENDING, Where.REFUSED): Look("⊘", "不予公开", "warn", 9),
    (DutyStatus.PENDING, Where.REFERRED): Look("◇", "提请确定", "info", 10),
    (DutyStatus.PENDING, Where.NOWHERE): Look("○", "待报", "plain", 11),
    (DutyStatus.PENDING, Where.DRAFT): Look("◔", "起草中", "plain", 12),
    (DutyStatus.PENDING, Where.SECRECY): Look("▷", "保密审查", "info", 13),
    (DutyStatus.PENDING, Where.OFFICE): Look("▷", "业务审核", "info", 14),
    (DutyStatus.PENDING, Where.LEADER): Look("▷", "领导审批", "info", 15),
    (DutyStatus.LATE, Where.SETTLED): Look("◐", "迟公开", "warn", 16),
    (DutyStatus.FULFILLED, Where.SETTLED): Look("●", "按期", "good", 17),
    (DutyStatus.NOT_APPLICABLE, Where.SETTLED): Look("－", "不适用", "plain", 18),
}
LEGEND = (
    ("✕", "逾期未公开，注明停在哪里、逾期几天", "bad"),
    ("↩", "未到期，已退回给村", "warn"),
    ("⊘", "未到期，不予公开", "warn"),
    ("◇", "未到期，已提请上级确定", "info"),
    ("▷", "未到期，审批中，注明环节", "info"),
    ("◔", "未到期，村里在起草", "plain"),
    ("○", "未到期，还没有报", "plain"),
    ("◐", "逾期后公开", "warn"),
    ("●", "按期公开", "good"),
    ("－", "不适用", "plain"),
)


@dataclass(frozen=True)
class Holder:
    """Who must act next: a post, and the names of those who hold it; nobody while it is vacant."""

    key: str
    post: str
    people: tuple[str, ...]

    @property
    def names(self) -> str:
        return "、".join(self.people) or "空缺"


@dataclass(frozen=True)
class Matter:
    """One thing that a village owes, and how it stands.

    item: the disclosure that came furthest; None while there is none. holder: None once it is done.
    days: calendar days overdue, 0 for what is not.
    """

    village: str
    entry: str
    period: str
    due_on: date
    status: DutyStatus
    where: Where
    item: str | None
    holder: Holder | None
    days: int
    is_provisional: bool = False
    reason: str | None = None

    @property
    def look(self) -> Look:
        return LOOKS[self.status, self.where]


@dataclass(frozen=True)
class Cell:
    """What one village owes of one entry in the month; the worst of it is shown."""

    matters: tuple[Matter, ...]

    @cached_property
    def worst(self) -> Matter:
        return min(self.matters, key=lambda matter: (matter.look.rank, -matter.days))

    def address(self, month: str) -> str:
        """Of the one item that settled it, or of the page that tells the gap."""
        worst = self.worst
        if worst.item is not None and worst.status not in OWED and len(self.matters) == 1:
            return f"/console/items/{worst.item}"
        return f"/console/cells/{worst.village}/{worst.entry}?month={month}"


class Whereabouts:
    """What is under way in a township, for asking where something has come to and who has it."""

    def __init__(self, unfinished: Iterable[Unfinished], waiting: Iterable[Waiting], holders: "Holders") -> None:
        self._holders = holders
        self._cases = {case.disclosure_id: case for case in waiting}
        self._items: defaultdict[tuple[str, str, str], list[Unfinished]] = defaultdict(list)
        self._by_id = {each.id: each for each in unfinished}
        for each in self._by_id.values():
            if each.period is not None and each.supersedes_id is None:
                self._items[each.village, each.entry, each.period].append(each)

    def matter_of(self, duty: Duty, today: date) -> Matter:
        """A duty with what is under way for it."""
        item, where, holder = duty.disclosure, Where.SETTLED, None
        if duty.status in OWED:
            item, where = self._furthest(duty)
            holder = self.holder_of(duty.village, where, item)
        overdue = duty.status is DutyStatus.OVERDUE
        return Matter(
            duty.village,
            duty.entry,
            duty.period,
            duty.due_on,
            duty.status,
            where,
            item,
            holder,
            (today - duty.due_on).days if overdue else 0,
            duty.due_is_provisional,
            duty.reason,
        )

    def _furthest(self, duty: Duty) -> tuple[str | None, Where]:
        if duty.is_of_event:
            found = [self._by_id[duty.disclosure]] if duty.disclosure in self._by_id else []
        else:
            found = self._items.get((duty.village, duty.entry, duty.period), [])
        if not found:
            return duty.disclosure, Where.NOWHERE
        at = {self.where_is(each): each for each in found}
        where = next(place for place in _FURTHEST if place in at)
        return at[where].id, where

    def where_is(self, item: Unfinished) -> Where:
        if item.stage is not None:
            return Where(item.stage)
        return _STATES.get(State(item.state), Where.REFUSED)

    def holder_of(self, village: str, where: Where, item: str | None) -> Holder:
        """Whoever must act: the village, the stage's post, the secrecy officer, or who may say it does not apply."""
        if where in OF_THE_VILLAGE:
            return self._holders.of(Role.UPLOADER, village)
        if where is Where.REFUSED:
            return self._holders.of(Role.ADMINISTRATOR, None)
        case = self._cases.get(item or "")
        if case is None:
            return self._holders.of(Role.SECRECY_OFFICER, None)
        return self._holders.of(case.role, case.held_by_office)


class Holders:
    """Who holds which post of a township, each looked for once."""

    def __init__(self, posts: Iterable[HeldPost], names: "Names") -> None:
        self._names = names
        self._posts: defaultdict[tuple[str, str | None], list[HeldPost]] = defaultdict(list)
        self._found: dict[tuple[Role, str | None], Holder] = {}
        for post in posts:
            place = post.division if post.role == Role.UPLOADER else post.office_id
            self._posts[post.role, place if post.role in (Role.UPLOADER, Role.OFFICE_REVIEWER) else None].append(post)

    def of(self, role: Role, place: str | None) -> Holder:
        if (role, place) not in self._found:
            self._found[role, place] = self._find(role, place)
        return self._found[role, place]

    def _find(self, role: Role, place: str | None) -> Holder:
        posts = self._posts.get((role, place), [])
        people = tuple(dict.fromkeys(name for post in posts for name in post.held_by))
        title = posts[0].title if posts else ROLE_TITLES[role]
        return Holder(f"{role}-{place}" if place else role, self._names.of_post(role, place, title), people)


ROLE_TITLES = {
    Role.UPLOADER: "村务公开专人",
    Role.SECRECY_OFFICER: "保密专干",
    Role.OFFICE_REVIEWER: "站办所负责人",
    Role.LEADER: "主要领导",
    Role.ADMINISTRATOR: "信息公开工作人员",
}


@dataclass(frozen=True)
class Names:
    """Of villages and offices, for saying whose a post is."""

    villages: Mapping[str, str]
    offices: Mapping[str, str]

    def of_post(self, role: Role, place: str | None, title: str) -> str:
        if place is None:
            return title
        return (self.villages if role == Role.UPLOADER else self.offices).get(place, "") + title


@dataclass(frozen=True)
class Burden:
    """What one holder has that is overdue. late: disclosures overdue; longest: days of the one that is most so.

    stages: cases whose stage has run out of time.
    """

    holder: Holder
    late: int
    longest: int
    stages: int


def burdens_of(late: Iterable[Matter], overdue_cases: Iterable[Holder]) -> list[Burden]:
    """By holder, who has most first."""
    holders: dict[str, Holder] = {}
    days: defaultdict[str, list[int]] = defaultdict(list)
    stages: Counter[str] = Counter()
    for matter in late:
        if matter.holder:
            holders[matter.holder.key] = matter.holder
            days[matter.holder.key].append(matter.days)
    for holder in overdue_cases:
        holders[holder.key] = holder
        stages[holder.key] += 1
    return _in_order(
        Burden(holder, len(days[key]), max(days[key], default=0), stages[key]) for key, holder in holders.items()
    )


def all_burdens(parts: Iterable[Burden]) -> list[Burden]:
    """Those of several places as those of one."""
    of_holder: defaultdict[str, list[Burden]] = defaultdict(list)
    for part in parts:
        of_holder[part.holder.key].append(part)
    return _in_order(same[0] if len(same) == 1 else _all_of_a_holder(same) for same in of_holder.values())


def _all_of_a_holder(parts: Sequence[Burden]) -> Burden:
    late, stages = sum(part.late for part in parts), sum(part.stages for part in parts)
    return Burden(parts[0].holder, late, max(part.longest for part in parts), stages)


def _in_order(burdens: Iterable[Burden]) -> list[Burden]:
    return sorted(burdens, key=lambda each: (-each.late, -each.stages, -each.longest, each.holder.key))


@dataclass(frozen=True)
class OpenCase:
    """A case in review. age: days since it came to its stage; days: since its time ran out, none before.

    title: None where the item is none of a village that discloses here.
    """

    case: Waiting
    title: str | None
    village: str
    holder: Holder
    age: int
    days: int


def escalated(cases: Iterable[OpenCase], now: datetime) -> list[OpenCase]:
    """Those whose stage has run out of time, longest overdue first."""
    found = [each for each in cases if each.case.due_at < now and not each.case.referred and each.title is not None]
    return sorted(found, key=place_in_line)


def place_in_line(case: OpenCase) -> tuple[datetime, str]:
    return case.case.due_at, case.case.disclosure_id


@dataclass(frozen=True)
class Stage:
    """What waits at one stage. ages: how many came in today or yesterday, within a week, and before."""

    stage: StageName
    waiting: int
    overdue: int
    ages: tuple[int, int, int]
    oldest: int | None


def stages_of(cases: Iterable[OpenCase], overdue: Iterable[OpenCase]) -> list[Stage]:
    """overdue: those of the cases that are escalated."""
    ages: dict[str, list[int]] = {stage: [] for stage in StageName}
    for case in cases:
        if not case.case.referred:
            ages[case.case.stage].append(case.age)
    late = Counter(case.case.stage for case in overdue)
    return [_stage(StageName(stage), found, late[stage]) for stage, found in ages.items()]


def _stage(stage: StageName, ages: Sequence[int], overdue: int) -> Stage:
    young, old = len([age for age in ages if age <= 1]), len([age for age in ages if age > 7])
    return Stage(stage, len(ages), overdue, (young, len(ages) - young - old, old), max(ages, default=None))


def all_stages(parts: Iterable[Sequence[Stage]]) -> list[Stage]:
    """Those of several places as those of one."""
    return [_all_of_a_stage(same) for same in zip(*parts, strict=True)]


def _all_of_a_stage(parts: Sequence[Stage]) -> Stage:
    counts = zip(*[(part.waiting, part.overdue, *part.ages) for part in parts], strict=True)
    waiting, overdue, young, middle, old = map(sum, counts)
    oldest = max((part.oldest for part in parts if part.oldest is not None), default=None)
    return Stage(parts[0].stage, waiting, overdue, (young, middle, old), oldest)
