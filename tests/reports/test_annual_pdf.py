"""The annual report as PDF: every label and number is there as text, in fonts that come along, always the same."""

import io
import re
import shutil
from itertools import chain
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from config.base import PROJECT
from tests.reports import annual_reports, form_layout
from villagepub.core.errors import TemplateRefused
from villagepub.reports.outputs.pdf import as_pdf

TEMPLATES = PROJECT / "config" / "reports"


def text_of(pdf: bytes) -> str:
    """All text of the pages without blanks, since a label may break anywhere."""
    document = pypdfium2.PdfDocument(pdf)
    return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return as_pdf(annual_reports.final(), TEMPLATES)


def test_it_says_everything_that_the_form_says(pdf: bytes) -> None:
    text = text_of(pdf)
    cells = chain(form_layout.TWO, form_layout.THREE, form_layout.FOUR)
    wanted = [*annual_reports.FORM["parts"], *(cell[4] for cell in cells)]
    around = text.replace("总计", "")  # which pdfium reads between the two lines of the header beside it
    assert [each for each in wanted if each not in text and each not in around] == []


def test_the_numbers_of_a_row_follow_its_label(pdf: bytes) -> None:
    text = text_of(pdf)
    for number, row in enumerate(annual_reports.FORM["part_3"]["rows"], 1):
        assert row["label"] + "".join(str(number * 100 + column) for column in range(1, 8)) in text


def test_it_is_pdf_a_with_its_fonts_inside(pdf: bytes) -> None:
    document = pikepdf.open(io.BytesIO(pdf))
    with document.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
    fonts = {str(each.FontName) for each in document.objects if _is_font(each)}
    assert fonts
    assert all("NotoSerifSC" in name or "NotoSansSC" in name for name in fonts)


def _is_font(thing: object) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor" and "/FontFile3" in thing


def test_what_people_write_is_no_markup() -> None:
    text = text_of(as_pdf(annual_reports.hostile('#panic("x") = *a* $x$ \\ <b> {{1}}\x00 #sys.inputs'), TEMPLATES))
    assert text.count('#panic("x")=*a*$x$\\<b>{{1}}#sys.inputs') > 12


def _with_template(folder: Path, text: str) -> Path:
    (folder / "annual.typ").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("= 报告\n\n#标提", "第 3 行"),
        ("#let report = (", "第 1 行"),
        ('#read("/etc/passwd")', "第 1 行"),
        ('#read("../secret")', "第 1 行"),
    ],
)
def test_a_mistake_in_the_template_is_named_by_its_line(tmp_path: Path, template: str, told: str) -> None:
    with pytest.raises(TemplateRefused) as refused:
        as_pdf(annual_reports.final(), _with_template(tmp_path, template))
    assert refused.value.detail.startswith(f"模板 annual.typ {told}")
    assert str(tmp_path) not in refused.value.detail


def test_a_missing_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match="放回原来的模板"):
        as_pdf(annual_reports.final(), tmp_path)


def test_a_city_may_have_a_layout_of_its_own(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES, tmp_path, dirs_exist_ok=True)
    template = (tmp_path / "annual.typ").read_text(encoding="utf-8")
    _with_template(tmp_path, template.replace("#paragraphs(report.preface)", "#paragraphs(report.preface)\n市级格式"))
    assert "市级格式" in text_of(as_pdf(annual_reports.final(), tmp_path))


def test_every_page_has_its_number(pdf: bytes) -> None:
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document, 1):
        assert f"—{number}—" in re.sub(r"\s", "", page.get_textpage().get_text_range()), number
