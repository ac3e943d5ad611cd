"""What the annual form asks of the ledgers: figures that open into exactly their rows, and blanks that are no zeros."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.clients import Client, TestClock
from tests.journeys import TOWNSHIP, As
from tests.ledgers.samples import ROWS, declarations_of, path_of
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.ledgers import form, queries
from villagepub.ledgers.filters import DISPUTE_OUTCOMES
from villagepub.ledgers.kinds import LEDGERS

Figures = dict[Any, Any]

DOCUMENTS: dict[str, dict[str, Any]] = {
    "of old, in force": {"issued_on": "2015-06-01"},
    "issued and in force": {"issued_on": "2023-01-01"},
    "issued and repealed in the year": {"issued_on": "2023-02-01", "repealed_on": "2023-12-31"},
    "repealed on the first day of the next": {"issued_on": "2022-05-01", "repealed_on": "2024-01-01"},
    "lapsed in the year": {"issued_on": "2018-12-31", "valid_until": "2023-12-30"},
    "in force until the last day": {"issued_on": "2018-12-31", "valid_until": "2023-12-31"},
    "repealed before": {"issued_on": "2016-01-01", "repealed_on": "2022-12-31"},
    "issued afterwards": {"issued_on": "2024-01-02"},
}
DISPUTES: list[dict[str, Any]] = [
    {"filed_on": "2022-11-01", "outcome": "upheld", "concluded_on": "2022-12-31"},
    {"filed_on": "2022-11-01", "outcome": "corrected", "concluded_on": "2023-01-01"},
    {"filed_on": "2023-05-01", "outcome": "upheld", "concluded_on": "2023-12-31"},
    {"filed_on": "2023-05-01", "outcome": "upheld", "concluded_on": "2024-01-01"},
    {"filed_on": "2023-05-01", "outcome": None, "concluded_on": None},
    {"filed_on": "2024-01-02", "outcome": None, "concluded_on": None},
]


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-15 09:00")


def _enter(person: Client, ledger: str, **changes: Any) -> str:
    body = ROWS[ledger] | {name: None for name in ("valid_until", "repealed_on") if name in ROWS[ledger]} | changes
    answer = person.post(path_of(ledger), body)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def _figures(app: Flask, year: int = 2023) -> Figures:
    """Every figure of the form by a name of its own."""
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        found: Figures = {}
        for kind, documents in form.count_documents(TOWNSHIP, year).items():
            found |= {(kind, name): figure for name, figure in vars(documents).items()}
        found |= form.count_acts(TOWNSHIP, year)
        found |= form.count_disputes(TOWNSHIP, year)
        found |= form.count_results(TOWNSHIP, year)
        found |= dict(zip(("found", "closed"), form.count_inspections(TOWNSHIP, year), strict=True))
        for source, complaints in queries.count_complaints_by_source(TOWNSHIP, year).items():
            found |= {(source, "received"): complaints.received, (source, "answered"): complaints.answered}
        found |= {("channel", key): figure for key, figure in queries.count_posts_by_channel(TOWNSHIP, year).items()}
        return found | {"trainings": queries.count_trainings(TOWNSHIP, year)}


def _rows_behind(reader: Client, figure: Any) -> Iterator[tuple[str, Any]]:
    """As a person gets them who opens the figure."""
    for backing in figure.backing:
        query = dict(backing.filters) | {"limit": "100"}
        answer = reader.get(path_of(backing.ledger), query_string=query)
        assert answer.status_code == 200, (query, answer.json)
        assert len(answer.json["data"]) == backing.rows, (backing, answer.json)
        yield from ((backing.ledger, row) for row in answer.json["data"])


def _says(ledger: str, row: Any, name: Any) -> Decimal:
    """What one row adds to a figure."""
    if ledger == "complaint-tallies":
        return Decimal(row[name[1]])
    field = {"channel-tallies": "count", "administrative-acts": "amount" if name == "fee" else "count"}.get(ledger)
    return Decimal(row[field] if field else 1)


def _fill(admin: Client) -> None:
    for title, dates in DOCUMENTS.items():
        _enter(admin, "documents", title=title, **dates)
    for dispute in DISPUTES:
        _enter(admin, "reconsiderations", **dispute)
    _enter(admin, "reconsiderations", kind="direct_suit", **DISPUTES[2])
    _enter(admin, "administrative-acts")
    _enter(admin, "administrative-acts", kind="penalty", count=7, amount=None)
    _enter(admin, "administrative-acts", year=2022, amount="99.999999")
    _enter(admin, "inspections")
    _enter(admin, "inspections", closed_on="2024-01-10", evidence="已更换")
    _enter(admin, "inspections", found_on="2022-12-31")
    _enter(admin, "accountability")
    _enter(admin, "accountability", kind="liability", held_on="2024-01-01")
    _enter(admin, "complaints")
    _enter(admin, "complaints", answered_at="2023-11-07T08:00:00+08:00")
    _enter(admin, "complaint-tallies", source="visit", period="2023")
    _enter(admin, "channel-posts")
    _enter(admin, "channel-tallies", period="2023-10")
    _enter(admin, "trainings")


@pytest.mark.slow
def test_every_figure_opens_into_exactly_its_rows(app: Flask, as_: As) -> None:
    admin = as_("admin")
    _fill(admin)
    for ledger in LEDGERS:
        voided = _enter(admin, ledger, **_other(ledger))
        assert admin.post(path_of(ledger, voided, "void"), {"reason": "误"}).status_code == 200
    opened = 0
    for year in (2022, 2023, 2024):
        for name, figure in _figures(app, year).items():
            behind = list(_rows_behind(as_("auditor"), figure))
            assert figure.value is None or figure.value == sum(_says(*each, name) for each in behind), (year, name)
            assert not behind or figure.value is not None, (year, name)
            opened += len(behind)
    assert opened > 40


def _other(ledger: str) -> dict[str, Any]:
    """What makes a second row possible where only one counts."""
    changes: dict[str, dict[str, Any]] = {
        "administrative-acts": {"kind": "licence", "count": 4, "amount": None},
        "channel-tallies": {"channel": "website", "period": "2023"},
        "complaint-tallies": {"source": "telephone", "period": "2023"},
    }
    return changes.get(ledger, {})


def test_documents_are_in_force_until_they_are_repealed_or_lapse(app: Flask, as_: As) -> None:
    for title, dates in DOCUMENTS.items():
        _enter(as_("admin"), "documents", title=title, **dates)
    found = _figures(app)
    titles = {
        name: {row["title"] for _, row in _rows_behind(as_("auditor"), found["normative_document", name])}
        for name in ("issued", "repealed", "in_force")
    }
    assert titles == {
        "issued": {"issued and in force", "issued and repealed in the year"},
        "repealed": {"issued and repealed in the year"},
        "in_force": {
            "of old, in force",
            "issued and in force",
            "repealed on the first day of the next",
            "in force until the last day",
        },
    }


@pytest.mark.slow
def test_a_dispute_counts_as_it_stood_on_the_last_day_of_each_year(app: Flask, as_: As) -> None:
    for dispute in DISPUTES:
        _enter(as_("admin"), "reconsiderations", **dispute)
    assert as_("admin").post(declarations_of("reconsiderations"), {"year": 2022}).status_code == 201
    by_year = {
        year: {
            outcome: figure.value
            for outcome in DISPUTE_OUTCOMES
            if (figure := _figures(app, year)["reconsideration", outcome]).value
        }
        for year in (2021, 2022, 2023, 2024)
    }
    assert by_year == {
        2021: {},
        2022: {"upheld": 1, "pending": 1},
        2023: {"corrected": 1, "upheld": 1, "pending": 2},
        2024: {"upheld": 1, "pending": 2},
    }


def test_a_later_conclusion_leaves_the_earlier_year_as_it_was(app: Flask, as_: As, moment: TestClock) -> None:
    admin = as_("admin")
    pending = {"outcome": None, "concluded_on": None}
    dispute = _enter(admin, "reconsiderations", **pending)
    before = _figures(app)["reconsideration", "pending"]
    moment.set("2024-06-03 09:00")
    concluded = ROWS["reconsiderations"] | {"outcome": "corrected", "concluded_on": "2024-06-03"}
    assert as_("admin").put(path_of("reconsiderations", dispute), concluded).status_code == 200
    assert _figures(app)["reconsideration", "pending"] == before
    assert before.value == 1
    assert _figures(app, 2024)["reconsideration", "corrected"].value == 1


def test_blank_is_not_0_until_the_ledger_is_declared(app: Flask, as_: As) -> None:
    assert {figure.value for figure in _figures(app).values()} == {None}
    for ledger in LEDGERS:
        assert as_("admin").post(declarations_of(ledger), {"year": 2023}).status_code == 201
    assert {figure.value for figure in _figures(app).values()} == {0}
    assert {figure.value for figure in _figures(app, 2022).values()} == {None}


def test_one_row_says_nothing_about_the_other_cells(app: Flask, as_: As) -> None:
    """That one dispute was upheld does not say that none was corrected: the declaration does."""
    _enter(as_("admin"), "reconsiderations")
    found = _figures(app)
    assert {outcome: found["reconsideration", outcome].value for outcome in DISPUTE_OUTCOMES} == {
        "upheld": 1,
        "corrected": None,
        "other": None,
        "pending": None,
    }


def test_fees_are_summed_exactly(app: Flask, as_: As) -> None:
    _enter(as_("admin"), "administrative-acts", amount="123456789.123456")
    assert _figures(app)["fee"].value == Decimal("123456789.123456")
