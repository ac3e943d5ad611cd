"""``<village code>-<year>-<serial>``, without gaps inside a village and year."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from villagepub.extensions import db
from villagepub.publishing.models import NumberCounter


def next_number(village: str, year: int) -> str:
    """The next number; the counter's row stays locked until the transaction ends, and goes back with it."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(NumberCounter).values(village=village, year=year, last=0)
    db.session.execute(first.on_conflict_do_nothing())
    query = select(NumberCounter).where(NumberCounter.village == village, NumberCounter.year == year)
    counter = db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    counter.last += 1
    db.session.flush()
    return f"{village}-{year}-{counter.last:04d}"
