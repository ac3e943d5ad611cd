"""``<village code>-<year>-<serial>``, without gaps inside a village and year."""

from villagepub.core.counters import next_of
from villagepub.extensions import db
from villagepub.publishing.models import NumberCounter


def next_number(village: str, year: int) -> str:
    return f"{village}-{year}-{next_of(db.session(), NumberCounter, village=village, year=year):04d}"
