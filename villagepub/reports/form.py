"""The official form as its file gives it: titles, tables, rows and columns, to the letter.

``annual-form.json`` holds for reports on 2021 and later (国办公开办函〔2021〕30号), ``annual-form-2019.json`` for those
on 2019 and 2020 (国办公开办函〔2019〕60号), which are read but no longer written.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from villagepub.extensions import settings

FIRST_YEAR = 2021  # of the form in use
FIRST_OLD_YEAR = 2019
NEW, CARRIED_IN, CLOSED, CARRIED_OUT = "r01", "r02", "r24", "r25"
TOTAL = "total"
SUM_OF_OUTCOMES = "总计"  # the last column of part four


@dataclass(frozen=True)
class Row:
    key: str
    group: str | None
    label: str

    @property
    def full_label(self) -> str:
        return f"{self.group}／{self.label}" if self.group else self.label


@dataclass(frozen=True)
class Column:
    key: str
    group: str | None
    label: str


@dataclass(frozen=True)
class Table:
    """One small table of part two. columns: without the one of the row labels."""

    heading: str
    row_heading: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """groups and outcomes: the three groups of part four and the five columns of each."""

    basis: str
    title: str
    parts: tuple[str, ...]
    heads: tuple[str, ...]
    tables: tuple[Table, ...]
    note: str
    column_heading: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    groups: tuple[str, ...]
    outcomes: tuple[str, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The columns of part three that its total is the sum of."""
        return tuple(column.key for column in self.columns if column.key != TOTAL)

    @property
    def results(self) -> tuple[str, ...]:
        """The rows of part three that say how an application ended."""
        counted_apart = (NEW, CARRIED_IN, CLOSED, CARRIED_OUT)
        return tuple(row.key for row in self.rows if row.key not in counted_apart)

    def row(self, key: str) -> Row:
        return next(row for row in self.rows if row.key == key)

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


def form_of(year: int) -> Form:
    """The form that a report on this year has."""
    name = "annual-form.json" if year >= FIRST_YEAR else "annual-form-2019.json"
    return load_form(settings.reports_dir / name)


@cache
def load_form(path: Path) -> Form:
    """The form in a file, whose labels are printed as they stand there."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    third, fourth = content["part_3"], content["part_4"]
    return Form(
        basis=content["basis"],
        title=content["title"],
        parts=tuple(content["parts"]),
        heads=tuple(content["part_1_heads"]),
        tables=tuple(_table(table) for table in content["part_2"]),
        note=third["note"],
        column_heading=third["column_heading"],
        columns=tuple(Column(c["key"], c.get("group"), c["label"]) for c in third["columns"]),
        rows=tuple(Row(row["key"], row["group"], row["label"]) for row in third["rows"]),
        groups=tuple(fourth["groups"]),
        outcomes=tuple(fourth["columns"]),
    )


def _table(table: dict[str, Any]) -> Table:
    row_heading, *columns = table["columns"]
    return Table(table["heading"], row_heading, tuple(columns), tuple(table["rows"]))
