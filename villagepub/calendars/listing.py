"""What is known and what is missing, as people are shown it: by the interface, and line by line by the command."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from villagepub.calendars.editions import Edition, regions_above, shelf
from villagepub.calendars.places import calendar_of, national_calendar
from villagepub.calendars.policy import Missing, missing_years
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.permissions import Permission, require, require_somewhere
from villagepub.core.prose import moment_text
from villagepub.divisions import queries as divisions


@dataclass(frozen=True)
class ShownCalendar:
    """The calendar of a township, or of the nation: its edition, the years in force, and what is missing."""

    edition: str
    years: list[Edition]
    own_days: list[date]
    warnings: list[str]


def shown_calendar(actor: Actor, division: str | None, year: int | None) -> ShownCalendar:
    """division: a township or a place in it; None for the State Council's days alone. year: one year, or all.

    Raises NotFound outside the actor's divisions and above a township.
    """
    if division is None:
        require_somewhere(actor, Permission.READ_CALENDARS)
        township = None
    else:
        require(actor, Permission.READ_CALENDARS, division)
        township = divisions.get_township(division)
    calendar = calendar_of(township) if township else national_calendar()
    regions = regions_above(township.code) if township else ()
    own = [date.fromisoformat(day) for day in township.regional_holidays] if township else []
    return ShownCalendar(
        edition=calendar.edition,
        years=[each for each in shelf().in_force(regions) if year in (None, each.year.year)],
        own_days=[day for day in own if year in (None, day.year)],
        warnings=[each.sentence for each in missing_years(calendar, clock.today())],
    )


def missing_anywhere() -> list[Missing]:
    """What any township lacks, each once; the nation's also while there is no township."""
    calendars = [national_calendar(), *map(calendar_of, divisions.list_townships())]
    missing = (each for calendar in calendars for each in missing_years(calendar, clock.today()))
    found = {(each.region, each.year): each for each in missing}
    return [found[key] for key in sorted(found)]


# --- lines --------------------------------------------------------------------------------------------------


def lines(year: int | None) -> Iterator[str]:
    """Each year with its notice and where it came from, the earlier editions below it; for one year also its days."""
    for (_, number), known in sorted(shelf().editions.items(), key=lambda item: (item[0][1], item[0][0])):
        if year not in (None, number):
            continue
        yield _line(known[-1])
        yield from (f"  以前的：{_line(edition)}" for edition in reversed(known[:-1]))
        if year is not None:
            yield from _days_of(known[-1])


def _line(edition: Edition) -> str:
    year = edition.year
    source = f"（{year.source}）" if year.source else ""
    amended = "".join(f"，{each.notice}" for each in year.amendments)
    return f"{year.year} {year.name or '全国'} {year.notice}{amended}{source} {_origin(edition)} {edition.digest}"


def _origin(edition: Edition) -> str:
    if edition.imported_at is None:
        return "随程序安装"
    return (
        f"第 {edition.number} 版，{moment_text(edition.imported_at)}由{edition.imported_by}从 {edition.file_name} 导入"
    )


def _days_of(edition: Edition) -> Iterator[str]:
    for what, days in (("放假", edition.days_off), ("上班", edition.days_worked)):
        yield f"  {what}：{'、'.join(f'{day:%m-%d}' for day in days) or '无'}"
