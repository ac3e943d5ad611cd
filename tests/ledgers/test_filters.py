"""What the lists of the ledgers can be narrowed by."""

from typing import Any

import pytest

from tests.applications.desk import register
from tests.clients import TestClock
from tests.journeys import As
from tests.ledgers.samples import ROWS, path_of

CLOSED = {"closed_on": "2023-10-20", "evidence": "已更换"}
ENTERED: list[tuple[str, str, dict[str, Any]]] = [  # ledger, what we call the row, its fields
    ("inspections", "open", {"due_on": "2024-01-15"}),
    ("inspections", "overdue", {"due_on": "2024-01-14"}),
    ("inspections", "without a term", {"due_on": None, "found_on": "2022-12-31"}),
    ("inspections", "closed", {"due_on": "2023-10-01"} | CLOSED),
    ("complaints", "waiting", {}),
    ("complaints", "answered", {"answered_at": "2023-11-07T08:00:00+08:00"}),
    ("documents", "kept", {"valid_until": None}),
    ("documents", "repealed", {"repealed_on": "2023-06-01"}),
    ("reconsiderations", "old", {"filed_on": "2022-03-01", "concluded_on": "2022-05-01"}),
    ("reconsiderations", "upheld", {}),
    ("reconsiderations", "carried", {"filed_on": "2022-12-01", "concluded_on": "2024-01-05"}),
    ("reconsiderations", "suit", {"kind": "direct_suit", "outcome": None, "concluded_on": None}),
    ("reconsiderations", "linked", {}),
    ("accountability", "review", {"kind": "social_review"}),
    ("accountability", "assessment", {}),
]
CASES: list[tuple[str, str, set[str]]] = [
    ("inspections", "open=true", {"open", "overdue", "without a term"}),
    ("inspections", "open=false", {"closed"}),
    ("inspections", "overdue=true", {"overdue"}),
    ("inspections", "overdue=false", {"open", "without a term", "closed"}),
    ("inspections", "year=2023&open=true", {"open", "overdue"}),
    ("inspections", "from=2022-12-31&to=2023-09-27", {"without a term"}),
    ("complaints", "answered=true", {"answered"}),
    ("complaints", "answered=false&year=2023&source=weibo", {"waiting"}),
    ("complaints", "source=visit", set()),
    ("documents", "repealed_in=2023", {"repealed"}),
    ("documents", "in_force_on=2023-06-01", {"kept"}),
    ("documents", "in_force_on=2023-05-31", {"kept", "repealed"}),
    ("documents", "in_force_on=2023-02-28", set()),
    ("documents", "kind=regulation", set()),
    ("documents", "year=2023&kind=normative_document", {"kept", "repealed"}),
    ("reconsiderations", "year=2022", {"old", "carried"}),
    ("reconsiderations", "year=2023", {"upheld", "carried", "suit", "linked"}),
    ("reconsiderations", "year=2023&outcome=pending", {"carried", "suit"}),
    ("reconsiderations", "outcome=pending", {"suit"}),
    ("reconsiderations", "year=2022&outcome=upheld", {"old"}),
    ("reconsiderations", "year=2024&outcome=upheld", {"carried"}),
    ("reconsiderations", "from=2022-12-01&to=2023-05-07", {"carried"}),
    ("reconsiderations", "kind=direct_suit", {"suit"}),
    ("reconsiderations", f"application={'0' * 26}", set()),
    ("accountability", "kind=social_review", {"review"}),
    ("accountability", f"disclosure={'0' * 26}", set()),
]
REFUSED = [
    ("documents", "kind=law"),
    ("documents", "repealed_in=23"),
    ("reconsiderations", "outcome=won"),
    ("inspections", "open=1"),
    ("trainings", "kind=licence"),
]


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-15 09:00")


@pytest.mark.slow
def test_lists_are_narrowed(as_: As) -> None:
    admin, names = as_("admin"), {}
    linked = {"linked": {"application": register(as_)["id"]}}
    for ledger, name, fields in ENTERED:
        answer = admin.post(path_of(ledger), ROWS[ledger] | fields | linked.get(name, {}))
        assert answer.status_code == 201, (name, answer.json)
        names[answer.json["id"]] = name
    of_one = ("reconsiderations", f"application={linked['linked']['application']}", {"linked"})
    for ledger, query, expected in [*CASES, of_one]:
        answer = as_("auditor").get(f"{path_of(ledger)}?{query}")
        assert answer.status_code == 200, (ledger, query, answer.json)
        assert {names[row["id"]] for row in answer.json["data"]} == expected, (ledger, query)
    for ledger, query in REFUSED:
        assert admin.get(f"{path_of(ledger)}?{query}").status_code == 422, (ledger, query)
