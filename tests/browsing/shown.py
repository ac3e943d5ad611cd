"""What people are shown, each thing once, and what is wrong with it in Chromium."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage, Dialog, Error, Request, Route
from werkzeug.test import TestResponse

from tests.pages import Page

ORIGIN = "http://township.example"
INSIDE = "http://127.0.0.1:8000"  # where the settings say that the server is reached
HTML = "text/html"
RENDERED = (HTML, "application/xml", "application/atom+xml", "text/plain")
NEW_EACH_TIME = re.compile(r'(name="(?:form_token|once)" value=")[^"]+|<code>[0-9a-f]{24}</code>')
OWN = re.compile("<title>.*?</title>|<main.*</main>", re.DOTALL)

HARM = """(inside) => {
  const found = window.ran === undefined ? [] : ["something ran"];
  const never = ["iframe", "frame", "object", "embed", "base", "style", "meta", "animate"];
  const page = document.body || document.documentElement;
  for (const each of page.querySelectorAll("*")) {
    const isForeign = each.localName === "script" && !(each.src && new URL(each.src).origin === location.origin);
    if (never.includes(each.localName) || isForeign) found.push(each.outerHTML);
    for (const attribute of each.attributes) {
      if (attribute.name.startsWith("on") || attribute.name === "srcset") found.push(each.outerHTML);
      if (!/^(xlink:)?(href|src|action|formaction|data|poster)$/.test(attribute.name)) continue;
      const address = new URL(attribute.value, document.baseURI);
      const isPicture = each.localName === "img" && attribute.value.startsWith("data:image/");
      const isTelephone = each.localName === "a" && address.protocol === "tel:";
      const isOurs = [location.origin, inside].includes(address.origin);
      if (!isOurs && !isPicture && !isTelephone) found.push(each.outerHTML);
    }
  }
  return found.map((text) => text.slice(0, 200));
}"""


@dataclass(frozen=True)
class Shown:
    """An answer, and who had it."""

    who: str
    answer: TestResponse

    @property
    def path(self) -> str:
        query = self.answer.request.environ["QUERY_STRING"]
        return self.answer.request.environ["REQUEST_URI"].partition("?")[0] + (f"?{query}" if query else "")

    @property
    def is_html(self) -> bool:
        return self.answer.mimetype == HTML

    @cached_property
    def page(self) -> Page:
        return Page(self.answer)

    @property
    def essence(self) -> tuple[str, str]:
        """What makes it another page than those that look like it: not who looks, nor what is new each time."""
        text = self.answer.get_data(as_text=True)
        own = "".join(OWN.findall(NEW_EACH_TIME.sub(r"\1", text))) if self.is_html else ""
        return self.answer.mimetype, own or text


class Album:
    """Of the answers that are alike and that a browser renders, the first."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Shown] = {}

    def keep(self, shown: Shown) -> None:
        """A redirect is followed, not read."""
        is_read = shown.answer.status_code not in (204, 303, 308)
        if is_read and shown.answer.mimetype in RENDERED:
            self._kept.setdefault(shown.essence, shown)

    def __iter__(self) -> Iterator[Shown]:
        return iter(list(self._kept.values()))

    def __len__(self) -> int:
        return len(self._kept)


class Screen:
    """A window of Chromium to which each page is given as it was answered, headers and all.

    fetch: what somebody gets at an address; whatever else the page asks for comes from there.
    """

    def __init__(self, chromium: Chromium, fetch: Callable[[str, str], TestResponse]) -> None:
        self._fetch = cache(fetch)
        self._shown: Shown | None = None
        self._faults: list[str] = []
        self.context = chromium.new_context(locale="zh-CN")
        self.context.set_default_timeout(30_000)  # milliseconds
        self._page = self.context.new_page()
        self.context.route("**/*", self._answer)
        self.context.on("page", lambda page: self._faults.append(f"opened {page.url}"))
        self._page.on("dialog", self._dismiss)
        self._page.on("pageerror", lambda error: self._faults.append(f"script: {error}"))
        self._page.on("console", self._hear)

    def faults_of(self, shown: Shown) -> list[str]:
        self._faults.clear()
        self._shown = shown
        try:
            self._page.goto(ORIGIN + shown.path)
            return [*self._page.evaluate(HARM, INSIDE), *self._faults]
        except Error as error:  # it went elsewhere by itself
            return [*self._faults, error.message]

    def _dismiss(self, dialog: Dialog) -> None:
        self._faults.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _hear(self, line: ConsoleMessage) -> None:
        """Chromium's own display of XML has styles of its own, which the policy stops too."""
        if "Content Security Policy" in line.text and self._shown is not None and self._shown.is_html:
            self._faults.append(line.text)

    def _answer(self, route: Route, request: Request) -> None:
        if self._shown is None or not request.url.startswith(ORIGIN + "/"):
            self._faults.append(f"fetched {request.url}")
            route.abort()
        elif request.is_navigation_request() and request.frame == self._page.main_frame:
            self._give(route, self._shown.answer)
        elif request.resource_type == "stylesheet":
            route.fulfill(content_type="text/css", body="")  # nobody writes in it, and no looks are looked at here
        else:
            self._give(route, self._fetch(self._shown.who, request.url.removeprefix(ORIGIN)))

    def _give(self, route: Route, answer: TestResponse) -> None:
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.get_data())
