"""The base of all tables, their column types, and how the two databases are opened."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Engine, MetaData, String, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from villagepub.core import tenancy
from villagepub.core.ids import LENGTH, new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL loses answered writes at a power cut
    "foreign_keys=ON",
    "recursive_triggers=ON",  # else INSERT OR REPLACE slips past the triggers of insert-only tables
    "busy_timeout=20000",
)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)  # type: ignore[no-any-return]


class Amount(TypeDecorator[Decimal]):
    """Money, exact on both databases: stored as a count of its smallest unit, since SQLite has no decimals.

    places: the decimals it has.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        units = value.scaleb(self.places)
        if units != units.to_integral_value():
            raise ValueError("an amount finer than its smallest unit")
        return int(units)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places).normalize()


DivisionCode = String(tenancy.CODE_LENGTH)
Identifier = String(LENGTH)


class Base(DeclarativeBase):
    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: Instant})


def id_column() -> Any:
    """A primary key of our own making, so that ids sort by creation on both databases."""
    return mapped_column(Identifier, primary_key=True, default=new_id)


def prepare_engine(engine: Engine) -> None:
    """Teach an engine how its transactions begin. Idempotent use is the caller's affair: once per engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def prepare_sessions(factory: Any) -> None:
    """Let every session tell the database its scope at the start of each transaction, once, however often asked."""
    if not event.contains(factory, "after_begin", _announce):
        event.listen(factory, "after_begin", _announce)


def _announce(session: Session, transaction: Any, connection: Connection) -> None:
    tenancy.tell_database(connection)


def _open_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # we write BEGIN ourselves
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A reader sees one snapshot and cannot write; a writer takes the lock before it reads anything."""
    reads = tenancy.current().read_only
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
