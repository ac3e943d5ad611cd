"""The office's screens in Chromium: on a phone and at a desk, and a file taken in without scripts."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page
from pypdfium2 import PdfDocument

from tests.browser import IN_CHROMIUM, Screens, Window
from tests.exports.desk import work
from tests.imports.files import posts
from villagepub.imports.operations import MOST_ROWS_AT_ONCE
from villagepub.office.sections import HOME, SECTIONS

pytestmark = IN_CHROMIUM

FORMS = (  # a column of fields is as wide on a phone as at a desk
    "/console/people/new",
    "/console/posts/new",
    "/console/invitations/sheet",
    "/console/words/new",
    "/console/ledgers/trainings/new",
    "/console/ledgers/complaints/export",
    "/console/ledgers/documents/import",
    "/console/applications/new",
    "/console/reports/2024/edit",
    "/console/exports/new/disclosures",
)
WIDE = ("/console/ledgers/trainings", "/console/reports/2024", "/console/words/findings")


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_every_screen_at_both_widths(screens: Screens, size: str) -> None:
    window = screens.window(size)
    window.sign_in("admin")
    for path in (HOME, *SECTIONS, *WIDE, *(FORMS if size == "phone" else ())):
        if path != "/console/audit":
            _look(window, path)
    for section in ("people", "posts", "catalogue"):
        page = window.open(f"/console/{section}")
        page.locator("tbody a").first.click()
        window.check()


def test_the_audit_as_the_auditor_sees_it(screens: Screens) -> None:
    window = screens.window("phone")
    window.sign_in("auditor")
    _look(window, "/console/audit")
    page = window.open("/console/audit/verify")
    page.get_by_role("button", name="核验").click()
    page.get_by_text("可以离开这一页").wait_for()
    window.check()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_work_that_was_left_shows_by_itself_what_came_of_it(app: Flask, own_screens: Screens, size: str) -> None:
    window = own_screens.window(size)
    page = window.sign_in("admin")
    window.open("/console/ledgers/channel-posts/import")
    file = {"name": "渠道发布.csv", "mimeType": "text/csv", "buffer": posts(MOST_ROWS_AT_ONCE + 1)}
    page.get_by_label("文件", exact=True).set_input_files(file)
    page.get_by_role("button", name="检查").click()
    window.check()
    page.get_by_role("button", name="在后台检查并导入").click()
    page.get_by_text("可以离开这一页").wait_for()
    window.check()
    page.get_by_label("主导航").get_by_role("link", name="我的任务").click()
    page.get_by_text("还没有开始").wait_for()
    window.check()
    work(app)
    page.get_by_text(f"已写入 {MOST_ROWS_AT_ONCE + 1} 行").wait_for()
    page.get_by_role("link", name="导入渠道发布").click()
    page.get_by_role("link", name="看渠道发布").wait_for()
    window.check()


def test_a_file_with_faults_and_without(screens: Screens, tmp_path: Path) -> None:
    window = screens.window(java_script_enabled=False)
    page = window.sign_in("admin")
    file = tmp_path / "台账.csv"
    window.open("/console/ledgers/trainings/import")
    for day, told in (("2023-13-02", "有 1 处须改正"), ("2023-11-02", "没有发现错误")):
        file.write_text(f"培训日期,培训内容,参加人数,参加层级\n{day},小程序操作,24,\n", encoding="utf-8")
        page.get_by_label("文件", exact=True).set_input_files(file)
        page.get_by_role("button", name="检查").click()
        assert page.get_by_text(told).is_visible()
    page.get_by_role("button", name="导入 1 条").click()
    assert page.get_by_text("已导入 1 条。").is_visible()


def test_the_fields_of_a_filter_stand_in_line(screens: Screens) -> None:
    window = screens.window()
    window.sign_in("admin")
    page = window.open("/console/ledgers/documents")
    fields = page.locator(".inline :is(input, select, button)")
    assert len(set(fields.evaluate_all("all => all.map(each => each.offsetHeight)"))) == 1


def test_a_day_is_seen_whole_in_large_type_on_a_phone(screens: Screens) -> None:
    window = screens.window("phone")
    window.sign_in("admin")
    page = window.open("/console/ledgers/documents")
    page.get_by_role("button", name="大字版").click()
    for name in ("从哪一天", "到哪一天", "哪一天有效"):
        field = page.get_by_label(name)
        assert field.evaluate("each => each.offsetWidth / parseFloat(getComputedStyle(each).fontSize)") > 8.5
    window.check()


def test_a_long_record_begins_on_the_first_sheet_and_no_sheet_is_blank(screens: Screens, tmp_path: Path) -> None:
    window = screens.window()
    window.sign_in("admin")
    page = window.open("/console/ledgers/complaints/new")
    page.get_by_label("来源").select_option("电话")
    for label, text in (("收到时间", "2024-03-05T10:00"), ("事由", "路灯不亮"), ("回应时间", "2024-03-06T10:00")):
        page.get_by_label(label).fill(text)
    page.get_by_label("回应内容").fill("已派人检修。" * 500)
    page.get_by_role("button", name="登记", exact=True).click()
    assert "来源" in _sheets(page, tmp_path)[0]
    for ledger in ("accountability", "reconsiderations"):
        page = window.open(f"/console/ledgers/{ledger}/export")
        page.get_by_label("格式").select_option("")
        page.get_by_role("button", name="导出", exact=True).click()
        page.get_by_text("有内容需要修改").wait_for()
        assert all(text.strip() for text in _sheets(page, tmp_path))


def _sheets(page: Page, folder: Path) -> list[str]:
    """What stands on each sheet of paper."""
    page.pdf(path=folder / "printed.pdf", format="A4", prefer_css_page_size=True)
    return [sheet.get_textpage().get_text_range() for sheet in PdfDocument(folder / "printed.pdf")]


def _look(window: Window, path: str) -> None:
    page = window.open(path)
    assert page.locator("h1").inner_text() != "没有找到", path
    window.check()
