"""Each kind of export in both formats: the rows that the program shows elsewhere, typed, and no formula among them."""

import json
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import pytest
from flask import Flask

from tests.clients import TestClock
from tests.exports.desk import Row, csv_rows, fetched, is_instant, made, xlsx_rows
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, decide, draft, publish, submit
from tests.ledgers.samples import ROWS, path_of
from villagepub.ledgers.kinds import LEDGERS

READ: dict[str, Callable[[bytes], list[Row]]] = {"csv": csv_rows, "xlsx": xlsx_rows}
FORMATS = pytest.mark.parametrize("form", ["csv", "xlsx"])
HOSTILE = ["=1+1", "+86", "-2+3", "@SUM(A1)", "＝cmd|' /C calc'!A0", "  =HYPERLINK(1)", "https://x.example"]


def rows_of(app: Flask, as_: As, form: str, kind: str, by: str = "admin", **filters: Any) -> list[Row]:
    export = made(app, as_(by), kind, form, **filters)
    rows = READ[form](fetched(as_(by), export))
    assert export["rows"] == len(rows)
    return rows


@pytest.mark.slow
@FORMATS
def test_disclosures_are_the_list_that_staff_see(app: Flask, as_: As, form: str) -> None:
    item = publish(as_, title="=1+1 财务收支")
    waiting = submit(as_, draft(as_, village=NEIGHBOUR))
    first, second = rows_of(app, as_, form, "disclosures")
    assert first["公开编号"] == item["number"]
    assert [row["村代码"] for row in (first, second)] == [VILLAGE, NEIGHBOUR]
    assert (first["村"], first["事项编码"], first["状态"], first["公开范围"]) == ("洼路村", "C02", "已公开", "社会公众")
    assert (second["状态"], second["环节"], second["系统编号"]) == ("审批中", "保密审查", waiting["id"])
    assert first["标题"] == {"csv": "'=1+1 财务收支", "xlsx": "=1+1 财务收支"}[form]
    if form == "xlsx":
        assert f"{first['公开时间']:%Y-%m-%d %H:%M}" == "2023-11-06 09:00"
        assert second["公开时间"] is None
    else:
        assert (first["公开时间"], second["公开时间"]) == ("2023-11-06T09:00:00+08:00", "")
    assert first["内容摘要"] == item["digest"]


@pytest.mark.slow
@FORMATS
def test_decisions_say_who_decided_what_and_how_long_it_took(app: Flask, as_: As, form: str) -> None:
    item = submit(as_, draft(as_, title="被退回的一条"))
    decide(as_, item, "return", comment="@请补充")
    publish(as_)
    rows = rows_of(app, as_, form, "decisions")
    assert [row["结论"] for row in rows] == ["退回", "同意", "同意", "同意"]
    assert [row["环节"] for row in rows[1:]] == ["保密审查", "业务审核", "领导审批"]
    returned = rows[0]
    assert (returned["标题"], returned["审批人"], returned["岗位"]) == ("被退回的一条", "保密专干", "保密专干")
    assert returned["意见"] == {"csv": "'@请补充", "xlsx": "@请补充"}[form]
    assert returned["所审内容摘要"] == item["digest"]
    assert returned["用时（办公秒）"] == {"csv": "0", "xlsx": 0}[form]
    assert is_instant(returned["办理时间"]) == (form == "xlsx")
    assert [row["结论"] for row in rows_of(app, as_, form, "decisions", outcome="return")] == ["退回"]


WORDS = {  # what the sample rows say in keys, as their own exports and imports have it
    "channel-posts": {"渠道": "微博"},
    "channel-tallies": {"渠道": "微博"},
    "complaints": {"来源": "微博"},
    "complaint-tallies": {"来源": "微博"},
    "documents": {"类别": "行政规范性文件"},
    "administrative-acts": {"类别": "行政事业性收费"},
    "accountability": {"类别": "工作考核"},
    "reconsiderations": {"类别": "行政复议", "结果": "结果维持"},
}


@pytest.mark.slow
@FORMATS
def test_every_ledger_is_exported_by_its_own_columns(app: Flask, as_: As, moment: TestClock, form: str) -> None:
    moment.set("2023-12-31 09:00")
    for ledger, body in ROWS.items():
        entered = as_("admin").post(path_of(ledger), body)
        assert entered.status_code == 201, entered.json
        [row] = rows_of(app, as_, form, "ledgers", ledger=ledger)
        columns, words = LEDGERS[ledger].columns, WORDS.get(ledger, {})
        assert list(row)[: len(columns)] == list(columns.values())
        for field, header in columns.items():
            expected = words.get(header, entered.json[field])
            assert _as_written(row[header]) == _as_written(expected), (ledger, field)
            if form == "xlsx" and isinstance(expected, int) and field != "not_a_disclosure":
                assert isinstance(row[header], int)
        assert row["系统编号"] == entered.json["id"]
        if form == "xlsx" and ledger == "administrative-acts":
            assert row["收费金额（万元）"] == 12.5  # a number, which adds up


def _as_written(value: Any) -> str:
    """A cell or a value of the API, as one text: days without a time, instants on the wall in Asia/Shanghai."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%dT%H:%M:%S}"
    return str(value).removesuffix("+08:00").removeprefix("'")


def test_voided_rows_of_a_ledger_are_marked_or_left_out(app: Flask, as_: As) -> None:
    admin = as_("admin")
    for topic in ("第一次", "第二次"):
        row = admin.post("/ledgers/trainings", {"held_on": "2023-11-01", "topic": topic}).json
    assert admin.post(f"/ledgers/trainings/{row['id']}/void", {"reason": "重复"}).status_code == 200
    assert [row["作废理由"] for row in rows_of(app, as_, "csv", "ledgers", ledger="trainings")] == ["", "重复"]
    assert len(rows_of(app, as_, "csv", "ledgers", ledger="trainings", voided=False)) == 1


@pytest.mark.slow
def test_totals_are_those_of_the_statistics(app: Flask, as_: As) -> None:
    publish(as_)
    decide(as_, submit(as_, draft(as_, village=NEIGHBOUR)), "return")
    span = {"from": "2023-10", "to": "2023-11"}
    shown = as_("admin").get(
        "/statistics/monthly", query_string=span | {"division": TOWNSHIP, "by": "month,village,entry"}
    )
    expected = [
        (row["month"], row["village"], row["entry"], row["published"], row["returned"]) for row in shown.json["data"]
    ]
    rows = rows_of(app, as_, "xlsx", "totals", **span)
    exported = [tuple(row[name] for name in ("月份", "村代码", "事项编码", "公开（净数）", "退回")) for row in rows]
    assert exported == expected
    assert sum(row[3] for row in exported) == sum(row[4] for row in exported) == 1


def test_the_audit_chain_can_be_checked_from_its_export(app: Flask, as_: As) -> None:
    publish(as_)
    rows = rows_of(app, as_, "csv", "audit", by="auditor")
    assert [int(row["序号"]) for row in rows] == list(range(1, len(rows) + 1))
    assert [row["前一条的摘要"] for row in rows[1:]] == [row["本条摘要"] for row in rows[:-1]]
    assert json.loads(rows[-1]["数据"])["kind"] == "audit"


@FORMATS
def test_no_text_becomes_a_formula(app: Flask, as_: As, form: str) -> None:
    for text in HOSTILE:
        draft(as_, title=text)
    titles = [row["标题"] for row in rows_of(app, as_, form, "disclosures")]
    if form == "xlsx":
        assert titles == [text.strip() for text in HOSTILE]  # xlsx_rows looks at the types
    else:
        assert [title.removeprefix("'") for title in titles] == [text.strip() for text in HOSTILE]
        assert [title[0] == "'" for title in titles] == [True] * 6 + [False]


NARROWED: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["甲", "乙", "丙"]),
    ({"division": NEIGHBOUR}, ["丙"]),
    ({"state": "published"}, ["甲"]),
    ({"state": "in_review", "stage": "secrecy"}, ["乙"]),
    ({"entry": "C02"}, ["甲", "乙", "丙"]),
    ({"entry": "C01"}, []),
    ({"group": "C"}, ["甲", "乙", "丙"]),
    ({"group": "A"}, []),
    ({"period": "2023-10"}, ["甲", "丙"]),
    ({"q": "乙"}, ["乙"]),
    ({"from": "2023-11-06", "to": "2023-11-06"}, ["甲"]),
    ({"from": "2023-11-07"}, []),
    ({"to": "2023-11-05"}, []),
]


@pytest.mark.slow
def test_filters_narrow_alike_at_once_and_by_a_job(app: Flask, as_: As) -> None:
    publish(as_, title="甲")
    submit(as_, draft(as_, title="乙", period="2023-09"))
    draft(as_, title="丙", village=NEIGHBOUR)
    for filters, expected in NARROWED:
        query = {"division": TOWNSHIP} | filters
        answer = as_("leader").get("/exports/disclosures.csv", query_string=query)
        assert answer.status_code == 200, answer.json
        assert [row["标题"] for row in csv_rows(answer.get_data())] == expected, filters
    workbook = as_("leader").get("/exports/disclosures.xlsx", query_string={"division": TOWNSHIP, "q": "乙"})
    assert [row["标题"] for row in xlsx_rows(workbook.get_data())] == ["乙"]
    exported = {form: rows_of(app, as_, form, "disclosures", state="published", q="甲") for form in READ}
    assert {form: [row["标题"] for row in rows] for form, rows in exported.items()} == {"csv": ["甲"], "xlsx": ["甲"]}
