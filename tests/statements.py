"""What an application asks its databases, and how many connections it holds: over all of its engines."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from villagepub.extensions import db

Statement = tuple[str, Any]


@contextmanager
def recorded(app: Flask) -> Iterator[list[Statement]]:
    """Every statement that reaches a database in the block, with its parameters."""
    statements: list[Statement] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *more: Any) -> None:
        statements.append((statement, parameters))

    with ExitStack() as stack:
        for engine in engines_of(app):
            event.listen(engine, "before_cursor_execute", note)
            stack.callback(event.remove, engine, "before_cursor_execute", note)
        yield statements


def connections_in_use(app: Flask) -> int:
    return sum(engine.pool.checkedout() for engine in engines_of(app))  # type: ignore[attr-defined]  # that of a queue


def engines_of(app: Flask) -> list[Engine]:
    with app.app_context():
        return list(db.engines.values())
