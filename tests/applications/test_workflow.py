"""Every state with every event, against a table of its own; and the outcomes with their rows."""

import json
from itertools import product

import pytest

from config.base import PROJECT
from tests.applications.calendars import NATIONAL
from villagepub.applications.applicants import COLUMNS, KIND_LABELS
from villagepub.applications.outcomes import CLOSING_ROWS, ENDINGS, GROUNDS, ROWS, Outcome, outcome_by, outcomes_of
from villagepub.applications.policy import History, refusal_of
from villagepub.applications.workflow import (
    KIND_NAMES,
    OPTIONAL,
    STATE_NAMES,
    TABLE,
    Kind,
    State,
    find_move,
    state_after,
)
from villagepub.core.clock import now

# state: {event: next state}; what is not here is refused
EXPECTED = {
    "unconfirmed": {"confirmed": "running"},
    "running": {
        "correction_requested": "correcting",
        "third_party_asked": "asking_third_party",
        "agency_asked": "asking_agency",
        "extended": "running",
        "reasons_requested": "running",
        "delayed": "running",
        "fee_notified": "awaiting_fee",
        "answered": "closed",
        "withdrawn": "closed",
    },
    "correcting": {"corrected": "running", "not_corrected": "closed", "withdrawn": "closed"},
    "asking_third_party": {
        "third_party_replied": "running",
        "agency_asked": "asking_both",
        "extended": "asking_third_party",
        "withdrawn": "closed",
    },
    "asking_agency": {
        "agency_replied": "running",
        "third_party_asked": "asking_both",
        "extended": "asking_agency",
        "withdrawn": "closed",
    },
    "asking_both": {
        "third_party_replied": "asking_agency",
        "agency_replied": "asking_third_party",
        "extended": "asking_both",
        "withdrawn": "closed",
    },
    "awaiting_fee": {"fee_paid": "running", "fee_unpaid": "closed", "withdrawn": "closed"},
    "closed": {},
}
STOPPING = {"correction_requested", "fee_notified"}
RESTARTING = {"corrected", "fee_paid"}
ONCE = {"correction_requested", "extended", "delayed", "fee_notified"}


def _history(state: State, *happened: Kind) -> History:
    return History(state, now(), happened, None, None, None, {}, {}, NATIONAL)


@pytest.mark.parametrize(("state", "kind"), list(product(State, OPTIONAL)))
def test_every_state_with_every_event(state: State, kind: Kind) -> None:
    move = find_move(state, kind)
    assert (move and move.to) == EXPECTED[state].get(kind)
    refusal = refusal_of(_history(state), kind)
    if move is None:
        assert refusal is not None
        assert STATE_NAMES[state] in refusal
        assert all(KIND_NAMES[Kind(each)] in refusal for each in EXPECTED[state])
        return
    assert (move.effect == "stops") == (kind in STOPPING)
    assert (move.effect == "restarts") == (kind in RESTARTING)
    assert (move.effect == "pauses") == kind.endswith("_asked")
    assert (move.effect == "ends") == (move.to == State.CLOSED)
    assert move.once == (kind in ONCE)
    assert (refusal_of(_history(state, Kind.REASONS_REQUESTED, kind), kind) is not None) == move.once
    assert (refusal is not None) == (kind == Kind.DELAYED)


def test_nothing_happens_twice_that_may_happen_once() -> None:
    refusal = refusal_of(_history(State.RUNNING, Kind.EXTENDED), Kind.EXTENDED)
    assert refusal is not None
    assert "只能有一次" in refusal


def test_every_state_can_be_reached_and_left() -> None:
    reached = {move.to for move in TABLE.values()} | {State.UNCONFIRMED, State.RUNNING}
    assert reached == set(State)
    assert {state for state, _ in TABLE} == set(State) - {State.CLOSED}
    assert set(OPTIONAL) == set(Kind) - {Kind.RESCINDED}
    assert set(STATE_NAMES) == set(State)
    assert set(KIND_NAMES) == set(Kind)


def test_events_lead_from_state_to_state() -> None:
    assert (
        state_after(State.RUNNING, [Kind.THIRD_PARTY_ASKED, Kind.AGENCY_ASKED, Kind.THIRD_PARTY_REPLIED])
        == "asking_agency"
    )
    with pytest.raises(KeyError):
        state_after(State.CLOSED, [Kind.ANSWERED])


ROW_OF = {  # article by article, as the form and the regulation pair them
    "already_public": "r03",
    "disclosed": "r03",
    "partial": "r04",
    "state_secret": "r05",
    "forbidden_by_law": "r06",
    "security_and_stability": "r07",
    "third_party_rights": "r08",
    "internal_affairs": "r09",
    "process_information": "r10",
    "enforcement_file": "r11",
    "special_inquiry": "r12",
    "not_held": "r13",
    "not_responsible": "r13",
    "needs_making": "r14",
    "still_unclear": "r15",
    "petition": "r16",
    "repeated": "r17",
    "printed_publication": "r18",
    "excessive": "r19",
    "reissue": "r20",
    "abandoned_uncorrected": "r21",
    "abandoned_unpaid": "r22",
    "withdrawn": "r23",
    "other": "r23",
}


def test_the_row_follows_from_the_outcome() -> None:
    assert {str(key): ending.row for key, ending in ENDINGS.items()} == ROW_OF
    assert [row for row in CLOSING_ROWS if not outcomes_of(row)] == []
    assert {key for key, ending in ENDINGS.items() if ending.is_discretionary} == {
        "internal_affairs",
        "process_information",
        "enforcement_file",
    }
    assert {key: ending.after for key, ending in ENDINGS.items() if ending.after} == {
        "third_party_rights": "third_party_replied",
        "still_unclear": "corrected",
        "excessive": "reasons_requested",
    }
    assert {ENDINGS[ground].row for ground in GROUNDS} == {f"r{number:02}" for number in range(5, 13)}


def test_what_ends_without_an_answer() -> None:
    ended = {
        kind: outcome_by(kind, None) for kind in (Kind.NOT_CORRECTED, Kind.FEE_UNPAID, Kind.WITHDRAWN, Kind.EXTENDED)
    }
    assert list(ended.values()) == [Outcome.ABANDONED_UNCORRECTED, Outcome.ABANDONED_UNPAID, Outcome.WITHDRAWN, None]
    assert outcome_by(Kind.ANSWERED, "partial") == Outcome.PARTIAL


def test_rows_and_columns_are_those_of_the_official_form() -> None:
    form = json.loads((PROJECT / "config" / "reports" / "annual-form.json").read_text(encoding="utf-8"))["part_3"]
    assert [row["key"] for row in form["rows"]] == list(ROWS)
    assert [column["key"] for column in form["columns"]] == list(COLUMNS)
    assert [column["label"] for column in form["columns"]][:6] == list(KIND_LABELS.values())
