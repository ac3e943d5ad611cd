"""Recounting a cell from the rows behind it, and holding kept totals against a recount."""

from collections.abc import Iterator
from dataclasses import dataclass

from villagepub.core.periods import month_bounds, month_of
from villagepub.disclosures import counts
from villagepub.review import queries as review

COLUMNS = ("published", "withdrawn", "corrected", "submitted", "returned", "refused")

Key = tuple[str, str, str]  # village, entry, month
Counts = dict[str, int]


@dataclass(frozen=True)
class Difference:
    """A kept total that is not what the rows say."""

    village: str
    entry: str
    month: str
    column: str
    kept: int
    recounted: int


def recount(village: str, entry: str, month: str) -> Counts:
    """All columns of one cell, from the rows."""
    start, end = month_bounds(month)
    here = (village, entry)
    return {
        "published": counts.count_published(*here, month),
        "withdrawn": counts.count_withdrawn(*here, start, end),
        "corrected": counts.count_corrected(*here, start, end),
        "submitted": review.count_submitted(*here, start, end),
        "returned": review.count_decided(*here, "return", start, end),
        "refused": review.count_decided(*here, "refuse", start, end)
        + review.count_refused_by_answer(*here, start, end),
    }


def cells_with_rows() -> set[Key]:
    """Every cell that any row belongs to."""
    acts = {(village, entry, month_of(at)) for village, entry, at in review.list_act_cells()}
    return acts | set(counts.list_cells()) | set(counts.list_act_cells())


def differences(kept: dict[Key, Counts], prefix: str = "") -> Iterator[Difference]:
    """Every kept total that differs from a recount, cells that are missing or superfluous included.

    prefix: of the villages to look at; all of them when not given.
    """
    for key in sorted(key for key in cells_with_rows() | set(kept) if key[0].startswith(prefix)):
        counts = recount(*key)
        for column in COLUMNS:
            value = kept.get(key, {}).get(column, 0)
            if value != counts[column]:
                yield Difference(*key, column, value, counts[column])
