"""The monthly bulletin: a draft until its month is closed, and never changed from then on."""

import ast
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from config.base import PROJECT
from tests.accounts import staff
from tests.bulletins.months import DECEMBER, PATH, TEXT, close, docx, live_december, read
from tests.clients import Client, TestClock
from tests.console import run, sql
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, publish
from villagepub.core.digest import digest_of


def row_of(bulletin: Json, village: str) -> Json:
    [row] = [row for row in bulletin["villages"] if row["village"] == village]
    return dict(row)


@pytest.mark.slow
def test_a_draft_says_so_and_closing_gives_it_a_number(as_: As, moment: TestClock) -> None:
    live_december(as_, moment)
    draft = read(as_)
    assert (draft["state"], draft["notice"], draft["issue"], draft["digest"]) == ("draft", "草稿，未封账", None, None)
    close(as_)
    issued = read(as_)
    assert (issued["state"], issued["notice"], issued["issue"]) == ("frozen", None, "2023年第1期")
    content = {name: value for name, value in issued.items() if name != "digest"}
    assert issued["digest"] == digest_of(content)
    changed = {name for name in content if content[name] != draft[name]}
    assert changed == {"state", "notice", "issue"}


@pytest.mark.slow
def test_what_it_says(as_: As, moment: TestClock) -> None:
    live_december(as_, moment)
    bulletin = read(as_)
    assert bulletin["title"] == "掌政镇2023年12月村务公开情况通报"
    assert bulletin["period"] == {"from": "2023-12-01", "to": "2023-12-31"}
    assert "本月到期应公开11项，已公开2项，其中按期公开1项，及时率9.1%" in bulletin["overview"][1]
    assert "本月公开信息2条，比上月增加2条" in bulletin["overview"][0]
    assert "投诉台账没有填报" in bulletin["overview"][2]
    first, second = bulletin["villages"][:2]
    assert (first["village"], first["serial"], first["score"], first["rank"]) == (VILLAGE, 1, "100.0", "1")
    assert (first["due"], first["published"], first["timeliness"]["rate"]) == (1, 1, "100%")
    assert (second["village"], second["timeliness"]["rate"], second["completeness"]["rate"]) == (
        NEIGHBOUR,
        "0%",
        "100%",
    )
    assert second["score"] == "58.8"  # (0 + 30 + 20) of 85
    assert {row["rank"] for row in bulletin["villages"][2:]} == {"3"}
    problems = {problem["village"]: problem for problem in bulletin["problems"]}
    assert VILLAGE not in problems
    assert problems[NEIGHBOUR]["entries"][0]["status"] == "late"
    assert "财务收支明细" in problems[NEIGHBOUR]["text"]
    assert len(bulletin["overdue"]) == 9
    assert {(each["due_on"], each["days"]) for each in bulletin["overdue"]} == {("2023-12-10", 26)}
    assert bulletin["adjustments"] == []


@pytest.mark.slow
def test_an_issued_bulletin_never_changes_in_any_form(app: Flask, as_: As, moment: TestClock) -> None:
    live_december(as_, moment)
    assert as_("admin").put(PATH, TEXT).status_code == 200
    close(as_)
    issued, file, page = read(as_), docx(as_), as_("admin").get(f"{PATH}.html").text
    done = as_("admin").get(f"/disclosures?village={VILLAGE}&state=published").json["data"][0]
    assert as_("admin").post(f"/disclosures/{done['id']}/withdraw", {"reason": "内容有误"}).status_code == 200
    publish(as_, village="640104100205", period="2023-11", title="补公开")
    body = {"source": "weibo", "received_at": "2023-12-06T09:30:00+08:00", "subject": "路灯"}
    assert as_("admin").post("/ledgers/complaints", body).status_code == 201
    sql(app, "UPDATE division SET name = '改名村' WHERE code = :code", code=VILLAGE)
    sql(app, "UPDATE catalogue_entry SET name = '改名的事项'")
    sql(app, "UPDATE township SET scoring = '{\"timeliness\": 100}', publisher = '另一个机关'")
    moment.set("2024-03-01 09:00")
    assert read(as_) == issued
    assert docx(as_) == file
    assert as_("admin").get(f"{PATH}.html").text == page


@pytest.mark.slow
@pytest.mark.parametrize("table", ["bulletin", "frozen_indicators"])
def test_the_database_keeps_what_was_issued(app: Flask, as_: As, moment: TestClock, table: str) -> None:
    moment.set("2024-01-05 09:00")
    close(as_)
    for statement in (f"UPDATE {table} SET digest = 'sm3:0'", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DBAPIError, match="kept as written"):
            sql(app, statement)


@pytest.mark.slow
def test_what_is_found_out_later_stands_once_in_the_month_of_the_finding(as_: As, moment: TestClock) -> None:
    live_december(as_, moment)
    close(as_)
    moment.set("2024-01-08 09:00")
    publish(as_, village="640104100205", period="2023-11", title="补公开")
    done = as_("admin").get(f"/disclosures?village={VILLAGE}&state=published").json["data"][0]
    assert as_("admin").post(f"/disclosures/{done['id']}/withdraw", {"reason": "内容有误"}).status_code == 200
    told = [each["text"] for each in read(as_, "2024-01")["adjustments"]]
    assert told == [
        "2023年12月完整率，洼路村财务收支明细（逐项逐笔）（2023年11月）：原计为“按期公开”，现应计为“逾期未完成”。",
        "2023年12月及时率，洼路村财务收支明细（逐项逐笔）（2023年11月）：原计为“按期公开”，现应计为“逾期未完成”。",
        "2023年12月完整率，孔雀村财务收支明细（逐项逐笔）（2023年11月）：原计为“逾期未完成”，现应计为“逾期完成”。",
    ]
    moment.set("2024-02-05 09:00")
    close(as_, "2024-01")
    assert [each["text"] for each in read(as_, "2024-01")["adjustments"]] == told
    assert read(as_, "2024-02")["adjustments"] == []


@pytest.mark.slow
def test_numbers_follow_each_other_in_the_year_of_the_month(as_: As, moment: TestClock) -> None:
    moment.set("2024-02-05 09:00")
    for month in ("2023-11", "2023-12", "2024-01"):
        close(as_, month)
    assert [read(as_, month)["issue"] for month in ("2023-11", "2023-12", "2024-01")] == [
        "2023年第1期",
        "2023年第2期",
        "2024年第1期",
    ]
    other = {"division": "640104101000", "month": "2023-12"}
    assert as_("daxin-admin").post("/closings", other).status_code == 201
    assert as_("daxin-admin").get("/bulletins/640104101000/2023-12").json["issue"] == "2023年第1期"


@pytest.mark.slow
def test_a_slip_is_a_veto(app: Flask, as_: As, moment: TestClock) -> None:
    live_december(as_, moment)
    word = {"division": TOWNSHIP, "text": "收入合计", "kind": "secret_mark", "reason": "通知"}
    assert as_("admin").post("/screening/words", word).status_code == 201
    assert run(app, "worker", "--once").exit_code == 0
    january = read(as_, "2024-01")
    vetoed = row_of(january, VILLAGE)
    assert (vetoed["score"], vetoed["rank"], vetoed["slips"]) == ("—", "否决", 1)
    assert "发现隐私差错2条" in january["overview"][-1]
    [problem] = [each for each in january["problems"] if each["village"] == VILLAGE]
    assert re.fullmatch(rf"编号{VILLAGE}-2023-0001的信息公开后发现含有不得公开的内容。", problem["text"])
    assert row_of(read(as_), VILLAGE)["rank"] == "1"  # it was not found in December


# --- what people write --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_administrator_writes_remarks_and_next_steps(app: Flask, as_: As, moment: TestClock) -> None:
    live_december(as_, moment)
    written = as_("admin").put(PATH, TEXT)
    assert written.status_code == 200, written.json
    bulletin = read(as_)
    assert written.json | {"as_of": ""} == bulletin | {"as_of": ""}
    [own] = [problem for problem in bulletin["problems"] if problem["village"] == VILLAGE]
    assert (own["text"], own["entries"]) == ("公开栏与小程序不一致。", [])
    assert [step["due_text"] for step in bulletin["next_steps"]] == ["2024年1月15日前", ""]
    emptied = as_("admin").put(PATH, {"remarks": [], "next_steps": []})
    assert (emptied.json["next_steps"], [p["remark"] for p in emptied.json["problems"] if p["remark"]]) == ([], [])
    noted = sql(
        as_("admin").http.application, "SELECT count(*) FROM audit_entry WHERE action = 'bulletin.text_written'"
    )
    assert noted == [(2,)]


@pytest.mark.slow
def test_nobody_else_writes_and_nobody_after_the_closing(as_: As, moment: TestClock) -> None:
    live_december(as_, moment)
    for person in ("leader", "secrecy", "auditor"):
        assert as_(person).put(PATH, TEXT).status_code == 403
    for stranger in (f"uploader-{VILLAGE}", "daxin-admin"):
        assert as_(stranger).put(PATH, TEXT).status_code == 404
    close(as_)
    refused = as_("admin").put(PATH, TEXT)
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")


@pytest.mark.slow
def test_a_mark_of_secrecy_is_not_kept(as_: As, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    marked = {"remarks": [{"village": VILLAGE, "text": "机密★5年"}], "next_steps": []}
    step = {"remarks": [], "next_steps": [{"text": "绝密★长期", "due_on": None}]}
    for body, field in ((marked, f"remarks.{VILLAGE}"), (step, "next_steps.0.text")):
        refused = as_("admin").put(PATH, body)
        assert (refused.status_code, refused.json["code"]) == (422, "secret_mark")
        assert list(refused.json["errors"]) == [field]
    assert read(as_)["next_steps"] == []
    assert len(as_("secrecy").get("/incidents").json["data"]) == 2


@pytest.mark.slow
def test_texts_that_cannot_be_kept(as_: As, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    wrong: list[tuple[Json, str]] = [
        ({"remarks": [{"village": "640104100212", "text": "没有上线"}]}, "remarks.640104100212"),
        ({"remarks": [{"village": "640104101200", "text": "外镇的村"}]}, "remarks.640104101200"),
        ({"remarks": [TEXT["remarks"][0], TEXT["remarks"][0]]}, "remarks"),
        ({"next_steps": [{"text": "", "due_on": None}]}, "next_steps.0.text"),
        ({"next_steps": [{"text": "做", "due_on": "2024-02-30"}]}, "next_steps.0.due_on"),
    ]
    for changes, field in wrong:
        refused = as_("admin").put(PATH, TEXT | changes)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


# --- who reads it, and how a month is closed ----------------------------------------------------------------


@pytest.mark.slow
def test_who_reads_it(as_: As, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    export = f"/exports/bulletin.docx?division={TOWNSHIP}&month=2023-12"
    for path in (PATH, f"{PATH}.html", export):
        for reader in ("admin", "leader", "secrecy", "auditor", "office-finance"):
            assert as_(reader).get(path).status_code == 200, (path, reader)
        for stranger in (f"uploader-{VILLAGE}", "daxin-admin"):
            assert as_(stranger).get(path).status_code == 404, (path, stranger)


@pytest.mark.slow
def test_who_sees_statistics_alone_takes_no_bulletin_away(app: Flask, as_: As, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    body = {"key": "observer", "role": "observer", "title": "观察员", "division": TOWNSHIP}
    post = as_("admin").post("/posts", body).json["id"]
    code = staff.invite(as_, staff.newcomer(as_, "observer", "观察员"), post)
    answer = Client(app).post("/auth/invitations/accept", {"code": code, "password": staff.PASSWORD})
    observer = Client(app, answer.json["access_token"])
    assert observer.get(PATH).status_code == 403
    assert observer.get(f"/exports/bulletin.docx?division={TOWNSHIP}&month=2023-12").status_code == 403


@pytest.mark.slow
def test_bulletins_that_there_are_not(as_: As, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    for place, status in (
        (f"{TOWNSHIP}/2023-13", 404),
        (f"{TOWNSHIP}/2023-Q4", 404),
        (f"{TOWNSHIP}/2024-02", 422),
        (f"{VILLAGE}/2023-12", 422),
        ("640104999000/2023-12", 404),
    ):
        for ending in ("", ".html"):
            assert as_("admin").get(f"/bulletins/{place}{ending}").status_code == status, place


@pytest.mark.slow
def test_the_command_and_the_worker_issue_it_too(app: Flask, as_: As, moment: TestClock) -> None:
    moment.set("2023-12-05 09:00")
    assert run(app, "closing", "run").exit_code == 0
    assert read(as_, "2023-11")["issue"] == "2023年第1期"
    moment.moment += timedelta(days=31)
    assert run(app, "worker", "--once").exit_code == 0
    assert read(as_)["issue"] == "2023年第2期"
    assert run(app, "audit", "verify").exit_code == 0


@pytest.mark.slow
def test_a_month_that_cannot_be_closed_issues_nothing(app: Flask, as_: As, moment: TestClock) -> None:
    assert as_("admin").post("/closings", {"division": TOWNSHIP, "month": "2023-11"}).status_code == 422
    moment.set("2024-01-05 09:00")
    close(as_)
    assert as_("admin").post("/closings", DECEMBER).status_code == 409
    assert sql(app, "SELECT number FROM bulletin") == [(1,)]


@pytest.mark.slow
def test_a_month_is_closed_in_one_place_alone() -> None:
    """Whoever closed one past the bulletins would leave it without its bulletin for ever."""
    callers = set()
    for file in (PROJECT / "villagepub").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "villagepub.statistics"
            for alias in node.names
            if alias.name == "operations"
        }
        callers |= {
            file.relative_to(PROJECT / "villagepub").as_posix()
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "close_month"
            if isinstance(node.value, ast.Name) and node.value.id in names
        }
    assert callers == {"bulletins/operations.py"}


def test_the_page_is_whole_and_clean(app: Flask, as_: As, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    hostile = "<script>alert(1)</script>"
    sql(app, "UPDATE division SET name = :name WHERE code = :code", name=hostile, code=VILLAGE)
    text = {
        "remarks": [{"village": VILLAGE, "text": hostile}],
        "next_steps": [{"text": "<b>{{ 7*7 }}", "due_on": None}],
    }
    assert as_("admin").put(PATH, text).status_code == 200
    answer = as_("admin").get(f"{PATH}.html")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "草稿，未封账" in answer.text
    assert "二、各村情况表" in answer.text
    assert answer.text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4  # table, problem, its remark, overdue
    assert "&lt;b&gt;{{ 7*7 }}" in answer.text
    assert not re.search(r"<script|<style|style=|\son\w+=|https?://", answer.text)
