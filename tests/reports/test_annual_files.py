"""The files of the annual report through their doors: HTTP and the command line."""

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from docx import Document
from flask import Flask
from lxml import html
from openpyxl import load_workbook

from tests.clients import Client, TestClock
from tests.console import run
from tests.reports.test_annual_pdf import text_of
from tests.reports.yearly import SIGNED, declare_all, quiet_year, send

SignIn = Callable[[str], Client]

TOWNSHIP = "640104100000"
REPORT = f"/reports/annual/{TOWNSHIP}/2023"
TITLE = "银川市兴庆区掌政镇2023年政府信息公开工作年度报告"
BEGINS = {"docx": b"PK", "xlsx": b"PK", "pdf": b"%PDF", "html": b"<!doctype html>"}
KINDS = sorted(BEGINS)


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-29 09:00")


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_comes_as_a_file_that_is_named_a_draft(as_: SignIn, kind: str) -> None:
    answer = as_("auditor").get(f"{REPORT}.{kind}")
    assert answer.status_code == 200, answer.json
    assert answer.data.startswith(BEGINS[kind])
    named = answer.headers["Content-Disposition"]
    assert unquote(named.partition("filename*=UTF-8''")[2]) == f"{TITLE}（草稿）.{kind}"
    assert named.startswith("inline" if kind == "html" else "attachment")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_the_figures_are_those_of_the_ledgers(as_: SignIn) -> None:
    admin = as_("admin")
    tally = {"channel": "website", "period": "2023", "count": 117, "evidence": "年度台账"}
    assert admin.post("/ledgers/channel-tallies", tally).status_code == 201
    report = admin.get(REPORT).json
    texts = {kind: admin.get(f"{REPORT}.{kind}").data for kind in KINDS}
    words = {
        "docx": "".join(paragraph.text for paragraph in Document(io.BytesIO(texts["docx"])).paragraphs),
        "pdf": text_of(texts["pdf"]),
        "html": html.fromstring(texts["html"].decode()).text_content(),
        "xlsx": str([list(sheet.values) for sheet in load_workbook(io.BytesIO(texts["xlsx"]))]),
    }
    for kind, text in words.items():
        assert "117条" in text, kind
        assert "草稿，未定稿" in text, kind
        assert report["not_entered"][0]["label"].split("：")[0] in text, kind


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_who_has_the_bytes_gets_no_second_copy(as_: SignIn, kind: str) -> None:
    auditor = as_("auditor")
    first = auditor.get(f"{REPORT}.{kind}")
    again = auditor.get(f"{REPORT}.{kind}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert auditor.get(f"{REPORT}.{kind}").data == first.data


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_a_draft_of_which_nothing_changed_is_the_same_file_later(as_: SignIn, moment: TestClock, kind: str) -> None:
    first = as_("auditor").get(f"{REPORT}.{kind}")
    moment.forward(days=3)
    auditor = as_("auditor")
    again = auditor.get(f"{REPORT}.{kind}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    tally = {"channel": "weibo", "period": "2023", "count": 67, "evidence": "台账"}
    assert as_("admin").post("/ledgers/channel-tallies", tally).status_code == 201
    assert auditor.get(f"{REPORT}.{kind}").data != first.data


def _names(person: Client) -> set[str]:
    answers = (person.get(f"{REPORT}.{kind}") for kind in KINDS)
    return {unquote(each.headers["Content-Disposition"].partition("UTF-8''")[2]).rpartition(".")[0] for each in answers}


@pytest.mark.slow
def test_a_signed_report_is_the_same_file_for_ever(as_: SignIn, moment: TestClock) -> None:
    admin = as_("admin")
    digest = quiet_year(admin, 2023)["digest"]
    signed = {kind: admin.get(f"{REPORT}.{kind}").data for kind in KINDS}
    assert _names(admin) == {TITLE}
    assert digest in text_of(signed["pdf"])
    moment.forward(minutes=5)
    tally = {"channel": "weibo", "period": "2023", "count": 67, "evidence": "台账"}
    assert admin.post("/ledgers/channel-tallies", tally).status_code == 201
    assert {kind: admin.get(f"{REPORT}.{kind}").data for kind in KINDS} == signed


@pytest.mark.slow
def test_a_revision_says_what_it_changed(as_: SignIn) -> None:
    admin = as_("admin")
    quiet_year(admin, 2023)
    tally = {"channel": "weibo", "period": "2023", "count": 67, "evidence": "台账"}
    assert admin.post("/ledgers/channel-tallies", tally).status_code == 201
    assert admin.post(f"{REPORT}/revise", SIGNED | {"reason": "补登微博条数"}).status_code == 200
    assert _names(admin) == {f"{TITLE}（第2版）"}
    for told in ("第2版", "补登微博条数", "67"):
        assert told in text_of(admin.get(f"{REPORT}.pdf").data)


@pytest.mark.slow
def test_the_workbook_comes_in_again_as_a_past_report(as_: SignIn) -> None:
    admin = as_("admin")
    declare_all(admin, 2022)
    workbook = admin.get(f"/reports/annual/{TOWNSHIP}/2022.xlsx").data
    read = send(admin, 2022, workbook, "report.xlsx", dry_run=True)
    assert read.status_code == 200, read.json
    assert read.json["faults"] == []
    assert {part: count for part, count in read.json["stated"].items() if count} == {
        "part_two": 10,
        "part_three": 175,
        "part_four": 15,
    }


def test_who_may_have_it_and_of_what_place(as_: SignIn) -> None:
    for kind in KINDS:
        assert as_("uploader-640104100202").get(f"{REPORT}.{kind}").status_code == 404
        assert as_("daxin-admin").get(f"{REPORT}.{kind}").status_code == 404
        assert as_("admin").get(f"/reports/annual/640104100202/2023.{kind}").status_code == 422
        assert as_("admin").get(f"/reports/annual/{TOWNSHIP}/2020.{kind}").status_code == 422
    assert as_("admin").get(f"{REPORT}.doc").status_code == 404


def test_the_page_keeps_to_the_content_policy(as_: SignIn) -> None:
    auditor = as_("auditor")
    page = html.fromstring(auditor.get(f"{REPORT}.html").text)
    sheets = [link.get("href") for link in page.iter("link")]
    assert sheets
    for sheet in sheets:
        with auditor.http.get(sheet) as loaded:
            assert (loaded.status_code, loaded.mimetype) == (200, "text/css")
    assert not list(page.iter("style", "script"))
    posts = {link.get("href") for link in page.iter("a") if "/ledgers/channel-" in link.get("href")}
    assert posts
    assert {path: auditor.get(path).status_code for path in posts} == dict.fromkeys(posts, 200)


def _with_broken_template(app: Flask, folder: Path) -> None:
    shutil.copytree(app.config["SETTINGS"].reports_dir, folder)
    document = Document(str(folder / "annual.docx"))
    text = next(each for each in document.element.body.iter("{*}t") if each.text == "{{ 标题 }}")
    text.text = "{{ 标提 }}"
    document.save(str(folder / "annual.docx"))
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], reports_dir=folder)


@pytest.mark.slow
def test_a_broken_template_is_told_and_is_no_failure_of_the_server(app: Flask, as_: SignIn, tmp_path: Path) -> None:
    _with_broken_template(app, tmp_path / "reports")
    refused = as_("admin").get(f"{REPORT}.docx")
    assert (refused.status_code, refused.json["code"]) == (409, "template_refused")
    assert "{{ 标提 }}" in refused.json["detail"]
    assert as_("admin").get(f"{REPORT}.xlsx").status_code == 200
    told = run(app, "report", "annual", TOWNSHIP, "2023", "--format", "docx")
    assert told.exit_code == 2
    assert "{{ 标提 }}" in told.stderr


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_command_writes_the_file_or_the_standard_output(app: Flask, tmp_path: Path, kind: str) -> None:
    command = ("report", "annual", TOWNSHIP, "2023", "--format", kind)
    shown = run(app, *command)
    assert shown.exit_code == 0, shown.output
    assert shown.stdout_bytes.startswith(BEGINS[kind])
    file = tmp_path / f"report.{kind}"
    assert run(app, *command, "--output", file).exit_code == 0
    assert file.read_bytes() == shown.stdout_bytes


def test_the_command_writes_data_unless_told_otherwise(app: Flask, tmp_path: Path) -> None:
    shown = run(app, "report", "annual", TOWNSHIP, "2023")
    assert json.loads(shown.stdout)["title"] == TITLE
    assert run(app, "report", "annual", TOWNSHIP, "2023", "--output", tmp_path / "report.json").exit_code == 0
    assert (tmp_path / "report.json").read_bytes() == shown.stdout_bytes
