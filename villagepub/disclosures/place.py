"""One entry of the catalogue in one village."""

from collections.abc import Sequence
from typing import Any

from villagepub.extensions import db

Place = tuple[str, str]
"""A village and one of its entries."""


def rows_at(query: Any, place: Place, **values: Any) -> Sequence[Any]:
    """Of a statement with a ``village`` and an ``entry``, as plain tuples: the session would make them anew."""
    return db.session.connection().execute(query, {"village": place[0], "entry": place[1], **values}).all()
