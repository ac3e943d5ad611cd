"""The form's tables as grids: boxes in rows, with the merges of 国办公开办函〔2021〕30号.

Each renderer draws the same grids, so that a merge is said once. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any, Literal

from villagepub.core.tabular.csv_writing import printable

NOT_ENTERED = "未填报"

Json = dict[str, Any]
Kind = Literal["head", "label", "number"]


@dataclass(frozen=True)
class Box:
    """A cell with its extent.

    rows, columns: over how many it reaches, from where it stands to the right and downwards.
    value: the number that it shows; None for text and for what nobody entered.
    path: the address of the rows behind a number.
    """

    text: str
    rows: int = 1
    columns: int = 1
    kind: Kind = "label"
    value: int | Decimal | None = None
    path: str | None = None


@dataclass(frozen=True)
class Grid:
    """A table. Each row holds the boxes that begin in it; what reaches in from above is left out."""

    title: str
    rows: Sequence[Sequence[Box]]
    columns: int
    head_rows: int


def placed(grid: Grid) -> Iterator[list[tuple[int, Box]]]:
    """Each row's boxes with the column in which they stand; what reaches in from above is stepped over."""
    taken: set[tuple[int, int]] = set()
    for row, boxes in enumerate(grid.rows):
        column, standing = 0, []
        for box in boxes:
            while (row, column) in taken:
                column += 1
            standing.append((column, box))
            taken |= {(row + down, column + right) for down in range(box.rows) for right in range(box.columns)}
            column += box.columns
        yield standing


def shown(cell: Json) -> str:
    """A figure or cell as printed; what nobody entered says so and is never 0 or blank."""
    if not cell["entered"] or cell["value"] is None:
        return NOT_ENTERED
    return printable(str(cell["value"]))


def number_of(cell: Json) -> int | Decimal | None:
    """The number of a figure or cell; None for a rate, a dash and what nobody entered."""
    value = cell["value"] if cell["entered"] else None
    if value is None or isinstance(value, int):
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def part_two(part: Json) -> Grid:
    """Four small tables, one above the other in four columns; a lone number takes the last three."""
    rows: list[list[Box]] = []
    for table in part["tables"]:
        width = 4 - len(table["columns"]) + 1
        rows.append([_head(table["heading"], columns=4)])
        rows.append([_head(name, columns=_reach(place, width)) for place, name in enumerate(table["columns"])])
        for row in table["rows"]:
            numbers = (_number(cell, columns=_reach(place, width)) for place, cell in enumerate(row["cells"], 1))
            rows.append([_label(row["label"]), *numbers])
    return Grid(part["title"], rows, columns=4, head_rows=0)


def _reach(place: int, width: int) -> int:
    return width if place else 1


def part_three(part: Json) -> Grid:
    """25 rows of 7 numbers, labels in three columns, a header of three levels."""
    rows = [
        [*labels, *map(_number, row["cells"])] for labels, row in zip(_labels(part["rows"]), part["rows"], strict=True)
    ]
    return Grid(part["title"], [*_applicants(part), *rows], columns=3 + len(part["columns"]), head_rows=3)


def _applicants(part: Json) -> Iterator[list[Box]]:
    columns = part["columns"]
    yield [_head(part["note"], rows=3, columns=3), _head(part["column_heading"], columns=len(columns))]
    second = []
    for group, members in groupby(columns, key=lambda column: column.get("group")):
        inside = list(members)
        if group:
            second.append(_head(group, columns=len(inside)))
        else:
            second += [_head(column["label"], rows=2) for column in inside]
    yield second
    yield [_head(column["label"]) for column in columns if column.get("group")]


def _labels(rows: Sequence[Json]) -> Iterator[list[Box]]:
    """The label boxes of each row: the whole, its groups, and what is no member of one."""
    groups = [row["group"] for row in rows]
    whole = next(group for group in groups if group)
    last = max(place for place, group in enumerate(groups) if group)
    for place, (row, group) in enumerate(zip(rows, groups, strict=True)):
        if not group:
            yield [_label(row["label"], columns=3)]
            continue
        boxes = [_label(whole, rows=last - place + 1)] if whole not in groups[:place] else []
        if group == whole:
            yield [*boxes, _label(row["label"], columns=2)]
            continue
        if group != groups[place - 1]:
            boxes.append(_label(group, rows=groups.count(group)))
        yield [*boxes, _label(row["label"])]


def part_four(part: Json) -> Grid:
    """One row of 15 numbers: three groups of five outcomes, two of them under one heading."""
    width = len(part["columns"])
    paths = [tuple(group["label"].split("/")) for group in part["groups"]]
    first, second = [], []
    for top, members in groupby(paths, key=lambda path: path[0]):
        below = [path[1] for path in members if len(path) > 1]
        first.append(_head(top, rows=1 if below else 2, columns=width * max(len(below), 1)))
        second += [_head(name, columns=width) for name in below]
    outcomes = [_head(name) for _ in paths for name in part["columns"]]
    numbers = [_number(cell) for group in part["groups"] for cell in group["cells"]]
    return Grid(part["title"], [first, second, outcomes, numbers], columns=width * len(paths), head_rows=3)


def _head(text: str, *, rows: int = 1, columns: int = 1) -> Box:
    return Box(printable(text), rows, columns, "head")


def _label(text: str, *, rows: int = 1, columns: int = 1) -> Box:
    return Box(printable(text), rows, columns)


def _number(cell: Json, *, columns: int = 1) -> Box:
    return Box(shown(cell), 1, columns, "number", number_of(cell), (cell["query"] or {}).get("path"))
