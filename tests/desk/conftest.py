"""``browsing("leader")`` is the leader's browser, signed in."""

from functools import cache

import pytest
from flask import Flask

from tests.clients import TestClock
from tests.desk.browsing import Browsing
from tests.pages import Browser


@pytest.fixture
def browsing(app: Flask, moment: TestClock) -> Browsing:
    @cache
    def signed_in(username: str) -> Browser:
        browser = Browser(app)
        browser.sign_in(username)
        return browser

    return signed_in
