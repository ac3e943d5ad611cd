"""The bulletin as a Word file: cell by cell what the data say, and whatever people wrote stays text."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from docx import Document
from docx.document import Document as Docx
from docx.shared import Mm
from flask import Flask

from config.base import PROJECT
from tests.bulletins.months import PATH, TEXT, close, docx, live_december, read
from tests.clients import TestClock
from tests.console import sql
from tests.journeys import TOWNSHIP, As

HEADS = ["序号", "村", "应公开", "已公开", "及时率", "完整率", "退回", "未回应", "得分", "排名"]
OVERDUE = ["序号", "村", "事项", "周期", "应公开日期", "逾期天数"]
HOSTILE = [
    "{{ 7*7 }}",
    "{% for x in y %}",
    "</w:t></w:r><w:br/>&<>\"'",
    "{{ ''.__class__.__mro__ }}",
    "<script>alert(1)</script>",
    '=HYPERLINK("x")',
]


def opened(data: bytes) -> Docx:
    return Document(io.BytesIO(data))


def texts(document: Docx) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def cells(document: Docx, table: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.tables[table].rows]


@pytest.mark.slow
def test_every_cell_is_what_the_data_say(as_: As, moment: TestClock) -> None:
    live_december(as_, moment)
    assert as_("admin").put(PATH, TEXT).status_code == 200
    close(as_)
    bulletin, document = read(as_), opened(docx(as_))
    assert cells(document, 0) == [
        HEADS,
        *[
            [
                str(row["serial"]),
                row["name"],
                str(row["due"]),
                str(row["published"]),
                row["timeliness"]["rate"],
                row["completeness"]["rate"],
                str(row["returned"]),
                row["unanswered"],
                row["score"],
                row["rank"],
            ]
            for row in bulletin["villages"]
        ],
    ]
    names = ("serial", "name", "entry_name", "period_text", "due_on", "days")
    assert cells(document, 1) == [OVERDUE, *[[str(row[name]) for name in names] for row in bulletin["overdue"]]]
    said = texts(document)
    assert said[:3] == [bulletin["title"], "2023年第1期", "统计区间：2023年12月1日至2023年12月31日"]
    for sentence in bulletin["overview"]:
        assert sentence in said
    assert "（3）洼路村：公开栏与小程序不一致。" in said
    assert "1. 2024年1月15日前，对照逾期清单逐项补公开。" in said
    assert "2. 召开信息员例会。" in said
    assert f"数据摘要：{bulletin['digest']}" in said
    assert not [text for text in said if "{" in text or ("%" in text and "率" not in text)]
    assert [header.text for header in document.sections[0].header.paragraphs] == [""]


def test_a_draft_says_so_on_every_page(as_: As, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    document = opened(docx(as_))
    assert [header.text for header in document.sections[0].header.paragraphs] == ["草稿，未封账"]
    assert "（期号在封账时编定）" in texts(document)
    assert "（待填写）" in texts(document)


@pytest.mark.slow
def test_it_is_a_page_of_a4_with_the_fonts_of_official_papers(as_: As, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    data = docx(as_)
    section = opened(data).sections[0]
    assert (round(section.page_width / Mm(1)), round(section.page_height / Mm(1))) == (210, 297)
    assert opened(data).tables[0].rows[0]._tr.trPr.xpath("./w:tblHeader")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        styles, fonts = (parts.read(f"word/{name}.xml").decode() for name in ("styles", "fontTable"))
    for font in ("方正小标宋简体", "仿宋_GB2312", "黑体"):
        assert f'w:eastAsia="{font}"' in styles
        assert f'<w:font w:name="{font}"><w:altName' in fonts


@pytest.mark.slow
def test_what_people_wrote_stays_text(app: Flask, as_: As, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    payloads = {f"6401041002{number:02}": payload for number, payload in enumerate(HOSTILE)}
    for village, payload in payloads.items():
        sql(app, "UPDATE division SET name = :name WHERE code = :code", name=payload, code=village)
    sql(app, "UPDATE catalogue_entry SET name = :name WHERE code = 'C02'", name=HOSTILE[2])
    text = {
        "remarks": [{"village": village, "text": payload} for village, payload in payloads.items()],
        "next_steps": [{"text": payload, "due_on": None} for payload in HOSTILE],
    }
    assert as_("admin").put(PATH, text).status_code == 200
    document = opened(docx(as_))
    said = texts(document)
    assert set(HOSTILE) <= {row[1] for row in cells(document, 0)}
    assert {row[2] for row in cells(document, 1)[1:]} == {HOSTILE[2]}
    for number, payload in enumerate(HOSTILE, start=1):
        assert f"{number}. {payload}" in said
        assert [text for text in said if text.startswith(f"（{number}）{payload}：") and text.endswith(payload)]


def _edit(folder: Path, change: Callable[[Docx], object]) -> None:
    document = Document(str(folder / "bulletin.docx"))
    change(document)
    document.save(str(folder / "bulletin.docx"))


@pytest.mark.slow
def test_a_clerk_may_edit_the_template(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    moment.set("2024-01-05 09:00")
    folder = Path(copytree(PROJECT / "config" / "bulletins", tmp_path / "bulletins"))
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], bulletins_dir=folder)
    _edit(folder, lambda document: document.add_paragraph("抄送：各村 {{ publisher }}"))
    assert texts(opened(docx(as_)))[-1] == "抄送：各村 兴庆区掌政镇人民政府"


@pytest.mark.slow
def test_a_template_that_is_wrong_is_said_to_be(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    moment.set("2024-01-05 09:00")
    path = f"/exports/bulletin.docx?division={TOWNSHIP}&month=2023-12"
    folder = tmp_path / "bulletins"
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], bulletins_dir=folder)
    for sentence in ("{{ nothing_of_the_kind }}", "{{ title", "{% for x in %}", "{{ title.__class__.__mro__ }}"):
        copytree(PROJECT / "config" / "bulletins", folder, dirs_exist_ok=True)
        _edit(folder, lambda document, sentence=sentence: document.add_paragraph(sentence))  # type: ignore[misc]
        refused = as_("admin").get(path)
        assert (refused.status_code, refused.json["code"]) == (409, "template_refused"), sentence
    (folder / "bulletin.docx").write_bytes(b"no file of Word")
    assert as_("admin").get(path).json["code"] == "template_refused"
    (folder / "bulletin.docx").unlink()
    assert as_("admin").get(path).json["code"] == "template_refused"


@pytest.mark.slow
def test_the_file_has_its_chinese_name(as_: As, moment: TestClock) -> None:
    moment.set("2024-01-05 09:00")
    answer = as_("admin").get(f"/exports/bulletin.docx?division={TOWNSHIP}&month=2023-12")
    assert answer.content_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="file.docx"')
