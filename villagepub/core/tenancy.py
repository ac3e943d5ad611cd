"""Whose rows a transaction may touch.

The division is the tenant: a person's reach is a set of code prefixes. Every transaction announces its
scope here before its first statement; one without a scope is refused. On PostgreSQL the scope is set for
that transaction alone (never for the session), so that policies on the tables can read it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, false, or_, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import InstrumentedAttribute

CODE_LENGTH = 12
Code = InstrumentedAttribute[str] | InstrumentedAttribute[str | None] | ColumnElement[str]


class ScopeKind(StrEnum):
    PUBLIC = "public"  # what anybody may read
    SIGN_IN = "sign_in"  # credentials, before it is known who asks
    STAFF = "staff"  # the divisions that the person's posts reach
    SYSTEM = "system"  # commands and jobs, for the divisions they name


@dataclass(frozen=True)
class Scope:
    """What a transaction is for: its kind, the code prefixes it reaches, and whether it only reads."""

    kind: ScopeKind
    prefixes: tuple[str, ...]
    read_only: bool = False

    def reading(self) -> "Scope":
        return replace(self, read_only=True)


PUBLIC = Scope(ScopeKind.PUBLIC, (), read_only=True)
SIGN_IN = Scope(ScopeKind.SIGN_IN, ())
EVERYWHERE = Scope(ScopeKind.SYSTEM, ("",))


class NoScope(RuntimeError):
    """A transaction was begun that did not say whose rows it may touch."""


_scope: ContextVar[Scope | None] = ContextVar("villagepub_scope", default=None)


def current() -> Scope:
    """The scope of the running transaction.

    Raises NoScope when none was announced.
    """
    scope = _scope.get()
    if scope is None:
        raise NoScope("a transaction needs a scope: use core.transactions.transaction(scope)")
    return scope


@contextmanager
def announced(scope: Scope) -> Iterator[None]:
    """Every transaction begun inside the block carries this scope."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def is_announced() -> bool:
    return _scope.get() is not None


def set_scope(scope: Scope | None) -> None:
    """For the frame of a request, whose beginning and end lie in two functions."""
    _scope.set(scope)


def tell_database(connection: Connection) -> None:
    """Write the current scope into the transaction that has just begun (PostgreSQL alone has the means)."""
    scope = current()
    if connection.dialect.name != "postgresql":
        return
    if scope.read_only:  # one snapshot, which a reader of SQLite has anyway
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    connection.execute(
        text("SELECT set_config('villagepub.scope', :kind, true), set_config('villagepub.prefixes', :prefixes, true)"),
        {"kind": scope.kind.value, "prefixes": ",".join(scope.prefixes)},
    )


def covers(prefixes: Iterable[str], code: str) -> bool:
    """Whether a division code lies under one of the prefixes."""
    return any(code.startswith(prefix) for prefix in prefixes)


def within(column: Code, prefixes: Iterable[str]) -> ColumnElement[bool]:
    """The condition that a 12-digit code column lies under one of the prefixes; uses a plain index."""
    ranges: list[ColumnElement[Any]] = [
        column.between(prefix.ljust(CODE_LENGTH, "0"), prefix.ljust(CODE_LENGTH, "9")) for prefix in prefixes
    ]
    return or_(false(), *ranges)
