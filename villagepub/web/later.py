"""Transactions for an answer that is still being written when its request is over."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from flask import Flask, current_app

from villagepub.core import tenancy
from villagepub.core.transactions import transaction


def reading_later() -> Callable[[], AbstractContextManager[None]]:
    """Each reads with the scope that the request has now."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # typed as the Flask it stands for
    scope = tenancy.current().reading()

    @contextmanager
    def reading() -> Iterator[None]:
        with app.app_context(), transaction(scope):
            yield

    return reading
