"""The review desk in Chromium: worked with the keyboard alone, without scripts, and at every width."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import IN_CHROMIUM, SIZES, Screens
from tests.clearance.passages import WITH_MEMO
from tests.console import PNG
from tests.intake.make_files import docx, pdf
from tests.journeys import VILLAGE, content

pytestmark = IN_CHROMIUM

A4 = {"width": 673, "height": 971}  # the sheet without its margins, in the browser's pixels
PAST_THE_PAPER = "document.querySelector('.reading td:last-child').getBoundingClientRect().right - window.innerWidth"
LETTER = docx("<w:p><w:r><w:t>支出说明</w:t></w:r></w:p>")
FILES = {"收据.png": PNG, "明细.pdf": pdf("12000", pages=2), "说明.docx": LETTER}


class Village:
    """The uploader, who writes through the interface."""

    def __init__(self, screens: Screens) -> None:
        self.api = f"{screens.address}/api/v1"
        self.request = screens.chromium.new_context().request
        body = {"username": f"uploader-{VILLAGE}", "password": f"demo-uploader-{VILLAGE}"}
        self.headers = {"Authorization": f"Bearer {self._post('/auth/login', data=body)['access_token']}"}

    def submit(self, title: str, files: dict[str, bytes] | None = None, **changes: Any) -> str:
        """A new item on its way; its address at the desk."""
        body = {"village": VILLAGE, "entry": "C02"} | content(title=title, **changes)
        item = self._post("/disclosures", data=body)
        for name, data in (files or {}).items():
            file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            self._post(f"/disclosures/{item['id']}/attachments", multipart={"file": file})
        reasons = [{"finding": each["id"], "reason": "只是落款"} for each in item["findings"]]
        self._post(f"/disclosures/{item['id']}/submit", data={"acknowledge": reasons})
        return f"/desk/{item['id']}"

    def _post(self, path: str, **options: Any) -> dict[str, Any]:
        headers = getattr(self, "headers", {})
        answer = self.request.post(self.api + path, headers=headers, **options)
        assert answer.ok, answer.text()
        return dict(answer.json())


@pytest.fixture(scope="session")
def village(screens: Screens) -> Village:
    return Village(screens)


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def _tab_to(page: Page, what: str) -> None:
    """Press Tab until a field or button of this name has the focus."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if what in page.evaluate("document.activeElement.textContent + ' ' + document.activeElement.id"):
            return
    raise AssertionError(f"Tab does not lead to {what}")


def test_the_queue_with_the_keyboard_alone(screens: Screens, village: Village) -> None:
    village.submit("键盘办理的第一件", FILES, body=WITH_MEMO)
    village.submit("键盘办理的第二件")
    window = screens.window()
    page = window.sign_in("secrecy")
    window.open("/desk?age=under_1")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(re.compile("/desk/[0-9A-Z]{26}$"))
    expect(page.get_by_text("正文已读", exact=True)).to_be_visible()  # its end was on the screen for a second
    for name in FILES:
        page.keyboard.press("o")
        expect(page.locator("h3:focus")).to_have_text(name)
        page.keyboard.press("Escape")
    expect(page.get_by_text("支出说明")).to_be_visible()
    window.check()
    page.keyboard.press("a")
    assert _focused(page) == "field-checklist-1"
    for _ in range(4):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    _tab_to(page, "提交决定")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk$"))
    expect(page.get_by_text("已同意，转业务审核环节")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_text("正文和附件都已打开")).to_be_visible()
    page.keyboard.press("r")
    assert _focused(page) == "field-reason"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("jk 第三行合计少 10 元")  # letters that are typed are no commands
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已退回")).to_be_visible()
    assert not window.faults


def test_help_and_switching_the_keys_off(screens: Screens, village: Village) -> None:
    first, second = village.submit("前一件"), village.submit("后一件")
    window = screens.window()
    page = window.sign_in("secrecy")
    window.open(first)
    page.keyboard.press("j")
    page.wait_for_url(re.compile(second))
    page.keyboard.press("k")
    page.wait_for_url(re.compile(first))
    page.keyboard.press("?")
    expect(page.get_by_text("快捷键只移动到要办的地方")).to_be_visible()
    window.check()
    _tab_to(page, "关闭快捷键")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    window.open(first)
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(first))


def test_what_was_typed_stays_while_files_open(screens: Screens, village: Village) -> None:
    window = screens.window("phone")
    page = window.sign_in("secrecy")
    window.open(village.submit("先写后看", {"收据.png": PNG}))
    page.get_by_label("说明").fill("写到一半")
    expect(page.get_by_role("button", name="提交决定")).to_be_disabled()
    page.get_by_role("button", name=re.compile("收据.png")).click()
    expect(page.get_by_role("img", name="附件：收据.png")).to_be_visible()
    page.get_by_role("button", name="正文已读完").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="提交决定")).to_be_enabled()
    expect(page.get_by_role("img", name="附件：收据.png")).to_be_visible()
    assert page.get_by_label("说明").input_value() == "写到一半"
    window.check()


def test_without_scripts(screens: Screens, village: Village) -> None:
    window = screens.window(java_script_enabled=False)
    page = window.sign_in("secrecy")
    window.open(village.submit("没有脚本的一件", {"明细.pdf": FILES["明细.pdf"]}))
    page.get_by_role("button", name="正文已读完").click()
    page.get_by_role("button", name="打开附件").click()
    expect(page.get_by_role("img", name="明细.pdf，第 2 页，共 2 页")).to_be_attached()
    page.get_by_label("退回修改").check()
    page.get_by_label("退回理由").select_option(label="附件缺失、看不清或与正文不符，请重新上传。")
    page.get_by_role("button", name="提交决定").click()
    expect(page.get_by_text("已退回")).to_be_visible()


def test_a_wide_table_is_whole_on_paper(screens: Screens, village: Village) -> None:
    cells = "".join(f"<td>第 {number} 栏 {number}00.00</td>" for number in range(1, 11))
    window = screens.window()
    page = window.sign_in("secrecy")
    window.open(village.submit("十栏的表", body=f"<table><tbody><tr>{cells}</tr></tbody></table>"))
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    assert page.evaluate(PAST_THE_PAPER) <= 0


@pytest.mark.parametrize("size", SIZES)
def test_every_page_at_every_width(screens: Screens, village: Village, size: str) -> None:
    address = village.submit(f"各种宽度：{size}", FILES, body=WITH_MEMO)
    reviewer, admin = screens.window(size), screens.window(size)
    reviewer.sign_in("secrecy")
    for path in ("/desk", "/desk?time=later", address, "/desk/delegations", "/notices"):
        reviewer.open(path)
        reviewer.check()
    page = reviewer.open(address)
    page.get_by_role("link", name="放行或维持").click()
    reviewer.check()
    admin.sign_in("admin")
    for path in ("/console/handovers", address):
        admin.open(path)
        admin.check()
    admin.page.get_by_role("link", name="查看附件").nth(1).click()
    admin.check()
    admin.open("/console/handovers").get_by_role("button", name="下一步").click()
    admin.check()
