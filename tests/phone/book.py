"""Examples for ``docs/miniprogram.md``: real calls with their real answers, with what differs each time made the same.

An example in the page is a line ``<!-- 例：name -->`` and two fenced blocks, the request and the answer. A test holds
them against what a running server answers; ``REWRITE_EXAMPLES=1`` writes them anew.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.base import PROJECT
from tests.miniprogram import MiniProgram, Result

PAGE = PROJECT / "docs" / "miniprogram.md"
EXAMPLE = re.compile(
    r"<!-- 例：(?P<name>.+?) -->\n```http\n(?P<request>.*?)```\n\n```http\n(?P<answer>.*?)```\n", re.DOTALL
)
SHOWN_IN_REQUESTS = ("Idempotency-Key", "If-Match", "If-None-Match", "Accept")
SHOWN_IN_ANSWERS = ("location", "etag", "cache-control", "retry-after", "idempotency-replayed")
REASONS = {200: "OK", 201: "Created", 304: "Not Modified", 409: "Conflict", 412: "Precondition Failed",
           422: "Unprocessable Content", 429: "Too Many Requests", 401: "Unauthorized",
           404: "Not Found"}  # fmt: skip
MOST_ROWS = 2  # of a list in an answer
SECRETS = {
    "access_token": "eyJ…",
    "refresh_token": "3kQ…",
    "request_id": "5f0e…",
    "code": "0e1Xq…",
    "invitation": "K7M2-9QXD-4TRH",
    "next_cursor": "WyIw…",
}
_CODE_OF_PROBLEM = re.compile(r"[a-z_]+")
_IDENTIFIER = re.compile(r"\b[0-9][0-9A-HJKMNP-TV-Z]{25}\b")
_ALWAYS = (
    (re.compile(r"http://127\.0\.0\.1:\d+"), "https://gk.example.gov.cn"),
    (re.compile(r"\b20\d\d-\d\d-\d\dT[\d:.]+(?:\+08:00|Z)"), "2023-11-06T09:30:00+08:00"),
    (re.compile(r"sm3:[0-9a-f]{64}"), "sm3:9c1d…"),
    (re.compile(r"(?<=\.)[0-9a-f]{12}(?=\")"), "5b7e…"),
    (re.compile(r"(?<=\")[0-9a-f]{40}(?=\")"), "c2a4…"),
    (re.compile(r"(?<=\d{12}-)20\d\d(?=-\d{4})"), "2023"),
    (re.compile(r"\b20(?!23)\d\d-\d\d-\d\d\b"), "2023-11-06"),
    (re.compile(r"\b20(?!23)\d\d-\d\d\b"), "2023-11"),
    (re.compile(r"\b20(?!23)\d\d年\d+月\d+日(?: \d\d:\d\d)?"), "2023年11月6日"),
    (re.compile(r"(?<=您)\d+月\d+日"), "11月6日"),
    (re.compile(r"(?<=\"year\": )\d{4}"), "2023"),
    (re.compile(r"(?<=Retry-After: )\d+|(?<=请 )\d+(?= 秒后)"), "12"),
)


class Book:
    """name → the two blocks of each example."""

    def __init__(self) -> None:
        self.examples: dict[str, tuple[str, str]] = {}
        self._identifiers: dict[str, str] = {}

    def show(
        self,
        name: str,
        phone: MiniProgram,
        method: str,
        path: str,
        data: Any = None,
        header: Mapping[str, str] | None = None,
    ) -> Result:
        """Make the call, and keep it as an example."""
        result = phone.request(path, data, method=method, header=header)
        lines = self._head(phone, method, path, header) + ([_body(data)] if data is not None else [])
        self._keep(name, lines, result)
        return result

    def show_upload(
        self, name: str, phone: MiniProgram, path: str, file: tuple[str, bytes], header: Mapping[str, str]
    ) -> Result:
        """The same for a file."""
        result = phone.upload(path, file, header=header)
        lines = self._head(phone, "POST", path, header)
        lines[1:1] = ["Content-Type: multipart/form-data; boundary=…"]
        self._keep(
            name, [*lines, f"（file：{file[0]}）"], Result(result.status_code, result.header, json.loads(result.data))
        )
        return result

    def _head(self, phone: MiniProgram, method: str, path: str, header: Mapping[str, str] | None) -> list[str]:
        lines = [f"{method} /api/v1{path}"]
        if phone.token:
            lines.append("Authorization: Bearer eyJ…")
        lines += [f"{key}: {value}" for key, value in (header or {}).items() if key in SHOWN_IN_REQUESTS]
        return [*lines, ""]

    def _keep(self, name: str, request: list[str], result: Result) -> None:
        assert name not in self.examples, name
        reason = REASONS.get(result.status_code, "")
        head = [f"HTTP/1.1 {result.status_code} {reason}".strip()]
        head += [f"{key.title()}: {result.header[key]}" for key in SHOWN_IN_ANSWERS if key in result.header]
        body = [] if result.data == "" else ["", _body(result.data)]
        self.examples[name] = (self._same("\n".join(request).strip()), self._same("\n".join(head + body)))

    def _same(self, text: str) -> str:
        """What is another each time, as one that stays."""
        for pattern, replacement in _ALWAYS:
            text = pattern.sub(replacement, text)
        return _IDENTIFIER.sub(self._identifier, text) + "\n"

    def _identifier(self, found: re.Match[str]) -> str:
        """Each id by the order in which it is first seen."""
        known = f"01HEJ3ZQ1X9V5W7N2B4C6D{len(self._identifiers) + 1:04d}"
        return self._identifiers.setdefault(found[0], known)


def _body(data: Any) -> str:
    if isinstance(data, str):
        return data
    return json.dumps(_shown(data), ensure_ascii=False, indent=2)


def _shown(data: Any, key: str = "") -> Any:
    """Without what only its owner may know, and with the first rows of long lists."""
    if isinstance(data, dict):
        return {name: _shown(value, name) for name, value in data.items()}
    if isinstance(data, list):
        rows = [_shown(each) for each in data[:MOST_ROWS]]
        return [*rows, f"……共 {len(data)} 项"] if len(data) > MOST_ROWS and isinstance(data[0], dict) else data
    if key in SECRETS and isinstance(data, str) and not (key == "code" and _CODE_OF_PROBLEM.fullmatch(data)):
        return data if re.fullmatch(r"\d{12}", data) else SECRETS[key]
    return data


def examples_in(page: str) -> dict[str, tuple[str, str]]:
    """``{name: (request, answer)}`` as the page has them."""
    return {found["name"]: (found["request"], found["answer"]) for found in EXAMPLE.finditer(page)}


def rewritten(page: str, examples: Mapping[str, tuple[str, str]]) -> str:
    """The page with its examples as they are now; a mark without blocks gets them."""
    for name, (request, answer) in examples.items():
        mark = f"<!-- 例：{name} -->\n"
        old = re.compile(re.escape(mark) + r"(?:```http\n.*?```\n\n```http\n.*?```\n)?", re.DOTALL)
        block = f"{mark}```http\n{request}```\n\n```http\n{answer}```\n"
        page = old.sub(lambda _, block=block: block, page, count=1)  # type: ignore[misc]
    return page


def write(examples: Mapping[str, tuple[str, str]], page: Path = PAGE) -> None:
    page.write_text(rewritten(page.read_text(encoding="utf-8"), examples), encoding="utf-8")
