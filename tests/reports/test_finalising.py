"""Signing a report, and changing a signed one: refused while anything is missing, kept whole, never altered."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.applications.desk import record
from tests.clients import Client, TestClock
from tests.console import drop_triggers, run, sql
from tests.journeys import TOWNSHIP, As
from tests.pages import Browser
from tests.reports.test_checks import FORM
from tests.reports.yearly import (
    NARRATIVE,
    SIGNED,
    compact,
    declare_all,
    finalise,
    quiet_year,
    report_of,
    send,
    write,
)
from villagepub.core import tenancy
from villagepub.core.digest import digest_of
from villagepub.core.transactions import transaction
from villagepub.extensions import db

REPORT = report_of(2023)
TALLY = {"channel": "weibo", "period": "2023", "count": 67, "evidence": "台账"}
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-29 09:00")


@pytest.fixture
def signed(as_: As) -> Json:
    return quiet_year(as_("admin"), 2023)


def _refusal(admin: Client, verb: str = "finalise", **changes: Any) -> Any:
    return admin.post(f"{REPORT}/{verb}", SIGNED | changes)


def _etags(admin: Client) -> dict[str, str]:
    return {"If-Match": admin.get(REPORT).headers["ETag"]}


# --- what must be there -------------------------------------------------------------------------------------


def test_a_report_with_gaps_is_refused_with_all_of_them(as_: As) -> None:
    refused = _refusal(as_("admin"))
    assert (refused.status_code, refused.json["code"]) == (422, "report_incomplete")
    gaps = as_("admin").get(REPORT).json["not_entered"]
    assert {gap["field"] for gap in gaps} <= set(refused.json["errors"])
    assert {"part_one.channels.weibo", "part_two.行政许可", "part_three.r01-r25", "narrative.problems"} <= set(
        refused.json["errors"]
    )
    assert "checks.F7" in refused.json["errors"]
    for gap in gaps:
        assert gap["label"]
        assert "请" in gap["remedy"]


@pytest.mark.slow
def test_one_missing_text_is_enough(as_: As) -> None:
    admin = as_("admin")
    declare_all(admin, 2023)
    for section in NARRATIVE:
        write(admin, 2023, narrative={key: each for key, each in NARRATIVE.items() if key != section})
        assert set(_refusal(admin).json["errors"]) == {f"narrative.{section}"}


@pytest.mark.slow
def test_a_declared_and_written_year_has_no_gap(as_: As) -> None:
    admin = as_("admin")
    declare_all(admin, 2023)
    report = write(admin, 2023)
    assert report["not_entered"] == []
    assert {check["id"]: check["passed"] for check in report["checks"]} == {
        **dict.fromkeys(("F1", "F2", "F3", "F5", "F7", "F8", "F9", "W1", "W2"), True),
        **dict.fromkeys(("F4", "F6"), None),
    }
    applications = report["part_one"]["sections"][1]["text"]
    assert "没有因政府信息公开申请行政复议、提起行政诉讼的情况发生" in applications
    assert "责任追究0次" in report["part_one"]["sections"][4]["text"]
    assert report["part_six"]["fees"]["text"] == "本年度未收取政府信息公开信息处理费。"


@pytest.mark.slow
def test_what_was_carried_over_must_be_last_year_s_or_be_explained(as_: As) -> None:
    admin = as_("admin")
    declare_all(admin, 2023)
    send(admin, 2022, compact(FORM))
    write(admin, 2023)
    refused = _refusal(admin)
    assert set(refused.json["errors"]) == {"checks.F4"}
    write(admin, 2023, reasons={"F4": "上一年报告的结转数有误，已向上级说明"})
    report = finalise(admin, 2023)
    [f4] = [check for check in report["checks"] if check["id"] == "F4"]
    assert (f4["passed"], len(f4["places"]), f4["reason"]) == (False, 7, "上一年报告的结转数有误，已向上级说明")


@pytest.mark.slow
def test_a_later_year_that_is_signed_already_is_named_where_it_no_longer_agrees(app: Flask, as_: As) -> None:
    admin = as_("admin")
    quiet_year(admin, 2023)
    closed = {"outcome": "disclosed", "answered_on": "2023-01-05", "fee_paid": "0"}
    record(as_, 2022, applicant_kind="natural_person", **closed)
    quiet_year(admin, 2022)
    warnings = admin.get(report_of(2022)).json["differs_from_later"]
    assert len(warnings) == 2
    assert "已定稿的 2023 年度报告与本报告不符" in warnings[0]
    assert "自然人：本年填上年结转 0 件，上一年报告结转下年度 1 件" in warnings[0]
    assert admin.get(REPORT).json["differs_from_later"] == []
    browser = Browser(app)
    browser.sign_in("admin")
    assert warnings[0] in browser.get("/console/reports/2022").words
    write(admin, 2022, narrative=NARRATIVE | {"other": "补正一段文字。"})
    path = "/console/reports/2022/revise"
    fields = {"reason": "补正文字", "signed_by": "掌政镇", "signed_on": "2024-01-29"}
    assert f"已出第 2 版。{warnings[0]}" in browser.send(browser.get(path), path, **fields).words
    assert admin.post(f"{REPORT}/revise", SIGNED | {"reason": "上年补登一件"}).status_code == 200
    assert admin.get(report_of(2022)).json["differs_from_later"] == []


@pytest.mark.slow
def test_a_number_typed_into_the_words_must_be_the_ledgers_or_be_explained(as_: As) -> None:
    admin = as_("admin")
    declare_all(admin, 2023)
    stale = NARRATIVE | {"supervision": "截至目前公开信息300余条。"}
    write(admin, 2023, narrative=stale)
    refused = _refusal(admin)
    assert set(refused.json["errors"]) == {"checks.W2"}
    assert "“300余条”是约数" in refused.json["errors"]["checks.W2"][0]
    assert "书面说明原因" in refused.json["errors"]["checks.W2"][0]
    write(admin, 2023, narrative=stale, reasons={"W2": "引用的是上级通报中的说法"})
    [w2] = [check for check in finalise(admin, 2023)["checks"] if check["id"] == "W2"]
    assert (w2["passed"], w2["reason"]) == (False, "引用的是上级通报中的说法")


def test_a_signature_that_cannot_be(as_: As) -> None:
    for body in ({"signed_by": ""}, {"signed_on": "2023-12-31"}, {"signed_on": "2024-01-30"}):
        assert list(_refusal(as_("admin"), **body).json["errors"]) == list(body)


def test_a_year_that_is_not_over_is_not_signed(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-31 23:00")
    assert list(_refusal(as_("admin"), signed_on="2023-12-31").json["errors"]) == ["year"]


@pytest.mark.slow
def test_only_the_administrator_signs(as_: As) -> None:
    for verb in ("finalise", "revise"):
        body = SIGNED | ({"reason": "更正"} if verb == "revise" else {})
        assert as_("leader").post(f"{REPORT}/{verb}", body).status_code == 403
        assert as_("daxin-admin").post(f"{REPORT}/{verb}", body).status_code == 404


# --- what is signed stays -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_signed_report_says_who_when_and_what(as_: As, signed: Json) -> None:
    assert (signed["state"], signed["revision"], signed["changes"], signed["reason"]) == ("final", 1, [], None)
    assert (signed["signed_by"], signed["signed_on"]) == (SIGNED["signed_by"], "2024-01-29")
    assert signed["finalised_at"] == "2024-01-29T09:00:00+08:00"
    assert signed["digest"] == digest_of({name: value for name, value in signed.items() if name != "digest"})
    [entry] = [each for each in _audit(as_) if each["action"] == "report.finalised"]
    assert (entry["digest"], entry["data"]) == (signed["digest"], {"year": 2023, "revision": 1})


def _audit(as_: As) -> list[Json]:
    return list(as_("auditor").get(f"/audit?subject={TOWNSHIP}/2023&limit=100").json["data"])


@pytest.mark.slow
def test_whatever_happens_to_the_ledgers_it_stays(as_: As, app: Flask, signed: Json, moment: TestClock) -> None:
    admin = as_("admin")
    assert admin.get(REPORT).json == signed | {"differs_from_live": [], "differs_from_later": []}
    assert admin.post("/ledgers/channel-tallies", TALLY).status_code == 201
    write(admin, 2023, narrative=NARRATIVE | {"problems": "后来改的"})
    moment.set("2024-03-01 09:00")
    shown = as_("auditor").get(REPORT).json
    assert shown | {"differs_from_live": None} == signed | {"differs_from_live": None, "differs_from_later": []}
    differs = {each["field"]: (each["before"], each["after"]) for each in shown["differs_from_live"]}
    assert differs["part_one.channels.weibo"] == (0, 67)
    assert differs["narrative.problems"] == (NARRATIVE["problems"], "后来改的")
    assert set(differs) == {"part_one.channels.weibo", "part_one.sections.proactive", "narrative.problems"}
    assert as_("auditor").get(f"{REPORT}/draft").json["state"] == "draft"
    printed = run(app, "report", "annual", TOWNSHIP, "2023", "--format", "json")
    assert json.loads(printed.output) == signed


@pytest.mark.slow
def test_it_is_signed_once(as_: As, signed: Json) -> None:
    refused = _refusal(as_("admin"))
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")
    refused = send(as_("admin"), 2023, compact(FORM))
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")


@pytest.mark.slow
def test_a_later_change_is_a_numbered_revision_that_says_what_changed(as_: As, signed: Json) -> None:
    admin = as_("admin")
    unchanged = _refusal(admin, "revise", reason="更正")
    assert (unchanged.status_code, unchanged.json["code"]) == (409, "wrong_state")
    assert admin.post("/ledgers/channel-tallies", TALLY).status_code == 201
    revised = admin.post(f"{REPORT}/revise", SIGNED | {"reason": "补登微博数"}).json
    assert (revised["revision"], revised["reason"], revised["state"]) == (2, "补登微博数", "final")
    assert revised["digest"] != signed["digest"]
    changes = {each["field"]: (each["before"], each["after"]) for each in revised["changes"]}
    assert changes["part_one.channels.weibo"] == (0, 67)
    assert set(changes) == {"part_one.channels.weibo", "part_one.sections.proactive"}
    assert admin.get(REPORT).json["revision"] == 2
    listed = as_("auditor").get(f"{REPORT}/revisions").json["data"]
    assert [(each["revision"], each["digest"], each["reason"]) for each in listed] == [
        (1, signed["digest"], None),
        (2, revised["digest"], "补登微博数"),
    ]
    assert as_("auditor").get(f"{REPORT}/revisions/1").json == signed
    assert as_("auditor").get(f"{REPORT}/revisions/2").json == revised
    assert as_("auditor").get(f"{REPORT}/revisions/3").status_code == 404
    [entry] = [each for each in _audit(as_) if each["action"] == "report.revised"]
    assert entry["data"]["changed"] == [each["field"] for each in revised["changes"]]


@pytest.mark.slow
def test_nothing_is_revised_before_it_is_signed(as_: As) -> None:
    refused = _refusal(as_("admin"), "revise", reason="更正")
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")
    assert "reason" in _refusal(as_("admin"), "revise").json["errors"]


@pytest.mark.slow
def test_a_revision_must_be_complete_too(as_: As, signed: Json) -> None:
    write(as_("admin"), 2023, narrative={})
    assert _refusal(as_("admin"), "revise", reason="更正").json["code"] == "report_incomplete"


@pytest.mark.slow
@pytest.mark.usefixtures("signed")
def test_the_database_refuses_to_change_it(app: Flask) -> None:
    for statement in ("UPDATE report_revision SET year = year", "DELETE FROM report_revision"):
        with app.app_context(), pytest.raises(DBAPIError, match="kept as written"), transaction(tenancy.EVERYWHERE):
            db.session.execute(text(statement))


@pytest.mark.slow
def test_one_that_was_altered_all_the_same_is_not_given_out(as_: As, app: Flask, signed: Json) -> None:
    drop_triggers(app, "report_revision")
    altered = json.dumps(signed | {"signed_by": "别人"}, ensure_ascii=False)
    sql(app, "UPDATE report_revision SET content = :content", content=altered)
    for path in (REPORT, f"{REPORT}/revisions/1"):
        refused = as_("admin").get(path)
        assert (refused.status_code, refused.json["code"]) == (500, "file_damaged")


@pytest.mark.slow
def test_the_next_year_s_report_is_held_against_it(as_: As, moment: TestClock, signed: Json) -> None:
    moment.set("2025-01-20 09:00")
    admin = as_("admin")
    declare_all(admin, 2024)
    report = write(admin, 2024)
    assert {each["key"]: each["last_year"] for each in report["narrative"]}["problems"] == NARRATIVE["problems"]
    checks = {check["id"]: check for check in report["checks"]}
    assert (checks["F4"]["passed"], checks["F6"]["passed"]) == (True, True)
    assert "已定稿的报告" in checks["F4"]["detail"]
    assert finalise(admin, 2024, signed_on="2025-01-20")["revision"] == 1


@pytest.mark.usefixtures("signed")
@pytest.mark.slow
def test_nobody_is_reminded_of_a_signed_report(app: Flask, as_: As, moment: TestClock) -> None:
    moment.set("2024-01-31 09:00")
    assert run(app, "worker", "--once").exit_code == 0
    assert "report_due" not in [each["kind"] for each in as_("admin").get("/me/notices").json["data"]]


@pytest.mark.slow
def test_a_sample_does_not_become_a_report_unsaid(as_: As, moment: TestClock) -> None:
    moment.set("2024-01-30 09:00")
    admin = as_("admin")
    declare_all(admin, 2023)
    write(admin, 2023, sample="样例数据")
    finalise(admin, 2023)
    write(admin, 2023)
    differs = admin.get(REPORT).json["differs_from_live"]
    assert [(each["field"], each["before"], each["after"]) for each in differs] == [("sample", "样例数据", None)]
