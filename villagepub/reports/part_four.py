"""Part four: reconsiderations and suits in three groups of five columns; there is no sum over the groups."""

from collections.abc import Mapping

from villagepub.ledgers.filters import DISPUTE_OUTCOMES
from villagepub.ledgers.labels import DISPUTE_KINDS
from villagepub.ledgers.queries import Figure
from villagepub.reports.figures import Json, Source, cell_of, rows_of
from villagepub.reports.form import SUM_OF_OUTCOMES, Form

_KINDS = {label: kind for kind, label in DISPUTE_KINDS.items()}
_OUTCOMES = {label: outcome for outcome, label in DISPUTE_OUTCOMES.items()}


def part_four(form: Form, figures: Mapping[tuple[str, str], Figure], source: Source) -> Json:
    """figures: by kind and outcome. A total is known when its four parts are."""
    groups = []
    for label in form.groups:
        kind = _KINDS[label]
        cells = [_cell(figures, kind, outcome, source) for outcome in form.outcomes]
        groups.append({"label": label, "cells": cells})
    return {"title": form.parts[3], "columns": list(form.outcomes), "groups": groups}


def _cell(figures: Mapping[tuple[str, str], Figure], kind: str, column: str, source: Source) -> Json:
    if column == SUM_OF_OUTCOMES:
        parts = [figures[kind, outcome] for outcome in DISPUTE_OUTCOMES]
        values = [part.value for part in parts]
        total = None if None in values else sum(value or 0 for value in values)
        return cell_of(total, source.disputes_query(kind))
    figure = figures[kind, _OUTCOMES[column]]
    return cell_of(figure.value, rows_of(figure.backing))


def cells_of(part: Json) -> Mapping[tuple[str, str], int | None]:
    """The numbers of a printed table: ``{(group, outcome): number}``."""
    return {
        (group["label"], outcome): cell["value"]
        for group in part["groups"]
        for outcome, cell in zip(part["columns"], group["cells"], strict=True)
    }
