"""The console in Chromium: every screen at two widths, and the office's month as its administrator walks it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from tests.browser import IN_CHROMIUM, Screens
from tests.journeys import VILLAGE
from villagepub.core import clock
from villagepub.core.periods import Period, last_month
from villagepub.ledgers.kinds import LEDGERS

pytestmark = IN_CHROMIUM

SCREENS = (
    "/console",
    "/console/overdue",
    f"/console/villages/{VILLAGE}",
    f"/console/cells/{VILLAGE}/C02",
    "/console/figures",
    "/console/channels",
    "/console/complaints",
    "/console/closings",
    "/console/imports/channel-posts",
)


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_every_screen(screens: Screens, size: str) -> None:
    window = screens.window(size)
    window.sign_in("admin")
    for path in SCREENS:
        window.open(path)
        window.check()


def test_the_grid_is_for_desks_and_the_list_of_villages_for_phones(screens: Screens) -> None:
    for size, shown in (("phone", False), ("desk", True)):
        page = screens.window(size).sign_in("auditor")
        page.goto(f"{screens.address}/console")
        expect(page.locator(".grid")).to_be_visible(visible=shown)
        expect(page.get_by_role("list").filter(has_text="洼路村")).to_be_visible()


def test_the_office_month(screens: Screens, tmp_path: Path) -> None:
    """Who is late, press them, import the posts, close the month, hand out its bulletin."""
    month = last_month(clock.today())
    posts = tmp_path / "posts.csv"
    head = ",".join(LEDGERS["channel-posts"].columns.values())
    posts.write_text(f"{head}\n微博,秋收动态,,{month}-03,,,是\n", encoding="utf-8")
    window = screens.window()
    page = window.sign_in("admin")
    page.get_by_role("link", name="工作台").first.click()
    page.get_by_role("link", name="逾期清单").click()
    expect(page.get_by_role("cell", name="洼路村", exact=True).first).to_be_visible()
    page.get_by_role("link", name="封账与通报").click()
    page.get_by_role("button", name="催办 11 个村").click()
    page.get_by_text("已催办 11 个村").wait_for()
    page.get_by_role("link", name="导入渠道发布台账").click()
    page.get_by_label("文件").set_input_files(posts)
    page.get_by_role("button", name="检查").click()
    window.check()
    page.get_by_role("button", name="确认导入 1 行").click()
    page.get_by_text("已导入 1 条渠道发布。").wait_for()
    page.get_by_role("link", name="封账与通报").click()
    words = Period.parse(month).in_words
    page.get_by_role("row", name=words).get_by_role("link", name="封账").click()
    window.check()
    page.get_by_role("button", name=f"{words}封账并编发通报").click()
    page.get_by_role("heading", name=f"{words}村务公开情况通报").wait_for()
    window.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Word 文件").click()
    assert download.value.suggested_filename.endswith(".docx")


def test_the_grid_prints_across_a_sheet(screens: Screens, tmp_path: Path) -> None:
    page = screens.window().sign_in("leader")
    page.goto(f"{screens.address}/console")
    paper = PdfDocument(page.pdf(path=tmp_path / "console.pdf", prefer_css_page_size=True))
    across = [sheet for sheet in paper if sheet.get_width() > sheet.get_height()]
    assert across
    assert "茂盛村" in across[0].get_textpage().get_text_bounded()
