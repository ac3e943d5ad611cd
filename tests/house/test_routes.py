"""Every route has a guard, a description and the house's headers; a GET changes nothing."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate
from sqlalchemy import FromClause, Row, delete, func, select
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import Rule

from tests.bodies import NOBODY, VALUES, operations
from tests.clients import Client, sign_in
from tests.journeys import TOWNSHIP, VILLAGE, As, draft
from tests.pages import Browser
from villagepub import blueprints
from villagepub.accounts.models import Person
from villagepub.core import tenancy
from villagepub.core.audit import AuditEntry, AuditHead
from villagepub.core.db import Base
from villagepub.core.errors import Problem
from villagepub.core.transactions import transaction
from villagepub.extensions import db
from villagepub.web.guards import Guard

UNDESCRIBED = {  # for operators, browsers and the description itself
    "/static/<path:filename>",
    "/healthz",
    "/readyz",
    "/metrics",
    "/problems/<code>",
    "/api/docs",
    "/api/docs/assets/<name>",
    "/api/v1/openapi.json",
}
OF_PAGES = {guard for guard in Guard if guard.startswith("page_")}  # docs/pages.md describes them
AUTOMATIC = {"HEAD", "OPTIONS"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def _guard_of(rule: Rule) -> Guard | None:
    guards = {blueprint.name: guard for blueprint, _, guard in blueprints.BLUEPRINTS}
    return guards.get(rule.endpoint.partition(".")[0])


def _address(rule: Rule) -> str:
    names = rule.arguments
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
    return path.format(**{name: VALUES.get(name, NOBODY) for name in names})


def test_every_blueprint_has_one_guard(app: Flask) -> None:
    names = [blueprint.name for blueprint, _, _ in blueprints.BLUEPRINTS]
    assert len(names) == len(set(names))
    assert set(app.blueprints) == set(names)
    for name in names:
        assert len(app.before_request_funcs[name]) == 1, name
    assert {rule.endpoint for rule in app.url_map.iter_rules() if _guard_of(rule) is None} == {"static"}


def test_four_methods_and_no_others(app: Flask) -> None:
    used = set().union(*(rule.methods or set() for rule in app.url_map.iter_rules()))
    assert used - AUTOMATIC == {"GET", "POST", "PUT", "DELETE"}


@pytest.mark.slow
def test_staff_routes_need_a_token(app: Flask, anybody: Client) -> None:
    asked = 0
    for rule in app.url_map.iter_rules():
        if _guard_of(rule) is Guard.SIGNED_IN:
            for method in (rule.methods or set()) - AUTOMATIC:
                for headers in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic YTpi"}):
                    answer = anybody.open(method, _address(rule), headers=headers)
                    assert answer.status_code == 401, rule
                    assert answer.content_type == "application/problem+json", rule
                    assert answer.headers["WWW-Authenticate"] == "Bearer", rule
                    asked += 1
    assert asked > 200


@pytest.mark.slow
def test_pages_need_a_session_and_forms_a_token(app: Flask) -> None:
    stranger, leader = Browser(app), Browser(app)
    leader.sign_in("leader")
    asked = 0
    for rule in app.url_map.iter_rules():
        if _guard_of(rule) is Guard.PAGE_SIGNED_IN:
            for method in (rule.methods or set()) - AUTOMATIC:
                answer = stranger.http.open(_address(rule), method=method)
                assert answer.status_code == 303, rule
                assert answer.location.startswith("/sign-in"), rule
                assert method == "GET" or leader.post(_address(rule)).heading == "没有收下这张表单", rule
                asked += 1
    assert asked > 10


def test_every_route_is_described_and_every_description_has_a_route(app: Flask) -> None:
    routes = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule not in UNDESCRIBED and _guard_of(rule) not in OF_PAGES
        for method in (rule.methods or set()) - AUTOMATIC
    }
    assert routes == {(operation.method, operation.path) for operation in operations(app)}


@pytest.mark.slow
def test_the_description_is_valid(anybody: Client) -> None:
    validate(anybody.get("/api/v1/openapi.json").json)


def test_the_description_is_complete(app: Flask, anybody: Client) -> None:
    document = anybody.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    secured = {rule.rule: _guard_of(rule) is Guard.SIGNED_IN for rule in app.url_map.iter_rules()}
    for operation in operations(app):
        rule = next(rule for rule in secured if re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule) == operation.path)
        assert operation.description["security"] == ([{"bearer": []}] if secured[rule] else []), operation.name
        assert operation.description["summary"], operation.name
        responses = operation.description["responses"]
        assert any(status.startswith("2") for status in responses), operation.name
        assert {"default", "404", "503"} <= set(responses), operation.name
        assert not secured[rule] or {"401", "403"} <= set(responses), operation.name
        assert "requestBody" not in operation.description or {"400", "413", "415", "422"} <= set(responses)


def test_every_problem_has_a_page(anybody: Client) -> None:
    for code, kind in Problem.known.items():
        page = anybody.get(f"/problems/{code}")
        assert (page.status_code, page.mimetype) == (200, "text/html"), code
        assert kind.title in page.text
        assert kind.remedy in page.text
    assert anybody.get("/problems/nothing").status_code == 404


@pytest.mark.slow
def test_every_answer_has_the_headers(app: Flask, anybody: Client, as_: As) -> None:
    admin = as_("admin")
    asked = [(rule.rule, admin.open("GET", _address(rule))) for rule in app.url_map.iter_rules() if rule.methods]
    asked += [
        ("401", anybody.get("/me")),
        ("404", anybody.get("/nowhere")),
        ("405", anybody.post("/me/notices")),
        ("413", anybody.post("/auth/login", data=b" " * (1 << 21))),
        ("422", anybody.post("/auth/login", {})),
        ("308", anybody.get("//healthz")),
    ]
    for what, answer in asked:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, what
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], what
        assert "unsafe" not in answer.headers["Content-Security-Policy"], what
        assert re.fullmatch(r"[0-9a-f]{24}", answer.headers["X-Request-Id"]), what
        assert "Server" not in answer.headers, what
        kept = answer.headers["Cache-Control"]
        if "no-store" not in kept:
            assert answer.status_code in (200, 304), (what, kept)
            is_open = what.startswith(OPEN_PATHS)
            assert is_open or (kept == "private, no-cache" and answer.is_json and answer.headers["ETag"]), (what, kept)


OPEN_PATHS = ("/api/v1/public/", "/api/v1/audit/heads", "/api/docs/assets/", "/static/")


def test_a_request_id_is_taken_when_it_is_plain(anybody: Client) -> None:
    given = anybody.get("/healthz", headers={"X-Request-Id": "a-1.b_2"})
    assert given.headers["X-Request-Id"] == "a-1.b_2"
    refused = anybody.get("/nowhere", headers={"X-Request-Id": "a-1.b_2"})
    assert refused.json["request_id"] == "a-1.b_2"
    for bad in ("a b", "编号", "a" * 65, "<script>"):
        assert (
            anybody.get("/healthz", headers={"X-Request-Id": bad.encode().decode("latin-1")}).headers["X-Request-Id"]
            != bad
        )


def test_the_documentation_loads_nothing_from_another_host(app: Flask, anybody: Client) -> None:
    page = anybody.get("/api/docs")
    assert page.status_code == 200
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) >= 4
    for address in loaded:
        assert address.startswith("/"), address
        assert not address.startswith("//"), address
        with anybody.http.get(address) as loading:
            assert loading.status_code == 200, address
            if address.endswith(".css"):
                assert not re.search(r"url\(\s*['\"]?(?:https?:)?//|@import", loading.text)
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=", page.text)
    assert anybody.get("/api/docs/assets/index.html").status_code == 404
    assert anybody.get("/api/docs/assets/..%2f__init__.py").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ["accounts.writes", "public.writes"])
def test_the_database_refuses_a_write_inside_a_get(own_app: Flask, endpoint: str) -> None:
    refused: list[DBAPIError] = []

    def writes() -> str:
        try:
            db.session.execute(delete(Person))
        except DBAPIError as error:
            refused.append(error)
            raise
        return "written"

    own_app.add_url_rule("/api/v1/writes", endpoint, writes)
    own_app.config["PROPAGATE_EXCEPTIONS"] = False
    admin = sign_in(own_app, "admin")
    assert admin.get("/writes").status_code in (500, 503)
    assert len(refused) == 1
    assert re.search("readonly|read-only", str(refused[0].orig))
    assert admin.get("/me").status_code == 200


@pytest.mark.slow
def test_a_transaction_that_began_by_reading_never_writes(own_app: Flask) -> None:
    with own_app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        assert db.session.scalar(select(func.count()).select_from(Person))
        with tenancy.announced(tenancy.EVERYWHERE), pytest.raises(DBAPIError, match=r"readonly|read-only"):
            db.session.execute(delete(Person))
        db.session.rollback()
        with tenancy.announced(tenancy.EVERYWHERE):
            assert db.session.execute(delete(AuditEntry).where(AuditEntry.id == "none")).rowcount == 0
            db.session.rollback()


NOTES = ("export.stream_begun", "export.stream_ended", "export.handed_out")


@pytest.mark.parametrize(
    "people",
    [("admin",), pytest.param(("auditor", "leader", f"uploader-{VILLAGE}"), marks=pytest.mark.slow)],
    ids=["administrator", "others"],
)
def test_a_get_changes_nothing_but_notes_what_it_hands_out(app: Flask, as_: As, people: tuple[str, ...]) -> None:
    draft(as_)
    clients = [as_(name) for name in people]
    described = [each for each in operations(app) if each.method == "get"]
    leader = Browser(app)
    leader.sign_in("leader")
    before, answered = _everything(app), set()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            query = {"division": TOWNSHIP, "from": "2023-10", "to": "2023-11", "year": "2023"}
            wanted = [each for each in described if each.path == rule.rule]
            for client in clients:
                taken = {name: query[name] for each in wanted for name in each.query if name in query}
                if "statistics" not in rule.rule and "exports/monthly" not in rule.rule:
                    taken = {name: value for name, value in taken.items() if name not in ("from", "to")}
                answer = client.open("GET", _address(rule), query_string=taken)
                answer.get_data()
                if answer.status_code == 200:
                    answered.add(rule.rule)
            if _guard_of(rule) in OF_PAGES:
                leader.http.get(_address(rule))
    assert len(answered) > 30
    assert _everything(app) == before
    assert {row.action for row in _rows_of(app, AuditEntry.__table__)} >= set(NOTES)


def _everything(app: Flask) -> dict[str, tuple[object, ...]]:
    """All rows but the notes, and the head of the chain that they move."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != AuditHead.__tablename__]
    return {
        table.name: tuple(
            sorted(repr(row) for row in _rows_of(app, table) if getattr(row, "action", None) not in NOTES)
        )
        for table in tables
    }


def _rows_of(app: Flask, table: FromClause) -> Sequence[Row[Any]]:
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        if db.session.scalar(select(func.count()).select_from(table)) < 5000:  # type: ignore[operator]
            return db.session.execute(select(table)).all()
        return ()


def test_a_method_that_is_not_there(anybody: Client) -> None:
    call: Callable[[str, str], object] = anybody.open
    for method, path, allowed in (
        ("PATCH", "/api/v1/disclosures", {"GET", "POST", "HEAD", "OPTIONS"}),
        ("DELETE", "/api/v1/me", {"GET", "HEAD", "OPTIONS"}),
        ("FOO", "/healthz", {"GET", "HEAD", "OPTIONS"}),
    ):
        answer = call(method, path)
        assert answer.status_code == 405  # type: ignore[attr-defined]
        assert answer.json["code"] == "method_not_allowed"  # type: ignore[attr-defined]
        assert set(answer.headers["Allow"].split(", ")) == allowed  # type: ignore[attr-defined]
