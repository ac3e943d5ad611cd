"""Kept totals: a recount gives the same after every act, by every axis, and ledgers stand beside them."""

from itertools import combinations
from typing import Any

import pytest
from flask import Flask

from tests.clients import Client, TestClock
from tests.console import run, sql
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, decide, draft, publish, put, submit

COLUMNS = ("published", "withdrawn", "corrected", "submitted", "returned", "refused", "on_time", "due")
ON_THE_PLATFORM = [f"6401041002{number:02}" for number in (*range(9), 10, 11)]
OFF_THE_PLATFORM = {"640104100212", "640104100002"}


def monthly(as_: As, first: str = "2023-11", last: str | None = None, by: str = "month,village", **query: str) -> Any:
    query = {"division": TOWNSHIP, "from": first, "to": last or first, "by": by} | query
    answer = as_("admin").get("/statistics/monthly", query_string=query)
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def cell(as_: As, month: str = "2023-11", village: str = VILLAGE) -> Json:
    """What happened in a month in a village, without the columns that are 0."""
    [row] = [row for row in monthly(as_, month) if row["village"] == village]
    return {name: row[name] for name in COLUMNS if row[name]}


def _act(as_: As, disclosure: Json, verb: str, by: str, body: Json | None = None) -> Json:
    answer = as_(by).post(f"/disclosures/{disclosure['id']}/{verb}", body)
    assert answer.status_code in (200, 201), answer.json
    return dict(answer.json)


def _correct(as_: As, disclosure: Json, title: str) -> Json:
    begun = _act(as_, disclosure, "corrections", f"uploader-{disclosure['village']}", {"change_note": "更正金额"})
    correction = submit(as_, put(as_, begun, title=title))
    while correction["state"] == "in_review":
        correction = decide(as_, correction)
    return correction


def _approve(as_: As, disclosure: Json) -> Json:
    while disclosure["state"] == "in_review":
        disclosure = decide(as_, disclosure)
    return disclosure


def _referral(as_: As, disclosure: Json, outcome: str) -> Json:
    body = {"from": "兴庆区保密局", "answered_on": "2023-11-06", "outcome": outcome, "comment": "已答复"}
    return _act(as_, disclosure, "referral-answer", "secrecy", body)


@pytest.mark.slow
def test_kept_totals_equal_a_recount_after_every_kind_of_act(app: Flask, as_: As) -> None:
    counted: Json = {}

    def now(**changes: int) -> None:
        for name, change in changes.items():
            counted[name] = counted.get(name, 0) + change
        assert cell(as_) == {name: number for name, number in counted.items() if number}
        verified = run(app, "statistics", "verify")
        assert verified.exit_code == 0, verified.output

    item = draft(as_)
    now()
    submit(as_, item)
    now(submitted=1)
    _act(as_, item, "recall", f"uploader-{VILLAGE}")
    now()
    item = decide(as_, submit(as_, item), "return")
    now(submitted=1, returned=1)
    item = decide(as_, decide(as_, submit(as_, put(as_, item))), "refuse", by="office-finance")
    now(submitted=1, refused=1)
    referred = decide(as_, submit(as_, draft(as_, title="第二条")), "refer")
    now(submitted=1)
    _referral(as_, referred, "refuse")
    now(refused=1)
    referred = decide(as_, submit(as_, draft(as_, title="第三条")), "refer")
    item = _approve(as_, _referral(as_, referred, "release"))
    now(submitted=2, published=1)
    item = _correct(as_, item, "第三条更正")
    now(submitted=1, corrected=1)
    _act(as_, item, "suspend", "secrecy", {"reason": "待核实"})
    now()
    _act(as_, item, "release", "leader", {"reason": "已核实"})
    now()
    _act(as_, item, "suspend", "admin", {"reason": "再次核实"})
    _act(as_, item, "withdraw", "leader", {"reason": "内容有误"})
    now(published=-1, withdrawn=1)
    publish(as_, title="第四条")
    now(submitted=1, published=1)


@pytest.mark.slow
def test_a_correction_counts_once_however_often_it_is_corrected(as_: As) -> None:
    item = publish(as_)
    for turn in range(2):
        item = _correct(as_, item, f"第 {turn} 次更正")
    assert cell(as_) == {"published": 1, "submitted": 3, "corrected": 2}


@pytest.mark.slow
def test_a_correction_of_another_month_stays_in_the_month_of_the_first(as_: As, moment: TestClock) -> None:
    item = publish(as_)
    moment.set("2023-12-04 09:00")
    _correct(as_, item, "更正")
    assert cell(as_)["published"] == 1
    assert cell(as_, "2023-12") == {"submitted": 1, "corrected": 1}


@pytest.mark.slow
def test_a_withdrawal_takes_out_of_the_month_that_is_still_open(as_: As, moment: TestClock) -> None:
    item = publish(as_)
    moment.set("2023-12-04 09:00")
    _act(as_, item, "withdraw", "admin", {"reason": "内容有误"})
    assert cell(as_) == {"submitted": 1}
    assert cell(as_, "2023-12") == {"withdrawn": 1}


def test_what_only_villagers_may_read_counts_as_well(as_: As) -> None:
    publish(as_, entry="C05", period="2022", audience="villagers")
    assert cell(as_)["published"] == 1


@pytest.mark.slow
def test_the_month_turns_at_midnight_in_shanghai(as_: As, moment: TestClock) -> None:
    waiting = decide(as_, decide(as_, submit(as_, draft(as_))))
    other = decide(as_, decide(as_, submit(as_, draft(as_, village=NEIGHBOUR))))
    moment.set("2023-11-30 23:59")
    decide(as_, waiting)
    moment.set("2023-12-01 00:00")
    decide(as_, other)
    assert cell(as_)["published"] == 1
    assert cell(as_, village=NEIGHBOUR) == {"submitted": 1}
    assert cell(as_, "2023-12", NEIGHBOUR) == {"published": 1}


@pytest.mark.slow
def test_every_village_on_the_platform_has_a_row_and_no_other_place(as_: As) -> None:
    publish(as_)
    rows = monthly(as_, "2023-11", "2023-12")
    assert [(row["month"], row["village"]) for row in rows] == [
        (month, village) for month in ("2023-11", "2023-12") for village in ON_THE_PLATFORM
    ]
    assert not OFF_THE_PLATFORM & {row["village"] for row in rows}
    assert [row["village"] for row in rows if row["published"]] == [VILLAGE]


def test_a_village_sees_its_own_row_alone(as_: As) -> None:
    uploader = as_(f"uploader-{VILLAGE}")
    rows = uploader.get(f"/statistics/monthly?division={VILLAGE}&from=2023-11&to=2023-11").json["data"]
    assert [row["village"] for row in rows] == [VILLAGE]
    for other in (NEIGHBOUR, TOWNSHIP):
        refused = uploader.get(f"/statistics/monthly?division={other}&from=2023-11&to=2023-11")
        assert refused.status_code == 404


@pytest.mark.slow
def test_the_sum_is_the_same_by_every_axis(as_: As, moment: TestClock) -> None:
    publish(as_)
    publish(as_, village=NEIGHBOUR)
    publish(as_, entry="C03", period="2023-Q3", title="季度汇总")
    moment.set("2023-12-04 09:00")
    publish(as_, period="2023-11", title="11月收支")
    axes = ("month", "village", "entry", "group")
    chosen = [by for number in range(1, 5) for by in combinations(axes, number)]
    assert len(chosen) == 15
    for by in chosen:
        rows = monthly(as_, "2023-10", "2023-12", ",".join(by))
        assert all(set(row) == {*by, *COLUMNS} for row in rows)
        assert [sum(row[name] for row in rows) for name in ("published", "submitted")] == [4, 4], by
        keys = [tuple(row[axis] for axis in by) for row in rows]
        assert keys == sorted(set(keys))
    by_group = {row["group"]: row["published"] for row in monthly(as_, "2023-11", "2023-12", "group")}
    assert by_group["C"] == 4
    by_entry = {row["entry"]: row["published"] for row in monthly(as_, "2023-11", "2023-12", "entry")}
    assert (by_entry["C02"], by_entry["C03"]) == (3, 1)


@pytest.mark.slow
def test_the_ledgers_stand_beside_the_mini_program_by_channel(as_: As, moment: TestClock) -> None:
    publish(as_)
    moment.set("2024-01-05 09:00")
    admin = as_("admin")
    posts = [("weibo", "2023-11-07"), ("weibo", "2023-11-30"), ("weibo", "2023-12-01")]
    for channel, day in posts:
        post = {"channel": channel, "title": f"公告 {day}", "posted_on": day}
        assert admin.post("/ledgers/channel-posts", post).status_code == 201
    for channel, period, count in (("website", "2023", 117), ("wechat_official_account", "2023-11", 30)):
        tally = {"channel": channel, "period": period, "count": count, "evidence": "台账"}
        assert admin.post("/ledgers/channel-tallies", tally).status_code == 201

    year = {row["channel"]: row["published"] for row in monthly(as_, "2023-01", "2023-12", "channel")}
    assert year == {"mini_program": 1, "weibo": 3, "website": 117, "wechat_official_account": 30}
    months = {
        (row["channel"], row["month"]): row["published"] for row in monthly(as_, "2023-01", "2023-12", "month,channel")
    }
    assert {key: number for key, number in months.items() if number} == {
        ("mini_program", "2023-11"): 1,
        ("weibo", "2023-11"): 2,
        ("weibo", "2023-12"): 1,
        ("website", "2023"): 117,
        ("wechat_official_account", "2023-11"): 30,
    }
    november = {row["channel"]: row["published"] for row in monthly(as_, "2023-11", "2023-11", "channel")}
    assert november == {"mini_program": 1, "weibo": 2, "wechat_official_account": 30}


def test_without_channels_the_mini_program_is_counted_alone(as_: As) -> None:
    post = {"channel": "weibo", "title": "公告", "posted_on": "2023-11-06"}
    assert as_("admin").post("/ledgers/channel-posts", post).status_code == 201
    assert sum(row["published"] for row in monthly(as_)) == 0


@pytest.mark.slow
def test_what_fell_due_and_what_was_in_time(as_: As, moment: TestClock) -> None:
    """November's accounts are due on 10 December; they are the only monthly entry of the catalogue."""
    moment.set("2023-12-08 09:00")
    publish(as_, period="2023-11")
    assert {row["village"]: row["due"] for row in monthly(as_, "2023-12") if row["due"]} == {VILLAGE: 1}
    moment.set("2023-12-11 09:00")
    publish(as_, village=NEIGHBOUR, period="2023-11")
    rows = {row["village"]: (row["on_time"], row["due"]) for row in monthly(as_, "2023-12")}
    assert rows == dict.fromkeys(ON_THE_PLATFORM, (0, 1)) | {VILLAGE: (1, 1)}
    assert {(row["on_time"], row["due"]) for row in monthly(as_, "2023-11")} == {(0, 0)}


@pytest.mark.slow
def test_an_event_is_due_in_working_days(as_: As, moment: TestClock) -> None:
    event = {"entry": "C06", "period": None, "event_on": "2023-11-06"}
    in_time = publish(as_, **event, title="一事一议筹资一")
    moment.set("2023-11-14 09:00")
    publish(as_, **event, title="一事一议筹资二")
    assert cell(as_) == {"published": 2, "submitted": 2, "on_time": 1, "due": 2}
    _act(as_, in_time, "withdraw", "admin", {"reason": "内容有误"})
    assert cell(as_) == {"published": 1, "submitted": 2, "withdrawn": 1, "due": 1}


def test_the_answer_says_as_of_when(as_: As, moment: TestClock) -> None:
    moment.set("2023-11-07 10:11")
    answer = as_("admin").get(f"/statistics/monthly?division={TOWNSHIP}&from=2023-11&to=2023-11").json
    assert answer["as_of"].startswith("2023-11-07T10:11:00")
    assert answer["as_of"].endswith("+08:00")


@pytest.mark.parametrize(
    "query",
    ["from=2023-12&to=2023-11", "from=2023-13&to=2023-13", "from=2003-01&to=2023-12", "from=2023-11"]
    + [f"from=2023-11&to=2023-11&by={by}" for by in ("week", "month,month", ",", "channel,village")],
)
def test_questions_that_make_no_sense(as_: As, query: str) -> None:
    assert as_("admin").get(f"/statistics/monthly?division={TOWNSHIP}&{query}").status_code == 422


def test_another_townships_figures_are_not_there(as_: As, anybody: Client) -> None:
    path = f"/statistics/monthly?division={TOWNSHIP}&from=2023-11&to=2023-11"
    assert as_("daxin-admin").get(path).status_code == 404
    assert anybody.get(path).status_code == 401


# --- verify and rebuild -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_tampered_cell_is_named_and_repaired(app: Flask, as_: As) -> None:
    publish(as_)
    for column in ("published", "withdrawn", "corrected", "submitted", "returned", "refused"):
        sql(app, f"UPDATE monthly_cell SET {column} = {column} + 3 WHERE village = :village", village=VILLAGE)  # noqa: S608
        verified = run(app, "statistics", "verify")
        assert verified.exit_code == 1
        assert f"{VILLAGE} C02 2023-11 {column}" in verified.output
        assert run(app, "statistics", "rebuild").exit_code == 0
        assert run(app, "statistics", "verify").exit_code == 0
    assert cell(as_) == {"published": 1, "submitted": 1}


@pytest.mark.slow
def test_missing_and_superfluous_cells_are_found(app: Flask, as_: As) -> None:
    publish(as_)
    sql(app, "DELETE FROM monthly_cell")
    missing = run(app, "statistics", "verify")
    assert (missing.exit_code, f"{VILLAGE} C02 2023-11 published：保存 0，重算 1" in missing.output) == (1, True)
    run(app, "statistics", "rebuild")
    sql(app, "UPDATE monthly_cell SET month = '2022-01'")
    assert run(app, "statistics", "verify").output.count("published") == 2
    run(app, "statistics", "rebuild")
    assert run(app, "statistics", "verify").exit_code == 0
    assert cell(as_) == {"published": 1, "submitted": 1}


def test_a_rebuild_says_in_the_chain_how_much_was_wrong(app: Flask, as_: As) -> None:
    publish(as_)
    publish(as_, entry="C03", period="2023-Q3")
    sql(app, "UPDATE monthly_cell SET returned = 7 WHERE entry = 'C02'")
    for wrong in (1, 0):
        assert run(app, "statistics", "rebuild").exit_code == 0
        entry = as_("auditor").get(f"/audit?subject={TOWNSHIP}&limit=100").json["data"][-1]
        assert (entry["action"], entry["name"]) == ("statistics.rebuilt", "statistics rebuild")
        assert entry["data"] == {"first_month": "2023-11", "last_month": "2023-11", "cells": 2, "wrong": wrong}
    assert run(app, "audit", "verify").exit_code == 0
