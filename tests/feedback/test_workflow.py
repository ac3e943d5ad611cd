"""The life of a feedback, exhaustively: every action, in every state, by everybody."""

from collections.abc import Iterator

import pytest

from tests.clients import Client
from tests.feedback.voices import ANSWER, UPLOADER, act, judge, said, say, write
from tests.journeys import NEIGHBOUR, VILLAGE, As, Json
from villagepub.feedback.workflow import TABLE, Action, State

ASKERS = ("auditor", "leader", "office-party", "office-livelihood", "office-finance", "office-agriculture")
PEOPLE = (UPLOADER, "secrecy", "admin", "leader", "auditor", "office-finance", f"uploader-{NEIGHBOUR}", "daxin-admin")
OUTSIDE = (f"uploader-{NEIGHBOUR}", "daxin-admin")

# Literally: in which state whose act leads where. ``handed`` is an open complaint that the township holds.
EXPECTED = {
    ("held", "accept"): ("open", {"admin"}),
    ("held", "reject"): ("rejected", {"admin"}),
    ("open", "answer"): ("reviewing", {UPLOADER}),
    ("open", "hand_over"): ("open", {UPLOADER}),
    ("handed", "answer"): ("reviewing", {"admin"}),
    ("reviewing", "approve"): ("answered", {"secrecy"}),
    ("reviewing", "approve_unpublished"): ("answered", {"secrecy"}),
    ("reviewing", "return"): ("open", {"secrecy"}),
    ("answered", "hide"): ("answered", {"secrecy", "admin"}),
}
MAY_EVER = {
    "accept": {"admin"},
    "reject": {"admin"},
    "answer": {UPLOADER, "admin"},
    "hand_over": {UPLOADER},
    "approve": {"secrecy"},
    "approve_unpublished": {"secrecy"},
    "return": {"secrecy"},
    "hide": {"secrecy", "admin"},
}
OWN = {
    "withdraw": {"held": "withdrawn", "open": "withdrawn", "handed": "withdrawn", "reviewing": "withdrawn"},
    "keep_private": {each: each for each in ("held", "open", "handed", "reviewing", "answered")},
}
STATES = ("held", "open", "handed", "reviewing", "answered", "rejected", "withdrawn")
UNMASKABLE = "这份内部资料里写的补贴名单是怎么回事？"  # a mark that no mask covers, so that people look first


@pytest.fixture
def asker(as_: As) -> Iterator[Client]:
    """One after the other, since nobody may say much in a day."""
    return (as_(name) for name in ASKERS for _ in range(2))


def reach(as_: As, asker: Client, state: str, nth: int = 0) -> Json:
    kind = "complaint" if state in ("open", "handed") else "question"
    text = f"{UNMASKABLE if state in ('held', 'rejected') else '村东的沟渠什么时候清淤？'}第{nth}次"
    feedback = say(asker, kind=kind, text=text, may_be_public=state != "rejected")
    if state == "handed":
        assert act(as_(UPLOADER), feedback, "hand-over", {"reason": "涉及村干部"}).status_code == 200
    if state in ("reviewing", "answered"):
        feedback = write(as_, feedback)
    if state == "answered":
        feedback = judge(as_, feedback)
    if state == "rejected":
        assert act(as_("admin"), feedback, "reject", {"reason": "广告"}).status_code == 200
    if state == "withdrawn":
        assert asker.post(f"/me/feedback/{feedback['id']}/withdraw").status_code == 200
    return dict(as_("admin").get(f"/feedback/{feedback['id']}").json)


def do(by: Client, feedback: Json, action: str) -> Json:
    """The action as its door takes it: ``{status, code, state}``."""
    body: Json | None = {"reason": "理由"}
    verb = action.replace("_", "-")
    if action in ("approve", "approve_unpublished", "return"):
        verb, body = "decisions", {"digest": feedback["digest"] or "none", "outcome": action, "comment": "理由"}
    elif action == "answer":
        body = {"text": ANSWER}
    elif action == "accept":
        body = None
    answer = act(by, feedback, verb, body)
    return {"status": answer.status_code, "code": answer.json.get("code"), "state": answer.json.get("state")}


def test_the_table_is_the_expected_one() -> None:
    told = {("open" if state == "handed" else state, action) for state, action in EXPECTED}
    told |= {("open" if state == "handed" else state, action) for action, states in OWN.items() for state in states}
    assert {(state.value, action.value) for state, action in TABLE} == told
    assert set(State) == {"open" if state == "handed" else state for state in STATES}
    assert set(Action) == set(MAY_EVER) | set(OWN)


@pytest.mark.parametrize("state", STATES)
def test_every_action_by_everybody(as_: As, asker: Iterator[Client], state: str) -> None:
    feedback = reach(as_, next(asker), state)
    for action in MAY_EVER:
        _, allowed = EXPECTED.get((state, action), ("", set()))
        for name in PEOPLE:
            if name in allowed:
                continue
            refused = do(as_(name), feedback, action)
            if name in OUTSIDE:
                assert (refused["status"], refused["code"]) == (404, "not_found"), (state, action, name)
            elif name not in MAY_EVER[action]:
                assert (refused["status"], refused["code"]) == (403, "forbidden"), (state, action, name)
            else:
                code = "not_your_stage" if (state, action) in EXPECTED else "wrong_state"
                handed = state == "handed" and action == "hand_over"
                assert (refused["status"], refused["code"]) == (409, "wrong_state" if handed else code)
    assert as_("admin").get(f"/feedback/{feedback['id']}").json == feedback  # nothing of it left a trace
    for nth, ((_, action), (to, allowed)) in enumerate(each for each in EXPECTED.items() if each[0][0] == state):
        for name in sorted(allowed):
            done = do(as_(name), reach(as_, next(asker), state, nth + 1), action)
            assert (done["status"] in (200, 201), done["state"]) == (True, to), (state, action, name, done)


@pytest.mark.parametrize("state", STATES)
def test_what_askers_do_with_their_own(as_: As, asker: Iterator[Client], state: str) -> None:
    for nth, (action, states) in enumerate(OWN.items()):
        by = next(asker)
        feedback = reach(as_, by, state, nth)
        answer = by.post(f"/me/feedback/{feedback['id']}/{action.replace('_', '-')}")
        if state in states:
            to = "open" if states[state] == "handed" else states[state]
            assert (answer.status_code, answer.json["state"]) == (200, to), (state, action)
        else:
            assert (answer.status_code, answer.json["code"]) == (409, "wrong_state"), (state, action)


def test_nobody_speaks_without_signing_in(anybody: Client) -> None:
    for answer in (said(anybody), anybody.get("/feedback"), anybody.get("/me/feedback")):
        assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("village", [VILLAGE[:9] + "000", "640104999001", "640000000000"])
def test_only_a_village_on_the_platform_is_spoken_to(as_: As, village: str) -> None:
    assert said(as_("auditor"), village=village).status_code == 404


def test_a_role_without_a_task_here_reads_and_does_nothing(as_: As) -> None:
    feedback = say(as_("auditor"))
    assert as_("leader").get(f"/feedback/{feedback['id']}").status_code == 200
    for action in MAY_EVER:
        assert do(as_("leader"), feedback | {"digest": "none"}, action)["code"] == "forbidden"
