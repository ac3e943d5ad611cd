"""The annual report as a page for the screen, the phone and the printer; each figure leads to its rows."""

from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from villagepub.reports.outputs.grids import Json
from villagepub.reports.outputs.printed import printed
from villagepub.reports.outputs.sources import sources_of

STYLESHEETS = ("style.css", "annual-report.css")
_PACKAGE = Path(__file__).parents[2]
_LAYOUT = _PACKAGE / "layout"


def as_html(report: Json, *, static: str = "/static", server: str = "") -> bytes:
    """The report as a page of a server.

    static: the address of the stylesheets. server: what goes before the addresses of the rows.
    """
    return _page(report, [f"{static}/{name}" for name in STYLESHEETS], "", server)


def as_html_file(report: Json, *, server: str) -> bytes:
    """The report as a file that needs no server to look right; its links lead to ``server``, scheme and host."""
    return _page(report, [], "\n".join(_read(name) for name in STYLESHEETS), server)


def _page(report: Json, stylesheets: list[str], style: str, server: str) -> bytes:
    template = _templates().get_template("reports/annual.html")
    page = template.render(
        report=printed(report), sources=sources_of(report), stylesheets=stylesheets, style=style, server=server
    )
    return page.encode()


def _read(name: str) -> str:
    return (_LAYOUT / "static" / name).read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    folders = (_PACKAGE / "reports" / "templates", _LAYOUT / "templates")
    return Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
