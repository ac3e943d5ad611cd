"""A disclosure from the first word to its withdrawal, all of it in a browser: on a desk and on a phone, with the
keyboard alone, and without scripts.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser import IN_CHROMIUM, Screens, Window
from tests.browsing.hands import Keyboard, Pointer
from tests.clearance.passages import MOBILE
from tests.journeys import VILLAGE

pytestmark = IN_CHROMIUM

REVIEWERS = {"secrecy": "转业务审核环节", "office-finance": "转领导审批环节", "leader": "已公开，编号"}
LETTER = "联系人手机：{}。\n本月修渠支出 8000.00 元。"
MENDED = "138****0000"


@dataclass
class Journey:
    """One item, and those through whose hands it goes, each in a window of their own."""

    screens: Screens
    size: str
    title: str
    event_on: str
    hand: Pointer | Keyboard = field(default_factory=Pointer)
    has_scripts: bool = True
    address: str = ""

    def window(self, username: str) -> Window:
        window = self.screens.window(self.size, java_script_enabled=self.has_scripts)
        page = window.open("/sign-in")
        self.hand.write(page.get_by_label("用户名"), username)
        self.hand.write(page.get_by_label("密码", exact=True), f"demo-{username}")
        self.hand.press(page.get_by_role("button", name="登录"))
        page.wait_for_url(re.compile("^(?!.*/sign-in)"))
        return window

    def draft_and_submit(self) -> None:
        window = self.window(f"uploader-{VILLAGE}")
        page = window.open(f"/upload/new?village={VILLAGE}&entry=C06")
        self.hand.write(page.get_by_label("标题", exact=True), self.title)
        self.hand.write(page.get_by_label("事件日期"), self.event_on)
        self.hand.write(page.get_by_label("正文", exact=True), LETTER.format(MOBILE))
        self.hand.press(page.get_by_role("button", name="保存草稿"))
        page.get_by_text("草稿已保存").wait_for()
        self.mend_and_submit(window)

    def mend_and_submit(self, window: Window) -> None:
        """What was found in the text is mended as suggested."""
        page = window.page
        if not self.has_scripts:  # with them the text is looked at as it is written
            self.hand.press(page.get_by_role("button", name="预览并检查"))
        page.get_by_text("检查结果：1 处须改正").wait_for()
        self.hand.press(page.get_by_role("button", name=re.compile("^全部采用建议")))
        page.get_by_text("已采用 1 处建议").wait_for()
        expect(page.get_by_label("正文", exact=True)).to_have_value(LETTER.format(MENDED))
        self.hand.press(page.get_by_role("link", name="3 检查并提交"))
        self.hand.press(page.get_by_role("button", name="提交审批"))
        expect(page.get_by_text("已提交审批")).to_be_visible()
        assert not window.faults

    def approve(self) -> None:
        """Three people, one after the other; each opens the text before deciding."""
        for username, told in REVIEWERS.items():
            window = self.window(username)
            page = window.open("/desk")
            self.hand.press(page.get_by_role("link", name=self.title, exact=True))
            page.wait_for_url(re.compile("/desk/[0-9A-Z]{26}"))
            self._read(page)
            for box in page.locator("#field-checklist input").all():
                self.hand.press(box)
            self.hand.press(page.get_by_label("同意", exact=True))
            self.hand.press(page.get_by_role("button", name="提交决定"))
            expect(page.get_by_text(told)).to_be_visible()
            assert not window.faults

    def _read(self, page: Page) -> None:
        """With scripts the text counts as read when its end was on the screen; without, by a button."""
        read = page.get_by_role("button", name="正文已读完")
        if self.has_scripts:
            page.locator("h2").last.scroll_into_view_if_needed()
            read.scroll_into_view_if_needed()
        else:
            self.hand.press(read)
        expect(page.get_by_text("正文已读", exact=True)).to_be_visible()

    def find_in_public(self, title: str | None = None) -> Page:
        """As a villager does: by name, in the search."""
        page = self.screens.window(self.size, java_script_enabled=self.has_scripts).open("/")
        self.hand.write(page.get_by_role("searchbox").first, title or self.title)
        page.keyboard.press("Enter")
        self.hand.press(page.get_by_role("link", name=re.compile(re.escape(title or self.title))).first)
        page.wait_for_url(re.compile("/i/"))
        self.address = page.url
        return page

    def correct(self) -> None:
        window = self.window(f"uploader-{VILLAGE}")
        page = window.open("/upload")
        self.hand.press(page.get_by_role("link", name=self.title, exact=True))
        self.hand.press(page.get_by_role("link", name="更正", exact=True))
        self.hand.write(page.get_by_label("更正说明"), "合计金额有误")
        self.hand.press(page.get_by_role("button", name="起草更正件"))
        self.hand.write(page.get_by_label("正文", exact=True), LETTER.format(MOBILE))
        self.mend_and_submit(window)

    def withdraw(self) -> None:
        """From the console, where the office sees what was published."""
        window = self.window("admin")
        page = window.open(f"/console/cells/{VILLAGE}/C06?month={self.event_on[:7]}")
        heading = page.get_by_role("heading", name=self.title)
        self.hand.press(heading.locator("xpath=following::a[1]"))
        self.hand.press(page.get_by_role("link", name="附件、对照和办理"))
        self.hand.press(page.locator("a[href$='/withdraw']"))
        self.hand.write(page.get_by_label("理由"), "原件有误，另行公开")
        self.hand.press(page.locator("main form button[type=submit]").last)
        expect(page.get_by_text("已撤回").first).to_be_visible()
        assert not window.faults


def walk(journey: Journey) -> None:
    journey.draft_and_submit()
    journey.approve()
    page = journey.find_in_public()
    expect(page.get_by_text(MENDED)).to_be_visible()
    journey.correct()
    journey.approve()
    page = journey.find_in_public()
    expect(page.get_by_text("合计金额有误").first).to_be_visible()
    journey.withdraw()
    page = journey.screens.window(journey.size).open(urlsplit(journey.address).path)
    expect(page.get_by_text("原件有误，另行公开").first).to_be_visible()
    expect(page.get_by_text(MENDED)).to_have_count(0)


def test_with_the_pointer_at_a_desk(screens: Screens) -> None:
    walk(Journey(screens, "desk", "修渠支出甲", "2026-11-02"))


def test_with_a_finger_on_a_phone(screens: Screens) -> None:
    walk(Journey(screens, "phone", "修渠支出乙", "2026-11-03"))


def test_with_the_keyboard_alone(screens: Screens) -> None:
    walk(Journey(screens, "desk", "修渠支出丙", "2026-11-04", hand=Keyboard()))


def test_without_scripts_on_a_phone(screens: Screens) -> None:
    walk(Journey(screens, "phone", "修渠支出丁", "2026-11-05", has_scripts=False))
