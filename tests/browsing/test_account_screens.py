"""The account's pages in Chromium: at three widths, with the keyboard alone, without scripts, on paper."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from tests.browser import IN_CHROMIUM, SIZES, Screens
from tests.journeys import VILLAGE

pytestmark = IN_CHROMIUM

BEFORE = ("/sign-in", "/invitation", "/nowhere")
AFTER = ("/account", "/account/password", "/account/devices", "/account/totp")


@pytest.mark.parametrize("size", SIZES)
def test_every_page_at_every_width(screens: Screens, size: str) -> None:
    window = screens.window(size)
    for path in BEFORE:
        window.open(path)
        window.check()
    window.sign_in("leader")
    for path in AFTER:
        window.open(path)
        window.check()


def test_large_type_fits_a_phone(screens: Screens) -> None:
    window = screens.window("phone")
    page = window.sign_in("secrecy")
    page.get_by_role("button", name="大字版").click()
    for path in AFTER:
        window.open(path)
        expect(page.locator("html.large")).to_have_count(1)
        window.check()


def test_faults_are_told_at_the_field(screens: Screens) -> None:
    window = screens.window("phone")
    page = window.open("/sign-in")
    page.get_by_label("用户名").fill("leader")
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".error-summary")).to_be_focused()
    window.check()
    page.get_by_role("link", name="密码：此项必填。").click()
    expect(page.locator("#field-password")).to_be_focused()


def test_with_the_keyboard_alone(screens: Screens) -> None:
    page = screens.window().open("/sign-in")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(f"uploader-{VILLAGE}")
    page.keyboard.press("Tab")
    page.keyboard.type(f"demo-uploader-{VILLAGE}")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/upload$"))


def test_without_scripts(screens: Screens) -> None:
    window = screens.window(java_script_enabled=False)
    page = window.sign_in("leader")
    page.get_by_role("link", name="我的账号").click()
    page.get_by_role("link", name="登录的设备").click()
    expect(page.get_by_text("本机")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_text("您已退出。")).to_be_visible()


@pytest.mark.parametrize(("scripts", "username"), [(True, "office-finance"), (False, "auditor")])
def test_a_double_click_is_one_act(screens: Screens, scripts: bool, username: str) -> None:
    """With our script, which stops the second; and without, where the server answers it as it did the first."""
    window = screens.window(java_script_enabled=scripts)
    page = window.sign_in(username)
    window.open("/account/totp")
    page.get_by_role("button", name="开始启用").dblclick()
    page.get_by_role("heading", name="第一步：用验证器扫描").wait_for()
    assert not window.faults


def test_printed_on_paper(screens: Screens, tmp_path: Path) -> None:
    window = screens.window()
    window.sign_in("leader")
    page = window.open("/account")
    paper = PdfDocument(page.pdf(path=tmp_path / "account.pdf", format="A4"))
    assert len(paper) == 1
    words = paper[0].get_textpage().get_text_bounded()
    assert "我的岗位" in words
    assert "大字版" not in words
