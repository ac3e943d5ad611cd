"""The years in force: the shipped files, and over them what was imported, the same in every process.

Files come with an upgrade, so a process reads them once. Imports are kept in memory under the names of all of them,
which each transaction asks for, so an import is seen by the next transaction of every process.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import SessionTransaction

from villagepub.calendars import queries
from villagepub.calendars.models import CalendarEdition
from villagepub.core.calendar_years import NATION, CalendarYear, read_folder
from villagepub.core.digest import digest_of
from villagepub.core.workdays import WorkCalendar
from villagepub.divisions.levels import DIGITS, Level
from villagepub.extensions import db, settings

SHIPPED = 0  # the number of the edition that came with the program
MOST_KEPT = 256  # calendars in memory: as many as there are sets of own days
_REGIONAL_LEVELS = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
_KEPT = "calendar_shelf"

Key = tuple[str, int]  # region and year


@dataclass(frozen=True)
class Edition:
    """One edition of one year. The last three are None for a shipped one."""

    year: CalendarYear
    number: int
    digest: str
    file_name: str | None = None
    imported_by: str | None = None
    imported_at: datetime | None = None

    @property
    def key(self) -> Key:
        return self.year.region, self.year.year

    @property
    def region(self) -> str | None:
        """The region's code; None for the nation."""
        return None if self.year.is_national else self.year.region

    @property
    def days_off(self) -> list[date]:
        return sorted(self.year.days_off)

    @property
    def days_worked(self) -> list[date]:
        return sorted(self.year.days_worked)


@dataclass(frozen=True, eq=False)
class Shelf:
    """All editions, by region and year, oldest first; the shipped one is the oldest. The last is in force."""

    editions: dict[Key, tuple[Edition, ...]]

    def in_force(self, regions: Iterable[str]) -> list[Edition]:
        """Those of the nation and of these regions, in order of region and year."""
        wanted = {NATION, *regions}
        return [each[-1] for (region, _), each in sorted(self.editions.items()) if region in wanted]

    def find(self, region: str, year: int) -> tuple[Edition, ...]:
        return self.editions.get((region, year), ())


@dataclass(frozen=True)
class _Kept:
    """What a transaction has found; only that one goes by it."""

    transaction: SessionTransaction | None
    shelf: Shelf


def shelf() -> Shelf:
    """As this transaction sees it: looked up once in each."""
    session = db.session()
    kept: _Kept | None = session.info.get(_KEPT)
    if kept is None or kept.transaction is not session.get_transaction():
        found = _shelf(settings.calendars_dir, tuple(queries.list_edition_ids()))
        kept = session.info[_KEPT] = _Kept(session.get_transaction(), found)
    return kept.shelf


def forget() -> None:
    """For the transaction that has just imported a year."""
    db.session().info.pop(_KEPT, None)


def regions_above(code: str) -> tuple[str, ...]:
    """The codes of the province, prefecture and county that a place lies in: each may have days of its own."""
    return tuple(code[: DIGITS[level]].ljust(len(code), "0") for level in _REGIONAL_LEVELS)


def calendar_for(code: str | None, own_days: Iterable[str] = ()) -> WorkCalendar:
    """The calendar of a place, or without one the nation's. own_days: ISO days off that the place itself lists."""
    return _calendar(shelf(), regions_above(code) if code else (), tuple(own_days))


@lru_cache(maxsize=MOST_KEPT)
def _calendar(kept: Shelf, regions: tuple[str, ...], own_days: tuple[str, ...]) -> WorkCalendar:
    years = (edition.year for edition in kept.in_force(regions))
    return WorkCalendar.of(years, map(date.fromisoformat, own_days))


@lru_cache(maxsize=8)
def _shelf(folder: Path, ids: tuple[str, ...]) -> Shelf:
    found: dict[Key, tuple[Edition, ...]] = {}
    for edition in (*_shipped(folder), *map(_imported, queries.list_editions(ids))):
        found[edition.key] = (*found.get(edition.key, ()), edition)
    return Shelf(found)


def _imported(row: CalendarEdition) -> Edition:
    year = CalendarYear.from_json(row.content)
    return Edition(year, row.edition, row.digest, row.file_name, row.imported_by, row.imported_at)


@lru_cache(maxsize=8)
def _shipped(folder: Path) -> list[Edition]:
    return [Edition(year, SHIPPED, digest_of(year.as_json())) for year in read_folder(folder)]
