"""How files, periods and tables of an item are put before a reader."""

from datetime import date

import pytest

from villagepub.intake.kinds import ENDINGS
from villagepub.publishing.wording import (
    about_text,
    kind_text,
    publicity_text,
    size_text,
    with_scrolling_tables,
)

TODAY = date(2023, 11, 6)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 字节"),
        (1023, "1023 字节"),
        (1024, "1 KB"),
        (1_048_575, "1024 KB"),
        (1_048_576, "1.0 MB"),
        (5 << 20, "5.0 MB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert size_text(size) == text


def test_every_kind_of_file_that_is_taken_has_a_word() -> None:
    assert {kind_text(media_type) for media_type in ENDINGS} == {"PDF 文件", "Word 文档", "Excel 表格", "图片"}
    assert kind_text("text/plain") == "文件"


@pytest.mark.parametrize(
    ("until", "provisional", "text"),
    [
        (None, False, "长期公开"),
        (date(2023, 11, 5), False, "已于2023年11月5日届满，内容继续供查阅"),
        (date(2023, 11, 6), False, "至2023年11月6日（今天是最后一天）"),
        (date(2023, 11, 7), False, "至2023年11月7日（还有 1 天）"),
        (date(2023, 11, 13), True, "至2023年11月13日（还有 7 天；当年放假安排公布后可能调整）"),
    ],
)
def test_the_publicity_period(until: date | None, provisional: bool, text: str) -> None:
    assert publicity_text(until, provisional, TODAY) == text


def test_what_an_item_is_about() -> None:
    assert about_text("2023-Q4", None) == "2023年第4季度"
    assert about_text(None, TODAY) == "2023年11月6日"
    assert about_text(None, None) == ""


def test_each_table_scrolls_and_has_a_name() -> None:
    plain, named = "<table><tbody></tbody></table>", "<table><caption>收支</caption></table>"
    page = with_scrolling_tables(f"<p>&lt;table&gt;</p>{plain}{named}")
    assert page.count('<div class="table" role="region" tabindex="0"') == page.count("</table></div>") == 2
    assert page.count('<caption class="unseen">表格1</caption>') == page.count("<caption>收支</caption>") == 1
    assert "表格2</caption>" not in page
    assert page.startswith("<p>&lt;table&gt;</p>")
    assert with_scrolling_tables("<p>没有表格</p>") == "<p>没有表格</p>"
