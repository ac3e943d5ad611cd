"""What all outputs of the annual report have in common: marks, gaps, the seal, the same bytes, the file's name."""

import io
import re
from collections.abc import Callable

import pytest
from docx import Document
from lxml import html
from openpyxl import load_workbook

from config.base import PROJECT
from tests.reports import annual_reports
from tests.reports.test_annual_pdf import text_of
from villagepub.reports.outputs.grids import Json
from villagepub.reports.outputs.kinds import KINDS, Place, file_name

HERE = Place(PROJECT / "config" / "reports", "https://pub.example")
ALL = sorted(KINDS)


def _docx(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = (cell.text for table in document.tables[3:] for row in table.rows for cell in row.cells)
    numbers = "".join(piece.text or "" for piece in document.tables[1]._tbl.iter("{*}t"))
    header = document.sections[0].header.paragraphs[0].text
    return "".join([header, *(paragraph.text for paragraph in document.paragraphs), *cells, numbers])


def _xlsx(data: bytes) -> str:
    book = load_workbook(io.BytesIO(data))
    return "".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


READ: dict[str, Callable[[bytes], str]] = {
    "docx": _docx,
    "pdf": text_of,
    "xlsx": _xlsx,
    "html": lambda data: html.fromstring(data.decode()).text_content(),
}


def _text(report: Json, kind: str) -> str:
    return re.sub(r"\s", "", READ[kind](KINDS[kind].make(report, HERE)))


@pytest.mark.parametrize("kind", ALL)
def test_a_draft_says_so_and_lists_what_is_missing(kind: str) -> None:
    text = _text(annual_reports.draft(), kind)
    assert "草稿，未定稿" in text
    assert text.count("未填报") > 175
    for missing in annual_reports.draft()["not_entered"]:
        assert missing["label"] in text
        assert missing["remedy"] in text
    assert "自然人一列：1+0≠2" in text
    assert "签发：" not in text


@pytest.mark.parametrize("kind", ALL)
def test_a_final_report_names_signer_day_version_and_digest(kind: str) -> None:
    text = _text(annual_reports.final(), kind)
    assert "草稿" not in text
    assert "未填报" not in text
    for told in ("掌政镇镇长", annual_reports.DIGEST):
        assert told in text
    assert "2024年1月29日" in text or "2024-01-29" in text
    assert "第1版" in text or "版本1" in text


@pytest.mark.parametrize("kind", ALL)
def test_a_sample_says_so(kind: str) -> None:
    assert "样例数据" in _text(annual_reports.sample(), kind)
    assert "样例数据" not in _text(annual_reports.final(), kind)


@pytest.mark.parametrize("kind", ALL)
def test_a_revision_says_what_it_changed_and_why_and_explains_what_does_not_add_up(kind: str) -> None:
    text = _text(annual_reports.revised(), kind)
    for told in ("第2版", "补登一件漏报的申请", "本年新收·自然人", "规章：相差1件", "清理时失效一件"):
        assert told in text
    assert re.search("存在的主要问题未填报一是理解和把握不够", text)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("make", [annual_reports.draft, annual_reports.revised], ids=["draft", "revised"])
def test_the_same_report_gives_the_same_bytes(kind: str, make: Callable[[], Json]) -> None:
    assert KINDS[kind].make(make(), HERE) == KINDS[kind].make(make(), HERE)
    assert KINDS[kind].make(make(), HERE) != KINDS[kind].make(make() | {"title": "另一个标题"}, HERE)


@pytest.mark.parametrize(
    ("report", "name"),
    [
        (annual_reports.final(), "银川市兴庆区掌政镇2023年政府信息公开工作年度报告.pdf"),
        (annual_reports.draft(), "银川市兴庆区掌政镇2023年政府信息公开工作年度报告（草稿）.pdf"),
        (annual_reports.sample(), "银川市兴庆区掌政镇2023年政府信息公开工作年度报告（样例数据）.pdf"),
        (annual_reports.revised(), "银川市兴庆区掌政镇2023年政府信息公开工作年度报告（第2版）.pdf"),
        (annual_reports.draft() | {"title": '../a\\b:"c"\n<d>|?*', "sample": "样例"}, "..abcd（草稿，样例）.pdf"),
    ],
)
def test_the_file_s_name_says_what_it_is(report: Json, name: str) -> None:
    assert file_name(report, "pdf") == name


@pytest.mark.parametrize("kind", ALL)
def test_blank_is_not_0(kind: str) -> None:
    """A cell that nobody entered differs from one with 0 in every output."""
    empty, nothing = annual_reports.final(), annual_reports.final()
    empty["part_three"]["rows"][4]["cells"][2] = annual_reports.cell(None)
    nothing["part_three"]["rows"][4]["cells"][2] = annual_reports.cell(0)
    assert "未填报" in _text(empty, kind)
    assert "未填报" not in _text(nothing, kind)
