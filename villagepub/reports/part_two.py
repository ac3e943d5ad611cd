"""Part two: four small tables of what the township issued, decided and charged."""

from collections.abc import Mapping

from villagepub.ledgers.form import ACT_KINDS, DOCUMENT_KINDS, DocumentFigures, Money
from villagepub.ledgers.queries import Figure
from villagepub.reports.figures import Json, Source, cell_of, money
from villagepub.reports.form import Form, Table

_DOCUMENTS = {label: kind for kind, label in DOCUMENT_KINDS.items()}
_ACTS = {label: kind for kind, label in ACT_KINDS.items()}
_COUNTS = {"本年制发件数": "issued", "本年废止件数": "repealed", "现行有效件数": "in_force"}


def part_two(
    form: Form, documents: Mapping[str, DocumentFigures], acts: Mapping[str, Figure | Money], source: Source
) -> Json:
    """documents, acts: by kind. Items of the villages are no government information and are never in here."""
    return {"title": form.parts[1], "tables": [_table(table, documents, acts, source) for table in form.tables]}


def _table(
    table: Table, documents: Mapping[str, DocumentFigures], acts: Mapping[str, Figure | Money], source: Source
) -> Json:
    rows = []
    for label in table.rows:
        if label in _DOCUMENTS:
            cells = _of_documents(table, _DOCUMENTS[label], documents, source)
        else:
            cells = [_of_acts(_ACTS[label], acts, source)]
        rows.append({"label": label, "cells": cells})
    return {"heading": table.heading, "columns": [table.row_heading, *table.columns], "rows": rows}


def _of_documents(table: Table, kind: str, documents: Mapping[str, DocumentFigures], source: Source) -> list[Json]:
    """Issued in the year, repealed in it, and in force at its end: three ways to ask one ledger."""
    asked = {
        "issued": {"year": str(source.year)},
        "repealed": {"repealed_in": str(source.year)},
        "in_force": {"in_force_on": source.last_day.isoformat()},
    }
    cells = []
    for column in table.columns:
        count = _COUNTS[column]
        figure: Figure = getattr(documents[kind], count)
        query = source.rows_query([each.ledger for each in figure.backing], asked[count] | {"kind": kind})
        cells.append(cell_of(figure.value, query))
    return cells


def _of_acts(kind: str, acts: Mapping[str, Figure | Money], source: Source) -> Json:
    figure = acts[kind]
    value = money(figure.value) if isinstance(figure, Money) else figure.value
    return cell_of(value, source.ledger_query(figure.backing, kind=kind))


def values_of(part: Json) -> Mapping[str, tuple[int | str | None, ...]]:
    """The numbers of the printed tables by the label of their row."""
    return {
        row["label"]: tuple(cell["value"] for cell in row["cells"]) for table in part["tables"] for row in table["rows"]
    }
