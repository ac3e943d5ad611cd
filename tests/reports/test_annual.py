"""The annual report as data: the township's figures of 2023, and what is not entered."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from config.base import PROJECT
from tests.applications.desk import record
from tests.clients import Client, TestClock
from tests.ledgers.samples import ROWS
from tests.reports.yearly import declare_all, write

SignIn = Callable[[str], Client]

TOWNSHIP = "640104100000"
REPORT = f"/api/v1/reports/annual/{TOWNSHIP}/2023"
TALLIES = {"website": 117, "weibo": 67, "wechat_official_account": 358}


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-29 09:00")


@pytest.fixture
def admin(as_: SignIn) -> Client:
    """The administrator, with the figures of 2023 that are kept by hand in the ledgers."""
    admin = as_("admin")
    for channel, count in TALLIES.items():
        tally = {"channel": channel, "period": "2023", "count": count, "evidence": "年度台账"}
        assert admin.post("/api/v1/ledgers/channel-tallies", json=tally).status_code == 201
    complaints = {"source": "weibo", "period": "2023", "received": 24, "answered": 24, "evidence": "投诉台账"}
    assert admin.post("/api/v1/ledgers/complaint-tallies", json=complaints).status_code == 201
    for day in ("2023-11-10", "2023-11-20"):
        training = {"held_on": day, "topic": "村务公开小程序"}
        assert admin.post("/api/v1/ledgers/trainings", json=training).status_code == 201
    return admin


def _part_one(person: Client) -> Any:
    return person.get(REPORT).json["part_one"]


def _values(figures: list[Any]) -> dict[str, Any]:
    return {figure["key"]: figure["value"] for figure in figures}


def test_the_figures_of_2023(admin: Client) -> None:
    report = admin.get(REPORT).json
    part = report["part_one"]
    assert report["title"] == "银川市兴庆区掌政镇2023年政府信息公开工作年度报告"
    assert report["basis"] == "国办公开办函〔2021〕30号"
    assert report["period"] == {"from": "2023-01-01", "to": "2023-12-31"}
    assert _values(part["channels"]) == TALLIES | {"mini_program": 0, "notice_board": None}
    [weibo] = part["complaints"]
    assert [weibo[name]["value"] for name in ("received", "answered", "rate")] == [24, 24, "100%"]
    assert part["trainings"]["value"] == 2
    assert part["villages_on_platform"]["value"] == 11
    f9 = next(check for check in report["checks"] if check["id"] == "F9")
    assert (f9["passed"], f9["detail"]) == (True, "微博：24 ÷ 24 = 100%")


def test_what_nobody_entered_is_null_and_says_so(admin: Client) -> None:
    part = _part_one(admin)
    for figure in [*part["applications"], *part["reconsiderations"], part["channels"][-1]]:
        assert (figure["value"], figure["entered"]) == (None, False)


def test_a_declared_ledger_means_0(admin: Client) -> None:
    for ledger in ("channel-tallies", "applications", "reconsiderations"):
        admin.post(f"/api/v1/ledgers/{ledger}/declarations", json={"year": 2023})
    part = _part_one(admin)
    assert _values(part["channels"])["notice_board"] == 0
    assert set(_values(part["applications"]).values()) == {0}
    assert set(_values(part["reconsiderations"]).values()) == {0}
    assert _values(part["channels"])["weibo"] == 67


def test_disputes_are_counted_and_open_into_their_rows(as_: SignIn) -> None:
    admin = as_("admin")
    pending = {"outcome": None, "concluded_on": None}
    suit = ROWS["reconsiderations"] | {"kind": "direct_suit"} | pending
    for body in (ROWS["reconsiderations"], suit, suit | {"kind": "suit_after_reconsideration"}):
        assert admin.post("/api/v1/reconsiderations", json=body).status_code == 201
    assert _values(_part_one(admin)["reconsiderations"]) == {"reconsiderations": None, "litigations": None}
    admin.post("/api/v1/ledgers/reconsiderations/declarations", json={"year": 2023})
    figures = _part_one(admin)["reconsiderations"]
    assert _values(figures) == {"reconsiderations": 1, "litigations": 2}
    for figure in figures:
        queries = [figure["query"], *figure["query"]["also"]]
        assert sum(len(admin.get(each["path"]).json["data"]) for each in queries) == figure["value"]


def test_nothing_received_has_no_rate(as_: SignIn) -> None:
    admin = as_("admin")
    [weibo] = _part_one(admin)["complaints"]
    assert (weibo["rate"]["value"], weibo["rate"]["entered"]) == (None, False)
    admin.post("/api/v1/ledgers/complaints/declarations", json={"year": 2023})
    report = admin.get(REPORT).json
    [weibo] = report["part_one"]["complaints"]
    assert [weibo[name]["value"] for name in ("received", "answered", "rate")] == [0, 0, "—"]
    [f9] = [check for check in report["checks"] if check["id"] == "F9"]
    assert (f9["passed"], f9["detail"]) == (True, "微博：0 ÷ 0 = —")


def test_single_rows_and_tallies_of_other_months_add_up(as_: SignIn) -> None:
    admin = as_("admin")
    tally = {"channel": "weibo", "period": "2023-10", "count": 6, "evidence": "截图"}
    post = {"channel": "weibo", "title": "公告", "posted_on": "2023-11-06"}
    admin.post("/api/v1/ledgers/channel-tallies", json=tally)
    admin.post("/api/v1/ledgers/channel-posts", json=post)
    voided = admin.post("/api/v1/ledgers/channel-posts", json=post).json["id"]
    admin.post(f"/api/v1/ledgers/channel-posts/{voided}/void", json={"reason": "重复登记"})
    weibo = next(figure for figure in _part_one(admin)["channels"] if figure["key"] == "weibo")
    assert weibo["value"] == 7
    lists = [weibo["query"], *weibo["query"]["also"]]
    assert [len(admin.get(each["path"]).json["data"]) for each in lists] == [1, 1]


def test_every_figure_says_when_and_from_what(admin: Client) -> None:
    part = _part_one(admin)
    figures = [*part["channels"], *part["applications"], *part["reconsiderations"]]
    figures += [part["trainings"], part["villages_on_platform"]]
    figures += [complaint[name] for complaint in part["complaints"] for name in ("received", "answered", "rate")]
    for figure in figures:
        assert figure["as_of"].endswith("+08:00")
        assert figure["label"]
        assert ("ledger" in figure["query"]) != ("source" in figure["query"])
        assert urlsplit(figure["query"]["path"]).path.startswith("/api/v1/")
        assert admin.get(figure["query"]["path"]).status_code == 200


def _cells(report: Any) -> list[Any]:
    rows = [row for table in report["part_two"]["tables"] for row in table["rows"]]
    rows += [*report["part_three"]["rows"], *report["part_four"]["groups"]]
    return [cell for row in rows for cell in row["cells"]]


@pytest.mark.slow
def test_the_labels_are_those_of_the_form_in_its_order(admin: Client) -> None:
    report = admin.get(REPORT).json
    form = json.loads((PROJECT / "config" / "reports" / "annual-form.json").read_text(encoding="utf-8"))
    names = ("part_one", "part_two", "part_three", "part_four", "part_five", "part_six")
    assert [report[name]["title"] for name in names] == form["parts"]
    heads = [f"（{number}）{head}" for number, head in zip("一二三四五", form["part_1_heads"], strict=True)]
    assert [section["head"] for section in report["part_one"]["sections"]] == heads
    tables = [{"heading": table["heading"], "columns": table["columns"]} for table in report["part_two"]["tables"]]
    assert tables == [{"heading": table["heading"], "columns": table["columns"]} for table in form["part_2"]]
    for table, printed in zip(form["part_2"], report["part_two"]["tables"], strict=True):
        assert [row["label"] for row in printed["rows"]] == table["rows"]
    third, printed = form["part_3"], report["part_three"]
    assert {name: printed[name] for name in ("note", "column_heading", "columns")} == {
        name: third[name] for name in ("note", "column_heading", "columns")
    }
    assert [{name: row[name] for name in ("key", "group", "label")} for row in printed["rows"]] == third["rows"]
    assert [group["label"] for group in report["part_four"]["groups"]] == form["part_4"]["groups"]
    assert report["part_four"]["columns"] == form["part_4"]["columns"]
    assert len(_cells(report)) == 10 + 25 * 7 + 15


def _behind(admin: Client, cell: Any) -> int:
    """What the rows of a number's lists come to: as many as there are, or what they say."""
    total = 0
    for each in [cell["query"], *cell["query"]["also"]]:
        answer = admin.get(each["path"])
        assert answer.status_code == 200, each["path"]
        for row in answer.json["data"]:
            counted = row.get("received") if cell.get("key") == "received" else row.get("answered")
            total += next((row[n] for n in ("published", "count") if row.get(n) is not None), counted or 1)
    return total


@pytest.mark.slow
def test_every_number_is_that_of_the_rows_that_it_opens_into(as_: SignIn, admin: Client) -> None:
    rows: dict[str, list[Any]] = {
        "documents": [
            {"kind": "normative_document", "title": "办法", "issued_on": "2022-03-01"},
            {"kind": "normative_document", "title": "细则", "issued_on": "2023-03-01"},
            {"kind": "normative_document", "title": "旧细则", "issued_on": "2021-03-01", "repealed_on": "2023-03-01"},
        ],
        "administrative-acts": [{"kind": "penalty", "year": 2023, "count": 7, "evidence": "台账"}],
        "inspections": [ROWS["inspections"] | {"found_on": "2023-05-01"}] * 2,
        "accountability": [ROWS["accountability"] | {"kind": "assessment", "held_on": "2023-12-01"}],
    }
    for ledger, bodies in rows.items():
        for body in bodies:
            answer = admin.post(f"/ledgers/{ledger}", body)
            assert answer.status_code == 201, answer.json
    dispute = {"filed_on": "2023-02-01", "outcome": "upheld", "concluded_on": "2023-06-01"}
    assert admin.post("/reconsiderations", ROWS["reconsiderations"] | dispute).status_code == 201
    record(as_, 2023, applicant_kind="research", outcome="repeated", fee_paid="0")
    declare_all(admin, 2023)
    report = admin.get(REPORT).json
    part = report["part_one"]
    figures = [*part["applications"], *part["reconsiderations"], *part["results"], *part["inspections"]]
    figures += [part["villages_on_platform"], part["trainings"], *part["channels"]]
    figures += [complaint[name] for complaint in part["complaints"] for name in ("received", "answered")]
    figures.append(report["part_six"]["fees"]["amount"])
    numbers = [each for each in [*figures, *_cells(report)] if each["value"] not in (0, "0")]
    assert {cell["value"] for cell in _cells(report)} >= {0, 1, 2, 7}
    for each in [*numbers, *[cell for cell in _cells(report) if cell["value"] == 0][::10]]:
        assert _behind(admin, each) == each["value"], each
    assert report["not_entered"] == [gap for gap in report["not_entered"] if gap["field"].startswith("narrative.")]


def test_one_application_that_leaves_its_kind_and_end_open_is_named(as_: SignIn, admin: Client) -> None:
    """The township's own report of 2023 says of its one application neither who asked nor how it ended."""
    application = record(as_, 2023)
    declare_all(admin, 2023)
    report = admin.get(REPORT).json
    gaps = {gap["field"]: gap for gap in report["not_entered"]}
    named = gaps[f"applications.{application['id']}"]
    assert application["number"] in named["label"]
    assert named["path"] == f"/applications/{application['id']}"
    parts = {field: gap["label"] for field, gap in gaps.items() if field.startswith("part_")}
    assert parts == {
        "part_three.r01": "第三部分“一、本年新收政府信息公开申请数量”：自然人、商业企业、科研机构、社会公益组织、"
        "法律服务机构、其他",
        "part_three.r03-r23": "第三部分“（一）予以公开”至“3.其他”共 21 行：全部各列",
        "part_three.r24": "第三部分“（七）总计”：自然人、商业企业、科研机构、社会公益组织、法律服务机构、其他",
        "part_six.fees": "信息处理费（元）",
    }
    texts = {section["key"]: section["text"] for section in report["part_one"]["sections"]}
    assert texts["applications"] == (
        "2023年，共收到政府信息公开申请1件，上年结转0件，0件结转下年度办理。本年度办结1件。"
        "没有因政府信息公开申请行政复议、提起行政诉讼的情况发生。"
    )
    assert _values(report["part_one"]["applications"]) == {
        "received": 1,
        "carried_over_from_last_year": 0,
        "closed": 1,
        "carried_over_to_next_year": 0,
    }


@pytest.mark.slow
def test_the_sentences_are_the_township_s_own(as_: SignIn, admin: Client) -> None:
    record(as_, 2023, applicant_kind="natural_person", outcome="disclosed")
    declare_all(admin, 2023)
    report = write(admin, 2023, narrative={"proactive": "主动公开的政府信息有：概况信息、基本信息等。"})
    texts = {section["key"]: section["text"] for section in report["part_one"]["sections"]}
    assert texts["proactive"] == (
        "2023年，掌政镇通过政府网站管理平台主动公开信息117条、通过村务公开小程序主动公开信息0条、发布微博67条、"
        "微信公众号358条、通过政府信息公开栏主动公开信息0条，接到微博投诉事件24条，微博回应事件24条，回复率100%。"
        "主动公开的政府信息有：概况信息、基本信息等。"
    )
    assert texts["applications"] == (
        "2023年，共收到政府信息公开申请1件，上年结转0件，0件结转下年度办理。收到的政府信息公开申请均予以规范回复。"
        "没有因政府信息公开申请行政复议、提起行政诉讼的情况发生。"
    )
    assert texts["supervision"].startswith(
        "2023年11月，银川市村务公开小程序上线，掌政镇11个村被纳入村务信息公开平台，截至2023年12月31日公开信息0条，"
        "镇村两级负责人参与村务公开小程序培训2次。凡需公开的信息都经保密专干、业务主管站办所和主要领导严格审批后才能公布"
    )
    assert "936" not in str(report)
    assert report["part_one"]["sections"][2]["missing"] == ["一（三）政府信息管理"]


@pytest.mark.slow
def test_a_template_with_a_typed_number_prints_nothing(app: Flask, as_: SignIn, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    copytree(PROJECT / "config" / "reports", folder)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], reports_dir=folder)
    template = folder / "part-one.j2"
    assert as_("admin").get(REPORT).status_code == 200
    template.write_text(template.read_text(encoding="utf-8").replace("发布", "发布394条"), encoding="utf-8")
    refused = as_("admin").get(REPORT)
    assert (refused.status_code, refused.json["code"]) == (409, "template_refused")
    assert "行写了数字“394条" in refused.json["detail"]


def test_other_years(as_: SignIn) -> None:
    auditor = as_("auditor")
    assert auditor.get(f"/api/v1/reports/annual/{TOWNSHIP}/2021").status_code == 200
    for year in (2019, 2020):
        refused = auditor.get(f"/api/v1/reports/annual/{TOWNSHIP}/{year}")
        assert (refused.status_code, "〔2019〕60号" in refused.json["detail"]) == (422, True)
    assert auditor.get(f"/api/v1/reports/annual/{TOWNSHIP}/2199").status_code == 422


@pytest.mark.slow
def test_who_may_read_it_and_of_what_place(as_: SignIn) -> None:
    for reader in ("auditor", "leader", "secrecy", "admin"):
        assert as_(reader).get(REPORT).status_code == 200
    assert as_("uploader-640104100202").get(REPORT).status_code == 404
    assert as_("admin").get("/api/v1/reports/annual/640104100202/2023").status_code == 422
    assert as_("admin").get("/api/v1/reports/annual/640104101000/2023").status_code == 404
