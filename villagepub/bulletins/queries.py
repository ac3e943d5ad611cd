"""Reads of bulletins."""

from sqlalchemy import func, select

from villagepub.bulletins.content import Issue
from villagepub.bulletins.models import Bulletin, BulletinText
from villagepub.extensions import db


def find_bulletin(township: str, month: str) -> Bulletin | None:
    """The issued one; None while the month is open."""
    return db.session.get(Bulletin, (township, month))


def find_text(township: str, month: str) -> BulletinText | None:
    return db.session.get(BulletinText, (township, month))


def list_issues(township: str) -> dict[str, Issue]:
    """``{month: year and number}`` of those that were issued."""
    query = select(Bulletin.month, Bulletin.year, Bulletin.number).where(Bulletin.township == township)
    return {month: Issue(year, number) for month, year, number in db.session.execute(query)}


def last_number(township: str, year: int) -> int:
    """期号 of the last bulletin issued for a month of the year; 0 before the first."""
    query = select(func.max(Bulletin.number)).where(Bulletin.township == township, Bulletin.year == year)
    return db.session.scalar(query) or 0
