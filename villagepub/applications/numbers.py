"""``<township code>-<year>-A<serial>``, without gaps inside a township and year."""

from villagepub.applications.models import ApplicationCounter
from villagepub.core.counters import next_of
from villagepub.extensions import db


def next_serial(township: str, year: int) -> int:
    return next_of(db.session(), ApplicationCounter, township=township, year=year)
