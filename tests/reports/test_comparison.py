"""The main figures over years: where each came from, how it changed, and nothing where nothing is stated."""

from typing import Any

import pytest

from tests.clients import Client, TestClock
from tests.journeys import TOWNSHIP, As
from tests.reports.test_checks import FORM, FORMS
from tests.reports.yearly import compact, send

COMPARISON = f"/reports/annual/{TOWNSHIP}/comparison"


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-29 09:00")


def _values(person: Client, first: int, last: int, key: str) -> list[tuple[Any, Any, Any]]:
    compared = person.get(f"{COMPARISON}?from={first}&to={last}").json
    [figure] = [each for each in compared["figures"] if each["key"] == key]
    assert [each["year"] for each in figure["values"]] == list(range(first, last + 1))
    return [(each["value"], each["change"], each["origin"]) for each in figure["values"]]


@pytest.mark.slow
def test_each_year_says_where_it_comes_from_and_how_it_changed(as_: As) -> None:
    admin = as_("admin")
    for year, count in ((2020, 50), (2021, 80)):
        form = FORMS["annual-form-2019"] if year < 2021 else FORM
        assert send(admin, year, compact(form) | {"part_one": {"channels.weibo": count}}).status_code == 200
    tally = {"channel": "weibo", "period": "2023", "count": 67, "evidence": "台账"}
    assert admin.post("/ledgers/channel-tallies", tally).status_code == 201
    assert _values(as_("auditor"), 2019, 2023, "part_one.channels.weibo") == [
        (None, None, None),
        (50, None, "imported"),
        (80, 30, "imported"),
        (None, None, "draft"),
        (67, None, "draft"),
    ]
    assert _values(admin, 2021, 2021, "part_one.channels.weibo") == [(80, 30, "imported")]


@pytest.mark.slow
def test_before_the_platform_there_is_no_count_of_it(as_: As) -> None:
    admin = as_("admin")
    before = [(None, None, "draft")] * 2
    assert _values(admin, 2021, 2023, "part_one.channels.mini_program") == [*before, (0, None, "draft")]
    assert _values(admin, 2021, 2023, "part_one.villages_on_platform") == [*before, (11, None, "draft")]


@pytest.mark.slow
def test_a_column_that_the_old_form_has_not_is_not_stated(as_: As) -> None:
    admin = as_("admin")
    old = {"规章": [0, 0, 0], "规范性文件": [4, 4, 9], "行政许可": [3, 1, 12], "行政处罚": [1, 0, 5]}
    assert send(admin, 2020, {"part_two": old}).status_code == 200
    new = {"行政规范性文件": [1, 0, 10], "行政许可": [15]}
    assert send(admin, 2021, {"part_two": new}).status_code == 200
    assert _values(admin, 2020, 2021, "part_two.行政规范性文件.现行有效件数") == [
        (None, None, "imported"),
        (10, None, "imported"),
    ]
    assert _values(admin, 2020, 2021, "part_two.规章.本年制发件数") == [
        (None, None, "imported"),
        (None, None, "imported"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "field"), [(2023, 2021, "from"), (2020, 2025, "to"), (1990, 2023, "from"), (0, 2023, "from")]
)
def test_spans_that_cannot_be_compared(as_: As, first: int, last: int, field: str) -> None:
    refused = as_("admin").get(f"{COMPARISON}?from={first}&to={last}")
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


@pytest.mark.slow
def test_who_may_compare(as_: As) -> None:
    query = "?from=2022&to=2023"
    assert as_("leader").get(COMPARISON + query).status_code == 200
    assert as_("daxin-admin").get(COMPARISON + query).status_code == 404
    assert as_("admin").get(f"/reports/annual/640104100202/comparison{query}").status_code == 422
