"""Fields that take no hostile text: each is offered some, and must refuse it by name, or with the code said here."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.bodies import Json, Operation, example, operations
from tests.browsing.pen import Field, texts_of
from tests.browsing.town import UPLOADER, Town
from tests.journeys import TOWNSHIP

FORMS = ("{}", "https://platform.example.gov.cn/{}", "a{}")  # what the text stands in
HOSTILE = "'\"><script>ran=1</script>"
BY_CODE: dict[Field, str] = {
    ("POST /api/v1/auth/bindings", "invitation"): "wechat_sign_in_needed",
    ("POST /api/v1/auth/bindings", "totp"): "wechat_sign_in_needed",
    ("POST /api/v1/auth/refresh", "refresh_token"): "refresh_token_refused",
    ("POST /api/v1/auth/wechat", "code"): "wechat_off",
    ("POST /api/v1/disclosures/{disclosure_id}/decisions", "digest"): "stale_digest",
    ("POST /api/v1/feedback/{feedback_id}/decisions", "digest"): "stale_digest",
    ("POST /api/v1/me/phone", "code"): "wechat_sign_in_needed",
    ("POST /api/v1/disclosures/{disclosure_id}/attachments", "media_type"): "unsupported_media_type",
    ("POST /api/v1/disclosures/{disclosure_id}/attachments", "name"): "unsupported_media_type",
}
"""Where the refusal names no field: what proves who somebody is, digests of what was read, and what is said of a file
that a client will post into a store by itself; under the same name a file is written that comes with the request."""


def not_refused(app: Flask, town: Town) -> Iterator[str]:
    """What is wrong with each field that was not written."""
    known = {operation.name: operation for operation in operations(app)}
    rest = {field: schema for field, schema in texts_of(app).items() if field not in town.pen.written}
    yield from (f"{name} {field}: is written, or there no more" for name, field in BY_CODE.keys() - rest.keys())
    for (name, field), schema in sorted(rest.items()):
        for form in FORMS[:1] if (name, field) in BY_CODE else FORMS:
            text = form.format(HOSTILE)[: schema.get("maxLength")]
            operation = known[name]
            answer = _send(town, operation, placed(operation, field, text))
            if fault := _fault_of(answer, (name, field)):
                yield f"{name} {field}: {fault}"


def _send(town: Town, operation: Operation, body: Json) -> TestResponse:
    """By somebody who may, about something that is there."""
    place = operation.path.removeprefix("/api/v1")
    if "/ledgers/" in place or "/reconsiderations/" in place:
        ledger = place.partition("/{")[0].rpartition("/")[2]
        ids = {"row_id": town.rows.get(ledger, "")}
    elif place.endswith("/decisions"):
        ids = {"disclosure_id": town.ids["at_secrecy"], "feedback_id": town.ids["reviewed"]}
    elif "/legal-bases/" in place:
        ids = {"division": TOWNSHIP, "code": town.ids["entry"], "basis_id": town.ids["basis"]}
    else:
        ids = {"disclosure_id": town.ids["draft"]}
    by = "secrecy" if "decisions" in place else UPLOADER if place.startswith("/disclosures") else "admin"
    client, url = town.as_(by), operation.url(**ids)
    versioned = url if operation.method == "put" else f"/disclosures/{ids.get('disclosure_id')}"
    needs_version = operation.method == "put" or operation.description.get("x-if-match")
    headers = {"If-Match": client.get(versioned).headers.get("ETag", "none")} if needs_version else {}
    return client.open(operation.method.upper(), url, json=body, headers=headers)


def _fault_of(answer: TestResponse, field: Field) -> str | None:
    if answer.status_code < 400:
        return "takes the text, so it must be written in the town"
    code = (answer.json or {}).get("code")
    if field in BY_CODE:
        return None if code == BY_CODE[field] else f"refused as {code}, not as {BY_CODE[field]}"
    named = {each.partition(".")[0] for each in (answer.json or {}).get("errors", {})}
    root = re.split(r"[.\[{]", field[1])[0]
    return None if answer.status_code < 500 and root in named else f"refused as {code}, which does not name it"


def placed(operation: Operation, field: str, value: str) -> Json:
    """A body that is right but for this text. field: as ``pen.texts_of`` names it."""
    schema = operation.body or {}
    body = operation.good_body()
    root, *rest = re.findall(r"[^.\[\]{}]+|\[\]|\{\}", field)
    body[root] = _placed(operation, schema["properties"][root], rest, value)
    return body


def _placed(operation: Operation, schema: Json, steps: list[str], value: str) -> Any:
    if "$ref" in schema:
        schema = operation.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if not steps:
        return value
    step, *rest = steps
    if step == "[]":
        return [_placed(operation, schema["items"], rest, value)]
    if step == "{}":
        return {"division": value}
    needed = {name: example(name, schema["properties"][name]) for name in schema.get("required", ())}
    return needed | {step: _placed(operation, schema["properties"][step], rest, value)}
