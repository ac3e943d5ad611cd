"""Databases for tests on either engine: migrated and loaded once, copied for every test."""

import shutil
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from config.base import PROJECT, Settings
from config.storage import Place
from config.wechat import WeChatAccount
from tests.postgres import Database, PostgresServer, start_postgres
from villagepub import create_app
from villagepub.extensions import db

MIGRATIONS = PROJECT / "migrations"
NO_WECHAT = WeChatAccount(base_url="", appid="", secret="", push_token="", aes_key="", env_version="release")

Fill = Callable[[], object]  # puts rows into a migrated database, inside the application's context


def settings_for(database: Database, folder: Path, **changes: object) -> Settings:
    """Settings of a test: everything in the test's own folder."""
    values: dict[str, object] = {
        "environment": "testing",
        "database_url": database.app_url,
        "database_owner_url": database.owner_url,
        "storage_place": Place((folder / "files").as_uri()),
        "clamd_url": "",
        "ocr_url": "",
        "webhook_networks": (ip_network("127.0.0.0/8"),),
        "wechat": NO_WECHAT,
        "wechat_templates_dir": PROJECT / "config" / "wechat_templates",
        "instance_dir": folder,
        "secret_key": "a-secret-key-of-the-tests-that-is-long-enough",
        "jwt_keys": {"test": "a-signing-key-of-the-tests-that-is-long-enough"},
        "public_base_url": "http://127.0.0.1:8000",
        "metrics_token": "",
        "calendars_dir": PROJECT / "config" / "calendars",
        "screening_dir": PROJECT / "config" / "screening",
        "bulletins_dir": PROJECT / "config" / "bulletins",
        "reports_dir": PROJECT / "config" / "reports",
        "letters_dir": PROJECT / "config" / "letters",
        "consents_dir": PROJECT / "config" / "consents",
        "access_token_seconds": 900,
        "refresh_token_days": 30,
        "invitation_days": 7,
        "session_idle_minutes": 30,
        "session_hours": 12,
        "totp_required": False,
        "password_memory_kib": 8,  # thousands sign in; what a password really costs has tests of its own
        "export_days": 7,
        "max_body_bytes": 1 << 20,
        "max_attachment_bytes": 1 << 20,
        "max_attachments": 3,
        "trusted_proxies": 0,
        "log_level": "ERROR",
    }
    return Settings(**(values | changes))  # type: ignore[arg-type]


def migrated_app(database: Database, folder: Path) -> Flask:
    """An application on a database at the newest migration."""
    app = create_app(settings_for(database, folder))
    with app.app_context():
        upgrade(str(MIGRATIONS))
    return app


def leave(app: Flask) -> None:
    """Close every connection, so that the database can be copied or dropped."""
    with app.app_context():
        db.session.remove()
        for each in db.engines.values():
            each.dispose()


class SqliteEngine:
    """Databases that are files."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def at(self, name: str) -> Database:
        """Where a database of this name lies, made or not."""
        url = f"sqlite:///{self.folder / name}.sqlite3"
        return Database(owner_url=url, app_url=url)

    def create(self, name: str) -> Database:
        return self.at(name)

    def copy(self, source: str, name: str) -> Database:
        shutil.copyfile(self.folder / f"{source}.sqlite3", self.folder / f"{name}.sqlite3")
        return self.create(name)

    def drop(self, name: str) -> None:
        for ending in ("", "-wal", "-shm"):
            (self.folder / f"{name}.sqlite3{ending}").unlink(missing_ok=True)

    def stop(self) -> None:
        shutil.rmtree(self.folder)


class PostgresEngine:
    """Databases of a server that the tests started."""

    name = "postgresql"

    def __init__(self) -> None:
        self.server: PostgresServer = start_postgres()
        self.folder = self.server.folder

    def at(self, name: str) -> Database:
        return self.server.database_at(name)

    def create(self, name: str) -> Database:
        return self.server.create_database(name)

    def copy(self, source: str, name: str) -> Database:
        return self.server.copy_database(source, name)

    def drop(self, name: str) -> None:
        self.server.drop_database(name)

    def stop(self) -> None:
        self.server.stop()


Engine = SqliteEngine | PostgresEngine
