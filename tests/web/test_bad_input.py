"""Bad input is refused by name, in Chinese, and nothing is written."""

import json
import re
from collections.abc import Iterator
from itertools import chain, product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.bodies import Json, Operation, operations, types_of
from tests.clients import Client
from tests.journeys import NEIGHBOUR, VILLAGE, As, content, draft
from villagepub.core import tenancy
from villagepub.core.db import Base
from villagepub.core.transactions import transaction
from villagepub.extensions import db

pytestmark = pytest.mark.slow  # every field of every route

CHINESE = re.compile("[一-鿿]")
JSON_BODY = {"Content-Type": "application/json"}
IF_MATCH = {"If-Match": '"1-draft-none"'}
ATTACH = "POST /api/v1/disclosures/{disclosure_id}/attachments"
SAYS_NOT_WHY = "/api/v1/wechat/push"  # to whoever is not the platform: 403, whatever it was
LIMITED_BY_A_SETTING = {(ATTACH, "size")}  # too much is 413, as it is of the file itself


def _rows(app: Flask) -> dict[str, int]:
    """How many rows every table has."""
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        tables = Base.metadata.sorted_tables
        return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


DAYS = ("2023-02-30", "0001-01-01", "9999-12-31", "20231106", "2023-W45-1", "没有")
MOMENTS = ("2023-11-06T09:30:00", "2023-02-30T09:30:00+08:00", "0001-01-01T00:00:00+14:00", "2023-W45-1", "没有")


def _wrong_values(schema: Json) -> Iterator[Any]:
    kinds = types_of(schema)
    if "null" not in kinds:
        yield None
    if "array" in kinds:
        yield from ("a", {"a": 1}, ["没有"], [None] * ((schema["maxItems"] or 1) + 1))
    else:
        yield from ([1], {"a": 1}, 7.5)
    if "integer" in kinds:
        yield from ("没有", schema["minimum"] - 1)
        if schema["maximum"] is not None:
            yield from (schema["maximum"] + 1, 10**400)
    if "string" in kinds:
        yield from _wrong_texts(schema)


def _wrong_texts(schema: Json) -> Iterator[str]:
    yield from ("\0", "\ud800", "a\0b")
    if "maxLength" in schema:
        yield "长" * (schema["maxLength"] + 1)
    if schema.get("minLength"):
        yield ""
    if "enum" in schema or "pattern" in schema:
        yield from ("没有", "0" * 27)
    yield from {"date": DAYS, "date-time": MOMENTS}.get(schema.get("format", ""), ())


def _assert_refused(answer: Any, field: str, what: str) -> None:
    assert answer.status_code == 422, (what, answer.status_code, answer.get_data(as_text=True)[:300])
    assert answer.content_type == "application/problem+json", what
    named = {name.partition(".")[0] for name in answer.json["errors"]}
    assert named == {field}, (what, answer.json["errors"])
    for sentence in [answer.json["detail"], *chain.from_iterable(answer.json["errors"].values())]:
        assert CHINESE.search(sentence), (what, sentence)


def _send(client: Client, operation: Operation, ids: dict[str, str], body: Any) -> Any:
    try:
        data = json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        data = json.dumps(body).encode()
    return client.open(operation.method.upper(), operation.url(**ids), data=data, headers=JSON_BODY | IF_MATCH)


def test_every_field_of_every_body(app: Flask, as_: As) -> None:
    as_("admin"), as_("uploader-" + VILLAGE)
    ids = {"disclosure_id": draft(as_)["id"]}
    before = _rows(app)
    with_body = [operation for operation in operations(app) if operation.body is not None]
    assert len(with_body) > 40
    for operation in with_body:
        schema = operation.body or {}
        is_of_the_village = operation.description.get("x-if-match") or operation.name == ATTACH
        client = as_("uploader-" + VILLAGE if is_of_the_village else "admin")

        def send(body: Any, client: Client = client, operation: Operation = operation) -> Any:
            return _send(client, operation, ids, body)

        for field, described in schema["properties"].items():
            limit: Json = {"maximum": None} if (operation.name, field) in LIMITED_BY_A_SETTING else {}
            for value in _wrong_values(described | limit):
                answer = send(operation.good_body(**{field: value}))
                _assert_refused(answer, field, f"{operation.name} {field}={value!r:.60}")
        for field in schema.get("required", ()):
            body = {name: value for name, value in operation.good_body().items() if name != field}
            _assert_refused(send(body), field, f"{operation.name} without {field}")
        _assert_refused(send(operation.good_body(unknown=1)), "unknown", operation.name)
        _assert_refused(send(operation.good_body(**{"\ud800": 1})), "?", operation.name)
        for body in ([], "文字", 1, None):
            _assert_refused(send(body), "_", f"{operation.name} {body!r}")
    assert _rows(app) == before


def test_every_parameter_of_every_query(app: Flask, as_: As) -> None:
    with_query = [each for each in operations(app) if each.query and each.path != SAYS_NOT_WHY]
    assert len(with_query) > 20
    for operation in with_query:
        for name, described in operation.query.items():
            schema = described["schema"]
            if name == "cursor" and "{" in operation.path:
                continue  # whose list it is comes first
            for value in _wrong_words(name, schema):
                answer = _ask(as_, operation, **{name: value})
                _assert_refused(answer, name, f"{operation.name} ?{name}={value!r}")
            _assert_refused(_ask(as_, operation, **{name: ["1", "1"]}), name, f"{operation.name} ?{name} twice")
        _assert_refused(_ask(as_, operation, unknown=1), "unknown", operation.name)


def _ask(as_: As, operation: Operation, **changes: Any) -> Any:
    """As the first whose posts allow it: shapes are looked at before posts, but a cursor only where it is used."""
    for username in ("admin", "leader", "auditor"):
        answer = as_(username).open(
            operation.method.upper(), operation.url(), query_string=operation.good_query(**changes)
        )
        if answer.status_code != 403:
            break
    return answer


def _wrong_words(name: str, schema: Json) -> Iterator[str]:
    kinds = types_of(schema)
    if "string" in kinds:
        yield "a\0b"
    if "enum" in schema or "pattern" in schema or "format" in schema:
        yield "没有"
    if schema.get("format") == "date":
        yield from ("2023-02-30", "0001-01-01")
    if schema.get("format") == "date-time":
        yield from ("2023-11-06T09:30:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
    if "integer" in kinds or "boolean" in kinds:
        yield "没有"
    if "minimum" in schema:
        yield from (str(schema["minimum"] - 1), str(schema["maximum"] + 1), "1" * 400)
    if "1[0-2]" in schema.get("pattern", ""):
        yield from ("2023-13", "0000-01", "1700-01")
    if name == "cursor":
        yield "没有这样的标记"


def test_bodies_that_are_no_json(app: Flask, as_: As) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    uploader, attachments = as_("uploader-" + VILLAGE), f"/disclosures/{draft(as_)['id']}/attachments"
    before = _rows(app)
    bodies = (
        (400, b'{"title":'),
        (400, b'{"title": "\xff"}'),
        (400, '{"title": "文字"}'.encode("utf-16")),
        (400, b'{"title": NaN}'),
        (400, b'{"title": "a", "title": "b"}'),
        (400, b"[" * 100_000),
        (400, b'{"title":' * 50_000),
        (400, b"9" * 100_000),
        (413, b'{"title": "' + b"a" * (1 << 20) + b'"}'),
    )
    for path, (status, body) in product(("/disclosures", attachments), bodies):
        answer = uploader.post(path, data=body, headers=JSON_BODY)
        _assert_problem(answer, status)
        assert "errors" not in answer.json, (path, body[:20])
    assert _rows(app) == before


def test_another_content_type(as_: As) -> None:
    body = json.dumps({"village": VILLAGE, "entry": "C02"} | content()).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", ""):
        answer = as_("uploader-" + VILLAGE).post("/disclosures", data=body, headers={"Content-Type": kind})
        _assert_problem(answer, 415)


def test_a_body_too_large_is_refused_before_who_asks_is_looked_up(anybody: Client) -> None:
    answer = anybody.post("/auth/login", data=b" " * (1 << 21), headers=JSON_BODY)
    _assert_problem(answer, 413)


def test_unknown_codes(as_: As) -> None:
    uploader, admin = as_("uploader-" + VILLAGE), as_("admin")
    unknown = {"village": VILLAGE, "entry": "Z99"} | content()
    _assert_refused(uploader.post("/disclosures", unknown), "entry", "Z99")
    channel = {"channel": "douyin", "title": "文字", "posted_on": "2023-11-01"}
    _assert_refused(admin.post("/ledgers/channel-posts", channel), "channel", "douyin")
    for nowhere in ("999999999999", NEIGHBOUR):
        assert uploader.get(f"/disclosures?village={nowhere}").status_code == 404
        assert uploader.post("/disclosures", unknown | {"village": nowhere, "entry": "C02"}).status_code == 404


def test_a_nul_in_the_address_is_an_address_that_is_not_there(as_: As) -> None:
    for path in ("/disclosures/%00", "/public/disclosures/a%00b", "/closings/640104100000/%00", "/%00"):
        _assert_problem(as_("admin").get(path), 404)


def test_an_attachment_that_is_too_large(as_: As) -> None:
    uploader, disclosure = as_("uploader-" + VILLAGE), draft(as_)
    part = b'--a\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    for size in ((1 << 20) + 1, 2 << 20):
        answer = uploader.post(
            f"/disclosures/{disclosure['id']}/attachments",
            data=part + b"%PDF-".ljust(size, b"a") + b"\r\n--a--\r\n",
            headers={"Content-Type": "multipart/form-data; boundary=a"},
        )
        _assert_problem(answer, 413)


def test_a_file_too_large_is_given_no_form(app: Flask, as_: As) -> None:
    uploader, disclosure = as_("uploader-" + VILLAGE), draft(as_)
    before = _rows(app)
    for size, status in ((1 << 20, 409), ((1 << 20) + 1, 413), (10**400, 413)):
        body = {"name": "a.pdf", "size": size, "media_type": "application/pdf"}
        _assert_problem(uploader.post(f"/disclosures/{disclosure['id']}/attachments", body), status)
    assert _rows(app) == before


def _assert_problem(answer: Any, status: int) -> None:
    assert answer.status_code == status, answer.get_data(as_text=True)[:300]
    assert answer.content_type == "application/problem+json"
    assert CHINESE.search(answer.json["detail"])
