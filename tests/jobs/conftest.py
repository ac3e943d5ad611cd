"""The workshop: the application, its effects, and workers beside it."""

from pathlib import Path

import pytest
from flask import Flask

from tests.jobs.workshop import Workers, Workshop
from tests.postgres import Database


@pytest.fixture
def workshop(app: Flask) -> Workshop:
    return Workshop(app)


@pytest.fixture
def workers(app: Flask, tmp_path: Path) -> Workers:
    settings = app.config["SETTINGS"]
    return Workers(Database(settings.database_owner_url, settings.database_url), tmp_path / "workers")
