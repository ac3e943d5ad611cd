"""The uploader's pages in Chromium: a draft, its finding mended, its files, handed in; and without scripts."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser import IN_CHROMIUM, SIZES, Screens
from tests.clearance.passages import MOBILE
from tests.console import PNG
from tests.intake.make_files import pdf
from tests.journeys import VILLAGE

pytestmark = IN_CHROMIUM

UPLOADER = f"uploader-{VILLAGE}"
TEXT = f"# 收支情况\n| 项目 | 金额（元） |\n| 水费 | 320.00 |\n联系人手机：{MOBILE}。\n抄送：各站办所。"
FILES = [
    {"name": "明细.pdf", "mimeType": "application/pdf", "buffer": pdf("12000")},
    {"name": "坏的.pdf", "mimeType": "application/pdf", "buffer": b"hello"},
    {"name": "收据.png", "mimeType": "image/png", "buffer": PNG},
]


@pytest.mark.parametrize("size", SIZES)
def test_a_draft_is_mended_and_handed_in(screens: Screens, size: str) -> None:
    window = screens.window(size)
    page = window.sign_in(UPLOADER)
    window.open("/upload")
    window.check()
    page.get_by_role("link", name=re.compile("^写")).first.click()
    page.get_by_label("正文", exact=True).fill(TEXT)
    expect(page.get_by_text("检查结果：1 处须改正，1 处须在提交时说明理由。")).to_be_visible()
    expect(page.get_by_label("预览").get_by_role("cell", name="320.00")).to_be_visible()
    window.check()
    page.get_by_role("button", name=re.compile("^采用建议")).click()
    page.get_by_text("已采用 1 处建议").wait_for()
    expect(page.get_by_label("正文", exact=True)).to_have_value(TEXT.replace(MOBILE, "138****0000"))
    window.check()
    page.get_by_role("button", name="保存，下一步：附件").click()
    page.get_by_label("选择文件").set_input_files(FILES)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_text("坏的.pdf：附件只接受")).to_be_visible()
    expect(page.get_by_role("link", name="收据.png")).to_be_visible()
    expect(page.get_by_role("link", name="2 附件（2）")).to_be_visible()
    window.check()
    page.get_by_role("button", name="下一步：检查并提交").click()
    page.get_by_label("为什么可以公开").fill("只是落款")
    window.check()
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("已提交审批")).to_be_visible()
    expect(page.get_by_text("保密专干", exact=True).first).to_be_visible()
    window.check()


def test_what_was_written_before_the_script_came_is_looked_at(screens: Screens) -> None:
    page = screens.window("phone").sign_in(UPLOADER)
    held: list[Route] = []
    page.route("**/upload.js*", lambda route: held.append(route))
    page.goto(f"{screens.address}/upload/new?village={VILLAGE}&entry=C06", wait_until="commit")
    page.get_by_label("正文", exact=True).fill(f"联系人手机：{MOBILE}。")
    [script] = held
    script.continue_()
    expect(page.get_by_text("检查结果：1 处须改正")).to_be_visible()


def test_a_stale_window_and_the_buttons_of_the_text(screens: Screens) -> None:
    window = screens.window("phone")
    page = window.sign_in(UPLOADER)
    window.open(f"/upload/new?village={VILLAGE}&entry=C06")
    page.get_by_label("标题", exact=True).fill("筹资筹劳")
    page.get_by_label("事件日期").fill("2026-11-02")
    body = page.get_by_label("正文", exact=True)
    body.fill("修路\n修渠")
    body.press("Control+A")
    page.get_by_role("button", name="编号").click()
    expect(body).to_have_value("1. 修路\n2. 修渠")
    page.get_by_role("button", name="表格").click()
    expect(body).to_have_value("1. 修路\n2. 修渠\n| 项目 | 金额（元） |\n|  |  |\n")
    body.press("Control+Z")  # what a button wrote is undone as what was typed
    expect(body).to_have_value("1. 修路\n2. 修渠")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("草稿已保存").wait_for()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("正文", exact=True).fill("另一个窗口写的")
    other.get_by_role("button", name="保存草稿").click()
    other.get_by_text("草稿已保存").wait_for()
    body.fill("这个窗口写的")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有保存：您打开之后，这条信息有过变动")
    expect(page.get_by_text("另一个窗口写的")).to_be_visible()
    window.check()
    page.get_by_role("button", name="用我写的替换现在的").click()
    expect(page.get_by_label("正文", exact=True)).to_have_value("这个窗口写的")


def test_without_scripts(screens: Screens) -> None:
    window = screens.window(java_script_enabled=False)
    page = window.sign_in(UPLOADER)
    window.open(f"/upload/new?village={VILLAGE}&entry=C03&period=2026-Q3")
    page.get_by_label("正文", exact=True).fill(TEXT)
    page.get_by_role("button", name="预览并检查").click()
    expect(page.get_by_text("检查结果：1 处须改正，1 处须在提交时说明理由。")).to_be_visible()
    page.get_by_role("button", name="全部采用建议（1 处）").click()
    page.get_by_text("已采用 1 处建议").wait_for()
    page.get_by_role("link", name="2 附件（0）").click()
    page.get_by_label("选择文件").set_input_files(FILES[:1])
    page.get_by_role("button", name="上传", exact=True).click()
    page.get_by_text("附件“明细.pdf”已上传").wait_for()
    page.get_by_role("button", name="下一步：检查并提交").click()
    page.get_by_label("为什么可以公开").fill("只是落款")
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("已提交审批")).to_be_visible()
    window.open(f"/upload/nothing?village={VILLAGE}&entry=C04&period=2026-Q3")
    page.get_by_role("button", name="确认没有，提交审批").click()
    expect(page.get_by_text("已提交“无此类事项”")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_the_other_pages_at_every_width(screens: Screens, size: str) -> None:
    window = screens.window(size)
    page = window.sign_in(UPLOADER)
    for path in (f"/upload/new?village={VILLAGE}", f"/upload/nothing?village={VILLAGE}&entry=C02&period=2024-01"):
        window.open(path)
        window.check()
    window.open(f"/upload/new?village={VILLAGE}&entry=C02&period=2024-01")
    page.get_by_label("正文", exact=True).fill(f"联系人手机：{MOBILE}。")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("link", name="认为是误报，申诉").click()
    window.check()
    page.go_back()
    page.get_by_role("link", name="3 检查并提交").click()
    window.check()
    page.go_back()
    page.get_by_role("link", name="删除这份草稿").click()
    window.check()
    page.get_by_role("button", name="删除", exact=True).click()
    expect(page.get_by_text("已删除草稿")).to_be_visible()
