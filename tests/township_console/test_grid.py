"""The cells of the grid: every state of a duty, and who has it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from villagepub.accounts.queries import HeldPost
from villagepub.console.grid import (
    LEGEND,
    LOOKS,
    OWED,
    Cell,
    Holder,
    Holders,
    Matter,
    Names,
    OpenCase,
    Where,
    Whereabouts,
    all_burdens,
    all_stages,
    burdens_of,
    escalated,
    stages_of,
)
from villagepub.core.permissions import Role
from villagepub.disclosures.fulfilment import Duty, DutyStatus
from villagepub.disclosures.progress import Unfinished
from villagepub.review.queries import Waiting
from villagepub.review.workflow import State

VILLAGE, OFFICE = "640104100202", "office-1"
TODAY = date(2023, 11, 20)
PENDING, OVERDUE = date(2023, 11, 25), date(2023, 11, 10)
POSTS = [
    HeldPost("1", Role.UPLOADER, VILLAGE, None, "村务公开专人", ("洼路村信息员",)),
    HeldPost("2", Role.SECRECY_OFFICER, "640104100000", None, "保密专干", ("保密专干", "代办人")),
    HeldPost("3", Role.OFFICE_REVIEWER, "640104100000", OFFICE, "站办所负责人", ("财经服务中心负责人",)),
    HeldPost("4", Role.LEADER, "640104100000", None, "主要领导", ()),
    HeldPost("5", Role.ADMINISTRATOR, "640104100000", None, "信息公开工作人员", ("信息公开工作人员",)),
]
HOLDER = Holder("leader", "主要领导", ())
NAMES = Names({VILLAGE: "洼路村"}, {OFFICE: "财经服务中心"})

# state and stage of the item: where that is, whose post it is, and who holds it
PLACES = {
    (None, None): (Where.NOWHERE, "洼路村村务公开专人", "洼路村信息员"),
    (State.DRAFT, None): (Where.DRAFT, "洼路村村务公开专人", "洼路村信息员"),
    (State.RETURNED, None): (Where.RETURNED, "洼路村村务公开专人", "洼路村信息员"),
    (State.IN_REVIEW, "secrecy"): (Where.SECRECY, "保密专干", "保密专干、代办人"),
    (State.IN_REVIEW, "office"): (Where.OFFICE, "财经服务中心站办所负责人", "财经服务中心负责人"),
    (State.IN_REVIEW, "leader"): (Where.LEADER, "主要领导", "空缺"),
    (State.REFERRED, None): (Where.REFERRED, "保密专干", "保密专干、代办人"),
    (State.REFUSED, None): (Where.REFUSED, "信息公开工作人员", "信息公开工作人员"),
}


def _item(state: State, stage: str | None, item_id: str = "I", **changes: Any) -> Unfinished:
    values = {"period": "2023-10", "event_on": None, "supersedes_id": None} | changes
    return Unfinished(id=item_id, village=VILLAGE, entry="C02", title="", state=state, stage=stage, **values)


def _waiting(stage: str, *, referred: bool = False, item_id: str = "I") -> Waiting:
    at = datetime(2023, 11, 6, tzinfo=UTC)
    return Waiting(item_id, VILLAGE, "C02", stage, OFFICE, referred, at, at)


def _matter(status: DutyStatus, items: list[Unfinished], cases: list[Waiting], **changes: Any) -> Matter:
    due_on = OVERDUE if status is DutyStatus.OVERDUE else PENDING
    duty = Duty(
        **{"village": VILLAGE, "entry": "C02", "period": "2023-10", "due_on": due_on, "status": status} | changes
    )
    return Whereabouts(items, cases, Holders(POSTS, NAMES)).matter_of(duty, TODAY)


@pytest.mark.parametrize(("status", "place"), list(product(OWED, PLACES)))
def test_what_is_not_public_says_where_it_is_and_who_has_it(
    status: DutyStatus, place: tuple[State | None, str | None]
) -> None:
    state, stage = place
    where, post, people = PLACES[place]
    items = [_item(state, stage)] if state else []
    cases = [_waiting(stage or "secrecy", referred=state is State.REFERRED)] if stage or state is State.REFERRED else []
    matter = _matter(status, items, cases)
    assert (matter.where, matter.item) == (where, "I" if items else None)
    assert matter.holder is not None
    assert (matter.holder.post, matter.holder.names) == (post, people)
    assert matter.days == (10 if status is DutyStatus.OVERDUE else 0)
    assert matter.look == LOOKS[status, where]


@pytest.mark.parametrize("status", [status for status in DutyStatus if status not in OWED])
def test_what_is_settled_is_in_nobodys_hands(status: DutyStatus) -> None:
    matter = _matter(status, [_item(State.IN_REVIEW, "secrecy")], [_waiting("secrecy")], disclosure="P")
    assert (matter.where, matter.holder, matter.days, matter.item) == (Where.SETTLED, None, 0, "P")
    assert matter.look == LOOKS[status, Where.SETTLED]


def test_every_state_has_a_look_and_none_is_only_a_colour() -> None:
    owed = {(status, where) for status, where in product(OWED, Where) if where is not Where.SETTLED}
    settled = {(status, Where.SETTLED) for status in DutyStatus if status not in OWED}
    assert set(LOOKS) == owed | settled
    assert len({look.rank for look in LOOKS.values()}) == len(LOOKS)
    assert len({(look.sign, look.word) for look in LOOKS.values()}) == len(LOOKS)
    assert {look.sign for look in LOOKS.values()} == {sign for sign, _, _ in LEGEND}
    assert {(look.sign, look.tone) for look in LOOKS.values()} == {(sign, tone) for sign, _, tone in LEGEND}


def test_of_several_items_the_one_that_came_furthest_counts() -> None:
    items = [_item(State.DRAFT, None, "A"), _item(State.IN_REVIEW, "office", "B"), _item(State.RETURNED, None, "C")]
    matter = _matter(DutyStatus.OVERDUE, items, [_waiting("office", item_id="B")])
    assert (matter.item, matter.where) == ("B", Where.OFFICE)


def test_a_correction_under_way_is_not_the_duty() -> None:
    matter = _matter(DutyStatus.OVERDUE, [_item(State.DRAFT, None, supersedes_id="P")], [])
    assert matter.where is Where.NOWHERE


def test_an_event_is_found_by_its_own_item() -> None:
    items = [_item(State.DRAFT, None, "E", period=None, event_on=date(2023, 11, 3)), _item(State.RETURNED, None, "F")]
    matter = _matter(DutyStatus.OVERDUE, items, [], disclosure="E", is_of_event=True)
    assert (matter.item, matter.where) == ("E", Where.DRAFT)


def test_a_cell_shows_the_worst_and_leads_to_it() -> None:
    good = _matter(DutyStatus.FULFILLED, [], [], disclosure="P")
    bad = _matter(DutyStatus.OVERDUE, [], [])
    cell = Cell((good, bad))
    assert cell.worst is bad
    assert cell.address("2023-11") == f"/console/cells/{VILLAGE}/C02?month=2023-11"
    assert Cell((good,)).address("2023-11") == "/console/items/P"
    excused = _matter(DutyStatus.NOT_APPLICABLE, [], [], reason="没有")
    assert Cell((excused,)).address("2023-11").startswith("/console/cells/")


def test_burdens_are_told_by_holder() -> None:
    village, leader = (
        _matter(DutyStatus.OVERDUE, [], []),
        _matter(DutyStatus.OVERDUE, [_item(State.IN_REVIEW, "leader")], [_waiting("leader")]),
    )
    assert village.holder is not None
    assert leader.holder is not None
    first, second = burdens_of([village, village, leader], [leader.holder])
    assert (first.holder, first.late, first.longest, first.stages) == (village.holder, 2, 10, 0)
    assert (second.holder, second.late, second.longest, second.stages) == (leader.holder, 1, 10, 1)
    parts = [burdens_of([village], []), burdens_of([village, leader], [leader.holder])]
    assert all_burdens(each for part in parts for each in part) == [first, second]


def test_stages_are_told_with_their_ages() -> None:
    due_at = datetime(2023, 11, 20, tzinfo=UTC)
    cases = [_open_case("office", age, due_at if age > 3 else due_at + timedelta(days=1)) for age in (0, 1, 3, 9)]
    referred = _open_case("secrecy", 5, due_at, referred=True)
    now = due_at + timedelta(seconds=1)
    secrecy, office, leader = stages_of([*cases, referred], escalated([*cases, referred], now))
    assert (office.waiting, office.overdue, office.ages, office.oldest) == (4, 1, (2, 1, 1), 9)
    assert (secrecy.waiting, secrecy.overdue, leader.oldest) == (0, 0, None)
    parts = [stages_of(some, escalated(some, now)) for some in (cases[:1], cases[1:], [referred], [])]
    assert all_stages(parts) == [secrecy, office, leader]


def _open_case(stage: str, age: int, due_at: datetime, *, referred: bool = False) -> OpenCase:
    case = replace(_waiting(stage, referred=referred, item_id=str(age)), due_at=due_at)
    return OpenCase(case, "第一季度", "洼路村", HOLDER, age, 0)
