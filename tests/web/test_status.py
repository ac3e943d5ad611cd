"""What the operator's monitoring asks: alive, ready, and how busy."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.clients import Client
from tests.engines import Engine, leave, settings_for
from tests.journeys import As
from villagepub import create_app

TOKEN = "a-token-of-the-monitoring"


@pytest.fixture
def not_migrated(engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    application = create_app(settings_for(engine.create("bare"), tmp_path))
    yield application
    leave(application)
    engine.drop("bare")


def test_alive_and_ready(anybody: Client) -> None:
    alive, ready = anybody.get("/healthz"), anybody.get("/readyz")
    assert (alive.status_code, alive.json) == (200, {"status": "ok"})
    assert ready.status_code == 200
    assert ready.json == {"status": "ok", "checks": {"database": True, "migrations": True, "storage": True}}
    assert ready.headers["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_alive_but_not_ready_before_the_migrations(not_migrated: Flask) -> None:
    anybody = Client(not_migrated)
    assert anybody.get("/healthz").status_code == 200
    unready = anybody.get("/readyz")
    assert (unready.status_code, unready.json["status"]) == (503, "unready")
    assert unready.json["checks"] == {"database": True, "migrations": False, "storage": True}


def test_not_ready_without_a_place_for_files(app: Flask, anybody: Client, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    app.extensions["storage"].folder = blocked
    unready = anybody.get("/readyz")
    assert (unready.status_code, unready.json["checks"]["storage"]) == (503, False)


@pytest.mark.slow
def test_not_ready_without_a_database(engine: Engine, tmp_path: Path) -> None:
    if engine.name != "sqlite":
        pytest.skip("one way to lose a database is enough")
    nowhere = f"sqlite:///{tmp_path / 'nowhere' / 'a.sqlite3'}"
    settings = settings_for(engine.create("gone"), tmp_path)
    app = create_app(replace(settings, database_url=nowhere))
    unready = Client(app).get("/readyz")
    assert (unready.status_code, unready.json["checks"]["database"]) == (503, False)
    assert str(tmp_path) not in unready.text
    assert Client(app).post("/auth/login", {"username": "admin", "password": "a"}).status_code == 503
    leave(app)


def _set(app: Flask, **changes: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **changes)


def test_the_counts_name_routes_and_no_ids(app: Flask, anybody: Client, as_: As) -> None:
    as_("admin").get("/people/01HE44JZT0ABCDEFGHJKMNPQRS/nothing")
    as_("admin").get("/disclosures/01HE44JZT0ABCDEFGHJKMNPQRS")
    anybody.open("EVIL", "/healthz")
    counts = anybody.get("/metrics")
    assert counts.status_code == 200
    assert counts.mimetype == "text/plain"
    assert 'route="/api/v1/disclosures/<string:disclosure_id>"' in counts.text
    assert "01HE44JZT0" not in counts.text
    assert "EVIL" not in counts.text


def test_the_counts_need_the_token_that_is_set(app: Flask, anybody: Client) -> None:
    _set(app, metrics_token=TOKEN)
    for headers in ({}, {"Authorization": "Bearer another"}, {"Authorization": "Bearer "}, {"Authorization": "键"}):
        sent = {name: value.encode().decode("latin-1") for name, value in headers.items()}
        assert anybody.get("/metrics", headers=sent).status_code == 404
    assert anybody.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_in_production_there_are_no_counts_without_a_token(app: Flask, anybody: Client) -> None:
    _set(app, environment="production")
    assert anybody.get("/metrics").status_code == 404
    _set(app, metrics_token=TOKEN)
    assert anybody.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
