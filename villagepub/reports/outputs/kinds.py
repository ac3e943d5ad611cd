"""The kinds of output: what each is called, how it is made, what its file is named."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from villagepub.core import word
from villagepub.core.tabular import MEDIA_TYPES
from villagepub.core.tabular.csv_writing import printable
from villagepub.reports.outputs.grids import Json
from villagepub.reports.outputs.page import as_html_file
from villagepub.reports.outputs.pdf import as_pdf
from villagepub.reports.outputs.printed import is_final, marks_of
from villagepub.reports.outputs.word import as_docx
from villagepub.reports.outputs.workbook import as_xlsx

_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\s]+')


@dataclass(frozen=True)
class Place:
    """What an output takes from where the program runs.

    templates: the folder of the office's templates. server: scheme and host, for links in a file.
    """

    templates: Path
    server: str


@dataclass(frozen=True)
class Kind:
    """media_type: as HTTP names it. make: the report and the place in, the file out; may raise TemplateRefused."""

    media_type: str
    make: Callable[[Json, Place], bytes]


KINDS: Mapping[str, Kind] = {
    "docx": Kind(word.MEDIA_TYPE, lambda report, place: as_docx(report, place.templates)),
    "pdf": Kind("application/pdf", lambda report, place: as_pdf(report, place.templates)),
    "xlsx": Kind(MEDIA_TYPES["xlsx"], lambda report, _: as_xlsx(report)),
    "html": Kind("text/html; charset=utf-8", lambda report, place: as_html_file(report, server=place.server)),
}


def file_name(report: Json, kind: str) -> str:
    """``…年度报告（草稿）.docx``: the title, and in brackets what a reader must know before opening it."""
    marks = marks_of(report) if is_final(report) else ["草稿", *marks_of(report)[1:]]
    told = f"（{'，'.join(marks)}）" if marks else ""
    return f"{_NO_FILE_NAME.sub('', printable(report['title'] + told))[:100]}.{kind}"
