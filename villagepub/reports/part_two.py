"""Part two: four small tables of what the township issued, decided and charged."""

from collections.abc import Mapping

from villagepub.ledgers.form import DocumentFigures, Money
from villagepub.ledgers.labels import ACT_KINDS, DOCUMENT_KINDS
from villagepub.ledgers.queries import Figure
from villagepub.reports.figures import Json, cell_of, money, rows_of
from villagepub.reports.form import Form, Table

_DOCUMENTS = {label: kind for kind, label in DOCUMENT_KINDS.items()}
_ACTS = {label: kind for kind, label in ACT_KINDS.items()}
_COUNTS = {"本年制发件数": "issued", "本年废止件数": "repealed", "现行有效件数": "in_force"}


def part_two(form: Form, documents: Mapping[str, DocumentFigures], acts: Mapping[str, Figure | Money]) -> Json:
    """documents, acts: by kind. Items of the villages are no government information and are never in here."""
    return {"title": form.parts[1], "tables": [_table(table, documents, acts) for table in form.tables]}


def _table(table: Table, documents: Mapping[str, DocumentFigures], acts: Mapping[str, Figure | Money]) -> Json:
    rows = []
    for label in table.rows:
        if label in _DOCUMENTS:
            cells = _of_documents(table, documents[_DOCUMENTS[label]])
        else:
            cells = [_of_acts(acts[_ACTS[label]])]
        rows.append({"label": label, "cells": cells})
    return {"heading": table.heading, "columns": [table.row_heading, *table.columns], "rows": rows}


def _of_documents(table: Table, figures: DocumentFigures) -> list[Json]:
    """Issued in the year, repealed in it, and in force at its end."""
    counted: list[Figure] = [getattr(figures, _COUNTS[column]) for column in table.columns]
    return [cell_of(figure.value, rows_of(figure.backing)) for figure in counted]


def _of_acts(figure: Figure | Money) -> Json:
    value = money(figure.value) if isinstance(figure, Money) else figure.value
    return cell_of(value, rows_of(figure.backing))


def values_of(part: Json) -> Mapping[str, tuple[int | str | None, ...]]:
    """The numbers of the printed tables by the label of their row."""
    return {
        row["label"]: tuple(cell["value"] for cell in row["cells"]) for table in part["tables"] for row in table["rows"]
    }
