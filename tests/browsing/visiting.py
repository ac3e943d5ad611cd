"""Everybody opens everything, asks with hostile words, and sends every form filled with them."""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.browsing.addresses import NOBODY, Addresses, page_routes, people_of
from tests.browsing.pen import Pen
from tests.browsing.shown import Album, Shown
from tests.browsing.town import FILE_NAME, Town
from tests.clients import sign_in
from tests.pages import HTML_ACCEPT, Browser

OPENED = (200, 204, 308, 410)  # 308: what was corrected leads on; 410: what ended says so
BARRED = (303, 401, 403)  # 303: to the way in
NOT_NOW = (404, 409, 422)
NOT_SENT = ("/sign-out", "/account/devices")  # after them one's session would be over
ALWAYS_ASKED = ("next", "cursor", "division", "month")
WIDE = 1000  # signs of a text that is typed into a field


class Visitors:
    """Everybody there is, each with a browser."""

    def __init__(self, town: Town) -> None:
        self.people, self._app = people_of(town), town.pen.app

    def get(self, who: str, path: str) -> TestResponse:
        is_api = who != NOBODY and path.startswith("/api/v1/")
        proof = {"Authorization": f"Bearer {self._token_of(who)}"} if is_api else {}
        return self._browser_of(who).get(path, headers=HTML_ACCEPT | proof, buffered=True)

    def post(self, who: str, path: str, data: Any) -> TestResponse:
        """And where it leads to."""
        return self._browser_of(who).post(path, data=data, headers=HTML_ACCEPT, buffered=True, follow_redirects=True)

    @cache  # noqa: B019 - they live as long as their test
    def _browser_of(self, who: str) -> FlaskClient:
        browser = Browser(self._app)
        if who != NOBODY:
            assert browser.sign_in(who, self.people[who]).path != "/sign-in"
        return browser.http

    @cache  # noqa: B019
    def _token_of(self, who: str) -> str | None:
        return sign_in(self._app, who, self.people[who]).token


def open_everywhere(visitors: Visitors, addresses: Addresses, album: Album) -> Iterator[str]:
    """Every address by everybody: who may not open the first of a route is not asked to open its others, and what is
    public is the same for all. What is wrong: what nobody can open, and failures."""
    for paths in addresses.values():
        people = [NOBODY, *(who for who in visitors.people if who != NOBODY)]
        for path in paths:
            statuses = dict[str, int]()
            for who in people:
                answer = visitors.get(who, path)
                statuses[who] = answer.status_code
                if answer.status_code in OPENED:
                    album.keep(Shown(who, answer))
                if who == NOBODY and answer.status_code in OPENED:
                    break
            people = [who for who in people if statuses.get(who) not in BARRED]
            if not set(statuses.values()) & set(OPENED):
                yield f"{path}: nobody could open it"
            if failed := {who: each for who, each in statuses.items() if each not in (*OPENED, *BARRED, *NOT_NOW)}:
                yield f"{path}: {failed}"


def ask_with_hostile_words(visitors: Visitors, app: Flask, pen: Pen, album: Album) -> Iterator[str]:
    """Each page with something hostile in its address: in the parts of its path, in each parameter that it knows."""
    asked = set()
    for shown in [each for each in album if each.is_html]:
        path = shown.path.partition("?")[0]
        route, _ = app.url_map.bind("").match(path, "GET", return_rule=True)
        for name in {*_parameters_of(shown), *ALWAYS_ASKED}:
            if (route.endpoint, name) not in asked:
                asked.add((route.endpoint, name))
                yield from _kept(visitors, shown.who, f"{path}?{name}={quote(pen(WIDE))}", album)
    administrator = next(iter(visitors.people))
    for rule in [each for each in app.url_map.iter_rules() if each.endpoint in page_routes(app) and each.arguments]:
        words = quote(pen(WIDE, without="/"), safe="")
        path = re.sub("<(?:[a-z]+:)?([a-z_]+)>", words, rule.rule)
        yield from _kept(visitors, administrator, path, album)


def _parameters_of(shown: Shown) -> set[str]:
    """Of its links to itself and of its forms that only ask."""
    page, own = shown.page, shown.path.partition("?")[0]
    links = [urlsplit(link.attrs["href"] or "") for link in page.all("a[href]")]
    linked = {name for link in links if link.path in ("", own) for name, _ in parse_qsl(link.query)}
    forms = [form for form in page.all("form") if form.attrs.get("method") == "get"]
    return linked | {field.attrs["name"] for form in forms for field in form.query("[name]")}


def send_hostile_forms(visitors: Visitors, pen: Pen, album: Album) -> Iterator[str]:
    """Each form twice: with hostile text in every field, and in those alone that are for words.

    A page that one is led to afterwards differs from itself by the sentence that it tells: it is kept once.
    """
    sent, led_to = set(), set[str]()
    for shown in [each for each in album if each.is_html and each.answer.status_code == 200]:
        for form in shown.page.all("main form"):
            action = form.attrs.get("action") or shown.path
            if form.attrs.get("method") != "post" or action.startswith(NOT_SENT):
                continue
            buttons = [each.attrs["formaction"] for each in form.query("button") if "formaction" in each.attrs]
            for address in (action, *buttons):
                for only_words in (False, True):
                    fields = dict(_filled(form, pen, only_words))
                    key = (address.partition("?")[0], only_words, tuple(fields))
                    if key not in sent:
                        sent.add(key)
                        answer = visitors.post(shown.who, address, fields)
                        if not answer.history or answer.request.path not in led_to:
                            yield from _judged(shown.who, answer, album)
                        if answer.history:
                            led_to.add(answer.request.path)


def _filled(form: Any, pen: Pen, only_words: bool) -> Iterator[tuple[str, Any]]:
    for field in form.query("input, textarea, select"):
        name, kind = field.attrs.get("name"), field.attrs.get("type", "text")
        if not name or kind == "hidden":
            if name:
                yield name, field.attrs.get("value") or ""
        elif kind == "file":
            cells = ",".join(f'"{pen(200).replace(chr(34), chr(34) * 2)}"' for _ in range(3))
            yield name, (BytesIO(f"{cells}\n{cells}\n".encode()), FILE_NAME)
        elif kind in ("checkbox", "radio"):
            yield name, field.attrs.get("value", "on") if only_words else str(pen(WIDE))
        elif only_words and field.name == "select":
            values = [option.attrs.get("value", "") for option in field.query("option")]
            yield name, next(filter(None, values), "")
        elif only_words and kind != "text":
            yield name, field.attrs.get("value") or ""
        else:
            yield name, str(pen(40 if only_words and field.name == "input" else WIDE))


def _kept(visitors: Visitors, who: str, path: str, album: Album) -> Iterator[str]:
    yield from _judged(who, visitors.get(who, path), album)


def _judged(who: str, answer: TestResponse, album: Album) -> Iterator[str]:
    album.keep(Shown(who, answer))
    if answer.status_code >= 500:
        yield f"{answer.request.path} by {who}: {answer.status_code}"
