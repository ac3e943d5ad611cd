"""Two at the same form at the same moment: one acts, and the other is told."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask

from tests.clients import Client
from tests.ledgers.samples import ROWS
from tests.pages import Browser

As = Callable[[str], Client]


@pytest.mark.slow
def test_of_two_who_void_a_row_one_does(app: Flask, as_: As) -> None:
    """The page has read the row before it is locked; what it read then must not count."""
    row = as_("admin").post("/ledgers/trainings", ROWS["trainings"]).json["id"]
    path = f"/console/ledgers/trainings/rows/{row}/void"
    pages, barrier, statuses = [], Barrier(2), list[int]()
    for _ in range(2):
        browser = Browser(app)
        browser.sign_in("admin")
        pages.append((browser, browser.get(path)))

    def void(browser: Browser, fields: dict[str, str]) -> None:
        barrier.wait()
        statuses.append(browser.http.post(path, data=fields | {"reason": "登重了"}).status_code)

    threads = [Thread(target=void, args=(browser, page.form(path))) for browser, page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 409]
    entries = as_("auditor").get(f"/audit?subject={row}").json["data"]
    assert [each["action"] for each in entries] == ["ledger.row_created", "ledger.row_voided"]
