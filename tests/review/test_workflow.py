"""Every situation, every action, everybody: what the program must answer is written out here, not read from it.

All of it goes over HTTP. Whoever is refused must leave the item as it was, so refusals share one; an act that is
allowed gets an item of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pytest
from flask import Flask

from tests.clients import Client, TestClock, sign_in
from tests.conftest import BEGINS_AT
from tests.engines import Engine, leave, settings_for
from tests.journeys import NEIGHBOUR, VILLAGE, content, decide, decision, draft, publish, submit
from tests.review.staff import Staff
from villagepub import create_app
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.permissions import Role
from villagepub.core.transactions import transaction
from villagepub.disclosures import operations as disclosures
from villagepub.review.workflow import CHAIN, TABLE, Action, State

Json = dict[str, Any]
Outcomes = dict[str, str]

DECISIONS = ("approve", "return", "refuse", "refer")
FORWARDING = ("forward", "accept_forward", "decline_forward")
ACTIONS = (
    *("edit", "delete", "submit", "recall", *DECISIONS, *FORWARDING, "release_referral", "refuse_referral"),
    *("correct", "withdraw", "suspend", "release"),
)

# The author holds the uploader's post of the village and stands in for all three reviewers; the uploader stands in
# for the author and has written nothing.
POSTS = {
    "author": {"uploader", "secrecy_officer", "office_reviewer", "leader"},
    "uploader": {"uploader"},
    "secrecy": {"secrecy_officer"},
    "office": {"office_reviewer"},
    "other office": {"office_reviewer"},
    "leader": {"leader"},
    "administrator": {"administrator"},
    "auditor": {"auditor"},
    "observer": {"observer"},
}
OUTSIDERS = ("uploader next door", "uploader elsewhere", "leader elsewhere", "no posts")
EVERYBODY = (*POSTS, *OUTSIDERS)

# Whose posts may do it in some state. Everybody else inside is told `forbidden` in every state.
UPLOADERS = {"author", "uploader"}
REVIEWERS = {"author", "secrecy", "office", "other office", "leader"}
ABLE = {
    **dict.fromkeys(("edit", "delete", "submit", "recall", "correct"), UPLOADERS),
    **dict.fromkeys((*DECISIONS, *FORWARDING, "release_referral", "refuse_referral"), REVIEWERS),
    "withdraw": {"administrator", "leader", "author"},
    "suspend": {"administrator", "secrecy", "author"},
    "release": {"leader", "author"},
}
WITHOUT_A_REASON = {"edit", "delete", "submit", "recall", "approve", "accept_forward"}

FORBIDDEN, SEPARATION, BUSY = "403 forbidden", "403 separation_of_duties", "409 conflict"
WRONG_STATE, NOT_YOURS, DECIDED = "409 wrong_state", "409 not_your_stage", "409 already_decided"


def _judged_by(who: str, after_approval: str) -> dict[str, Outcomes]:
    """The four decisions at one stage: its own post may, the author may not, the others wait."""
    after = {"approve": after_approval, "return": "201 returned", "refuse": "201 refused", "refer": "201 referred"}
    return {act: {who: after[act], "author": SEPARATION, "*": NOT_YOURS} for act in DECISIONS}


_DECIDED_BEFORE = {act: {"*": DECIDED} for act in DECISIONS}
_FORWARDED_BY_NOBODY = {act: {"*": NOT_YOURS} for act in FORWARDING}
_ANSWERED = {
    "release_referral": {"secrecy": "200 in_review/secrecy", "author": "200 in_review/secrecy", "*": NOT_YOURS},
    "refuse_referral": {"secrecy": "200 refused", "author": "200 refused", "*": NOT_YOURS},
}

# Situation → action → who → status and what follows. "*" is whoever else is able; an action that is not named is
# refused with `wrong_state`.
EXPECTED: dict[str, dict[str, Outcomes]] = {
    "draft": {
        "edit": {"*": "200 draft"},
        "delete": {"*": "204 gone"},
        "submit": {"*": "200 in_review/secrecy"},
    },
    "imported": {
        "edit": {"*": "200 imported"},
        "submit": {"*": "200 in_review/secrecy"},
        "withdraw": {"*": "200 withdrawn"},
    },
    "in_review/secrecy": {
        "recall": {"*": "200 draft"},
        **_judged_by("secrecy", "201 in_review/office"),
        **_FORWARDED_BY_NOBODY,
    },
    "in_review/office": {
        **_judged_by("office", "201 in_review/leader"),
        **_FORWARDED_BY_NOBODY,
        "forward": {"office": "200 in_review/office", "author": "200 in_review/office", "*": NOT_YOURS},
    },
    "in_review/office, forwarded": {
        **_judged_by("office", "201 in_review/leader"),
        "forward": {"office": BUSY, "author": BUSY, "*": NOT_YOURS},
        "accept_forward": {"other office": "200 in_review/office", "*": NOT_YOURS},
        "decline_forward": {"other office": "200 in_review/office", "*": NOT_YOURS},
    },
    "in_review/leader": {**_judged_by("leader", "201 published"), **_FORWARDED_BY_NOBODY},
    "returned": {
        "edit": {"*": "200 returned"},
        "delete": {"*": "204 gone"},
        "submit": {"*": "200 in_review/secrecy"},
        **_DECIDED_BEFORE,
    },
    "referred/secrecy": {**_DECIDED_BEFORE, **_ANSWERED},
    "referred/office": {**_DECIDED_BEFORE, **_ANSWERED},
    "refused": _DECIDED_BEFORE,
    "published": {
        **_DECIDED_BEFORE,
        "correct": {"*": "201 published"},
        "withdraw": {"*": "200 withdrawn"},
        "suspend": {"*": "200 suspended"},
    },
    "superseded": _DECIDED_BEFORE,
    "suspended": {
        **_DECIDED_BEFORE,
        "withdraw": {"administrator": FORBIDDEN, "*": "200 withdrawn"},
        "release": {"*": "200 published"},
    },
    "withdrawn": _DECIDED_BEFORE,
}

# A decision names its stage. Where the item is elsewhere, this is what its reviewers are told: asked stage → code.
ASKED = {
    "draft": {"secrecy": WRONG_STATE, "office": WRONG_STATE, "leader": WRONG_STATE},
    "imported": {"secrecy": WRONG_STATE, "office": WRONG_STATE, "leader": WRONG_STATE},
    "in_review/secrecy": {"office": NOT_YOURS, "leader": NOT_YOURS},
    "in_review/office": {"secrecy": DECIDED, "leader": NOT_YOURS},
    "in_review/leader": {"secrecy": DECIDED, "office": DECIDED},
    "returned": {"secrecy": DECIDED, "office": WRONG_STATE, "leader": WRONG_STATE},
    "referred/office": {"secrecy": DECIDED, "office": DECIDED, "leader": WRONG_STATE},
    "refused": {"secrecy": DECIDED, "office": WRONG_STATE, "leader": WRONG_STATE},
    "published": {"secrecy": DECIDED, "office": DECIDED, "leader": DECIDED},
    "superseded": {"secrecy": DECIDED, "office": DECIDED, "leader": DECIDED},
    "suspended": {"secrecy": DECIDED, "office": DECIDED, "leader": DECIDED},
    "withdrawn": {"secrecy": DECIDED, "office": DECIDED, "leader": DECIDED},
}
every_situation = pytest.mark.parametrize("situation", EXPECTED)


def _expected(situation: str, action: str, who: str) -> str:
    if who in OUTSIDERS:
        return "404 not_found"
    if who not in ABLE[action]:
        return FORBIDDEN
    outcomes = EXPECTED[situation].get(action, {})
    return outcomes.get(who) or outcomes.get("*", WRONG_STATE)


def _succeeds(outcome: str) -> bool:
    return outcome.startswith("2")


@dataclass(frozen=True)
class Item:
    """A disclosure as staff see it, and its ETag."""

    shown: Json
    etag: str

    @property
    def place(self) -> str:
        stage = self.shown.get("stage")
        return self.shown.get("state", "gone") + (f"/{stage}" if stage else "")


class Stage:
    """One application with everybody signed in, on which items are walked into any situation."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.as_ = cache(lambda username: sign_in(app, username))
        staff = Staff(self.as_)
        stand_in = staff.newcomer("another-uploader")
        author = f"uploader-{VILLAGE}"
        staff.stand_in(author, "another-uploader")
        for post in ("secrecy", "office-finance", "leader"):
            staff.stand_in(post, author)
        self.other_office = staff.office("general")
        self.people: dict[str, Client] = {
            "author": self.as_(author),
            "uploader": stand_in,
            "secrecy": self.as_("secrecy"),
            "office": self.as_("office-finance"),
            "other office": self.as_("office-general"),
            "leader": self.as_("leader"),
            "administrator": self.as_("admin"),
            "auditor": self.as_("auditor"),
            "observer": staff.newcomer("observer", staff.new_post("observer", "observer")),
            "uploader next door": self.as_(f"uploader-{NEIGHBOUR}"),
            "uploader elsewhere": self.as_("uploader-640104101201"),
            "leader elsewhere": self.as_("daxin-leader"),
            "no posts": staff.newcomer("nobody"),
        }

    def make(self, situation: str) -> Item:
        """A new item in a situation, brought there by those whose part it is."""
        return self.show(self._make(situation))

    def _make(self, situation: str) -> str:
        state, _, stage = situation.partition(", ")[0].partition("/")
        if state == "imported":
            return self._import()
        if state in ("published", "superseded", "suspended", "withdrawn"):
            return self._end(publish(self.as_), state)
        disclosure = draft(self.as_)
        if state != "draft":
            disclosure = submit(self.as_, disclosure)
        while disclosure["stage"] not in (stage or "secrecy", None):
            disclosure = decide(self.as_, disclosure)
        if state in ("returned", "refused", "referred"):
            decide(self.as_, disclosure, {"returned": "return", "refused": "refuse", "referred": "refer"}[state])
        if situation.endswith("forwarded"):
            self._do(self.as_("office-finance"), Item(disclosure, ""), "forward")
        return str(disclosure["id"])

    def _import(self) -> str:
        with self.app.app_context(), transaction(tenancy.EVERYWHERE):
            past = disclosures.record_past(
                actor=Actor.system("tests"),
                village=VILLAGE,
                entry="C02",
                content=content(),
                published_on=date(2023, 10, 20),
                counts_in="2023-10",
            )
            return past.id

    def _end(self, published: Json, state: str) -> str:
        path = f"/disclosures/{published['id']}"
        if state == "superseded":
            answer = self.as_(f"uploader-{VILLAGE}").post(f"{path}/corrections", {"change_note": "更正金额"})
            correction = submit(self.as_, answer.json)
            while correction["state"] == "in_review":
                correction = decide(self.as_, correction)
        if state == "suspended":
            self.as_("secrecy").post(f"{path}/suspend", {"reason": "待核实"})
        if state == "withdrawn":
            self.as_("leader").post(f"{path}/withdraw", {"reason": "有误"})
        return str(published["id"])

    def show(self, disclosure_id: str) -> Item:
        answer = self.as_("auditor").get(f"/disclosures/{disclosure_id}")
        return Item(answer.json, answer.headers.get("ETag", ""))

    def act(self, who: str, item: Item, action: str, **changes: Any) -> str:
        """What somebody is answered, and for a success what has become of the item."""
        answer = self._do(self.people[who], item, action, **changes)
        if answer.status_code >= 400:
            return f"{answer.status_code} {answer.json['code']}"
        return f"{answer.status_code} {self.show(item.shown['id']).place}"

    def _do(self, client: Client, item: Item, action: str, **changes: Any) -> Any:
        path = f"/disclosures/{item.shown['id']}"
        reason = {"reason": "有误"} | changes
        if action in DECISIONS:
            asked = decision(item.shown | {"stage": item.shown["stage"] or "secrecy"}, action)
            return client.post(f"{path}/decisions", asked | changes)
        if action == "edit":
            return client.put(path, content(title="改过的标题"), headers={"If-Match": item.etag})
        if action == "delete":
            return client.delete(path, headers={"If-Match": item.etag})
        if action.endswith("_referral"):
            answered = {"from": "区保密局", "answered_on": "2023-11-06", "comment": "已答复"}
            body = answered | {"outcome": action.removesuffix("_referral")} | changes
            return client.post(f"{path}/referral-answer", body)
        sub_path, body = {
            "submit": ("submit", None),
            "recall": ("recall", None),
            "forward": ("forward", {"office": self.other_office, "comment": "属贵办职责"} | changes),
            "accept_forward": ("forward/accept", None),
            "decline_forward": ("forward/decline", {"comment": "不属本办"} | changes),
            "correct": ("corrections", {"change_note": "更正金额"}),
            "withdraw": ("withdraw", reason),
            "suspend": ("suspend", reason),
            "release": ("release", reason),
        }[action]
        return client.post(f"{path}/{sub_path}", body)


@pytest.fixture(scope="module")
def stage(engine: Engine, loaded: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with clock.running_on(TestClock(BEGINS_AT)):
        app = create_app(settings_for(engine.copy(loaded, "workflow"), tmp_path_factory.mktemp("workflow")))
        yield Stage(app)
        leave(app)
        engine.drop("workflow")


@every_situation
@pytest.mark.slow
def test_who_is_refused_is_told_why_and_changes_nothing(stage: Stage, situation: str) -> None:
    item = stage.make(situation)
    refused = {
        (action, who): _expected(situation, action, who)
        for action in ACTIONS
        for who in EVERYBODY
        if not _succeeds(_expected(situation, action, who))
    }
    assert {(action, who): stage.act(who, item, action) for action, who in refused} == refused
    assert stage.show(item.shown["id"]) == item


@pytest.mark.slow
@every_situation
def test_who_may_act_brings_the_item_where_it_belongs(stage: Stage, situation: str) -> None:
    allowed = {
        (action, who): _expected(situation, action, who)
        for action in ACTIONS
        for who in EVERYBODY
        if _succeeds(_expected(situation, action, who))
    }
    assert {(action, who): stage.act(who, stage.make(situation), action) for action, who in allowed} == allowed


@pytest.mark.slow
@pytest.mark.parametrize("situation", ASKED)
def test_a_decision_on_another_stage_than_the_present_one_is_refused(stage: Stage, situation: str) -> None:
    item = stage.make(situation)
    found = {
        (asked, outcome, who): stage.act(who, item, outcome, stage=asked)
        for asked in ASKED[situation]
        for outcome in DECISIONS
        for who in ("secrecy", "office", "leader")
    }
    assert found == {key: ASKED[situation][key[0]] for key in found}


@every_situation
def test_where_a_reason_is_compulsory_nothing_happens_without_one(stage: Stage, situation: str) -> None:
    item = stage.make(situation)
    able = {
        action: next(who for who in EVERYBODY if _succeeds(_expected(situation, action, who)))
        for action in set(ACTIONS) - WITHOUT_A_REASON - {"correct"}
        if any(_succeeds(_expected(situation, action, who)) for who in EVERYBODY)
    }
    for action, who in able.items():
        field = "reason" if action in ("withdraw", "suspend", "release") else "comment"
        for nothing in ("", "  ", "\n"):
            assert stage.act(who, item, action, **{field: nothing}) == "422 invalid", (action, nothing)
    assert stage.show(item.shown["id"]) == item


def test_everybody_and_every_state_is_in_the_matrix() -> None:
    assert set.union(*POSTS.values()) == {role.value for role in Role}
    assert {situation.partition("/")[0] for situation in EXPECTED} == {state.value for state in State}
    assert set(ACTIONS) == {action.value for action in Action}


def test_the_table_says_what_the_matrix_says() -> None:
    matrix = {}
    for situation, action, who in ((s, a, w) for s in EXPECTED for a in ACTIONS for w in EVERYBODY):
        outcome = _expected(situation, action, who)
        if _succeeds(outcome):
            key = (State(situation.partition("/")[0]), Action(action))
            matrix.setdefault(key, set()).add(who)
    assert set(matrix) == set(TABLE)
    own_post = {"in_review/secrecy": "secrecy", "in_review/office": "office", "in_review/leader": "leader"}
    for key, move in TABLE.items():
        _, action = key
        assert move.comment == (action.value not in WITHOUT_A_REASON | {"correct"}), key
        if move.roles:
            could = set.union(*(POSTS[who] for who in matrix[key] - {"author"}))
            assert could == {role.value for role in move.roles}, key
        else:
            assert matrix[key] == set(own_post.values()), key
    assert [(step.name.value, step.role.value) for step in CHAIN] == [
        ("secrecy", "secrecy_officer"),
        ("office", "office_reviewer"),
        ("leader", "leader"),
    ]


def test_the_table_leads_where_the_matrix_leads() -> None:
    for (state, action), move in TABLE.items():
        outcomes = {
            _expected(situation, action.value, who).split()[1].partition("/")[0]
            for situation in EXPECTED
            for who in EVERYBODY
            if situation.partition("/")[0] == state.value and _succeeds(_expected(situation, action.value, who))
        }
        earlier_stages = {"in_review"} if (state, action) == (State.IN_REVIEW, Action.APPROVE) else set()
        if action is not Action.DELETE:
            assert outcomes - {move.to.value} == earlier_stages, (state, action)
