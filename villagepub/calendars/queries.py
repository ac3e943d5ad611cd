"""Reads of imported years, of moves, and of what townships have seen."""

from collections.abc import Iterable

from sqlalchemy import select

from villagepub.calendars.models import CalendarEdition, CalendarSeen, CalendarWarning, DeadlineMove
from villagepub.core import tenancy
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.extensions import db


def list_edition_ids() -> list[str]:
    """Of all imports: a few a year."""
    return list(db.session.scalars(select(CalendarEdition.id).order_by(CalendarEdition.id)))


def list_editions(ids: Iterable[str]) -> list[CalendarEdition]:
    """By region and year, the oldest edition first."""
    query = select(CalendarEdition).where(CalendarEdition.id.in_(list(ids)))
    order = (CalendarEdition.region, CalendarEdition.year, CalendarEdition.edition)
    return list(db.session.scalars(query.order_by(*order)))


def find_seen(township: str) -> CalendarSeen | None:
    return db.session.get(CalendarSeen, township)


def was_told(township: str, region: str, year: int) -> bool:
    return db.session.get(CalendarWarning, (township, region, year)) is not None


def list_moves(prefixes: tuple[str, ...], page: PageRequest, *, subject: str | None = None) -> Page[DeadlineMove]:
    """Newest first."""
    query = select(DeadlineMove).where(tenancy.within(DeadlineMove.division, prefixes))
    if subject is not None:
        query = query.where(DeadlineMove.subject_id == subject)
    return page_of(db.session(), query, [DeadlineMove.id], page, descending=True)
