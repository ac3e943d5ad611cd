"""Every page, in a township where everything that people can write is hostile: well made, and nothing of it runs."""

from functools import cache

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser import IN_CHROMIUM, Screens
from tests.browsing.addresses import NOBODY, Addresses, addresses_in, each_of, page_routes
from tests.browsing.payloads import PAYLOADS
from tests.browsing.pen import free_texts
from tests.browsing.town import UNWRITTEN, Town, written_town
from tests.clients import TestClock
from tests.pages import Browser

pytestmark = IN_CHROMIUM

HARM = "main :is([onerror], [onload], [onclick], [onfocus], [onmouseover], iframe, script, object, embed, base, link)"


@pytest.fixture
def town(app: Flask, moment: TestClock) -> Town:
    return written_town(app)


def test_every_page_is_well_made_and_every_field_was_written(app: Flask, town: Town) -> None:
    """A page that is new must be given addresses, a field that is new must be written."""
    addresses = addresses_in(town)
    assert set(addresses) == page_routes(app)
    unwritten = {each for each in free_texts(app) - town.pen.written if each[1] not in UNWRITTEN}
    assert not unwritten

    @cache
    def browser_of(username: str) -> Browser:
        browser = Browser(app)
        if username != NOBODY:
            browser.sign_in(username)
        return browser

    for username, path in each_of(addresses):
        answer = browser_of(username).get(path)
        gone = path in (f"/i/{town.ids['withdrawn']}", f"/i/{town.ids['suspended']}")
        assert answer.status in ({410} if gone else {200, 204}), (username, path, answer.status)


def test_nothing_that_people_wrote_runs_or_fetches(own_screens: Screens, town: Town) -> None:
    assert len(PAYLOADS) >= 200
    opened = 0
    for username, paths in _by_person(addresses_in(town)).items():
        window = own_screens.window()
        window.page.on("dialog", lambda dialog, faults=window.faults: faults.append(dialog.message))
        if username != NOBODY:
            window.sign_in(username)
        for path in paths:
            if _is_opened(window.page, own_screens.address + path):
                opened += 1
                assert window.page.evaluate("window.ran") is None, path
                assert not window.page.evaluate(f"document.querySelectorAll('{HARM}').length"), path
            assert not window.faults, (path, window.faults)
        window.page.context.close()
    assert opened > 150


def _by_person(addresses: Addresses) -> dict[str, list[str]]:
    people: dict[str, list[str]] = {}
    for username, path in each_of(addresses):
        people.setdefault(username, []).append(path)
    return people


def _is_opened(page: Page, address: str) -> bool:
    """Whether it is a page of HTML; a file that is kept and not shown cannot run."""
    answer = page.context.request.get(address)
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return False
    page.goto(address)
    return True
