"""Whoever signs in may open whatever the own pages lead to, however far the links are followed."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from tests.browsing.addresses import FILES
from tests.journeys import VILLAGE, As, decide, draft, publish, submit
from tests.pages import Browser, Page

PEOPLE = ("admin", "secrecy", "office-finance", "leader", "auditor", f"uploader-{VILLAGE}")


def _pages_from(app: Flask, browser: Browser, first: Page) -> Iterator[tuple[str, Page]]:
    """From the first page on, one of each kind: by its route and what is asked of it, with the page that led there."""
    waiting, seen = [(first.path, address) for address in _addresses_on(first)], set()
    while waiting:
        led_from, address = waiting.pop(0)
        parts = urlsplit(address)
        endpoint, _ = app.url_map.bind("").match(parts.path, "GET")
        kind = (endpoint, *sorted(name for name, _ in parse_qsl(parts.query)))
        if kind not in seen:
            seen.add(kind)
            page = browser.get(address)
            yield led_from, page
            if page.answer.mimetype == "text/html":
                waiting += [(page.path, each) for each in _addresses_on(page)]


def _addresses_on(page: Page) -> list[str]:
    links = [str(each.attrs["href"]).partition("#")[0] for each in page.all("a[href]")]
    own = [each for each in links if each.startswith("/") and not each.startswith("/api/")]
    return [each for each in own if not each.endswith(FILES)]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("username", PEOPLE)
def test_no_link_leads_to_a_closed_door(app: Flask, as_: As, username: str) -> None:
    publish(as_)
    decide(as_, submit(as_, draft(as_, entry="C03", period="2023-Q3")))
    browser = Browser(app)
    opened = list(_pages_from(app, browser, browser.sign_in(username)))
    assert [(led_from, page.path, page.status) for led_from, page in opened if page.status >= 400] == []
    assert len(opened) > 15
