"""Publications, withdrawals and corrections, counted by village, entry and month."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select

from villagepub.core import tenancy
from villagepub.core.periods import month_of
from villagepub.disclosures.models import Disclosure
from villagepub.disclosures.place import Place
from villagepub.extensions import db

STAYS_COUNTED = or_(Disclosure.taken_out_in.is_(None), Disclosure.taken_out_in != Disclosure.counts_in)
"""Condition of a query: that what counted in a month was not taken out of it in the same month."""


def list_cells() -> list[tuple[str, str, str]]:
    """Every ``(village, entry, month)`` in which a publication counts or is taken out."""
    counted = select(Disclosure.village, Disclosure.entry, Disclosure.counts_in).where(
        Disclosure.counts_in.is_not(None)
    )
    taken = select(Disclosure.village, Disclosure.entry, Disclosure.taken_out_in).where(
        Disclosure.taken_out_in.is_not(None)
    )
    return [(row[0], row[1], str(row[2])) for row in db.session.execute(counted.union(taken))]


def list_act_cells() -> list[tuple[str, str, str]]:
    """Every ``(village, entry, month)`` in which something was withdrawn or a correction published."""
    withdrawn = select(Disclosure.village, Disclosure.entry, Disclosure.withdrawn_at).where(
        Disclosure.withdrawn_at.is_not(None)
    )
    corrected = select(Disclosure.village, Disclosure.entry, Disclosure.published_at).where(
        Disclosure.supersedes_id.is_not(None), Disclosure.published_at.is_not(None)
    )
    rows = [row for query in (withdrawn, corrected) for row in db.session.execute(query)]
    return [(village, entry, month_of(at)) for village, entry, at in rows if at is not None]


def count_published(village: str, entry: str, month: str) -> int:
    """Net publications that count in a month: those made minus those taken out."""
    here = (Disclosure.village == village, Disclosure.entry == entry)
    made = select(func.count()).select_from(Disclosure).where(*here, Disclosure.counts_in == month)
    taken = select(func.count()).select_from(Disclosure).where(*here, Disclosure.taken_out_in == month)
    return (db.session.scalar(made) or 0) - (db.session.scalar(taken) or 0)


def count_counted(prefixes: tuple[str, ...], months: Collection[str]) -> dict[tuple[str, str], int]:
    """``{(village, month): publications}`` that count in the month and were not taken out in it again."""
    query = (
        select(Disclosure.village, Disclosure.counts_in, func.count())
        .where(tenancy.within(Disclosure.village, prefixes), Disclosure.counts_in.in_(months), STAYS_COUNTED)
        .group_by(Disclosure.village, Disclosure.counts_in)
    )
    return {(village, str(month)): count for village, month, count in db.session.execute(query)}


def count_counted_at_places(prefixes: tuple[str, ...], month: str) -> dict[Place, int]:
    """The same of one month, by village and entry. Counted here: for a GROUP BY, SQLite reads all rows in its order."""
    query = select(Disclosure.village, Disclosure.entry).where(
        tenancy.within(Disclosure.village, prefixes), Disclosure.counts_in == month, STAYS_COUNTED
    )
    return Counter((village, entry) for village, entry in db.session.execute(query))


def count_withdrawn(village: str, entry: str, start: datetime, end: datetime) -> int:
    query = (
        select(func.count())
        .select_from(Disclosure)
        .where(
            Disclosure.village == village,
            Disclosure.entry == entry,
            Disclosure.withdrawn_at >= start,
            Disclosure.withdrawn_at < end,
        )
    )
    return db.session.scalar(query) or 0


def count_corrected(village: str, entry: str, start: datetime, end: datetime) -> int:
    """Corrections published between two instants."""
    query = (
        select(func.count())
        .select_from(Disclosure)
        .where(
            Disclosure.village == village,
            Disclosure.entry == entry,
            Disclosure.supersedes_id.is_not(None),
            Disclosure.published_at >= start,
            Disclosure.published_at < end,
        )
    )
    return db.session.scalar(query) or 0
