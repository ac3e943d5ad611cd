"""What an operator has besides HTTP: the commands, and SQL as the role that owns the tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask
from sqlalchemy import Connection, create_engine, text

from tests.intake.make_files import picture
from villagepub.disclosures.attachments import THUMBNAIL

PNG = picture("PNG", (8, 8))  # the smallest file that may be attached and has a thumbnail


def run(app: Flask, *arguments: str | Path) -> Result:
    """``flask …`` in this process, on the test's database and clock; see exit_code and output."""
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


def stored_file(app: Flask) -> Path:
    """Where the one attachment that there is lies in the folder; its thumbnail lies beside it."""
    files = (file for file in app.extensions["storage"].folder.rglob("*") if file.is_file())
    [stored] = [file for file in files if not file.name.endswith(THUMBNAIL)]
    return Path(stored)


@contextmanager
def owner_of(app: Flask) -> Iterator[Connection]:
    """A connection as the owner of the tables; each statement stands by itself, references are not checked."""
    engine = create_engine(app.config["SETTINGS"].database_owner_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def sql(app: Flask, statement: str, **values: Any) -> list[Any]:
    """One statement as the owner; the rows of a query."""
    with owner_of(app) as connection:
        done = connection.execute(text(statement), values)
        return list(done.all()) if done.returns_rows else []


def drop_triggers(app: Flask, table: str) -> None:
    """Do what only the owner can, so that the rows of the table can be tampered with."""
    with owner_of(app) as connection:
        postgresql = connection.dialect.name == "postgresql"
        for act in ("update", "delete"):
            where = f" ON {table}" if postgresql else ""
            connection.exec_driver_sql(f"DROP TRIGGER {table}_refuses_{act}{where}")
