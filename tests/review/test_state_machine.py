"""Whatever anybody does in whatever order: what is public was approved, totals and numbers are right, the chain holds.

Each step is one operation in one transaction, by whoever holds the posts at that moment; the doors over it are
walked in test_workflow.py. After every step that changed anything all of `Ledger` is checked; one that was refused
must have left the audit chain as it was.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.clients import TestClock
from tests.conftest import BEGINS_AT
from tests.engines import Engine, leave, settings_for
from tests.intake.make_files import pdf
from tests.journeys import CHECKLIST, NEIGHBOUR, TOWNSHIP, VILLAGE, content
from tests.review.ledger import Ledger
from villagepub import create_app
from villagepub.accounts import operations as accounts
from villagepub.accounts import queries as people
from villagepub.core import audit, clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import Problem
from villagepub.core.tenancy import Scope, ScopeKind
from villagepub.core.transactions import transaction
from villagepub.disclosures import arrivals, attachments, operations, queries
from villagepub.disclosures.models import Disclosure
from villagepub.extensions import db
from villagepub.publishing import operations as publishing
from villagepub.review import operations as review
from villagepub.review import queries as cases
from villagepub.statistics import counting
from villagepub.statistics import operations as statistics
from villagepub.statistics import queries as totals

VILLAGES = (VILLAGE, NEIGHBOUR)
PEOPLE = (
    f"uploader-{VILLAGE}",
    f"uploader-{NEIGHBOUR}",
    "secrecy",
    "office-finance",
    "office-general",
    "leader",
    "admin",
)
POSTS = (f"uploader-{VILLAGE}", "secrecy", "office-finance", "leader")
POST_AT = {"secrecy": "secrecy", "office": "office-finance", "leader": "leader"}
REASON = "请补充说明"
STEPS_OF_ONE = 200
FAR = timedelta(days=60)

somebody = st.sampled_from(PEOPLE)
a_writer = st.sampled_from([PEOPLE[0]] * 7 + list(PEOPLE))
which = st.integers(0, 11)
words = st.sampled_from(["收支明细", "收支明细（更正）", "收支明细（补充）"])


class World:
    """One application whose database is put back to its beginning for every example."""

    def __init__(self, engine: Engine, loaded: str, folder: Path) -> None:
        self.engine, self.loaded = engine, loaded
        self.now = TestClock(BEGINS_AT)
        self.app: Flask = create_app(settings_for(engine.copy(loaded, "machine"), folder))
        with self.app.app_context():
            self.arrived = arrivals.received("明细.pdf", pdf())  # examined once: that takes longer than many steps
        self.arrived.require()
        self.steps = self.changes = self.published = 0

    def begin_again(self) -> None:
        leave(self.app)
        self.engine.drop("machine")
        self.engine.copy(self.loaded, "machine")
        self.now.moment = BEGINS_AT

    def end(self) -> None:
        leave(self.app)
        self.engine.drop("machine")


class Machine(RuleBasedStateMachine):
    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.world.begin_again()
        self.ledger = Ledger()
        with self._reading():
            self.ledger.check()
        self.items: list[str] = []
        self.digests: list[str] = []

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self.world.app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
            yield

    def _step(self, username: str | None, act: Callable[[Actor], Any]) -> None:
        """One act by one person (None: the system), committed or refused; then everything is checked."""
        self.world.steps += 1
        try:
            self._act(username, act)
        except Problem:
            with self._reading():
                self.ledger.check_nothing_happened()
            return
        self.world.changes += 1
        with self._reading():
            self.ledger.check()

    def _act(self, username: str | None, act: Callable[[Actor], Any]) -> None:
        with self.world.app.app_context():
            with transaction(tenancy.EVERYWHERE.reading()):
                person = people.find_person_by_username(username) if username else None
                actor = people.actor_of(person) if person else Actor.system("tests")
            scope = Scope(ScopeKind.STAFF, actor.prefixes) if person else tenancy.EVERYWHERE
            with transaction(scope):
                act(actor)

    def _on(self, number: int, username: str | None, act: Callable[[Disclosure, Actor], Any]) -> None:
        item = self.items[-1 - number % len(self.items)]
        self._step(username, lambda actor: act(queries.get_disclosure(item, actor.prefixes or ("",), lock=True), actor))

    def _keep(self, disclosure: Disclosure) -> None:
        self.items.append(disclosure.id)

    has_items = precondition(lambda self: self.items)

    @rule(village=st.sampled_from(VILLAGES), title=words, by=st.sampled_from(PEOPLE[:4]))
    def draft(self, village: str, title: str, by: str) -> None:
        given = content(title=title)
        self._step(
            by, lambda actor: self._keep(operations.create(actor=actor, village=village, entry="C02", content=given))
        )

    @rule(title=words)
    def import_past(self, title: str) -> None:
        def act(actor: Actor) -> None:
            past = operations.record_past(
                actor=actor,
                village=VILLAGE,
                entry="C02",
                content=content(title=title),
                published_on=date(2023, 10, 20),
                counts_in=statistics.month_to_count_in(TOWNSHIP, "2023-10"),
            )
            statistics.recount_now(past)
            self._keep(past)

        self._step("admin", act)

    @has_items
    @rule(number=which, title=words, by=a_writer)
    def edit(self, number: int, title: str, by: str) -> None:
        self._on(
            number,
            by,
            lambda item, actor: operations.edit(
                item, actor=actor, etag=operations.etag_of(item), content=content(title=title)
            ),
        )

    @has_items
    @rule(number=which, by=a_writer)
    def attach(self, number: int, by: str) -> None:
        arrived = self.world.arrived
        self._on(number, by, lambda item, actor: attachments.attach(item, arrived, actor=actor))

    @has_items
    @rule(number=which, by=a_writer)
    def detach(self, number: int, by: str) -> None:
        self._on(number, by, self._detach)

    def _detach(self, item: Disclosure, actor: Actor) -> None:
        for attachment in item.attachments[:1]:
            attachments.detach(item, attachment, actor=actor)

    @has_items
    @rule(number=which, by=a_writer)
    def delete(self, number: int, by: str) -> None:
        self._on(number, by, lambda item, actor: operations.delete(item, actor=actor, etag=operations.etag_of(item)))

    @has_items
    @rule(number=which, by=a_writer)
    def submit(self, number: int, by: str) -> None:
        self._on(number, by, lambda item, actor: review.submit(item, actor=actor))

    @has_items
    @rule(number=which)
    def submit_as_the_uploader(self, number: int) -> None:
        village = self._look(number).village
        self._on(number, self._holder(f"uploader-{village}"), lambda item, actor: review.submit(item, actor=actor))

    @has_items
    @rule(number=which, by=a_writer)
    def recall(self, number: int, by: str) -> None:
        self._on(number, by, lambda item, actor: review.recall(item, actor=actor))

    @has_items
    @rule(
        number=which,
        by=st.one_of(st.none(), somebody),
        stage=st.sampled_from(list(POST_AT)),
        outcome=st.sampled_from(["approve", "return", "refuse", "refer"]),
        fresh=st.booleans(),
        ticks=st.sampled_from([4, 4, 4, 3]),
        comment=st.sampled_from([REASON, ""]),
    )
    def decide(
        self, number: int, by: str | None, stage: str, outcome: str, fresh: bool, ticks: int, comment: str
    ) -> None:
        digest = self._look(number).digest
        self.digests.append(digest)
        self._decide(number, by, stage, outcome, digest if fresh else self.digests[0], ticks, comment)

    @has_items
    @rule(
        number=which,
        outcome=st.sampled_from(["approve"] * 9 + ["return", "refer", "refuse"]),
        steps=st.integers(1, 3),
    )
    def decide_at_the_stage(self, number: int, outcome: str, steps: int) -> None:
        """Whoever holds the post does, approving up to so many stages."""
        for _ in range(steps):
            item = self._look(number)
            if item.stage is None:
                return
            holder = self._holder(POST_AT[item.stage])
            self._decide(number, holder, item.stage, outcome, item.digest, 4, REASON)

    def _decide(
        self, number: int, by: str | None, stage: str, outcome: str, digest: str, ticks: int, comment: str
    ) -> None:
        given = {"stage": stage, "outcome": outcome, "digest": digest, "comment": comment}
        self._on(number, by, lambda item, actor: review.decide(item, actor=actor, checklist=CHECKLIST[:ticks], **given))

    @has_items
    @rule(number=which, by=st.sampled_from(["office-finance", "office-general", "leader"]))
    def forward(self, number: int, by: str) -> None:
        def act(item: Disclosure, actor: Actor) -> None:
            office = next(office for office in people.list_offices(TOWNSHIP) if office.key == "general")
            review.forward(item, actor=actor, office_id=office.id, comment=REASON)

        self._on(number, by, act)

    @has_items
    @rule(number=which, by=st.sampled_from(["office-finance", "office-general"]), accept=st.booleans())
    def answer_forward(self, number: int, by: str, accept: bool) -> None:
        self._on(
            number, by, lambda item, actor: review.answer_forward(item, actor=actor, accept=accept, comment=REASON)
        )

    @has_items
    @rule(
        number=which,
        by=st.sampled_from(["secrecy", "secrecy", "leader"]),
        outcome=st.sampled_from(["release", "release", "refuse"]),
    )
    def answer_referral(self, number: int, by: str, outcome: str) -> None:
        given = {"answered_from": "区保密局", "answered_on": clock.today(), "outcome": outcome, "comment": REASON}
        self._on(number, by, lambda item, actor: review.answer_referral(item, actor=actor, **given))

    @has_items
    @rule(
        number=which,
        by=st.sampled_from(["leader", "secrecy", "admin", "office-finance"]),
        verb=st.sampled_from(["withdraw", "suspend", "suspend", "release", "release"]),
    )
    def take_away(self, number: int, by: str, verb: str) -> None:
        act = getattr(publishing, verb)
        self._on(number, by, lambda item, actor: act(item, actor=actor, reason=REASON))

    @has_items
    @rule(number=which)
    def correct(self, number: int) -> None:
        by = self._holder(f"uploader-{self._look(number).village}")
        self._on(
            number, by, lambda item, actor: self._keep(operations.correct(item, actor=actor, change_note="更正金额"))
        )

    @rule(key=st.sampled_from(POSTS), to=somebody)
    def hand_over(self, key: str, to: str) -> None:
        self._step(
            "admin",
            lambda actor: accounts.hand_over(
                people.find_post(TOWNSHIP, key), people.find_person_by_username(to), actor=actor, on=clock.today()
            ),
        )

    @rule(key=st.sampled_from(POSTS), to=somebody, days=st.integers(1, 30))
    def stand_in(self, key: str, to: str, days: int) -> None:
        self._step(
            "admin",
            lambda actor: accounts.delegate(
                people.find_post(TOWNSHIP, key),
                people.find_person_by_username(to),
                actor=actor,
                from_at=clock.now(),
                until_at=clock.now() + timedelta(days=days),
            ),
        )

    @rule(month=st.sampled_from(["2023-10", "2023-11", "2023-12"]))
    def close_month(self, month: str) -> None:
        self._step("admin", lambda actor: statistics.close_month(actor=actor, division=TOWNSHIP, month=month))

    @rule(minutes=st.sampled_from([1, 30, 600, 3000]))
    def time_passes(self, minutes: int) -> None:
        if self.world.now() < BEGINS_AT.astimezone(UTC) + FAR:
            self.world.now.forward(minutes=minutes)

    def _look(self, number: int) -> Disclosure:
        with self._reading():
            item = db.session.get_one(Disclosure, self.items[-1 - number % len(self.items)])
            db.session.expunge(item)
            return item

    def _holder(self, key: str) -> str:
        with self._reading():
            post = people.find_post(TOWNSHIP, key)
            return str(people.holders_of(post, clock.now())[0].username)

    def teardown(self) -> None:
        with self._reading():
            self.ledger.check()
            assert list(counting.differences(totals.kept_counts())) == []
            assert list(audit.verify(db.session())) == []
            self.world.published += totals.count_published(("",), "2023-01", "2024-12")
            for item in self.items:
                found = db.session.get_one(Disclosure, item)
                if found.state == "published":
                    assert len(cases.list_approvals(item)) == len(POST_AT)


@pytest.fixture
def world(engine: Engine, loaded: str, tmp_path: Path) -> Iterator[World]:
    made = World(engine, loaded, tmp_path)
    with clock.running_on(made.now):
        yield made
    made.end()


def _run(world: World, steps: int) -> None:
    """Examples of 200 rules until so many steps are done; the seed is in the captured output of a failure."""
    while world.steps < steps:
        number = SystemRandom().getrandbits(64)
        machine = seed(number)(type("Machine", (Machine,), {"world": world}))
        rest = settings(
            max_examples=(steps - world.steps) // STEPS_OF_ONE + 2,  # the first of them is the dullest there is
            stateful_step_count=STEPS_OF_ONE,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        )
        _say(f"seed {number}")
        run_state_machine_as_test(machine, settings=rest)
        _say(f"{world.steps} steps, {world.changes} of them changed something, {world.published} published")
    assert world.changes > steps // 10
    assert world.published > steps // 1000


def _say(words: str) -> None:
    print(words)  # noqa: T201


@pytest.mark.slow
def test_ten_thousand_steps_on_each_database_break_no_rule(world: World) -> None:
    _run(world, 10_000)


@pytest.mark.soak
def test_fifty_thousand_steps_on_each_database_break_no_rule(world: World) -> None:
    _run(world, 50_000)
