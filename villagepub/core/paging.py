"""Key-set pages: the cursor says after which row to go on, so pages stay stable while rows are added."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from villagepub.core.db import Instant
from villagepub.core.digest import digest_of
from villagepub.core.errors import Invalid

DEFAULT_LIMIT, LARGEST_LIMIT = 20, 100
_LARGEST_INTEGER = (1 << 31) - 1
_MARK = 8

Row = TypeVar("Row")
Key = InstrumentedAttribute[Any] | ColumnElement[Any]


@dataclass(frozen=True)
class PageRequest:
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True)
class Page(Generic[Row]):
    """next_cursor is None on the last page."""

    data: list[Row]
    next_cursor: str | None


def page_of(
    session: Session,
    query: Select[Row],
    keys: Sequence[Key],
    request: PageRequest,
    *,
    descending: bool = False,
) -> Page[Row]:
    """One page of a query over one entity.

    keys: columns that are never null and together unique; the rows are ordered by them.
    Raises Invalid for a cursor that this list did not hand out.
    """
    if request.cursor:
        query = query.where(_beyond(keys, _decode(request.cursor, keys), descending))
    order = [key.desc() if descending else key.asc() for key in keys]
    rows = list(session.scalars(query.order_by(*order).limit(request.limit + 1)))
    more = len(rows) > request.limit
    rows = rows[: request.limit]
    return Page(rows, _encode(rows[-1], keys) if more else None)


def page_of_rows(rows: Iterable[Row], name: str, key: Callable[[Row], str], request: PageRequest) -> Page[Row]:
    """One page of rows that were computed, in the order of a key that is different for each.

    name: of the list. Raises Invalid for a cursor that this list did not hand out.
    """
    after = _text_in(request.cursor, name) if request.cursor else ""
    beyond = sorted((row for row in rows if key(row) > after), key=key)
    page = beyond[: request.limit]
    return Page(page, _pack([key(page[-1])], [name]) if len(beyond) > len(page) else None)


def _text_in(cursor: str, name: str) -> str:
    try:
        text, _ = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(text, str) or cursor != _pack([text], [name]):
            raise ValueError("another list's cursor, or a changed one")
    except (ValueError, TypeError, RecursionError, binascii.Error):
        raise _bad_cursor() from None
    return text


def _bad_cursor() -> Invalid:
    return Invalid(errors={"cursor": ["翻页标记无效，请从第一页重新读取。"]})


def _beyond(keys: Sequence[Key], values: list[Any], descending: bool) -> ColumnElement[bool]:
    left, right = tuple_(*keys), tuple_(*values)
    return left < right if descending else left > right


def _encode(row: Any, keys: Sequence[Key]) -> str:
    values = [getattr(row, key.key or "") for key in keys]
    return _pack([value.isoformat() if isinstance(value, datetime) else value for value in values], keys)


def _pack(values: list[Any], keys: Sequence[object]) -> str:
    """The values, and a mark by which a list knows its own cursors whole again."""
    mark = digest_of([[str(key) for key in keys], values])[-_MARK:]
    text = json.dumps([*values, mark])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, keys: Sequence[Key]) -> list[Any]:
    try:
        *values, _ = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(values) != len(keys) or cursor != _pack(values, keys):
            raise ValueError("another list's cursor, or a changed one")
        return [_value(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        raise _bad_cursor() from None


def _value(value: Any, key: Key) -> Any:
    """What the column itself can hold; the database would answer anything else with an error of its own."""
    if isinstance(key.type, Instant):
        return datetime.fromisoformat(value).astimezone(UTC)
    if type(value) is not key.type.python_type:
        raise ValueError("another kind of key")
    if isinstance(value, str) and not value.isprintable():
        raise ValueError("not a key")
    if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
        raise ValueError("not a key")
    return value
