"""Part three: applications by 25 rows and 7 columns, as the ledger of applications counts them."""

from collections.abc import Mapping

from villagepub.applications.form import FormFigures
from villagepub.reports.figures import Json, Source, cell_of
from villagepub.reports.form import Form


def part_three(form: Form, figures: FormFigures, source: Source) -> Json:
    """The whole table; every cell leads to the applications that it counts."""
    return {
        "title": form.parts[2],
        "note": form.note,
        "column_heading": form.column_heading,
        "columns": [
            {"key": column.key, "label": column.label} | ({"group": column.group} if column.group else {})
            for column in form.columns
        ],
        "rows": [
            {
                "key": row.key,
                "group": row.group,
                "label": row.label,
                "cells": [
                    cell_of(
                        figures.cells.get((row.key, column.key)),
                        source.applications_query(row=row.key, kind=column.key),
                    )
                    for column in form.columns
                ],
            }
            for row in form.rows
        ],
    }


def cells_of(part: Json) -> Mapping[tuple[str, str], int | None]:
    """The numbers of a printed table: ``{(row, column): number}``."""
    keys = [column["key"] for column in part["columns"]]
    return {
        (row["key"], key): cell["value"] for row in part["rows"] for key, cell in zip(keys, row["cells"], strict=True)
    }
