"""Numbers without gaps: one row for each place and year, locked while a number is given."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session

from villagepub.core.db import Base


class Counter(Base):
    """The last number given for what the other columns, its key, name."""

    __abstract__ = True

    last: Mapped[int]


def next_of(session: Session, counter: type[Counter], **key: str | int) -> int:
    """The next number, from 1; the row stays locked until the transaction ends, and goes back with it."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(counter).values(**key, last=0).on_conflict_do_nothing())
    query = select(counter).filter_by(**key).with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).one()
    row.last += 1
    session.flush()
    return row.last
