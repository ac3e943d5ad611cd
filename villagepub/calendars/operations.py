"""Taking in a year, and what follows from it for every township."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from villagepub.calendars import editions, queries
from villagepub.calendars.editions import Edition
from villagepub.calendars.models import CalendarEdition, CalendarSeen, CalendarWarning, DeadlineMove
from villagepub.calendars.places import calendar_of
from villagepub.calendars.policy import Missing, missing_years
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.calendar_years import NATION, CalendarRefused, CalendarYear, read_year
from villagepub.core.digest import digest_of
from villagepub.core.errors import Invalid
from villagepub.core.permissions import Permission, require
from villagepub.core.workdays import explain
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Township
from villagepub.extensions import db
from villagepub.jobs import operations as jobs
from villagepub.notices import operations as notices
from villagepub.review.workflow import Notice

ARRIVED, WARN = "calendar.arrived", "calendar.warn"
SCHEDULER = Actor.system("schedule")
ONCE_MORE = timedelta(days=1)
PLAIN = "途中没有放假和调休的日子"


@dataclass(frozen=True)
class Imported:
    """edition: None when the file says what was in force already. townships: how many calendars it is part of."""

    year: CalendarYear
    edition: int | None
    townships: int


@dataclass(frozen=True)
class Limit:
    """From what day a limit runs, which is not counted, and how many working days it has."""

    received: date
    days: int


# --- taking in ----------------------------------------------------------------------------------------------


def import_year(file_name: str, data: bytes, *, actor: Actor, by: str) -> Imported:
    """Store a year of the nation or of a region as a new edition, over what was known of it.

    by: who vouches for it, for the record. Raises Invalid with every fault of the file; nothing is stored then.
    """
    require(actor, Permission.IMPORT_CALENDARS, NATION)
    try:
        year = read_year(file_name, data)
    except CalendarRefused as error:
        raise Invalid(str(error)) from None
    _hold_years()
    known = editions.shelf().find(year.region, year.year)
    concerned = [place for place in divisions.list_townships() if _is_of(place, year)]
    digest = digest_of(year.as_json())
    if known and known[-1].digest == digest:
        return Imported(year, None, len(concerned))
    row = _store(year, digest, known, file_name=file_name, by=by)
    for place in concerned:
        _note_import(row, place, actor)
    queue_arrivals(actor=actor)
    return Imported(year, row.edition, len(concerned))


def _is_of(place: Township, year: CalendarYear) -> bool:
    return year.is_national or year.region in editions.regions_above(place.code)


def _hold_years() -> None:
    """Two imports wait for each other, so that each counts its edition from the last. SQLite has one writer anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("calendar editions", 0))))


def _store(year: CalendarYear, digest: str, known: tuple[Edition, ...], *, file_name: str, by: str) -> CalendarEdition:
    row = CalendarEdition(
        region=year.region,
        year=year.year,
        edition=known[-1].number + 1 if known else editions.SHIPPED + 1,
        content=year.as_json(),
        digest=digest,
        file_name=file_name,
        imported_by=by,
        imported_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    editions.forget()
    return row


def _note_import(row: CalendarEdition, place: Township, actor: Actor) -> None:
    audit.record(
        db.session(),
        "calendar.imported",
        actor=actor,
        subject_type="calendar",
        subject_id=row.id,
        division=place.code,
        township=place.code,
        digest=row.digest,
        data={"region": row.region, "year": row.year, "edition": row.edition, "notice": row.content["notice"]},
    )


# --- arrival ------------------------------------------------------------------------------------------------


def queue_arrivals(*, actor: Actor = SCHEDULER) -> None:
    """A job for each township whose calendar is not the one that its due dates were last computed by.

    And once more in the night after: a request that ran beside the import may have stored a day of the old one.
    """
    for place in divisions.list_townships():
        edition = calendar_of(place).edition
        seen = queries.find_seen(place.code)
        if seen is None or seen.edition != edition or clock.now() - seen.since < ONCE_MORE:
            jobs.enqueue(ARRIVED, {}, actor=actor, division=place.code, key=edition)


def note_seen(township: str, edition: str) -> None:
    """Every stored due date of the township now follows this edition of its calendar."""
    seen = queries.find_seen(township)
    if seen is None:
        db.session.add(CalendarSeen(township=township, edition=edition, since=clock.now()))
    elif seen.edition != edition:
        seen.edition, seen.since = edition, clock.now()


def note_move(
    subject_type: str, subject_id: str, division: str, limit: Limit, moved_from: date, moved_to: date
) -> None:
    """Write down that a changed calendar moved the due date of something; its audit entry is the feature's own.

    division: the code of the place, a township or below, that the subject belongs to.
    """
    calendar = calendar_of(divisions.get_township(division))
    changes = explain(calendar, limit.received, limit.days)
    db.session.add(
        DeadlineMove(
            division=division,
            subject_type=subject_type,
            subject_id=subject_id,
            moved_from=moved_from,
            moved_to=moved_to,
            edition=calendar.edition,
            reason="；".join(change.sentence for change in changes) or PLAIN,
            at=clock.now(),
        )
    )


# --- warning ------------------------------------------------------------------------------------------------


def queue_warnings() -> None:
    """A job for each township whose administrators have not been told yet of a year that is missing."""
    for place in divisions.list_townships():
        if _untold(place):
            jobs.enqueue(WARN, {}, actor=SCHEDULER, division=place.code, key="missing years")


def warn_administrators(township: str) -> int:
    """One notice for each missing year, this one or the next, that they were not told of. Returns how many.

    Earlier years of a region stand in ``calendar check`` and GET /calendars alone. While nobody holds the post nothing
    counts as told.
    """
    told = 0
    for each in _untold(divisions.get_township(township)):
        if notices.tell_administrators(township, Notice.CALENDAR, each.sentence):
            row = CalendarWarning(township=township, region=each.region, year=each.year, told_at=clock.now())
            db.session.add(row)
            told += 1
    return told


def _untold(place: Township) -> list[Missing]:
    today = clock.today()
    missing = missing_years(calendar_of(place), today)
    return [
        each for each in missing if each.year >= today.year and not queries.was_told(place.code, each.region, each.year)
    ]
