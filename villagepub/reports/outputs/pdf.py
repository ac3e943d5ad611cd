"""The annual report as PDF/A-2b, laid out by ``annual.typ``, with fonts that come along with the program."""

import json
import re
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

from villagepub.core.errors import TemplateRefused
from villagepub.reports.outputs.grids import Json
from villagepub.reports.outputs.printed import DRAFT, instant_of, is_final, printed

TEMPLATE = "annual.typ"
_FONTS = "pylopdf_fonts_zh_cn"  # Noto Sans SC and Noto Serif SC


def as_pdf(report: Json, templates: Path) -> bytes:
    """The report as a PDF for reading and keeping; the same report gives the same bytes.

    templates: the folder with ``annual.typ``, which can read nothing outside of it.
    The report reaches it as one JSON text and is never pasted into its markup. Raises TemplateRefused.
    """
    words = asdict(printed(report)) | {"draft": not is_final(report), "draft_mark": DRAFT}
    try:
        return typst.compile(
            templates / TEMPLATE,
            root=templates,
            font_paths=_fonts(),
            sys_inputs={"report": json.dumps(words, ensure_ascii=False, default=str)},
            pdf_standards="a-2b",
            timestamp=int(instant_of(report).timestamp()),
        )
    except (typst.TypstError, OSError, RuntimeError) as error:
        raise TemplateRefused(f"模板 {TEMPLATE} {_fault(error)}") from error


def _fault(error: Exception) -> str:
    """Where and what, without the folders of this machine."""
    if not isinstance(error, typst.TypstError):
        return "不存在或读不出，请放回原来的模板。"
    line = re.search(rf"{re.escape(TEMPLATE)}:(\d+):", error.diagnostic)
    where = f"第 {line[1]} 行" if line else ""
    return f"{where}排不出版面：{error.message.partition(' (')[0][:200]}。请改正，或放回原来的模板。"


@cache
def _fonts() -> typst.Fonts:
    """Only what comes along: the same page on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(files(_FONTS))])
