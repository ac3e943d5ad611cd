"""Hostile text by the piece, and a note of every field that took some.

A piece holds whole payloads, never a part of one: all of them where there is room, else as many as fit, each piece
going on where the one before it ended.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.bodies import Json, operations, types_of
from tests.browsing.payloads import PAYLOADS, WHOLE
from tests.clients import Client, sign_in

Field = tuple[str, str]  # ``(operation, field)``


class Written(str):
    """Something that the pen wrote, and of which payloads."""

    __slots__ = ("payloads",)
    payloads: frozenset[str]


def written(text: str, payloads: Iterator[str] | tuple[str, ...] = PAYLOADS) -> Written:
    made = Written(text)
    made.payloads = frozenset(payloads)
    return made


class Pen:
    """Gives text out; ``written`` are the payloads that each field was stored with, ``filed`` who took a file."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.written: dict[Field, set[str]] = {}
        self.filed: set[str] = set()
        self._next = 0

    def __call__(self, longest: int, around: str = "{}", *, without: str = "") -> Written:
        """As much as has room. around: what it stands in, such as ``<p>{}</p>``; without: signs that may not occur."""
        room, taken = longest - len(around) + 2, list[str]()
        for _ in PAYLOADS:
            payload = PAYLOADS[self._next % len(PAYLOADS)]
            has_room = len(payload) <= room
            if taken and not has_room:
                break
            self._next += 1
            if has_room and not set(without) & set(payload):
                taken.append(payload)
                room -= len(payload)
        taken.sort(key=PAYLOADS.index)
        assert taken, f"no payload has room in {longest}"
        return written(around.replace("{}", "".join(taken).strip()), tuple(taken))

    def everything(self, around: str = "{}") -> Written:
        return written(around.replace("{}", WHOLE))

    @cache  # noqa: B019 - a pen lives as long as its test
    def as_(self, username: str) -> "Writer":
        return Writer(self, sign_in(self.app, username))

    def note(self, method: str, path: str, body: Json) -> None:
        name = self._operation(method, path)
        for field, value in _leaves(body, ""):
            if isinstance(value, Written):
                self.written.setdefault((name, field), set()).update(value.payloads)

    def note_file(self, method: str, path: str) -> None:
        self.filed.add(self._operation(method, path))

    def _operation(self, method: str, path: str) -> str:
        rule, _ = self.app.url_map.bind("").match(path, method, return_rule=True)
        return f"{method} {_as_described(rule.rule)}"


class Writer(Client):
    """Somebody's connection that tells the pen which of its text was taken."""

    def __init__(self, pen: Pen, client: Client) -> None:
        super().__init__(client.http.application, client.token)
        self.pen = pen

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        body, form = options.get("json"), options.get("data")
        answer = super().open(method, path, **options)
        if isinstance(body, dict) and answer.status_code < 300:
            self.pen.note(method, answer.request.path, body)
        if isinstance(form, dict) and answer.status_code < 300:
            self.pen.note_file(method, answer.request.path)
        return answer


def _as_described(rule: str) -> str:
    """An address as the OpenAPI document writes it."""
    return re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule)


def texts_of(app: Flask) -> dict[Field, Json]:
    """Every field of the interface's bodies in which a text may stand, with its schema."""
    return {
        (operation.name, path): schema
        for operation in operations(app)
        for path, schema in _texts(operation.body or {}, operation.document, "")
    }


def _texts(schema: Json, document: Json, path: str) -> Iterator[tuple[str, Json]]:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for choice in (each for key in ("allOf", "anyOf", "oneOf") for each in schema.get(key, [])):
        yield from _texts(choice, document, path)
    if "string" in types_of(schema) or (path and not schema.keys() & {"type", "allOf", "anyOf", "oneOf"}):
        yield path, schema
    for name, each in schema.get("properties", {}).items():
        yield from _texts(each, document, f"{path}.{name}".lstrip("."))
    if "items" in schema:
        yield from _texts(schema["items"], document, f"{path}[]")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _texts(schema["additionalProperties"], document, f"{path}{{}}")


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}".lstrip("."))
            yield from _leaves(each, f"{path}{{}}")
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, f"{path}[]")
    else:
        yield path, value
