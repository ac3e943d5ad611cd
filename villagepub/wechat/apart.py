"""Short transactions of the room's own, beside whatever runs: never held while the platform is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from villagepub.core import tenancy
from villagepub.extensions import db


@contextmanager
def apart(*, reading: bool = False) -> Iterator[Connection]:
    """Committed at the end of the block. Needs no scope, and works beside a transaction that only reads.

    Raises RuntimeError inside one that writes: on SQLite it would wait for itself, and elsewhere too the platform
    would be waited for with rows locked.
    """
    if tenancy.is_announced() and not tenancy.current().read_only:
        raise RuntimeError("WeChat is asked outside of transactions that write: see web/guards.prepared_by")
    scope = tenancy.EVERYWHERE.reading() if reading else tenancy.EVERYWHERE
    with tenancy.announced(scope), db.engine_now.begin() as connection:
        tenancy.tell_database(connection)
        yield connection
