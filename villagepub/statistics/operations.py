"""Writing totals: one cell after an act, all of them after a repair, none of a closed month."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of
from villagepub.core.errors import AlreadyExists, Invalid
from villagepub.core.periods import month_bounds, month_of
from villagepub.core.permissions import Permission, require
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.statistics import counting, gathering, queries
from villagepub.statistics.counting import Counts, Key
from villagepub.statistics.models import Closing, FrozenIndicators, MonthlyCell


def recount_now(disclosure: Disclosure) -> None:
    """Recount the cells that an act of this moment on a disclosure can have changed."""
    db.session.flush()
    months = {month_of(clock.now()), disclosure.counts_in, disclosure.taken_out_in}
    for month in sorted(month for month in months if month):
        if _is_open(disclosure.township, month):
            _write(disclosure.village, disclosure.entry, month)


def rebuild(*, actor: Actor) -> int:
    """Recount every open cell, and say in each township's chain how many were recounted and how many were wrong.

    Returns how many were written.
    """
    kept, closed = queries.kept_counts(), queries.list_closed()
    open_keys: dict[str, list[Key]] = defaultdict(list)
    for key in sorted(counting.cells_with_rows() | set(kept)):
        township = divisions.get_township(key[0]).code
        if (township, key[2]) not in closed:
            open_keys[township].append(key)
    for township, keys in open_keys.items():
        wrong = [key for key in keys if _write(*key) != kept.get(key)]
        _note_rebuilt(township, keys, wrong, actor)
    return sum(map(len, open_keys.values()))


def _note_rebuilt(township: str, keys: Sequence[Key], wrong: Sequence[Key], actor: Actor) -> None:
    months = sorted(month for *_, month in keys)
    audit.record(
        db.session(),
        "statistics.rebuilt",
        actor=actor,
        subject_type="statistics",
        subject_id=township,
        division=township,
        township=township,
        data={"first_month": months[0], "last_month": months[-1], "cells": len(keys), "wrong": len(wrong)},
    )


def month_to_take_out_of(disclosure: Disclosure) -> str | None:
    """The month in which a withdrawal counts: the one it counted in, or the present one where that is closed."""
    if disclosure.counts_in is None:
        return None
    return disclosure.counts_in if _is_open(disclosure.township, disclosure.counts_in) else month_of(clock.now())


def month_to_count_in(township: str, month: str) -> str:
    """The month in which a past publication counts: its own, or the present one where that is closed."""
    return month if _is_open(township, month) else month_of(clock.now())


def _is_open(township: str, month: str) -> bool:
    """Whether a month still takes counts; until this transaction ends nobody closes it."""
    divisions.hold_township(township, shared=True)
    return not queries.is_closed(township, month)


def close_month(*, actor: Actor, division: str, month: str) -> Closing:
    """Freeze the totals and the indicators of a month of a township, for ``bulletins.operations.close_month``.

    Raises Invalid for one that has not ended, AlreadyExists for a closed one.
    """
    require(actor, Permission.CLOSE_MONTHS, division)
    township = divisions.get_township(division)
    if township.code != division:
        raise Invalid(errors={"division": ["封账按乡镇办理，请给出乡镇代码。"]})
    if month_bounds(month)[1] > clock.now():
        raise Invalid(errors={"month": ["这个月还没有结束，不能封账。"]})
    divisions.hold_township(division, shared=False)
    if queries.is_closed(division, month):
        raise AlreadyExists("该月已经封账，不再改动。")
    rows = queries.rows_to_freeze(division, month)
    closing = Closing(
        township=division,
        month=month,
        rows=rows,
        digest=digest_of(rows),
        closed_at=clock.now(),
        closed_by=actor.person_id,
    )
    db.session.add(closing)
    db.session.flush()
    indicators = _freeze_indicators(division, month)
    audit.record(
        db.session(),
        "statistics.month_closed",
        actor=actor,
        subject_type="closing",
        subject_id=f"{division}-{month}",
        division=division,
        township=division,
        digest=closing.digest,
        data={"month": month, "indicators": indicators.digest},
    )
    return closing


def _freeze_indicators(township: str, month: str) -> FrozenIndicators:
    """The month as it is now, and what was found out in it about those before."""
    today, prefixes = clock.today(), (divisions.prefix_of(township),)
    items = [item.as_json() for item in gathering.list_live(prefixes, [month], today=today)]
    adjusted = [each.as_json() for each in gathering.list_adjustments(township, month, today=today)]
    frozen = FrozenIndicators(
        township=township,
        month=month,
        items=items,
        adjustments=adjusted,
        digest=digest_of({"items": items, "adjustments": adjusted}),
        frozen_at=clock.now(),
    )
    db.session.add(frozen)
    db.session.flush()
    return frozen


def _write(village: str, entry: str, month: str) -> Counts:
    """Lock the cell, then count: of two acts at once, the second counts what the first has stored."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    key = {"village": village, "entry": entry, "month": month}
    empty = dict.fromkeys(counting.COLUMNS, 0) | {"counted_at": clock.now()}
    db.session.execute(dialect.insert(MonthlyCell).values(key | empty).on_conflict_do_nothing())
    query = select(MonthlyCell).filter_by(**key).with_for_update()
    cell = db.session.scalars(query.execution_options(populate_existing=True)).one()
    counts = counting.recount(village, entry, month)
    for column, count in counts.items():
        setattr(cell, column, count)
    cell.counted_at = clock.now()
    db.session.flush()
    return counts
