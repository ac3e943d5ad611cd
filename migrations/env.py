"""How migrations run: as the role that owns the tables, one at a time, or not at all."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine, event, pool, text

from villagepub.core.db import Base

ONE_AT_A_TIME = 640104  # any number of our own for PostgreSQL's advisory lock


def run() -> None:
    url = current_app.config["SETTINGS"].database_owner_url
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=_is_ours,
        )
        with context.begin_transaction():
            _prepare(connection)
            context.run_migrations()
            _check_references(connection)
        connection.commit()


def _leave_transactions_to_us(connection, record) -> None:
    """Tables are rebuilt to alter them, so references are checked at the end and not on the way."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=OFF")


def _prepare(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '1s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"migration leaves rows that refer to nothing: {broken[:5]}")


def _is_ours(thing, name, kind, reflected, compare_to) -> bool:
    """The search index is unknown to the models: on SQLite a virtual table with tables of its own."""
    return not (reflected and str(name).removeprefix("ix_").startswith("publication_search"))


run()
