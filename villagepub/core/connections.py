"""How the two databases are opened, and which connections a transaction uses.

On SQLite those that read have connections of their own, which cannot write. To forbid a connection writing and to
allow it again would throw away every statement that it has prepared, at each change of hands.
"""

from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from villagepub.core import tenancy

READING = "reading"
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL loses answered writes at a power cut
    "foreign_keys=ON",
    "recursive_triggers=ON",  # else INSERT OR REPLACE slips past the triggers of insert-only tables
    "busy_timeout=20000",
)

_ENGINE = "engine"  # in the info of a session: that of the transaction which is running


class Database(SQLAlchemy):
    """The engines of an application."""

    @property
    def engine_now(self) -> Engine:
        """Whose connections the announced scope is for. Raises NoScope."""
        return self.engines[READING if READING in self.engines and tenancy.current().read_only else None]

    def prepare(self) -> None:
        """Teach the engines how their transactions begin, once for each application, and the sessions their scope."""
        if self.engine.dialect.name == "sqlite":
            for name, begin in ((None, "BEGIN IMMEDIATE"), (READING, "BEGIN")):
                _prepare_sqlite(self.engines[name], begin, reads=name == READING)
        if not event.contains(self.session, "after_begin", _announce):
            event.listen(self.session, "after_begin", _announce)
            event.listen(self.session, "after_transaction_end", _leave)


class ScopedSession(Session):
    """A transaction stays on the connections that it began with, whatever scope is announced in its midst."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine:
        begun: Engine | None = self.info.get(_ENGINE)
        return begun or self._db.engine_now


def _announce(session: ScopedSession, transaction: Any, connection: Connection) -> None:
    session.info[_ENGINE] = connection.engine
    tenancy.tell_database(connection)


def _leave(session: ScopedSession, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_ENGINE, None)


def _prepare_sqlite(engine: Engine, begin: str, *, reads: bool) -> None:
    """A reader sees one snapshot and cannot write; a writer takes the lock before it reads anything."""

    @event.listens_for(engine, "connect")
    def open_(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # we write BEGIN ourselves
        for pragma in (*PRAGMAS, f"query_only={'ON' if reads else 'OFF'}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
