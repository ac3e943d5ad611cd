"""The annual report as a page: the form's tables for eyes and screen readers, figures that lead to their rows."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from tests.reports import annual_reports, form_layout
from tests.reports.form_layout import Cell
from villagepub.reports.outputs.page import as_html, as_html_file


@pytest.fixture(scope="module")
def page() -> Any:
    return html.fromstring(as_html(annual_reports.final()).decode())


def _cells(table: Any) -> Iterator[Cell]:
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(table.iter("tr")):
        column = 0
        for cell in line.iter("th", "td"):
            while (row, column) in taken:
                column += 1
            rows, columns = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
            taken |= {(row + down, column + right) for down in range(rows) for right in range(columns)}
            yield row, column, rows, columns, cell.text_content().strip()
            column += columns


@pytest.mark.parametrize(
    ("place", "layout"), [(0, form_layout.TWO), (1, form_layout.THREE), (2, form_layout.FOUR)], ids=["二", "三", "四"]
)
def test_a_table_has_the_merges_labels_and_numbers_of_the_form(page: Any, place: int, layout: set[Cell]) -> None:
    assert set(_cells(list(page.iter("table"))[place])) == layout


def test_every_table_has_a_caption_and_every_header_a_scope(page: Any) -> None:
    for table in page.iter("table"):
        assert table.find("caption").text_content()
    assert {head.get("scope") for head in page.iter("th")} == {"col", "colgroup", "row", "rowgroup"}
    assert page.getroottree().getroot().get("lang") == "zh-CN"


def test_a_figure_leads_to_its_rows(page: Any) -> None:
    links = {link.text_content(): link.get("href") for link in page.iter("a")}
    assert links["301"] == "/api/v1/applications?row=r03"
    assert links["117"] == "/api/v1/ledgers/channel-posts?channel=website&year=2023"


def test_a_page_of_the_server_has_no_style_or_script_of_its_own() -> None:
    text = as_html(annual_reports.revised()).decode()
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)">', text) == [
        "/static/style.css",
        "/static/annual-report.css",
    ]
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=", text)


def test_a_file_needs_no_server_to_look_right() -> None:
    text = as_html_file(annual_reports.final(), server="https://pub.example").decode()
    assert "<link" not in text
    assert "@media print" in text
    addresses = re.findall(r'(?:href|src)="([^"]+)"', text)
    assert addresses
    assert all(address.startswith("https://pub.example/api/v1/") for address in addresses)


def test_what_people_write_is_no_markup() -> None:
    text = as_html(
        annual_reports.hostile('<script>alert(1)</script>"><img src=x onerror=a> {{ 7*7 }} {% x %}')
    ).decode()
    page = html.fromstring(text)
    assert not list(page.iter("script", "img"))
    assert "{{ 7*7 }} {% x %}" in page.text_content()
