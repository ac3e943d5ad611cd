"""Response rates, the ledger of complaints and the annual report: one source each, nothing counted twice."""

from typing import Any

import pytest
from flask import Flask

from tests.clients import TestClock
from tests.console import run
from tests.feedback.voices import UPLOADER, act, judge, said, say, write
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json
from tests.statistics.test_indicators import indicators, items, numbers

NONE = (0, 0, "—", 0, 0, "—")


def rates(as_: As, division: str = TOWNSHIP, first: str = "2023-11", last: str = "2023-11") -> dict[Any, Any]:
    """``{(month, village): numbers}``."""
    answer = as_("auditor").get(f"/statistics/feedback?division={division}&from={first}&to={last}")
    assert answer.status_code == 200, answer.json
    names = ("received", "answered", "rate", "due", "in_time", "rate_in_time")
    return {(row["month"], row["village"]): tuple(row[name] for name in names) for row in answer.json["data"]}


def complaints(as_: As, **query: str) -> list[Json]:
    return list(as_("admin").get("/ledgers/complaints", query_string=query).json["data"])


def test_nothing_said_is_no_rate(as_: As) -> None:
    found = rates(as_)
    assert found["2023-11", VILLAGE] == NONE
    assert len(found) == len({village for _, village in found}) > 1
    assert numbers(indicators(as_("auditor"), "2023-11"))["response"] == (None, None, "未填报")


@pytest.mark.slow
def test_received_answered_and_in_time_by_month_and_village(as_: As, moment: TestClock) -> None:
    in_time, late, never = (
        say(as_("auditor"), text="第一问"),
        say(as_("leader"), text="第二问"),
        say(as_("office-party"), text="第三问", kind="complaint"),
    )
    say(as_("auditor"), kind="praise", text="办得好。")  # nobody waits for an answer to it
    taken_back = say(as_("leader"), text="第四问")
    as_("leader").post(f"/me/feedback/{taken_back['id']}/withdraw")
    judge(as_, write(as_, in_time))
    assert rates(as_)["2023-11", VILLAGE] == (3, 1, "33.3%", 1, 1, "100%")  # what was answered early has a verdict
    moment.set("2023-11-20 18:00")
    say(as_("auditor"), text="月末的一问")  # due in December
    moment.set("2023-11-21 09:00")
    judge(as_, write(as_, late))
    found = rates(as_, last="2023-12")
    assert found["2023-11", VILLAGE] == (4, 2, "50%", 3, 1, "33.3%")
    assert ("2023-12", VILLAGE) not in found  # it has not begun
    assert found["2023-11", NEIGHBOUR] == NONE
    shown = indicators(as_("auditor"), "2023-11")
    assert numbers(shown)["response"] == numbers(shown, VILLAGE)["response"] == (2, 4, "50%")
    assert numbers(shown)["response_on_time"] == (1, 3, "33.3%")
    behind = {item["key"]: item["status"] for item in items(as_("auditor"), "response_on_time", "2023-11")}
    assert behind == {in_time["id"]: "in_time", late["id"]: "late", never["id"]: "overdue"}
    moment.set("2023-12-04 09:00")
    assert rates(as_, first="2023-12", last="2023-12")["2023-12", VILLAGE] == (0, 0, "—", 0, 0, "—")
    moment.set("2023-12-05 09:00")
    assert rates(as_, first="2023-12", last="2023-12")["2023-12", VILLAGE] == (0, 0, "—", 1, 0, "0%")


def test_a_closed_month_stays_and_the_rest_is_told_later(as_: As, moment: TestClock) -> None:
    asked = say(as_("auditor"))
    moment.set("2023-12-05 09:00")
    assert as_("admin").post("/closings", {"division": TOWNSHIP, "month": "2023-11"}).status_code == 201
    before = rates(as_)["2023-11", VILLAGE]
    judge(as_, write(as_, asked))
    assert rates(as_)["2023-11", VILLAGE] == before == (1, 0, "0%", 1, 0, "0%")
    assert numbers(indicators(as_("auditor"), "2023-11"))["response"] == (0, 1, "0%")


@pytest.mark.slow
def test_a_provisional_day_has_no_verdict(as_: As, moment: TestClock) -> None:
    moment.set("2026-12-25 09:00")
    judge(as_, write(as_, say(as_("auditor"))))
    say(as_("leader"), text="另一问")
    moment.set("2027-01-29 09:00")
    assert rates(as_, first="2026-12", last="2027-01")["2027-01", VILLAGE] == (0, 0, "—", 0, 0, "—")
    assert rates(as_, first="2026-12", last="2027-01")["2026-12", VILLAGE] == (2, 1, "50%", 0, 0, "—")


def test_who_reads_rates(as_: As) -> None:
    say(as_("auditor"))
    own = as_(UPLOADER).get(f"/statistics/feedback?division={VILLAGE}&from=2023-11&to=2023-11")
    assert [row["village"] for row in own.json["data"]] == [VILLAGE]
    foreign = as_("daxin-admin").get(f"/statistics/feedback?division={TOWNSHIP}&from=2023-11&to=2023-11")
    assert foreign.status_code == 404


class TestTheLedger:
    def test_a_complaint_is_a_row_that_follows_it(self, as_: As, moment: TestClock) -> None:
        asked = say(as_("auditor"), kind="complaint", text="某户的补贴不对。")
        say(as_("leader"))  # a question is no complaint
        [row] = complaints(as_)
        assert (row["source"], row["subject"], row["answered_at"]) == ("mini_program", "小程序投诉（洼路村）", None)
        moment.set("2023-11-07 09:00")
        judge(as_, write(as_, asked))
        [row] = complaints(as_)
        assert row["answered_at"] == "2023-11-07T09:00:00+08:00"

    def test_taken_back_or_turned_down_it_no_longer_counts(self, as_: As) -> None:
        own = say(as_("auditor"), kind="complaint")
        as_("auditor").post(f"/me/feedback/{own['id']}/withdraw")
        held = say(as_("leader"), kind="complaint", text="这份内部资料是怎么回事？")
        act(as_("admin"), held, "reject", {"reason": "与村务无关"})
        assert [row["void_reason"] for row in complaints(as_)] == ["本人撤回", "不予受理"]
        assert complaints(as_, voided="false") == []

    def test_nobody_edits_or_voids_such_a_row_by_hand(self, as_: As) -> None:
        say(as_("auditor"), kind="complaint")
        [row] = complaints(as_)
        body = {name: row[name] for name in ("source", "received_at", "subject", "answered_at", "answer")}
        admin = as_("admin")
        for refused in (
            admin.put(f"/ledgers/complaints/{row['id']}", body),
            admin.post(f"/ledgers/complaints/{row['id']}/void", {"reason": "重复"}),
        ):
            assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")
            assert "群众反映" in refused.json["detail"]

    BY_HAND = (
        ("complaints", {"received_at": "2023-11-05T09:00:00+08:00", "subject": "此前收到的"}, True),
        ("complaints", {"received_at": "2023-11-06T08:00:00+08:00", "subject": "同一天"}, False),
        ("complaint-tallies", {"period": "2023-10", "received": 3, "answered": 3, "evidence": "台账"}, True),
        ("complaint-tallies", {"period": "2023-11", "received": 3, "answered": 3, "evidence": "台账"}, False),
        ("complaint-tallies", {"period": "2023", "received": 3, "answered": 3, "evidence": "台账"}, False),
    )

    @pytest.mark.slow
    @pytest.mark.parametrize(("ledger", "fields", "taken"), BY_HAND)
    def test_from_the_first_day_on_nobody_enters_them_by_hand(
        self, as_: As, ledger: str, fields: Json, taken: bool
    ) -> None:
        say(as_("auditor"), kind="complaint")
        answer = as_("admin").post(f"/ledgers/{ledger}", {"source": "mini_program"} | fields)
        assert answer.status_code == (201 if taken else 422), answer.json
        if not taken:
            assert "自动登记" in str(answer.json["errors"])
        other = as_("admin").post(f"/ledgers/{ledger}", {"source": "weibo"} | fields)
        assert other.status_code == 201, other.json

    def test_a_tally_of_before_stays_the_source_of_its_month(self, as_: As) -> None:
        tally = {"source": "mini_program", "period": "2023-11", "received": 3, "answered": 3, "evidence": "台账"}
        assert as_("admin").post("/ledgers/complaint-tallies", tally).status_code == 201
        asked = say(as_("auditor"), kind="complaint")
        assert complaints(as_) == []
        judge(as_, write(as_, asked))
        assert complaints(as_) == []

    @pytest.mark.slow
    def test_the_annual_report_counts_each_once(self, app: Flask, as_: As, moment: TestClock) -> None:
        phoned = {"source": "telephone", "received_at": "2023-11-05T09:00:00+08:00", "subject": "路灯"}
        assert as_("admin").post("/ledgers/complaints", phoned).status_code == 201
        answered = say(as_("auditor"), kind="complaint", text="第一件")
        say(as_("leader"), kind="complaint", text="第二件")
        judge(as_, write(as_, answered))
        report = as_("admin").get(f"/reports/annual/{TOWNSHIP}/2023").json
        told = {each["source"]: each for each in report["part_one"]["complaints"]}
        mini = told["mini_program"]
        assert (mini["received"]["value"], mini["answered"]["value"], mini["rate"]["value"]) == (2, 1, "50%")
        assert told["telephone"]["received"]["value"] == 1
        assert numbers(indicators(as_("auditor"), "2023-11"))["response"] == (1, 3, "33.3%")
        moment.set("2023-12-06 09:00")
        assert run(app, "statistics", "verify").exit_code == 0


def test_what_was_refused_counts_nowhere(as_: As) -> None:
    say(as_("auditor"), text="第一问")
    say(as_("auditor"), text="第二问")
    assert said(as_("auditor"), text="第三问").status_code == 429
    assert rates(as_)["2023-11", VILLAGE][0] == 2
