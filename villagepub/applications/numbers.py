"""``<township code>-<year>-A<serial>``, without gaps inside a township and year."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from villagepub.applications.models import ApplicationCounter
from villagepub.extensions import db


def next_serial(township: str, year: int) -> int:
    """The next one; the counter's row stays locked until the transaction ends, and goes back with it."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(ApplicationCounter).values(township=township, year=year, last=0)
    db.session.execute(first.on_conflict_do_nothing())
    query = select(ApplicationCounter).where(ApplicationCounter.township == township, ApplicationCounter.year == year)
    counter = db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    counter.last += 1
    db.session.flush()
    return counter.last
