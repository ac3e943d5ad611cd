"""A browser without a screen: it follows links and sends forms, and refuses a page that breaks the rules of pages.

What the rules are stands in docs/pages.md; each fault found is a sentence.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any

from flask import Flask
from justhtml import JustHTML
from werkzeug.test import TestResponse

WITHOUT_TOKEN = {"/type-size"}  # changes nothing but how the sender's own pages look
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}
ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "srcset")
HTML_ACCEPT = {"Accept": "text/html,application/xhtml+xml"}


class Page:
    """An answer that a person reads."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.html = answer.get_data().decode(errors="replace")  # a file may be no text

    @cached_property
    def document(self) -> JustHTML:
        return JustHTML(self.html, sanitize=False, collect_errors=True)

    @property
    def path(self) -> str:
        return str(self.answer.request.path)

    @property
    def title(self) -> str:
        return self._text_of("head > title")

    @property
    def heading(self) -> str:
        return self._text_of("h1")

    @property
    def words(self) -> str:
        """The text of the main part, white space as single spaces."""
        return self._text_of("main")

    def all(self, selector: str) -> list[Any]:
        return list(self.document.query(selector))

    def _text_of(self, selector: str) -> str:
        return " ".join(self.document.query(selector)[0].to_text().split())

    def form(self, action: str) -> dict[str, str]:
        """The fields of the form that is sent to an address, as they are filled in."""
        for form in self.all("form"):
            actions = {form.attrs.get("action") or self.path}
            actions |= {b.attrs["formaction"] for b in form.query("button") if "formaction" in b.attrs}
            if action in actions:
                return dict(_fields(form))
        raise AssertionError(f"no form to {action} on {self.path}")


def _fields(form: Any) -> Iterator[tuple[str, str]]:
    for field in form.query("input, textarea, select"):
        name, kind = field.attrs.get("name"), field.attrs.get("type")
        if not name or (kind in ("checkbox", "radio") and "checked" not in field.attrs):
            continue
        if field.name == "select":
            chosen = [each for each in field.query("option") if "selected" in each.attrs] or list(field.query("option"))
            yield name, chosen[0].attrs.get("value", "") if chosen else ""
        elif field.name == "textarea":
            yield name, field.to_text().removeprefix("\n")
        elif kind != "file":
            yield name, field.attrs.get("value") or ""


class Browser:
    """Somebody's browser: keeps cookies, follows redirects, and holds every page against the rules."""

    def __init__(self, app: Flask, address: str = "127.0.0.1") -> None:
        self.http = app.test_client()
        self.address = address

    def get(self, path: str, **options: Any) -> Page:
        return self._open("GET", path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> Page:
        """Whatever is given, as it is: a form that nobody was shown."""
        return self._open("POST", path, data=data, **options)

    def send(self, page: Page, action: str, **fields: Any) -> Page:
        """Fill in the form of a page and send it."""
        return self.post(action, page.form(action) | fields, headers={"Referer": f"http://localhost{page.path}"})

    def sign_in(self, username: str, password: str | None = None) -> Page:
        page = self.get("/sign-in")
        return self.send(page, "/sign-in", username=username, password=password or f"demo-{username}")

    def _open(self, method: str, path: str, **options: Any) -> Page:
        headers = HTML_ACCEPT | options.pop("headers", {})
        environ = {"REMOTE_ADDR": self.address}
        answer = self.http.open(
            path, method=method, headers=headers, environ_base=environ, follow_redirects=True, **options
        )
        page = Page(answer)
        if answer.mimetype == "text/html":
            faults = [*faults_of(page), *_faults_of_refusal(page)]
            assert not faults, (path, faults, page.html)
        return page


def _faults_of_refusal(page: Page) -> Iterator[str]:
    """What is mended at a field, and what ended and is told to everybody alike, needs no number."""
    is_refused = page.status >= 400 and page.status not in (410, 422) and not page.all(".error-summary li")
    if is_refused and page.answer.headers["X-Request-Id"] not in page.words:
        yield "a refusal without the request's number"


NEVER = {
    "[style]": "inline style",
    "style": "style element",
    "script:not([src])": "inline script",
    "iframe, object, embed, base": "another document inside",
    "img:not([alt])": "image without alt",
    "a:not([href])": "link without address",
}


def faults_of(page: Page) -> Iterator[str]:
    """What is wrong with a page, if anything."""
    document = page.document
    yield from (f"HTML: {error.code} at line {error.line}" for error in document.errors)
    yield from _faults_of_outline(page)
    yield from (sentence for selector, sentence in NEVER.items() if page.all(selector))
    yield from _faults_of_names(page)
    yield from _faults_of_fields(page)
    yield from _faults_of_forms(page)
    yield from _faults_of_addresses(page)


def _faults_of_outline(page: Page) -> Iterator[str]:
    for selector in ("head > title", "main", "h1"):
        if len(page.all(selector)) != 1:
            yield f"not exactly one {selector}"
    if page.all("head > title") and not page.title:
        yield "empty title"
    if page.all("html")[0].attrs.get("lang") != "zh-CN":
        yield "no language"
    levels = [int(each.name[1]) for each in page.all("h1, h2, h3, h4")]
    if any(later > earlier + 1 for earlier, later in pairwise(levels)):
        yield f"headings skip a level: {levels}"
    yield from ("table without caption" for each in page.all("table") if not each.query("caption"))


def _faults_of_names(page: Page) -> Iterator[str]:
    elements = page.all("*")
    ids = Counter(each.attrs["id"] for each in elements if "id" in each.attrs)
    yield from (f"id twice: {name}" for name, times in ids.items() if times > 1)
    for each in elements:
        yield from (f"inline handler {name}" for name in each.attrs if name.startswith("on"))
        for name in ("for", "aria-labelledby", "aria-describedby"):
            named = (each.attrs.get(name) or "").split()
            yield from (f"{name} names nothing: {one}" for one in named if one not in ids)
    for link in page.all("a, button"):
        pictures = "".join(image.attrs.get("alt") or "" for image in link.query("img"))
        if not (link.to_text().strip() or pictures or link.attrs.get("aria-label")):
            yield f"{link.name} without text"


def _faults_of_fields(page: Page) -> Iterator[str]:
    labelled = {each.attrs.get("for") for each in page.all("label")}
    for field in page.all("input, select, textarea"):
        if field.attrs.get("type") in UNLABELLED or field.attrs.get("aria-label"):
            continue
        if not field.attrs.get("id") or field.attrs["id"] not in labelled:
            yield f"field without label: {field.attrs.get('name')}"


def _faults_of_forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        fields = [each.attrs.get("name") for each in form.query("input")]
        if (form.attrs.get("method") or "get").lower() != "post":
            if "form_token" in fields:
                yield "a token in an address"
        elif "form_token" not in fields and form.attrs.get("action") not in WITHOUT_TOKEN:
            yield f"form without token: {form.attrs.get('action')}"
        if not form.query("button"):
            yield "form without a button"


def _faults_of_addresses(page: Page) -> Iterator[str]:
    for each in page.all("*"):
        for name in ADDRESSES:
            address = each.attrs.get(name)
            if address is None:
                continue
            inner = address.startswith(("/", "#", "?")) and not address.startswith("//")
            picture = each.name == "img" and address.startswith("data:image/")
            telephone = each.name == "a" and re.match(r"tel:|mailto:", address)
            if not (inner or picture or telephone):
                yield f"{each.name} leads outside: {address}"
