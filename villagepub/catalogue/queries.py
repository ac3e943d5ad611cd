"""Reads of the catalogue and of what is owed."""

from collections.abc import Collection
from dataclasses import fields
from datetime import date

from sqlalchemy import select

from villagepub.catalogue.duties import DueBetween, Owed, owed_by
from villagepub.catalogue.headings import Heading
from villagepub.catalogue.models import CatalogueEntry, ExcusedDuty
from villagepub.core import tenancy
from villagepub.core.errors import Invalid
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import DIGITS, Level
from villagepub.extensions import db


def list_entries(township: str) -> list[CatalogueEntry]:
    query = select(CatalogueEntry).where(CatalogueEntry.township == township).order_by(CatalogueEntry.code)
    return list(db.session.scalars(query))


def list_headings(township: str) -> list[Heading]:
    """The entries in the order of their codes, without their legal bases: one query."""
    columns = [getattr(CatalogueEntry, each.name) for each in fields(Heading)]
    query = select(*columns).where(CatalogueEntry.township == township).order_by(CatalogueEntry.code)
    return [Heading(*row) for row in db.session.execute(query)]


def get_entry(township: str, code: str) -> CatalogueEntry:
    """Raises Invalid naming the field ``entry`` for a code that the township's catalogue does not have."""
    entry = find_entry(township, code)
    if entry is None:
        raise Invalid(errors={"entry": [f"目录中没有 {code} 这一项，请核对公开目录。"]})
    return entry


def find_entry(township: str, code: str) -> CatalogueEntry | None:
    query = select(CatalogueEntry).where(CatalogueEntry.township == township, CatalogueEntry.code == code)
    return db.session.scalar(query)


def list_owed(prefixes: tuple[str, ...], until: date, due_between: DueBetween | None = None) -> list[Owed]:
    """The periodic duties of all villages below the prefixes whose period has ended by a day.

    due_between: only those that are due on these days.
    """
    found: list[Owed] = []
    rules: dict[str, dict[str, object]] = {}
    entries: dict[str, list[Heading]] = {}
    for village in divisions.list_disclosing(prefixes):
        township = village.township_code
        if township not in rules:
            rules[township] = divisions.get_township(township).due
            entries[township] = list_headings(township)
        found.extend(owed_by(village, entries[township], rules[township], until, due_between))
    return found


def list_excused(prefixes: tuple[str, ...], periods: Collection[str] | None = None) -> dict[tuple[str, str, str], str]:
    """``{(village, entry, period): reason}`` of the duties that do not apply, in the periods or in all."""
    query = select(ExcusedDuty).where(tenancy.within(ExcusedDuty.village, prefixes))
    if periods is not None:
        query = query.where(ExcusedDuty.period.in_(periods))
    return {(row.village, row.entry, row.period): row.reason for row in db.session.scalars(query)}


def township_of(division: str) -> str:
    """The township whose catalogue holds for a place. Raises Invalid above the township."""
    if len(divisions.prefix_of(division)) < DIGITS[Level.TOWNSHIP]:
        raise Invalid(errors={"division": ["请给出乡镇、村或社区的代码：目录由乡镇制定。"]})
    return divisions.get_township(division).code
