"""How headers, bodies and queries are read: strictly, with a refusal of our own for each way to get one wrong."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Request, request
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from villagepub.core.errors import Invalid, MalformedRequest, UnsupportedMedia
from villagepub.web.conditional import version_in

IF_MATCH = {"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"}}


def if_match() -> str:
    """The version in the ETag that the caller has seen; empty when none was sent.

    One that compression made weak counts: ours name what was seen, not the bytes in which it came.
    """
    tag = request.headers.get("If-Match", "").strip().removeprefix("W/").removeprefix('"').removesuffix('"')
    return version_in(tag)


def expected(shape: type[Schema]) -> Mapping[str, Any] | None:
    """The JSON body as the view will be given it, for what is prepared before; None for one that will be refused."""
    if not request.is_json:
        return None
    try:
        loaded: Mapping[str, Any] = shape().load(_read(request.get_data()))
    except (MalformedRequest, ValidationError):
        return None
    return loaded


class StrictParser(FlaskParser):
    """Takes JSON in JSON bodies alone, each field and each parameter once, and no parameter that has no meaning."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": None}  # as the schema says

    def load_json(self, req: Request, schema: Schema) -> Any:
        body = req.get_data()
        if (body or req.content_length) and not req.is_json:  # of a form that is read already, the length is left
            raise UnsupportedMedia()
        return _read(body) if body else super().load_json(req, schema)

    def load_querystring(self, req: Request, schema: Schema) -> MultiDictProxy:
        twice = {name: ["此参数只能给一次。"] for name, values in req.args.lists() if len(values) > 1}
        if twice:
            raise Invalid(errors=twice)
        return super().load_querystring(req, schema)  # type: ignore[no-any-return]


def _read(body: bytes) -> Any:
    """Raises MalformedRequest for what is not one JSON text in UTF-8, and for what readers would read differently."""
    try:
        return json.loads(body.decode(), object_pairs_hook=_each_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise MalformedRequest() from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise MalformedRequest("请求体中同一字段写了两次，请删去一处后重试。")
    return members


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")
