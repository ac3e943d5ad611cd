"""One transaction for one act: begun with a scope, sealed by the audit chain, committed here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from villagepub.core import audit, tenancy
from villagepub.core.tenancy import Scope
from villagepub.extensions import db


@contextmanager
def transaction(scope: Scope) -> Iterator[None]:
    """Everything inside the block is stored together, or nothing is.

    scope: whose rows the block may touch; a read-only scope makes the database refuse writes, and all statements see
    the same rows, however long the block takes.
    """
    with tenancy.announced(scope):
        try:
            yield
            commit()
        finally:
            db.session.remove()


@contextmanager
def aside() -> Iterator[None]:
    """A transaction that writes, in the midst of one that only reads: for the note that something was handed out.

    Rows that were read before are not to be used afterwards; what is read then is read anew.
    """
    scope = tenancy.current()
    rollback()
    with transaction(replace(scope, read_only=False)):
        yield


def commit() -> None:
    """Write the waiting audit entries at the end of their chains, then commit."""
    audit.seal(db.session())
    db.session.commit()


def rollback() -> None:
    db.session.rollback()
    audit.forget(db.session())
