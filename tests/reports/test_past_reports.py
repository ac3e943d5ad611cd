"""Reports of earlier years taken in from files: both forms, both kinds of file, every fault by its cell."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.clearance.passages import CANARY, CLASSIFIED
from tests.clients import TestClock
from tests.console import sql
from tests.journeys import TOWNSHIP, As
from tests.reports.test_checks import FORM, FORMS, fourth, third
from tests.reports.yearly import compact, report_of, send
from villagepub.core import tenancy
from villagepub.core.tabular import read_workbook
from villagepub.core.transactions import transaction
from villagepub.extensions import db
from villagepub.reports.form import CARRIED_IN, CARRIED_OUT, Form
from villagepub.reports.past_content import faults_of
from villagepub.reports.past_sheets import read_sheets

OLD = FORMS["annual-form-2019"]
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-29 09:00")


def _content(form: Form = FORM) -> Json:
    return {"part_one": {}, "part_two": {}, "narrative": {}} | compact(form)


# --- what is wrong with a report, purely --------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_right_report_has_no_fault(form: Form) -> None:
    assert list(faults_of(_content(form), form)) == []


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_one_wrong_number_is_found_wherever_it_stands(form: Form) -> None:
    for row, column in third(form):
        content = _content(form)
        content["part_three"][row][column] += 1
        assert any(row in fault.place or column in fault.place for fault in faults_of(content, form)), (row, column)
    for group, outcome in fourth(form):
        content = _content(form)
        content["part_four"][group][form.outcomes.index(outcome)] += 1
        [fault] = faults_of(content, form)
        assert fault.place == f"part_four.{group}.总计"
        assert fault.message.startswith("F5 不符")


def _change(path: str, value: Any) -> Callable[[Json], None]:
    def change(content: Json) -> None:
        part, name, *rest = path.split("/")
        if rest:
            content[part][name] = content[part].get(name, {}) | {rest[0]: value}
        else:
            content[part][name] = value

    return change


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_change("part_three/r01/natural_person", -1), "part_three.r01.natural_person"),
        (_change("part_three/r01/natural_person", 1.5), "part_three.r01.natural_person"),
        (_change("part_three/r01/natural_person", "许多"), "part_three.r01.natural_person"),
        (_change("part_three/r01/persons", 1), "part_three.r01.persons"),
        (_change("part_three/r26", {}), "part_three.r26"),
        (_change("part_four/行政复议", [1, 2]), "part_four.行政复议"),
        (_change("part_four/信访", [0] * 5), "part_four.信访"),
        (_change("part_four/行政复议", [True, 0, 0, 0, 1]), "part_four.行政复议.结果维持"),
        (_change("part_two/政府集中采购", [0, "0"]), "part_two.政府集中采购"),
        (_change("part_two/规章", [0, 0]), "part_two.规章"),
        (_change("part_two/规章", [0, -1, 0]), "part_two.规章.本年废止件数"),
        (_change("part_two/行政事业性收费", [3]), "part_two.行政事业性收费.本年收费金额（单位：万元）"),
        (_change("part_two/行政事业性收费", ["NaN"]), "part_two.行政事业性收费.本年收费金额（单位：万元）"),
        (_change("part_one/favourites", 3), "part_one.favourites"),
        (_change("part_one/trainings", "两"), "part_one.trainings"),
        (_change("narrative/nonsense", "文字"), "narrative.nonsense"),
        (_change("narrative/problems", 3), "narrative.problems"),
    ],
)
def test_a_value_that_cannot_be_is_named_by_its_field(change: Callable[[Json], None], place: str) -> None:
    content = _content()
    change(content)
    assert place in [fault.place for fault in faults_of(content, FORM)]


def test_the_old_form_has_its_own_rows_and_columns() -> None:
    old = {
        "规章": [0, 0, 0],
        "规范性文件": [2, 2, 9],
        "行政许可": [3, -1, 12],
        "行政事业性收费": [0, -2],
        "政府集中采购": [1, "12.5"],
    }
    assert list(faults_of(_content(OLD) | {"part_two": old}, OLD)) == []
    assert "r21-r23" in OLD.results
    assert not {"r21", "r22", "r23"} & set(OLD.results)
    wrong = list(faults_of(_content(OLD) | {"part_two": old}, FORM))
    assert {"part_three.r21-r23", "part_two.规范性文件", "part_two.政府集中采购"} <= {fault.place for fault in wrong}


# --- workbooks ----------------------------------------------------------------------------------------------


def workbook(form: Form, cells: Json, *, shift: int = 0, last_row_first: bool = False) -> Workbook:
    """Parts two to four with the form's merged labels, moved to the right by some columns."""
    book = Workbook()
    sheet = book.active
    sheet.title = "二"
    for table in form.tables:
        sheet.append([table.heading])
        sheet.append([table.row_heading, *table.columns])
        for row in table.rows:
            sheet.append([row, *(cells["part_two"].get(row) or [None] * len(table.columns))])
    _third_sheet(book.create_sheet("三"), form, cells["part_three"], shift, last_row_first)
    _fourth_sheet(book.create_sheet("四"), form, cells["part_four"], shift)
    return book


def _third_sheet(sheet: Any, form: Form, cells: Json, shift: int, last_row_first: bool) -> None:
    first = 4 + shift
    sheet.cell(1, 1, form.note)
    sheet.cell(1, first, form.column_heading)
    for place, column in enumerate(form.columns):
        sheet.cell(3 if column.group else 2, first + place, column.label.replace("机构", "\n机构"))
    rows = list(form.rows)[::-1] if last_row_first else form.rows
    for number, row in enumerate(rows, 4):
        sheet.cell(number, 3 if row.group else 1, row.label.replace("“", '"').replace("（", "("))
        for place, column in enumerate(form.columns):
            sheet.cell(number, first + place, cells[row.key][column.key])


def _fourth_sheet(sheet: Any, form: Form, cells: Json, shift: int) -> None:
    for place, group in enumerate(form.groups):
        start = 1 + shift + place * len(form.outcomes)
        *above, name = group.split("/")
        sheet.cell(2 if above else 1, start, name)
        if above and place == 1:
            sheet.cell(1, start, above[0])
        for offset, outcome in enumerate(form.outcomes):
            sheet.cell(3, start + offset, f"{outcome[:2]}\n{outcome[2:]}")
            sheet.cell(4, start + offset, cells[group][offset])


def _bytes(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


SECOND = {"规章": [0, 0, 0], "行政规范性文件": [2, 1, 9], "行政许可": [12], "行政事业性收费": ["1.5"]}
SECOND |= {"行政处罚": [3], "行政强制": [0]}


@pytest.mark.parametrize(("shift", "last_row_first"), [(0, False), (3, False), (0, True)])
@pytest.mark.slow
def test_cells_are_found_by_their_labels(as_: As, shift: int, last_row_first: bool) -> None:
    content = _content() | {"part_two": SECOND}
    data = _bytes(workbook(FORM, content, shift=shift, last_row_first=last_row_first))
    answer = send(as_("admin"), 2022, data, "report.xlsx")
    assert answer.status_code == 200, answer.json
    assert answer.json["stated"] == {
        "part_one": 0,
        "part_two": 10,
        "part_three": 175,
        "part_four": 15,
        "narrative": 0,
    }
    assert _carried_out(as_, 2022) == third()[CARRIED_OUT, "total"]
    compared = as_("admin").get(f"/reports/annual/{TOWNSHIP}/comparison?from=2022&to=2022").json
    values = {figure["key"]: figure["values"][0]["value"] for figure in compared["figures"]}
    assert values["part_two.行政规范性文件.现行有效件数"] == 9
    assert values["part_two.行政事业性收费.本年收费金额（单位：万元）"] == "1.5"
    assert values["part_four.行政诉讼/复议后起诉"] == fourth()[FORM.groups[2], "总计"]


def _carried_out(as_: As, year: int) -> Any:
    compared = as_("admin").get(f"/reports/annual/{TOWNSHIP}/comparison?from={year}&to={year}").json
    return next(f["values"][0]["value"] for f in compared["figures"] if f["key"] == f"part_three.{CARRIED_OUT}")


def test_a_fault_in_a_workbook_names_its_cell(as_: As) -> None:
    content = _content() | {"part_two": SECOND}
    book = workbook(FORM, content)
    book["三"]["D4"] = content["part_three"]["r01"]["natural_person"] + 1
    book["四"]["E4"] = 99
    refused = send(as_("admin"), 2022, _bytes(book), "report.xlsx")
    assert refused.status_code == 422
    errors = refused.json["errors"]
    assert set(errors) == {"part_three.r24.natural_person", "part_three.r01.total", "part_four.行政复议.总计"}
    assert errors["part_three.r01.total"][0].startswith("工作表“三”J4：F3 不符")
    assert errors["part_four.行政复议.总计"][0].startswith("工作表“四”E4：F5 不符")
    book["三"]["D5"], book["三"]["D4"] = "三件", content["part_three"]["r01"]["natural_person"]
    refused = send(as_("admin"), 2022, _bytes(book), "report.xlsx")
    assert refused.json["errors"]["part_three.r02.natural_person"][0].startswith("工作表“三”D5：“三件”不是")


@pytest.mark.slow
def test_labels_that_are_missing_are_named(as_: As) -> None:
    book = workbook(FORM, _content())
    book["三"]["C7"] = "（二）部分"
    refused = send(as_("admin"), 2022, _bytes(book), "report.xlsx")
    assert "part_three.r04" in refused.json["errors"]
    book = workbook(FORM, _content())
    book["三"]["G3"] = "公益组织"
    refused = send(as_("admin"), 2022, _bytes(book), "report.xlsx")
    assert "社会公益组织" in refused.json["errors"]["part_three"][0]
    refused = send(as_("admin"), 2022, _bytes(Workbook()), "report.xlsx")
    assert "没有找到年度报告的表格" in refused.json["errors"]["file"][0]


def test_a_blank_cell_is_not_stated_and_not_0() -> None:
    book = workbook(FORM, _content())
    book["三"]["D4"], book["三"]["E4"] = None, "未填报"
    reading = read_sheets(read_workbook(_bytes(book)), FORM, 2022)
    assert reading.faults == []
    assert reading.content["part_three"]["r01"]["natural_person"] is None
    assert reading.content["part_three"]["r01"]["commercial"] is None
    assert reading.addresses["part_three.r25.total"] == "工作表“三”J28"


# --- through the door ---------------------------------------------------------------------------------------


def test_2020_carries_over_into_2021(as_: As) -> None:
    admin = as_("admin")
    answer = send(admin, 2020, compact(OLD))
    assert (answer.status_code, answer.json["form"]) == (200, "国办公开办函〔2019〕60号")
    [f4] = [check for check in admin.get(report_of(2021)).json["checks"] if check["id"] == "F4"]
    assert "导入的报告" in f4["detail"]
    assert _carried_out(as_, 2020) == third(OLD)[CARRIED_OUT, "total"]
    assert admin.get(report_of(2020)).status_code == 422


@pytest.mark.slow
def test_two_imported_years_that_do_not_agree_are_pointed_at(as_: As) -> None:
    admin = as_("admin")
    send(admin, 2020, compact(OLD))
    content = compact(FORM)
    for column in FORM.columns:
        by = 6 if column.key == "total" else 1
        content["part_three"][CARRIED_IN][column.key] += by
        content["part_three"]["r24"][column.key] += by
        content["part_three"]["r03"][column.key] += by
    for column in FORM.columns:
        assert content["part_three"][CARRIED_IN][column.key] == third(OLD)[CARRIED_OUT, column.key]
    assert send(admin, 2021, content, dry_run=True).json["warnings"] == []
    warned = send(admin, 2021, compact(FORM)).json["warnings"]
    assert len(warned) == 7
    assert send(admin, 2020, compact(OLD), dry_run=True).json["warnings"] == warned


def test_a_dry_run_keeps_nothing_and_says_everything(as_: As, app: Flask) -> None:
    content = compact(FORM)
    content["part_three"]["r01"]["total"] += 1
    told = send(as_("admin"), 2022, content, dry_run=True)
    assert told.status_code == 200
    assert [fault["place"] for fault in told.json["faults"]] == ["part_three.r24.total", "part_three.r01.total"]
    assert send(as_("admin"), 2022, compact(FORM), dry_run=True).json["edition"] is None
    assert sql(app, "SELECT count(*) FROM past_report")[0][0] == 0


@pytest.mark.slow
def test_the_last_import_counts_and_the_first_stays(as_: As, app: Flask) -> None:
    admin = as_("admin")
    assert send(admin, 2022, compact(FORM)).json["edition"] == 1
    other = compact(FORM) | {"part_three": {"r25": {"total": 5}}}
    assert send(admin, 2022, other).json["edition"] == 2
    assert _carried_out(as_, 2022) == 5
    assert sql(app, "SELECT count(*) FROM past_report")[0][0] == 2
    entries = as_("auditor").get(f"/audit?subject={TOWNSHIP}/2022").json["data"]
    assert [entry["action"] for entry in entries] == ["report.imported"] * 2


def test_what_the_program_exports_it_takes_in_again(as_: As) -> None:
    admin = as_("admin")
    report = admin.get(report_of(2022)).json
    answer = send(admin, 2022, report)
    assert answer.status_code == 200, answer.json
    refused = send(admin, 2021, report)
    assert "year" in refused.json["errors"]


@pytest.mark.slow
def test_a_workbook_of_another_year_is_refused(as_: As) -> None:
    admin = as_("admin")
    exported = admin.get(f"{report_of(2022)}.xlsx").data
    answer = send(admin, 2022, exported, "2022.xlsx", dry_run=True)
    assert (answer.status_code, answer.json["faults"]) == (200, [])
    [fault] = send(admin, 2021, exported, "2022.xlsx", dry_run=True).json["faults"]
    assert (fault["place"], "工作表“报告”A1写的是 2022 年度" in fault["message"]) == ("year", True)
    assert list(send(admin, 2021, exported, "2022.xlsx").json["errors"]) == ["year"]


def test_a_sentence_may_name_the_report_of_another_year() -> None:
    book = workbook(FORM, _content())
    book.create_sheet("一").append(["我镇已按期公布掌政镇2021年政府信息公开工作年度报告，并按要求整改。"])
    assert read_sheets(read_workbook(_bytes(book)), FORM, 2022).faults == []
    book.create_sheet("封面").append(["掌政镇2021年政府信息公开工作年度报告（草稿）"])
    assert [fault.place for fault in read_sheets(read_workbook(_bytes(book)), FORM, 2022).faults] == ["year"]


NO_REPORTS: tuple[tuple[Any, str, str], ...] = (
    (b"{", "r.json", "file"),
    (b"[]", "r.json", "file"),
    ({}, "r.json", "file"),
    ({"part_seven": {}}, "r.json", "part_seven"),
    ({"part_three": []}, "r.json", "file"),
    ({"part_three": [1]}, "r.json", "part_three"),
    ({"division": "640104101000"}, "r.json", "division"),
    ({"part_three": {"rows": []}}, "r.json", "file"),
    (b"PK", "r.xlsx", "file"),
    (b"x", "r.pdf", "file"),
)


def test_a_file_that_is_no_report(as_: As) -> None:
    for content, name, blamed in NO_REPORTS:
        refused = send(as_("admin"), 2022, content, name)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [blamed]), content
        assert send(as_("admin"), 2022, content, name, dry_run=True).json["faults"][0]["place"] == blamed


def test_years_that_cannot_be_imported(as_: As) -> None:
    for year in (2018, 2024, 2025):
        assert "year" in send(as_("admin"), year, compact(FORM)).json["errors"]


@pytest.mark.slow
def test_a_township_with_regulations_and_prose_that_differs_are_pointed_at(as_: As) -> None:
    warned = send(as_("admin"), 2022, {"part_two": {"规章": [0, 0, 6]}}).json["warnings"]
    assert len(warned) == 1
    assert "规章填了 6" in warned[0]
    report = as_("admin").get(report_of(2022)).json
    report["part_one"]["sections"][1]["text"] = "共收到政府信息公开申请3件，0件结转下年度办理，未发生行政复议。"
    warned = send(as_("admin"), 2022, report).json["warnings"]
    assert [word for word in ("新收申请 3 件", "结转下年度 0 件", "未发生行政复议") if word not in str(warned)] == []


def test_a_mark_of_secrecy_in_a_file_is_not_kept(as_: As, app: Flask) -> None:
    refused = send(as_("admin"), 2022, {"narrative": {"problems": CLASSIFIED}})
    assert (refused.status_code, refused.json["code"]) == (422, "secret_mark")
    assert CANARY not in refused.text
    assert sql(app, "SELECT count(*) FROM past_report")[0][0] == 0


@pytest.mark.slow
def test_who_may_import(as_: As) -> None:
    assert send(as_("leader"), 2022, compact(FORM)).status_code == 403
    assert send(as_("daxin-admin"), 2022, compact(FORM)).status_code == 404


def test_what_was_imported_cannot_be_changed(as_: As, app: Flask) -> None:
    send(as_("admin"), 2022, compact(FORM))
    for statement in ("UPDATE past_report SET year = year", "DELETE FROM past_report"):
        with app.app_context(), pytest.raises(DBAPIError, match="kept as written"), transaction(tenancy.EVERYWHERE):
            db.session.execute(text(statement))
