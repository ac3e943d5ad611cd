"""Indicators through the door: each number opens into what is behind it, and a closed month keeps its own."""

from typing import Any

import pytest
from flask import Flask

from tests.clients import Client, TestClock
from tests.console import run, sql
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, decide, draft, publish, put, submit
from tests.statements import recorded

EXCUSED = "640104100204"
VILLAGES = 11
UPLOADER = f"uploader-{VILLAGE}"


def indicators(client: Client, period: str = "2023-12", division: str = TOWNSHIP) -> Json:
    answer = client.get(f"/statistics/indicators?division={division}&period={period}")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def numbers(found: Json, village: str | None = None) -> dict[str, tuple[Any, Any, Any]]:
    """``{indicator: (numerator, denominator, rate)}`` of the whole or of one village."""
    rows = found["indicators"]
    if village:
        [rows] = [each["indicators"] for each in found["villages"] if each["village"] == village]
    return {row["key"]: (row["numerator"], row["denominator"], row["rate"]) for row in rows}


def items(client: Client, indicator: str, period: str = "2023-12", **query: str) -> list[Json]:
    query = {"division": TOWNSHIP, "period": period, "limit": "100"} | query
    answer = client.get(f"/statistics/indicators/{indicator}/items", query_string=query)
    assert answer.status_code == 200, answer.json
    return list(answer.json["data"])


def _act(as_: As, disclosure: Json, verb: str, by: str, body: Json) -> None:
    answer = as_(by).post(f"/disclosures/{disclosure['id']}/{verb}", body)
    assert answer.status_code in (200, 201), answer.json


@pytest.fixture
def december(as_: As, moment: TestClock) -> Client:
    """November's accounts fall due on 10 December: one nil return in time, one late after a return, one excused."""
    moment.set("2023-12-08 09:00")
    publish(as_, period="2023-11", title="本月没有收支", nothing_to_report=True)
    returned = decide(as_, submit(as_, draft(as_, village=NEIGHBOUR, period="2023-11")), "return")
    moment.set("2023-12-11 09:00")
    again = submit(as_, put(as_, returned, period="2023-11"))
    while again["state"] == "in_review":
        again = decide(as_, again)
    excused = {"village": EXCUSED, "entry": "C02", "period": "2023-11", "reason": "当月没有账务"}
    assert as_("admin").post("/duties/excused", excused).status_code == 201
    return as_("admin")


@pytest.mark.slow
def test_what_fell_due_is_in_time_or_late_and_each_is_named(december: Client) -> None:
    found = indicators(december)
    assert numbers(found)["timeliness"] == (1, 10, "10%")
    assert numbers(found)["completeness"] == (2, 10, "20%")
    by_village = {item["division"]: item for item in items(december, "timeliness")}
    assert len(by_village) == VILLAGES
    standing = {village: (item["counts_in"], item["status"]) for village, item in by_village.items()}
    assert standing[VILLAGE] == ("numerator", "fulfilled")
    assert standing[NEIGHBOUR] == ("denominator", "late")  # what was returned keeps its day
    assert standing[EXCUSED] == ("none", "not_applicable")
    assert by_village[NEIGHBOUR]["due_on"] == "2023-12-10"
    complete = [item["division"] for item in items(december, "completeness") if item["counts_in"] == "numerator"]
    assert complete == [VILLAGE, NEIGHBOUR]


@pytest.mark.slow
def test_the_numbers_of_a_village_and_of_the_whole_are_their_lists(december: Client) -> None:
    found = indicators(december)
    for row in found["indicators"]:
        behind = items(december, row["key"])
        assert sum(item["counted"] for item in behind) == row["numerator"] or row["numerator"] is None
        assert row["denominator"] in (sum(item["of"] for item in behind), None)
    for village in [each for each in found["villages"] if each["village"] in (VILLAGE, NEIGHBOUR, EXCUSED)]:
        for row in village["indicators"]:
            behind = december.get(row["items"]).json["data"]
            assert sum(item["of"] for item in behind) == (row["denominator"] or 0)
            assert {item["division"] for item in behind} <= {village["village"]}


@pytest.mark.slow
def test_returned_and_covered(december: Client) -> None:
    found = numbers(indicators(december))
    assert found["returns"] == (1, 2, "50%")
    assert found["coverage"] == (2, 11, "18.2%")
    assert found["privacy_slips"] == (0, None, None)
    assert numbers(indicators(december), NEIGHBOUR)["returns"] == (1, 1, "100%")


def test_nothing_due_is_no_rate(as_: As) -> None:
    found = numbers(indicators(as_("admin"), "2023-11"))
    assert found["timeliness"] == found["completeness"] == (0, 0, "—")
    assert found["coverage"] == (0, 11, "0%")
    assert numbers(indicators(as_("admin"), "2023-09"))["coverage"] == (0, 0, "—")


@pytest.mark.slow
def test_a_period_has_what_fell_due_in_its_months(december: Client) -> None:
    periods = {"2023-11": (0, 1), "2023-12": (10, 1), "2023-Q4": (10, 3), "2023-H2": (10, 6), "2023": (10, 12)}
    for period, (due, months) in periods.items():
        found = indicators(december, period)
        assert (numbers(found)["timeliness"][1], len(found["months"])) == (due, months), period
        assert (found["state"], found["notice"]) == ("draft", "草稿，未封账")


@pytest.mark.slow
def test_a_provisional_day_gives_no_verdict(as_: As, moment: TestClock) -> None:
    """The State Council has not said yet which days of 2027 are worked."""
    moment.set("2026-12-30 09:00")
    publish(as_, entry="C06", period=None, event_on="2026-12-30", title="一事一议筹资")
    moment.set("2027-01-20 09:00")
    january = indicators(as_("admin"), "2027-01", VILLAGE)
    [row] = [row for row in january["indicators"] if row["key"] == "timeliness"]
    assert row["provisional"] == 1
    [event_item] = [item for item in items(as_("admin"), "timeliness", "2027-01") if item["entry"] == "C06"]
    assert (event_item["counts_in"], event_item["status"]) == ("none", "provisional")


@pytest.mark.slow
def test_complaints_are_answered_or_not_and_in_time_or_not(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-28 09:00")
    for received, answered in (("2023-11-20", "2023-12-10"), ("2023-11-21", "2023-12-12"), ("2023-12-01", None)):
        body = {"source": "weibo", "received_at": f"{received}T09:00:00+08:00", "subject": "路灯"}
        body |= {"answered_at": f"{answered}T09:00:00+08:00"} if answered else {}
        assert as_("admin").post("/ledgers/complaints", body).status_code == 201
    admin = as_("admin")
    assert numbers(indicators(admin, "2023-11"))["response"] == (2, 2, "100%")
    assert numbers(indicators(admin, "2023-11"))["response_on_time"] == (0, 0, "—")
    december = numbers(indicators(admin, "2023-12"))
    assert december["response"] == (0, 1, "0%")
    assert december["response_on_time"] == (1, 3, "33.3%")
    assert numbers(indicators(admin, "2023-Q4"))["response"] == (2, 3, "66.7%")


def test_a_tally_of_a_year_is_of_the_year_alone_and_an_empty_ledger_of_nothing(as_: As, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    admin = as_("admin")
    assert numbers(indicators(admin, "2023"))["response"] == (None, None, "未填报")
    assert indicators(admin, "2023")["not_entered"] == [TOWNSHIP]
    tally = {"source": "weibo", "period": "2023", "received": 24, "answered": 24, "evidence": "台账"}
    assert admin.post("/ledgers/complaint-tallies", tally).status_code == 201
    assert numbers(indicators(admin, "2023"))["response"] == (24, 24, "100%")
    assert numbers(indicators(admin, "2023-H2"))["response"] == (None, None, "未填报")
    assert admin.post("/ledgers/complaints/declarations", {"year": 2023}).status_code == 201
    assert numbers(indicators(admin, "2023-H2"))["response"] == (0, 0, "—")


def _find_in_public(app: Flask, as_: As, kind: str = "work_secret") -> Json:
    """Something public says what a word, added later, objects to."""
    item = publish(as_, body="<p>绿洲专报</p><p>收支情况。</p>")
    word = {"division": TOWNSHIP, "text": "绿洲专报", "kind": kind, "reason": "通知"}
    assert as_("admin").post("/screening/words", word).status_code == 201
    assert run(app, "worker", "--once").exit_code == 0
    return item


@pytest.mark.slow
def test_what_is_found_in_public_is_a_slip_until_it_is_overruled(app: Flask, as_: As, moment: TestClock) -> None:
    item = _find_in_public(app, as_)
    sql(app, "UPDATE finding SET severity = 'block'")
    assert numbers(indicators(as_("admin"), "2023-11"))["privacy_slips"] == (
        0,
        None,
        None,
    )  # found with its publication
    moment.forward(days=30)
    sql(app, "UPDATE finding SET found_at = '2023-12-01 01:00:00+00:00'")
    assert numbers(indicators(as_("admin"), "2023-12"), VILLAGE)["privacy_slips"] == (1, None, None)
    [slip] = items(as_("admin"), "privacy_slips")
    assert slip["disclosure"] == item["id"]
    [finding] = as_("secrecy").get(f"/disclosures/{item['id']}").json["findings"]
    _act(as_, item, f"findings/{finding['id']}/overrule", "secrecy", {"reason": "不是内部信息"})
    assert numbers(indicators(as_("admin"), "2023-12"))["privacy_slips"] == (0, None, None)


@pytest.mark.slow
def test_a_warning_that_blocks_by_later_rules_is_found_then(app: Flask, as_: As, moment: TestClock) -> None:
    item = publish(as_)
    moment.forward(minutes=1)
    word = {"division": TOWNSHIP, "text": "收入合计", "kind": "secret_mark", "reason": "通知"}
    assert as_("admin").post("/screening/words", word).status_code == 201
    assert run(app, "worker", "--once").exit_code == 0
    sql(app, "UPDATE finding SET severity = 'warn', found_at = '2023-11-01 00:00:00+00:00'")
    sql(app, "UPDATE disclosure SET screened_by = 'earlier'")
    assert numbers(indicators(as_("admin"), "2023-11"))["privacy_slips"][0] == 0
    assert as_("secrecy").post(f"/disclosures/{item['id']}/screen").status_code == 200
    assert numbers(indicators(as_("admin"), "2023-11"))["privacy_slips"][0] == 1


# --- closed months ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_closed_month_keeps_its_numbers_and_lists(app: Flask, as_: As, december: Client, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    assert as_("admin").post("/closings", {"division": TOWNSHIP, "month": "2023-12"}).status_code == 201
    frozen = indicators(as_("admin")) | {"as_of": ""}
    lists = {key: items(as_("admin"), key) for key in numbers(frozen)}
    assert (frozen["state"], frozen["notice"], frozen["closed_months"]) == ("frozen", None, ["2023-12"])
    quarter = numbers(indicators(as_("admin"), "2023-Q4"))

    done = as_("admin").get(f"/disclosures?village={VILLAGE}&state=published").json["data"][0]
    _act(as_, done, "withdraw", "admin", {"reason": "内容有误"})
    publish(as_, village="640104100205", period="2023-11", title="补公开")
    body = {"source": "weibo", "received_at": "2023-12-06T09:30:00+08:00", "subject": "路灯"}
    assert as_("admin").post("/ledgers/complaints", body).status_code == 201
    assert as_("admin").post("/ledgers/complaints/declarations", {"year": 2023}).status_code == 201
    sql(app, "UPDATE division SET on_platform_from = '2023-12-20' WHERE code = :code", code=NEIGHBOUR)

    assert indicators(as_("admin")) | {"as_of": ""} == frozen
    assert {key: items(as_("admin"), key) for key in lists} == lists
    assert numbers(indicators(as_("admin"), "2023-Q4"))["timeliness"] == quarter["timeliness"]


# --- the list behind a number -------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_list_is_paged_and_may_be_of_one_village(december: Client) -> None:
    path = f"/statistics/indicators/timeliness/items?division={TOWNSHIP}&period=2023-12"
    seen: list[Json] = []
    cursor = ""
    while True:
        page = december.get(f"{path}&limit=4{cursor}").json
        seen += page["data"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == items(december, "timeliness")
    assert len(seen) == VILLAGES
    assert december.get(f"{path.replace('timeliness', 'coverage')}{cursor}").status_code == 422  # another list's
    assert [item["division"] for item in december.get(f"{path}&village={VILLAGE}").json["data"]] == [VILLAGE]


def test_questions_that_make_no_sense(as_: As) -> None:
    for path, status in (
        (f"/weather/items?division={TOWNSHIP}&period=2023-11", 404),
        (f"/timeliness/items?division={VILLAGE}&period=2023-11&village={NEIGHBOUR}", 404),
        (f"/timeliness/items?division={TOWNSHIP}&period=2023-11&cursor=x", 422),
        (f"/timeliness/items?division={TOWNSHIP}&period=2024", 422),
        (f"?division={TOWNSHIP}&period=2024", 422),
        (f"?division={TOWNSHIP}&period=2023-W45", 422),
        (f"?division={TOWNSHIP}", 422),
    ):
        assert as_("admin").get(f"/statistics/indicators{path}").status_code == status, path


@pytest.mark.slow
def test_a_village_sees_itself_alone(december: Client, as_: As) -> None:
    own = indicators(as_(UPLOADER), "2023-12", VILLAGE)
    assert [each["village"] for each in own["villages"]] == [VILLAGE]
    assert numbers(own)["timeliness"] == (1, 1, "100%")
    assert numbers(own)["response"] == (0, 0, "—")
    assert as_(UPLOADER).get(f"/statistics/indicators?division={TOWNSHIP}&period=2023-12").status_code == 404
    assert as_("daxin-admin").get(f"/statistics/indicators?division={TOWNSHIP}&period=2023-12").status_code == 404


# --- how much is read ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_eleven_villages_take_no_more_queries_than_one(app: Flask, december: Client) -> None:
    with recorded(app) as of_one:
        indicators(december, "2023-12", VILLAGE)
    with recorded(app) as of_all:
        indicators(december, "2023-12", TOWNSHIP)
    assert len(of_all) == len(of_one)
    assert 0 < len(of_all) < 40
