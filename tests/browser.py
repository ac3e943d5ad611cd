"""A real browser before a real server: Debian's Chromium, held by Playwright, on a copy of the loaded township.

One Chromium and one server a session. Where no Chromium is found the tests are skipped, and the summary says how
many were not run.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Request, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
NOT_RUN = "not run: no chromium"
IN_CHROMIUM = [pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")]
"""For ``pytestmark``: a browser sees no difference between the databases."""
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
]
SIZES = {"phone": (390, 844), "tablet": (768, 1024), "desk": (1440, 900)}
PATIENCE = 30_000  # milliseconds: a loaded machine is slow, not wrong
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Window:
    """Somebody at a screen; what the pages fetch from elsewhere or complain of is kept as a fault."""

    page: Page
    address: str
    faults: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, username: str, password: str | None = None) -> Page:
        self.open("/sign-in")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码", exact=True).fill(password or f"demo-{username}")
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="登录").click()
        return self.page

    def check(self) -> None:
        """The page as it stands has no fault that axe-core knows, nothing spills over, nothing came from outside."""
        results = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": LEVELS}})
        found = [
            f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
            for each in results.response["violations"]
            for node in each["nodes"]
        ]
        spills = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
        assert not found, (self.page.url, found)
        assert not spills, f"{self.page.url} is wider than the screen"
        assert not self.faults, (self.page.url, self.faults)


class Screens:
    """Windows of one Chromium on one server."""

    def __init__(self, chromium: Chromium, address: str) -> None:
        self.chromium = chromium
        self.address = address
        self._opened: list[BrowserContext] = []

    def window(self, size: str = "desk", **options: Any) -> Window:
        """size: a name in SIZES. options: of Playwright's context, e.g. ``java_script_enabled=False``."""
        width, height = SIZES[size]
        context: BrowserContext = self.chromium.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", **options
        )
        self._opened.append(context)
        context.set_default_timeout(PATIENCE)
        page, faults = context.new_page(), []
        page.on("request", lambda request: faults.extend(self._foreign(request)))
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        return Window(page, self.address, faults)

    def shut(self) -> None:
        """The windows that were opened: one that stays open goes on looking whether anything is new."""
        while self._opened:
            self._opened.pop().close()

    def _foreign(self, request: Request) -> list[str]:
        inside = request.url.startswith((self.address + "/", "data:"))
        return [] if inside else [f"fetched {request.url}"]


def screens_on(address: str) -> Iterator[Screens]:
    """Give a Chromium for a server that runs already, and end it afterwards."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES, chromium_sandbox=False)
        try:
            yield Screens(chromium, address)
        finally:
            chromium.close()
