"""Hostile text by the piece, and a note of every field that took some."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.bodies import Json, operations, types_of
from tests.browsing.payloads import PAYLOADS
from tests.clients import Client, sign_in

SHAPED = {"enum", "format", "pattern"}  # what has one of these is no free text


class Written(str):
    """Something that the pen wrote."""

    __slots__ = ()


class Pen:
    """Gives text out; ``written`` are the ``(operation, field)`` that were stored with some."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.written: set[tuple[str, str]] = set()
        self._next = 0

    def __call__(self, longest: int, around: str = "{}") -> Written:
        """As many payloads as fit, each time others. around: what they stand in, such as ``<p>{}</p>``."""
        room, taken = longest - len(around) + 2, ""
        while len(taken) < room:
            taken += PAYLOADS[self._next % len(PAYLOADS)]
            self._next += 1
        return Written(around.replace("{}", taken[:room].strip()))

    def everything(self) -> Written:
        return Written("".join(PAYLOADS))

    @cache  # noqa: B019 - a pen lives as long as its test
    def as_(self, username: str) -> "Writer":
        return Writer(self, sign_in(self.app, username))

    def note(self, method: str, path: str, body: Json) -> None:
        rule, _ = self.app.url_map.bind("").match(path, method, return_rule=True)
        name = f"{method} {_as_described(rule.rule)}"
        self.written |= {(name, field) for field, value in _leaves(body, "") if isinstance(value, Written)}


class Writer(Client):
    """Somebody's connection that tells the pen which of its text was taken."""

    def __init__(self, pen: Pen, client: Client) -> None:
        super().__init__(client.http.application, client.token)
        self.pen = pen

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        body = options.get("json")
        answer = super().open(method, path, **options)
        if isinstance(body, dict) and answer.status_code < 300:
            self.pen.note(method, answer.request.path, body)
        return answer


def _as_described(rule: str) -> str:
    """An address as the OpenAPI document writes it."""
    return re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule)


def free_texts(app: Flask) -> set[tuple[str, str]]:
    """Every ``(operation, field)`` of the interface that takes any words at all."""
    return {
        (operation.name, field)
        for operation in operations(app)
        for field in _texts(operation.body or {}, operation.document, "")
    }


def _texts(schema: Json, document: Json, path: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for choice in (each for key in ("allOf", "anyOf", "oneOf") for each in schema.get(key, [])):
        yield from _texts(choice, document, path)
    if "string" in types_of(schema) and not SHAPED & set(schema):
        yield path
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
