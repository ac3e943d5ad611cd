"""Totals as they are read: monthly rows by any axes, review times, closings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from sqlalchemy import bindparam, func, select

from villagepub.catalogue import queries as catalogue
from villagepub.core import clock, tenancy
from villagepub.core.errors import NotFound
from villagepub.core.periods import Period, last_month, month_bounds, months_between
from villagepub.disclosures import fulfilment
from villagepub.disclosures.fulfilment import DutyStatus
from villagepub.disclosures.place import Place, rows_at
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Township
from villagepub.extensions import db
from villagepub.ledgers import queries as ledgers
from villagepub.review import queries as review
from villagepub.review.workflow import CHAIN
from villagepub.statistics.counting import COLUMNS, Counts, Key
from villagepub.statistics.models import Closing, MonthlyCell

DUTY_COLUMNS = ("on_time", "due")
ALL_COLUMNS = COLUMNS + DUTY_COLUMNS
MINI_PROGRAM = "mini_program"
LEFT_OUT = (DutyStatus.PENDING, DutyStatus.NOT_APPLICABLE)
CLOSING_DAY = 5  # of the next month, from which one is closed without being asked


def is_closed(township: str, month: str) -> bool:
    return db.session.get(Closing, (township, month)) is not None


def list_closed() -> set[tuple[str, str]]:
    return {(township, month) for township, month in db.session.execute(select(Closing.township, Closing.month))}


def list_due_closings(today: date) -> list[tuple[Township, str]]:
    """Each township in which last month is still open, with that month; none before the closing day."""
    month = last_month(today)
    if today.day < CLOSING_DAY:
        return []
    return [(place, month) for place in divisions.list_townships() if not is_closed(place.code, month)]


def get_closing(township: str, month: str) -> Closing:
    """Raises NotFound for a month that is not closed."""
    closing = db.session.get(Closing, (township, month))
    if closing is None:
        raise NotFound()
    return closing


def list_closings(township: str) -> list[Closing]:
    """The latest month first."""
    query = select(Closing).where(Closing.township == township).order_by(Closing.month.desc())
    return list(db.session.scalars(query))


def kept_counts() -> dict[Key, Counts]:
    """Every kept cell."""
    cells = db.session.scalars(select(MonthlyCell))
    return {(c.village, c.entry, c.month): {name: getattr(c, name) for name in COLUMNS} for c in cells}


def count_published(prefixes: Sequence[str], first_month: str, last_month: str) -> int:
    """Net publications in the mini-program below the prefixes, both months included."""
    query = select(func.sum(MonthlyCell.published)).where(
        tenancy.within(MonthlyCell.village, prefixes), MonthlyCell.month.between(first_month, last_month)
    )
    return int(db.session.scalar(query) or 0)


def published_by_village(prefixes: Sequence[str], first_month: str, last_month: str) -> dict[str, dict[str, int]]:
    """``{village: {month: net publications}}``, both months included; where there is no cell there is no key."""
    query = (
        select(MonthlyCell.village, MonthlyCell.month, func.sum(MonthlyCell.published))
        .where(tenancy.within(MonthlyCell.village, prefixes), MonthlyCell.month.between(first_month, last_month))
        .group_by(MonthlyCell.village, MonthlyCell.month)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for village, month, count in db.session.execute(query):
        found[village][month] = int(count)
    return found


def list_years(prefixes: Sequence[str]) -> list[int]:
    """The years in which anything was counted below the prefixes, newest first."""
    year = func.substr(MonthlyCell.month, 1, 4)
    found = db.session.scalars(select(year).where(tenancy.within(MonthlyCell.village, prefixes)).distinct())
    return sorted(map(int, found), reverse=True)


def list_monthly(prefixes: tuple[str, ...], first: str, last: str, axes: Sequence[str]) -> list[dict[str, Any]]:
    """Rows ``{…axes, published, withdrawn, corrected, submitted, returned, refused, on_time, due}``.

    axes: any of month, village, entry, group; sorted by them. Months and villages on the platform have a row also
    where all is 0; entries and groups only where something happened or was due.
    """
    months = months_between(first, last)
    villages = [v for v in divisions.list_disclosing(prefixes) if _joined_by(v.on_platform_from, last)]
    groups = _group_of_entry(villages)
    rows: dict[tuple[str, ...], Counts] = defaultdict(lambda: dict.fromkeys(ALL_COLUMNS, 0))
    for village in villages if "entry" not in axes and "group" not in axes else []:
        for month in months:
            rows[_place({"month": month, "village": village.code}, axes)]
    for (village_code, entry, month), counts in _cells(prefixes, months).items():
        group = groups.get((village_code[:9], entry), "")
        key = {"month": month, "village": village_code, "entry": entry, "group": group}
        for column, count in counts.items():
            rows[_place(key, axes)][column] += count
    return [dict(zip(axes, key, strict=True)) | counts for key, counts in sorted(rows.items())]


_OPEN_CELLS = select(MonthlyCell.village, MonthlyCell.entry, MonthlyCell.published, MonthlyCell.returned).where(
    MonthlyCell.month == bindparam("month")
)
_OPEN_CELL_AT = _OPEN_CELLS.where(MonthlyCell.village == bindparam("village"), MonthlyCell.entry == bindparam("entry"))


def published_and_returned(prefixes: tuple[str, ...], month: str) -> dict[Place, tuple[int, int]]:
    """``{(village, entry): (net publications, returns)}`` of an open month, where there were any."""
    rows = db.session.execute(_OPEN_CELLS.where(tenancy.within(MonthlyCell.village, prefixes)), {"month": month})
    return {(village, entry): (published, returned) for village, entry, published, returned in rows}


def published_and_returned_at(place: Place, month: str) -> tuple[int, int]:
    rows = rows_at(_OPEN_CELL_AT, place, month=month)
    return (rows[0].published, rows[0].returned) if rows else (0, 0)


def list_by_channel(prefixes: tuple[str, ...], first: str, last: str, axes: Sequence[str]) -> list[dict[str, Any]]:
    """Rows by channel, and by month when asked: the mini-program from its cells, the others from their ledgers.

    A tally that was kept for a whole year stands under that year in place of a month.
    """
    rows = [
        row | {"channel": MINI_PROGRAM}
        for row in list_monthly(prefixes, first, last, [axis for axis in axes if axis == "month"])
    ]
    for (channel, period), count in ledgers.count_by_channel_and_period(prefixes, first, last).items():
        key = {"channel": channel} | ({"month": period} if "month" in axes else {})
        same = next((row for row in rows if all(row[name] == value for name, value in key.items())), None)
        if same is None:
            rows.append(key | dict.fromkeys(ALL_COLUMNS, 0) | {"published": count})
        else:
            same["published"] += count
    return rows


def rows_to_freeze(township: str, month: str) -> list[dict[str, Any]]:
    """A month by village and entry: what a closing keeps."""
    return list_monthly((divisions.prefix_of(township),), month, month, ("village", "entry"))


@dataclass(frozen=True)
class StageTimes:
    """How long one stage took, in office hours; the times are None when nothing was decided."""

    stage: str
    count: int
    mean_working_hours: float | None
    p50: float | None
    p90: float | None
    returned: int


def review_times(prefixes: tuple[str, ...], first: str, last: str) -> list[StageTimes]:
    """For each stage, over the decisions made from the first month to the last."""
    decisions = review.list_decisions_between(prefixes, month_bounds(first)[0], month_bounds(last)[1])
    times = []
    for stage in CHAIN:
        here = [decision for decision in decisions if decision.stage == stage.name]
        hours = sorted(decision.working_seconds / 3600 for decision in here)
        times.append(
            StageTimes(
                stage=stage.name,
                count=len(here),
                mean_working_hours=round(sum(hours) / len(hours), 2) if hours else None,
                p50=_percentile(hours, 50),
                p90=_percentile(hours, 90),
                returned=sum(decision.outcome == "return" for decision in here),
            )
        )
    return times


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The nearest-rank percentile."""
    if not ordered:
        return None
    return round(ordered[max(ceil(len(ordered) * percent / 100), 1) - 1], 2)


def _joined_by(on_platform_from: Any, last_month: str) -> bool:
    return bool(on_platform_from) and f"{on_platform_from:%Y-%m}" <= last_month


def _group_of_entry(villages: Iterable[Any]) -> dict[tuple[str, str], str]:
    townships = {village.township_code for village in villages}
    return {
        (township[:9], entry.code): entry.group for township in townships for entry in catalogue.list_entries(township)
    }


def _place(key: dict[str, str], axes: Sequence[str]) -> tuple[str, ...]:
    return tuple(key[axis] for axis in axes)


def _cells(prefixes: tuple[str, ...], months: Sequence[str]) -> dict[Key, Counts]:
    """Frozen rows of closed months, kept cells and duties of the others."""
    closings = _closings(prefixes, months)
    frozen = {(closing.township[:9], closing.month) for closing in closings}
    cells: dict[Key, Counts] = {}
    for closing in closings:
        for row in closing.rows:
            if tenancy.covers(prefixes, row["village"]):
                cells[row["village"], row["entry"], closing.month] = {name: row[name] for name in ALL_COLUMNS}
    for key, counts in _open_cells(prefixes, months).items():
        if (key[0][:9], key[2]) not in frozen:
            cells[key] = counts
    return cells


def _closings(prefixes: tuple[str, ...], months: Sequence[str]) -> list[Closing]:
    townships = tuple(prefix[:9] for prefix in prefixes)
    query = select(Closing).where(tenancy.within(Closing.township, townships), Closing.month.in_(months))
    return list(db.session.scalars(query))


def _open_cells(prefixes: tuple[str, ...], months: Sequence[str]) -> dict[Key, Counts]:
    cells: dict[Key, Counts] = defaultdict(lambda: dict.fromkeys(ALL_COLUMNS, 0))
    query = select(MonthlyCell).where(
        tenancy.within(MonthlyCell.village, prefixes), MonthlyCell.month.between(months[0], months[-1])
    )
    for cell in db.session.scalars(query):
        for name in COLUMNS:
            cells[cell.village, cell.entry, cell.month][name] = getattr(cell, name)
    for key, status in _due(prefixes, months):
        cells[key]["due"] += 1
        cells[key]["on_time"] += status is DutyStatus.FULFILLED
    return cells


def _due(prefixes: tuple[str, ...], months: Sequence[str]) -> Iterable[tuple[Key, DutyStatus]]:
    """What fell due in the months, what is still pending or not applicable left out."""
    span = (Period.parse(months[0]).first_day, Period.parse(months[-1]).last_day)
    for duty in fulfilment.list_duties(prefixes, today=clock.today(), due_between=span):
        if duty.status not in LEFT_OUT:
            yield (duty.village, duty.entry, f"{duty.due_on:%Y-%m}"), duty.status
