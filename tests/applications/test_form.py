"""Part three of the annual form: every cell from the rows of the ledger, and none from guesses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.applications.desk import body, happen, record, register, rescind, texts
from tests.clients import TestClock
from tests.journeys import TOWNSHIP, As
from villagepub.applications import form, operations, queries
from villagepub.applications.form import CLOSING_ROWS, COLUMNS, KINDS, ROWS, FormFigures
from villagepub.applications.models import Application
from villagepub.applications.outcomes import ENDINGS, GROUNDS, Outcome
from villagepub.applications.receipt import CHANNELS, CONFIRMED_CHANNELS
from villagepub.applications.schemas import ApplicationBody
from villagepub.applications.workflow import Kind, find_move, list_kinds
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import Invalid, WrongState
from villagepub.core.paging import PageRequest
from villagepub.core.transactions import transaction
from villagepub.ledgers import operations as ledgers

SYSTEM = Actor.system("tests")


@pytest.fixture
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-15 09:00")


def _figures(app: Flask, year: int) -> FormFigures:
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        return form.count_for_form(TOWNSHIP, year)


def _row(figures: FormFigures, row: str) -> list[int | None]:
    """By kind, the total last."""
    return [figures.cells[row, column] for column in COLUMNS]


def _declare(as_: As, year: int) -> None:
    assert as_("admin").post("/ledgers/applications/declarations", {"year": year}).status_code == 201


def test_nothing_is_entered_before_it_is_declared(app: Flask, as_: As, year_is_over: None) -> None:
    assert set(_figures(app, 2023).cells) == {(row, column) for row in ROWS for column in COLUMNS}
    assert set(_figures(app, 2023).cells.values()) == {None}
    _declare(as_, 2023)
    assert set(_figures(app, 2023).cells.values()) == {0}
    assert set(_figures(app, 2022).cells.values()) == {None}


def test_one_of_which_only_the_year_is_known(app: Flask, as_: As, year_is_over: None) -> None:
    """The seed report: one application, it says neither whose nor how it ended."""
    application = record(as_, 2023)
    _declare(as_, 2023)
    figures = _figures(app, 2023)
    unknown, nothing = [None] * 6, [0] * 7
    assert _row(figures, "r01") == [*unknown, 1]
    assert _row(figures, "r02") == _row(figures, "r25") == nothing
    for row in CLOSING_ROWS:
        assert _row(figures, row) == [*unknown, None]
    assert _row(figures, "r24") == [*unknown, 1]
    assert figures.incomplete == {application["id"]: application["number"]}


def test_what_is_not_known_empties_only_the_cells_it_could_add_to(app: Flask, as_: As, year_is_over: None) -> None:
    record(as_, 2023, applicant_kind="research")
    record(as_, 2023, outcome="repeated")
    record(as_, 2023, applicant_kind="natural_person", outcome="disclosed")
    _declare(as_, 2023)
    figures = _figures(app, 2023)
    assert _row(figures, "r01") == [None] * 6 + [3]
    assert _row(figures, "r03") == [1, 0, None, 0, 0, 0, None]
    assert _row(figures, "r17") == [None] * 7
    assert _row(figures, "r04") == [0, 0, None, 0, 0, 0, None]
    assert len(figures.incomplete) == 2


def test_without_a_declaration_rows_speak_and_silence_does_not(app: Flask, as_: As, year_is_over: None) -> None:
    record(as_, 2023, applicant_kind="natural_person", outcome="disclosed")
    figures = _figures(app, 2023)
    assert _row(figures, "r01") == _row(figures, "r03") == [1, None, None, None, None, None, 1]
    assert _row(figures, "r05") == _row(figures, "r02") == [None] * 7


def test_what_is_open_at_the_years_end_is_carried_over(app: Flask, as_: As, moment: TestClock) -> None:
    moment.set("2023-12-29 09:00")
    extended = register(as_, submitted_at="2023-12-01T09:00:00+08:00")
    correcting = register(as_, applicant_kind="welfare")
    unconfirmed = register(as_, channel="online")
    approval = {"days": 20, "approved_by": "主要领导", "approved_on": "2023-12-28"}
    happen(as_, extended, "extended", "2023-12-28 09:00", **approval)
    happen(as_, correcting, "correction_requested", "2023-11-08 09:00", request="写明年度", until="2024-02-01")
    moment.set("2024-12-31 23:59")
    for year in (2023, 2024):
        _declare(as_, year)
    before = _figures(app, 2023)
    assert _row(before, "r25") == [1, 0, 0, 1, 0, 0, 2]
    assert _row(before, "r01") == _row(before, "r25")

    happen(as_, extended, "answered", "2024-01-10 09:00", outcome="disclosed")
    happen(as_, correcting, "not_corrected", "2024-02-02 09:00")
    happen(as_, unconfirmed, "confirmed", "2024-01-02 09:00")
    assert _figures(app, 2023) == before
    after = _figures(app, 2024)
    assert _row(after, "r02") == [1, 0, 0, 1, 0, 0, 2]
    assert (_row(after, "r01")[-1], _row(after, "r24")[-1], _row(after, "r25")[-1]) == (1, 2, 1)
    assert _row(after, "r21") == [0, 0, 0, 1, 0, 0, 1]


def test_a_year_ends_at_midnight_of_beijing(app: Flask, as_: As, moment: TestClock) -> None:
    moment.set("2024-01-15 09:00")
    for minute in ("2023-12-31T23:59:59+08:00", "2023-12-31T16:00:00+00:00"):
        register(as_, submitted_at=minute)
    application = register(as_, submitted_at="2023-12-20T09:00:00+08:00")
    happen(as_, application, "withdrawn", "2024-01-01 00:00")
    assert [_row(_figures(app, year), "r01")[-1] for year in (2023, 2024)] == [2, 1]
    assert [_row(_figures(app, year), "r23")[-1] for year in (2023, 2024)] == [None, 1]


def test_a_voided_one_and_a_countermanded_end_do_not_count(app: Flask, as_: As, year_is_over: None) -> None:
    voided, reopened = register(as_), register(as_)
    as_("admin").post(f"/applications/{voided['id']}/void", {"reason": "重复登记"})
    closed = happen(as_, reopened, "answered", "2023-11-08 09:00", outcome="disclosed")
    rescind(as_, reopened, closed["events"][-1]["id"])
    _declare(as_, 2023)
    figures = _figures(app, 2023)
    assert [_row(figures, row)[-1] for row in ("r01", "r03", "r24", "r25")] == [1, 0, 0, 1]


def test_fees_that_were_paid_in_the_year(app: Flask, as_: As, year_is_over: None) -> None:
    def fees(year: int) -> tuple[Any, int]:
        with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
            figure = form.count_fees(TOWNSHIP, year)
            return figure.amount, figure.rows

    assert fees(2023) == (None, 0)
    paid, unpaid, voided, mistaken = (register(as_) for _ in range(4))
    for application in (paid, unpaid, voided, mistaken):
        happen(as_, application, "fee_notified", "2023-11-08 09:00", basis="pages", quantity=101)
    for application in (paid, voided):
        happen(as_, application, "fee_paid", "2023-11-20 09:00")
    event = happen(as_, mistaken, "fee_paid", "2023-11-20 09:00")["events"][-1]["id"]
    rescind(as_, mistaken, event)
    as_("admin").post(f"/applications/{voided['id']}/void", {"reason": "重复登记"})
    happen(as_, unpaid, "fee_unpaid", "2023-12-20 09:00", delivered_on="2023-11-08")
    assert fees(2023) == (720, 1)
    assert fees(2022) == (None, 0)
    _declare(as_, 2022)
    assert fees(2022) == (0, 0)


def test_the_fees_of_a_recorded_one_are_open_until_somebody_says_them(app: Flask, as_: As, year_is_over: None) -> None:
    def fees() -> tuple[Any, int]:
        with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
            figure = form.count_fees(TOWNSHIP, 2022)
            return figure.amount, figure.rows

    def listed() -> list[str]:
        found = as_("admin").get("/applications?fee_paid_in=2022").json["data"]
        return [each["id"] for each in found]

    _declare(as_, 2022)
    free, charged = record(as_, 2022), record(as_, 2022, fee_paid="12.50")
    assert (fees(), listed()) == ((None, 1), [charged["id"]])
    assert as_("admin").put(f"/applications/{free['id']}", texts(fee_paid="0")).json["fee_paid"] == "0"
    assert (fees(), listed()) == ((Decimal("12.5"), 1), [charged["id"]])
    refused = as_("admin").post("/applications", body(fee_paid="0"))
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["fee_paid"])


# --- whatever happens, in whatever order ----------------------------------------------------------------------


FIRST_YEAR, LAST_YEAR = 2023, 2025
BEGINNING = datetime(2023, 1, 3, 1, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OUTCOMES = tuple(key for key, ending in ENDINGS.items() if ending.by == Kind.ANSWERED)


class Script:
    """Applications with events drawn one after another: each from what is possible in its state."""

    def __init__(self, data: st.DataObject) -> None:
        self.draw = data.draw
        self.applications: list[Application] = []

    def run(self) -> None:
        for _ in range(self.draw(st.integers(1, 4), "applications")):
            application = self._register()
            self.applications.append(application)
            for _ in range(self.draw(st.integers(0, 5), "events")):
                self._try_something(application)

    def _register(self) -> Application:
        channel = self.draw(st.sampled_from(sorted(CHANNELS)))
        submitted = BEGINNING + timedelta(days=self.draw(st.integers(0, 1000), "submitted"))
        confirmed = self.draw(st.booleans()) and channel in CONFIRMED_CHANNELS
        fields = dict.fromkeys(ApplicationBody().fields) | {
            "channel": channel,
            "submitted_at": submitted,
            "confirmed_at": submitted + timedelta(days=2) if confirmed else None,
            "applicant_kind": self.draw(st.sampled_from(KINDS)),
            "applicant_name": "样例户一",
            "subject": "样例事项",
            "recorded_afterwards": False,
        }
        return operations.register(fields, actor=SYSTEM, township=TOWNSHIP)

    def _try_something(self, application: Application) -> None:
        """What the law refuses at that moment changes nothing."""
        kinds = [*list_kinds(application.state), *([Kind.RESCINDED] if application.standing_events else [])]
        if not kinds:
            return
        kind = self.draw(st.sampled_from(kinds), "kind")
        at = self._last(application) + timedelta(days=self.draw(st.integers(0, 60), "days later"))
        before = (application.due_on, application.state, len(application.events))
        try:
            operations.add_event(application, kind, min(at, NOW), self._fields(application, kind, at), actor=SYSTEM)
        except (Invalid, WrongState):
            assert before == (application.due_on, application.state, len(application.events))

    def _last(self, application: Application) -> datetime:
        standing = application.standing_events
        if standing:
            return standing[-1].at
        assert application.submitted_at is not None
        return application.submitted_at

    def _fields(self, application: Application, kind: Kind, at: datetime) -> dict[str, Any]:
        if kind == Kind.RESCINDED:
            return {"event": application.standing_events[-1].id, "reason": "登错了"}
        outcome = self.draw(st.sampled_from(OUTCOMES), "outcome")
        known = {
            "request": "请写明",
            "until": (application.due_on or at.date()) + timedelta(days=self.draw(st.integers(1, 30))),
            "party": "样例户二",
            "reply": self.draw(st.sampled_from(("consent", "refuse", "silent"))),
            "days": self.draw(st.integers(1, 20)),
            "approved_by": "主要领导",
            "approved_on": at.date(),
            "basis": self.draw(st.sampled_from(("items", "pages"))),
            "quantity": 40,
            "outcome": outcome,
            "note": "说明",
            "delivered_on": clock.local(application.standing_events[-1].at).date() if kind == Kind.FEE_UNPAID else None,
        }
        move = find_move(application.state, kind)
        assert move is not None
        fields = {name: known[name] for name in (*move.required, "note")}
        if kind == Kind.ANSWERED and outcome == Outcome.PARTIAL:
            fields["ground"] = self.draw(st.sampled_from(GROUNDS))
        return fields


@contextmanager
def _undone() -> Iterator[None]:
    """A transaction that leaves nothing behind."""

    class Undo(Exception):
        pass

    try:
        with transaction(tenancy.EVERYWHERE):
            yield
            raise Undo
    except Undo:
        pass


def _check_formulas(cells: dict[tuple[str, str], Any], last_year: dict[tuple[str, str], Any] | None) -> None:
    for column in COLUMNS:
        assert cells["r01", column] + cells["r02", column] == cells["r24", column] + cells["r25", column]  # F1
        assert cells["r24", column] == sum(cells[row, column] for row in CLOSING_ROWS)  # F2
        if last_year is not None:
            assert cells["r02", column] == last_year["r25", column]  # F4
    for row in ROWS:
        assert cells[row, "total"] == sum(cells[row, kind] for kind in KINDS)  # F3


def _check_due(application: Application) -> None:
    """The chain of reasons is whole and leads to the day that is shown."""
    due: date | None = None
    for change in application.due_changes:
        assert (change.old_due_on, bool(change.reason), bool(change.edition)) == (due, True, True)
        due = change.new_due_on
    assert due == application.due_on
    last = application.due_reasons[-1]["due_on"]
    assert last == (application.due_on and application.due_on.isoformat())


def _check_lists(year: int, cells: dict[tuple[str, str], Any]) -> None:
    """Each number opens into exactly as many rows."""
    for (row, column), number in cells.items():
        if number or column == "total":
            filters = queries.Filters(year=year, row=row, kind=column)
            assert len(queries.list_applications(("",), filters, PageRequest(limit=100)).data) == number


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_formulas_hold_whatever_happens(app: Flask, data: st.DataObject) -> None:
    with app.app_context(), clock.running_on(lambda: NOW), _undone():
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            ledgers.declare("applications", year, actor=SYSTEM, township=TOWNSHIP)
        script = Script(data)
        script.run()
        for application in script.applications:
            _check_due(application)
        last_year = None
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            cells = dict(form.count_for_form(TOWNSHIP, year).cells)
            _check_formulas(cells, last_year)
            _check_lists(year, cells)
            last_year = cells
