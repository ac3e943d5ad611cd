"""The public pages in Chromium: three widths, large type, the keyboard, no scripts, paper."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.browser import IN_CHROMIUM, SIZES, Screens
from tests.console import PNG
from tests.journeys import TOWNSHIP, VILLAGE, Json, attach, decide, draft, publish, put, submit
from tests.processes import Answer, Wire

pytestmark = IN_CHROMIUM


@dataclass
class Caller:
    """Somebody at the interface of a running server, for what ``tests/journeys`` does with a client."""

    wire: Wire

    def get(self, path: str) -> Any:
        return self._seen(self.wire.call("GET", path))

    def put(self, path: str, body: Any, headers: Mapping[str, str]) -> Any:
        return self._seen(self.wire.call("PUT", path, body, headers=headers))

    def post(self, path: str, body: Any = None, data: Any = None) -> Any:
        if data is None:
            return self._seen(self.wire.call("POST", path, body or {}))
        boundary, form = encode_multipart({name: FileStorage(*file) for name, file in data.items()})
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self._seen(self.wire.call("POST", path, data=form, headers=headers))

    @staticmethod
    def _seen(answer: Answer) -> Any:
        return _Seen(answer.status, answer.headers, json.loads(answer.data or b"null"))


@dataclass(frozen=True)
class _Seen:
    status_code: int
    headers: Mapping[str, str]
    json: Any


@dataclass(frozen=True)
class Site:
    item: str
    corrected: str
    withdrawn: str

    @property
    def paths(self) -> list[str]:
        places = [
            f"/d/{code}{page}" for code in (TOWNSHIP, VILLAGE) for page in ("", "/items", "/archive", "/statistics")
        ]
        items = [f"/i/{each}" for each in (self.item, self.corrected, self.withdrawn)]
        searches = [
            "/search",
            f"/search?q={quote('财务 收支')}",
            f"/search?q={quote('没有这样的词')}",
            "/search?period=x",
        ]
        return ["/", "/d/640104000000", *places, *items, *searches, "/about"]


@pytest.fixture(scope="session")
def site(screens: Screens) -> Site:
    """What there is to see: an item with a wide table and a file, a corrected one, a withdrawn one."""
    port = int(urlsplit(screens.address).port or 0)

    @cache
    def as_(username: str) -> Any:
        body = {"username": username, "password": f"demo-{username}"}
        return Caller(Wire(port, Wire(port).call("POST", "/auth/login", body).json["access_token"]))

    row = "".join(f"<td>样例户{number}的内容</td>" for number in range(12))
    item = draft(as_, period="2026-10", body=f"<p>收支如下。</p><table><tbody><tr>{row}</tr></tbody></table>")
    attach(as_, item, "收支明细.png", PNG)
    item = _approved(as_, submit(as_, item))
    corrected = _corrected(as_, publish(as_, period="2026-09"), change_note="更正合计金额")
    withdrawn = _withdrawn(as_, publish(as_, period="2026-08"), "金额有误")
    return Site(item["id"], corrected["id"], withdrawn["id"])


def _approved(as_: Any, disclosure: Json) -> Json:
    while disclosure["state"] == "in_review":
        disclosure = decide(as_, disclosure)
    return disclosure


def _corrected(as_: Any, disclosure: Json, change_note: str) -> Json:
    answer = as_(f"uploader-{VILLAGE}").post(
        f"/disclosures/{disclosure['id']}/corrections", {"change_note": change_note}
    )
    assert answer.status_code == 201, answer.json
    fields = ("title", "body", "period", "event_on", "nothing_to_report", "audience")
    changed = put(as_, answer.json, **{name: disclosure[name] for name in fields})
    return _approved(as_, submit(as_, changed))


def _withdrawn(as_: Any, disclosure: Json, reason: str) -> Json:
    answer = as_("admin").post(f"/disclosures/{disclosure['id']}/withdraw", {"reason": reason})
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


@pytest.mark.parametrize("size", SIZES)
def test_every_page_at_every_width(screens: Screens, site: Site, size: str) -> None:
    window = screens.window(size)
    for path in site.paths:
        window.open(path)
        window.check()


def test_large_type_stays_and_fits_a_phone(screens: Screens, site: Site) -> None:
    window = screens.window("phone")
    page = window.open("/")
    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html.large")).to_have_count(1)
    for path in ("/", f"/d/{VILLAGE}", f"/d/{TOWNSHIP}/statistics", f"/i/{site.item}", "/search"):
        window.open(path)
        expect(page.locator("html.large")).to_have_count(1)
        window.check()
    page.get_by_role("button", name="常规字号").click()
    expect(page.locator("html.large")).to_have_count(0)


def test_from_the_first_page_to_a_file_without_scripts(screens: Screens, site: Site) -> None:
    window = screens.window("phone", java_script_enabled=False)
    page = window.open("/")
    page.get_by_role("link", name="掌政镇", exact=True).click()
    page.get_by_role("link", name="洼路村", exact=True).click()
    page.get_by_role("searchbox", name="搜索洼路村公开信息").fill("收支如下")
    page.get_by_role("button", name="搜索").click()
    expect(page.locator("mark").first).to_be_visible()
    page.locator(f"a[href='/i/{site.item}']").click()
    page.wait_for_url(f"**/i/{site.item}")
    expect(page.get_by_role("button", name="打印本页")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="收支明细.png").click()
    assert download.value.suggested_filename == "收支明细.png"
    assert not window.faults


def test_a_wide_table_scrolls_by_the_keyboard(screens: Screens, site: Site) -> None:
    page = screens.window("phone").open(f"/i/{site.item}")
    region = page.get_by_role("region", name="表格1")
    assert region.evaluate("each => each.scrollWidth > each.clientWidth")
    region.focus()
    page.keyboard.press("ArrowRight")
    while not region.evaluate("each => each.scrollLeft"):
        page.wait_for_timeout(50)
    assert page.evaluate("document.documentElement.scrollLeft") == 0


def test_a_search_with_the_keyboard_alone(screens: Screens, site: Site) -> None:
    page = screens.window().open("/")
    for _ in range(4):  # past the way to the text, the name, large type
        page.keyboard.press("Tab")
    page.keyboard.type("收支如下")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    expect(page.get_by_role("heading", name="找到 1 条")).to_be_visible()


def test_the_old_address_of_a_corrected_item(screens: Screens, site: Site) -> None:
    page = screens.window("phone").open(f"/i/{site.corrected}")
    page.get_by_role("link", name="原来的地址").click()
    page.wait_for_url(f"**/i/{site.corrected}#corrections")


def test_printed_on_paper(screens: Screens, site: Site, tmp_path: Path) -> None:
    page = screens.window().open(f"/i/{site.item}")
    page.emulate_media(media="print")
    assert not page.get_by_role("search").is_visible()
    assert page.get_by_text(f"/i/{site.item}").is_visible()
    assert page.pdf(path=tmp_path / "item.pdf", format="A4").startswith(b"%PDF")
