"""Where each number of the report comes from: its label, its value, and the addresses of the rows behind it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from villagepub.core.tabular.csv_writing import printable
from villagepub.reports.outputs.grids import Json, number_of, shown


@dataclass(frozen=True)
class Source:
    """A number with its origin.

    value: None for a rate, a dash and what nobody entered; ``text`` says what is printed.
    as_of: when it was counted, RFC 3339.
    paths: the addresses that list its rows; the first is the main one.
    """

    label: str
    text: str
    value: int | Decimal | None
    as_of: str
    paths: Sequence[str]


def sources_of(report: Json) -> list[Source]:
    """Part one's figures, the fees, and every cell of the tables that opens into rows, in the form's order."""
    figures = (_source(figure["label"], figure, figure["as_of"]) for figure in _figures(report))
    return [*figures, *_cells(report)]


def _figures(report: Json) -> Iterator[Json]:
    part = report["part_one"]
    yield from part["channels"]
    for complaint in part["complaints"]:
        yield from (complaint[name] for name in ("received", "answered", "rate"))
    yield from chain(part["applications"], part["reconsiderations"])
    yield from (part["villages_on_platform"], part["trainings"])
    yield from chain(part["results"], part["inspections"])
    yield report["part_six"]["fees"]["amount"]


def _cells(report: Json) -> Iterator[Source]:
    for label, cell in chain(
        _of_two(report["part_two"]), _of_three(report["part_three"]), _of_four(report["part_four"])
    ):
        if cell["query"]:
            yield _source(label, cell, report["as_of"])


def _of_two(part: Json) -> Iterator[tuple[str, Json]]:
    for table in part["tables"]:
        for row in table["rows"]:
            for column, cell in zip(table["columns"][1:], row["cells"], strict=True):
                yield f"{row['label']}·{column}", cell


def _of_three(part: Json) -> Iterator[tuple[str, Json]]:
    for row in part["rows"]:
        for column, cell in zip(part["columns"], row["cells"], strict=True):
            yield f"{row['label']}·{column['label']}", cell


def _of_four(part: Json) -> Iterator[tuple[str, Json]]:
    for group in part["groups"]:
        for column, cell in zip(part["columns"], group["cells"], strict=True):
            yield f"{group['label']}·{column}", cell


def _source(label: str, number: Json, as_of: str) -> Source:
    query = number["query"] or {}
    paths = [each["path"] for each in (query, *query.get("also", ())) if each.get("path")]
    return Source(printable(label), shown(number), number_of(number), as_of, paths)
