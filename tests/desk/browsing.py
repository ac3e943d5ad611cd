"""People at their desks, each with a browser."""

from collections.abc import Callable

from tests.journeys import CHECKLIST, As, Json, attach, draft, submit
from tests.pages import Browser, Page

Browsing = Callable[[str], Browser]


def open_all(browser: Browser, item: Json) -> Page:
    """Open the text and every file, as a reviewer does; the page after it."""
    address = f"/desk/{item['id']}"
    page = browser.get(address)
    while page.all("button[data-open]"):
        page = browser.send(page, f"{address}/opened")
        assert page.status == 200, page.html
    return page


def decide_on(browser: Browser, page: Page, outcome: str = "approve", **fields: object) -> Page:
    checklist = CHECKLIST if outcome == "approve" else []
    return browser.send(page, page.path, **{"outcome": outcome, "checklist": checklist, **fields})


def with_file(as_: As, name: str, data: bytes, **changes: object) -> Json:
    """Submitted, with one file."""
    item = draft(as_, **changes)
    attach(as_, item, name, data)
    return submit(as_, item)
