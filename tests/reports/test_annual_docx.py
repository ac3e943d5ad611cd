"""The annual report in Word: the form's merges cell by cell, a clerk's mistakes, and texts that stay texts."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from config.base import PROJECT
from tests.reports import annual_reports, form_layout
from tests.reports.form_layout import Cell
from villagepub.core.errors import TemplateRefused
from villagepub.reports.outputs.word import as_docx

TEMPLATES = PROJECT / "config" / "reports"
HOSTILE = "{{ 7*7 }}{% endfor %}<w:p/>&amp;\x00\x0b]]>“\U0001f3db"
SOFFICE = shutil.which("soffice")


def _cells(table: Any) -> Iterator[Cell]:
    """The table as its XML says: grid spans to the right, vertical merges downwards."""
    rows = [list(_row(row)) for row in table._tbl.tr_lst]
    for number, row in enumerate(rows):
        for column, width, merge, text in row:
            if merge == "continue":
                assert text == ""
                continue
            merged = (column, width, "continue", "")
            below = sum(1 for _ in takewhile(lambda lower, merged=merged: merged in lower, rows[number + 1 :]))
            yield number, column, 1 + (below if merge == "restart" else 0), width, text


def _row(row: Any) -> Iterator[tuple[int, int, str | None, str]]:
    column = 0
    for cell in row.tc_lst:
        merge = cell.tcPr.find(qn("w:vMerge"))
        kind = None if merge is None else merge.get(qn("w:val"), "continue")
        yield column, cell.grid_span, kind, "".join(text.text or "" for text in cell.iter(qn("w:t")))
        column += cell.grid_span


@pytest.fixture(scope="module")
def document() -> Any:
    return Document(io.BytesIO(as_docx(annual_reports.final(), TEMPLATES)))


@pytest.mark.parametrize(
    ("place", "layout", "columns"),
    [(0, form_layout.TWO, 4), (1, form_layout.THREE, 10), (2, form_layout.FOUR, 15)],
    ids=["part two", "part three", "part four"],
)
def test_a_table_has_the_merges_labels_and_numbers_of_the_form(
    document: Any, place: int, layout: set[Cell], columns: int
) -> None:
    table = document.tables[place]
    cells = list(_cells(table))
    assert len(cells) == len(set(cells))
    assert set(cells) == layout
    assert len(table._tbl.tblGrid.findall(qn("w:gridCol"))) == columns
    assert all(sum(width for _, width, _, _ in _row(row)) == columns for row in table._tbl.tr_lst)


def test_headers_repeat_and_no_row_breaks_across_pages(document: Any) -> None:
    for table, levels in ((document.tables[1], 3), (document.tables[2], 3)):
        repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert repeated == [number < levels for number in range(len(repeated))]
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_the_sheet_is_that_of_an_official_document(document: Any) -> None:
    """GB/T 9704: A4, 37, 35, 28 and 26 mm of margin; every table is as wide as the text."""
    [section] = document.sections
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in margins] == [37, 35, 28, 26]
    for table in document.tables:
        assert round(sum(column.width.mm for column in table.columns)) == 156


def test_the_parts_stand_in_the_form_s_order_with_their_texts(document: Any) -> None:
    lines = [paragraph.text for paragraph in document.paragraphs]
    heads = [line for line in lines if line in annual_reports.FORM["parts"]]
    assert heads == annual_reports.FORM["parts"]
    assert "（一）主动公开。2023年，掌政镇通过政府网站管理平台主动公开信息117条" in "".join(lines)
    assert "三是完善公开平台。" in lines
    assert not [line for line in lines if "{" in line or "}" in line]


def test_what_people_write_stays_text() -> None:
    data = as_docx(annual_reports.hostile(HOSTILE), TEMPLATES)
    document = Document(io.BytesIO(data))
    shown = "{{ 7*7 }}{% endfor %}<w:p/>&amp;]]>“\U0001f3db"
    assert sum(shown in paragraph.text for paragraph in document.paragraphs) > 12
    assert shown in document.tables[3].cell(1, 0).text
    assert "49" not in "".join(paragraph.text for paragraph in document.paragraphs)
    assert set(_cells(document.tables[1])) == form_layout.THREE


def test_the_file_brings_nothing_from_outside_along() -> None:
    with zipfile.ZipFile(io.BytesIO(as_docx(annual_reports.hostile("http://a.example/{{x}}"), TEMPLATES))) as parts:
        for name in parts.namelist():
            if name.endswith(".rels"):
                relations = etree.fromstring(parts.read(name))
                assert not [each for each in relations if each.get("TargetMode") == "External"], name
        assert not [name for name in parts.namelist() if "vba" in name.lower() or "embed" in name.lower()]


def test_no_part_tells_when_it_was_written() -> None:
    with zipfile.ZipFile(io.BytesIO(as_docx(annual_reports.final(), TEMPLATES))) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2024-01-29T02:30:00Z" in parts.read("docProps/core.xml")


def _edited(folder: Path, old: str, new: str) -> Path:
    """A folder with the template in which a clerk changed one piece of text."""
    document = Document(str(TEMPLATES / "annual.docx"))
    text = next(each for each in document.element.body.iter(qn("w:t")) if old in (each.text or ""))
    text.text = text.text.replace(old, new)
    document.save(str(folder / "annual.docx"))
    return folder


def test_what_a_clerk_changes_shows(tmp_path: Path) -> None:
    folder = _edited(tmp_path, "{{ 落款.机关 }}", "（公章）{{ 落款.机关 }}，收到申请{{ r01.总计 }}件")
    document = Document(io.BytesIO(as_docx(annual_reports.final(), folder)))
    assert "（公章）兴庆区掌政镇人民政府，收到申请107件" in [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{{ 标题 }}", "{{ 标提 }}", ["{{ 标提 }}", "“标题”", "Word"]),
        ("{{r01.公益}}", "{{r01.公意}}", ["{{r01.公意}}", "“公益”"]),
        ("{{ 落款.机关 }}", "{{ 落款.机关 ", ["{{ 落款.机关", "花括号"]),
        ("{%p endif %}", "", ["{% if %}"]),
        ("{%p if 落款.日期 %}", "{%p 如果 落款.日期 %}", ["如果 落款.日期"]),
        ("{{ 标题 }}", "{{ 标题.__class__.__mro__ }}", ["__class__", "不允许"]),
        ("{{ 标题 }}", "{{ 标题 / 0 }}", ["算不出来"]),
        ("{{ 标题 }}", "{% for 段 in 前言 %}{{ 段 }}", ["{% for %}"]),
        ("{%p for 行 in 标记 %}", "{% for 行 in [1, 2] %}", ["独占一段"]),
    ],
)
def test_a_clerk_s_mistake_is_named_with_its_remedy(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    folder = _edited(tmp_path, old, new)
    with pytest.raises(TemplateRefused) as refused:
        as_docx(annual_reports.final(), folder)
    assert refused.value.detail.startswith("模板 annual.docx ")
    assert [piece for piece in told if piece not in refused.value.detail] == []


def _repacked(folder: Path, **changes: bytes) -> Path:
    """The template with parts replaced or added; ``__`` stands for ``/`` and ``_0_`` for a dot in their names."""
    names = {name.replace("_0_", ".").replace("__", "/"): data for name, data in changes.items()}
    with zipfile.ZipFile(TEMPLATES / "annual.docx") as old, zipfile.ZipFile(folder / "annual.docx", "w") as new:
        for name in old.namelist():
            new.writestr(name, names.get(name, old.read(name)))
    return folder


def _part(name: str) -> bytes:
    with zipfile.ZipFile(TEMPLATES / "annual.docx") as parts:
        return parts.read(name)


_RELATION = (
    b'<Relationship Id="rId99" TargetMode="External" Target="file:///C:/a.dotx" Type="http://schemas.openxml'
    b'formats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)


def test_a_template_that_points_outside_or_shows_its_history_is_refused(tmp_path: Path) -> None:
    outside = _part("word/_rels/document.xml.rels").replace(b"</Relationships>", _RELATION)
    tracked = _part("word/document.xml").replace(b"<w:sectPr", b'<w:p><w:ins w:id="1"/></w:p><w:sectPr', 1)
    for changes, told in (
        ({"word___rels__document_0_xml_0_rels": outside}, "外部文件"),
        ({"word__document_0_xml": tracked}, "修订痕迹"),
    ):
        with pytest.raises(TemplateRefused, match=told):
            as_docx(annual_reports.final(), _repacked(tmp_path, **changes))


def test_a_missing_or_foreign_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match="不是 Word 文件"):
        as_docx(annual_reports.final(), tmp_path)
    (tmp_path / "annual.docx").write_bytes(b"not a document")
    with pytest.raises(TemplateRefused, match="不是 Word 文件"):
        as_docx(annual_reports.final(), tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="not run: LibreOffice (soffice) is not installed here")
def test_libreoffice_opens_it_and_keeps_every_number(tmp_path: Path) -> None:
    (tmp_path / "report.docx").write_bytes(as_docx(annual_reports.revised(), TEMPLATES))
    command = [str(SOFFICE), f"-env:UserInstallation={tmp_path.as_uri()}/profile", "--headless"]
    command += ["--convert-to", "fodt", "--outdir", str(tmp_path), str(tmp_path / "report.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = (tmp_path / "report.fodt").read_text(encoding="utf-8")
    numbers = {cell[4] for cell in form_layout.THREE | form_layout.FOUR if cell[4].isdigit()}
    assert [number for number in numbers if f">{number}<" not in text] == []
    assert text.count("<table:table ") == 4
