"""The console in Chromium: every screen at two widths, and the office's month as its administrator walks it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from tests.browser import IN_CHROMIUM, Screens
from tests.browsing.hands import Keyboard, Pointer
from tests.clients import TestClock
from tests.journeys import VILLAGE
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


@pytest.mark.parametrize(
    ("size", "hand", "has_scripts"),
    [("desk", Keyboard(), True), ("phone", Pointer(), True), ("phone", Pointer(), False)],
    ids=["with the keyboard at a desk", "on a phone", "on a phone without scripts"],
)
def test_the_office_month(
    own_screens: Screens, moment: TestClock, tmp_path: Path, size: str, hand: Pointer | Keyboard, has_scripts: bool
) -> None:
    """Who is late, press them, import the posts, close the month, hand out its bulletin."""
    moment.set("2023-12-13 10:00")
    posts = tmp_path / "posts.csv"
    head = ",".join(LEDGERS["channel-posts"].columns.values())
    posts.write_text(f"{head}\n微博,秋收动态,,2023-11-03,,,是\n", encoding="utf-8")
    window = own_screens.window(size, java_script_enabled=has_scripts)
    page = window.sign_in("admin")

    def look() -> None:
        if has_scripts:  # as axe-core is one
            window.check()

    hand.press(page.get_by_role("link", name="工作台").first)
    hand.press(page.get_by_role("link", name="逾期清单"))
    expect(page.get_by_role("row").filter(has_text="洼路村信息员").first).to_be_visible()
    hand.press(page.get_by_role("link", name="封账与通报"))
    hand.press(page.get_by_role("button", name="催办 11 个村"))
    page.get_by_text("已催办 11 个村").wait_for()
    hand.press(page.get_by_role("link", name="导入渠道发布台账"))
    page.get_by_label("文件").set_input_files(posts)
    hand.press(page.get_by_role("button", name="检查"))
    page.get_by_role("heading", name="没有错误").wait_for()
    look()
    hand.press(page.get_by_role("button", name="确认导入 1 行"))
    page.get_by_text("已导入 1 条渠道发布。").wait_for()
    hand.press(page.get_by_role("link", name="封账与通报"))
    hand.press(page.get_by_role("row", name="2023年11月").get_by_role("link", name="封账"))
    page.get_by_role("heading", name="2023年11月封账").wait_for()
    look()
    hand.press(page.get_by_role("button", name="2023年11月封账并编发通报"))
    page.get_by_role("heading", name="2023年11月村务公开情况通报").wait_for()
    look()
    with page.expect_download() as download:
        hand.press(page.get_by_role("link", name="下载 Word 文件"))
    assert download.value.suggested_filename.endswith(".docx")


def test_the_grid_prints_across_a_sheet(screens: Screens, tmp_path: Path) -> None:
    page = screens.window().sign_in("leader")
    page.goto(f"{screens.address}/console")
    paper = PdfDocument(page.pdf(path=tmp_path / "console.pdf", prefer_css_page_size=True))
    across = [sheet for sheet in paper if sheet.get_width() > sheet.get_height()]
    assert across
    assert "茂盛村" in across[0].get_textpage().get_text_bounded()
