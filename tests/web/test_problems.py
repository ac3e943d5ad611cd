"""What goes wrong is told as a problem (RFC 9457): a Chinese sentence, a stable code, and nothing of the inside."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask, abort
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.test import TestResponse

from tests.clients import Client
from tests.engines import Engine
from tests.journeys import VILLAGE, As, content, draft
from villagepub.core.errors import Problem
from villagepub.extensions import db

CHINESE = re.compile("[一-鿿]")
MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}
UPLOADER = f"uploader-{VILLAGE}"


def _assert_problem(answer: TestResponse, status: int, code: str) -> None:
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    body = answer.json
    assert body.keys() >= MEMBERS
    assert (body["type"], body["status"], body["code"]) == (f"/problems/{code}", status, code)
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert CHINESE.search(body["title"])
    assert CHINESE.search(body["detail"])
    assert not re.search("[A-Za-z]{3,} [a-z]{3,} [a-z]{2,}", body["detail"]), "an English sentence"


def _fail_with(app: Flask, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: Any) -> None:
        raise error

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "accounts.me", fail)


def test_every_code_is_complete() -> None:
    for code, kind in Problem.known.items():
        assert re.fullmatch("[a-z_]+", code)
        assert 400 <= kind.status < 600
        assert CHINESE.search(kind.title)
        assert kind.remedy.endswith("。")
        assert kind().detail == f"{kind.title}。{kind.remedy}"


def test_what_is_not_there(anybody: Client) -> None:
    for method, path, status, code in (
        ("GET", "/api/v1/nowhere", 404, "not_found"),
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/api/v1/me.css", 404, "not_found"),
        ("PATCH", "/api/v1/me", 405, "method_not_allowed"),
        ("GET", "/api/v1/me", 401, "not_signed_in"),
    ):
        answer = anybody.http.open(path, method=method)
        _assert_problem(answer, status, code)
        assert ("Allow" in answer.headers) == (status == 405)


def test_what_was_not_foreseen_tells_nothing_of_the_inside(
    app: Flask, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = as_("admin")
    _fail_with(app, monkeypatch, RuntimeError("geheim /srv/villagepub postgresql://owner:pass@db"))
    answer = admin.get("/me")
    _assert_problem(answer, 500, "internal_error")
    for inner in ("geheim", "RuntimeError", "Traceback", "postgresql", ".py"):
        assert inner not in answer.text


def test_other_refusals_of_the_framework(app: Flask, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = as_("admin")
    for thrown, status, code in ((418, 400, "malformed_request"), (501, 500, "internal_error")):
        monkeypatch.setitem(app.view_functions, "accounts.me", lambda thrown=thrown: abort(thrown))
        _assert_problem(admin.get("/me"), status, code)


def test_no_connection_free(app: Flask, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = as_("admin")
    _fail_with(app, monkeypatch, NoConnectionFree("QueuePool limit"))
    _assert_busy(admin.get("/me"))


def test_an_error_of_the_database_shows_no_statement(app: Flask, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = as_("admin")

    def fail() -> None:
        db.session.execute(text("SELECT * FROM no_such_table WHERE a = :a"), {"a": "写下的内容"})

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "accounts.me", fail)
    answer = admin.get("/me")
    assert answer.status_code in (500, 503)
    assert "no_such_table" not in answer.text
    assert "写下的内容" not in answer.text


def test_a_database_that_is_locked(app: Flask, as_: As, engine: Engine) -> None:
    uploader, disclosure = as_(UPLOADER), draft(as_)
    url = f"/disclosures/{disclosure['id']}"
    with app.app_context():
        database = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
        wait = "PRAGMA busy_timeout = 100" if engine.name == "sqlite" else "SET lock_timeout = '100ms'"
        event.listen(db.engine, "checkout", lambda connection, *_: connection.execute(wait))  # of those that write
    with _locked(engine, database, disclosure["id"]):
        answer = uploader.put(url, content(title="改过"), headers={"If-Match": '"1-draft-none"'})
        _assert_busy(answer)
        assert uploader.get(url).json["title"] == disclosure["title"]
    answer = uploader.put(url, content(title="改过"), headers={"If-Match": '"1-draft-none"'})
    assert (answer.status_code, answer.json["title"]) == (200, "改过")


@contextmanager
def _locked(engine: Engine, url: Any, disclosure: str) -> Iterator[None]:
    if engine.name == "sqlite":
        with closing(sqlite3.connect(url.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn) as other_server:
        other_server.execute("SELECT 1 FROM disclosure WHERE id = %s FOR UPDATE", (disclosure,))
        yield
        other_server.rollback()


def _assert_busy(answer: TestResponse) -> None:
    _assert_problem(answer, 503, "unavailable")
    assert 0 < int(answer.headers["Retry-After"]) < 60


def test_a_page_for_people(anybody: Client) -> None:
    page = anybody.get("/problems/stale_digest")
    assert "内容已经变更" in page.text
    assert 'lang="zh-CN"' in page.text
