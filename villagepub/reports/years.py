"""One year's numbers, wherever they come from: the report finalised here, one imported, or the ledgers as they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from villagepub.applications.form import count_for_form
from villagepub.divisions import queries as divisions
from villagepub.ledgers import queries as ledgers
from villagepub.ledgers.form import count_documents
from villagepub.ledgers.labels import DOCUMENT_KINDS
from villagepub.reports import part_two, queries
from villagepub.reports.figures import Json, Source
from villagepub.reports.form import CARRIED_OUT, FIRST_YEAR, form_of
from villagepub.reports.narrative import SECTIONS as NARRATIVE
from villagepub.reports.narrative import draft_text, texts_of
from villagepub.reports.part_one import is_live
from villagepub.reports.tables import tables_of


class Origin(StrEnum):
    FINALISED = "finalised"
    IMPORTED = "imported"
    DRAFT = "draft"


@dataclass(frozen=True)
class Numbers:
    """A year's report reduced to numbers and words; None is not entered or not stated.

    part_one: ``{figure: value}``; part_two: ``{row: [value…]}``; part_three: ``{row: {column: value}}``;
    part_four: ``{group: [value…]}``; narrative: ``{section: text}``.
    """

    origin: Origin
    part_one: Mapping[str, Any]
    part_two: Mapping[str, list[Any]]
    part_three: Mapping[str, Mapping[str, Any]]
    part_four: Mapping[str, list[Any]]
    narrative: Mapping[str, str]


@dataclass(frozen=True)
class YearBefore:
    """What a report takes from the one of the year before.

    carried_out: by column of part three; in_force: documents at the year's end, by row of part two.
    """

    origin: Origin
    carried_out: Mapping[str, Any]
    in_force: Mapping[str, Any]
    narrative: Mapping[str, str]


def find_numbers(township: str, year: int, as_of: datetime) -> Numbers | None:
    """The finalised report's, else the latest import's, else those of the ledgers; None before the ledgers' time.

    What the platform counts is not stated for a draft of a year that ended before its first village joined.
    """
    if kept := _find_kept(township, year):
        return kept
    if year < FIRST_YEAR:
        return None
    source = Source(divisions.get_township(township), year, as_of)
    parts = _parts(tables_of(source, form_of(year)))
    if not is_live(source):
        parts["part_one"] |= {key: parts["part_one"][key] or None for key in _of_the_platform(township)}
    return Numbers(Origin.DRAFT, narrative=_narrative(township, year), **parts)


def _of_the_platform(township: str) -> list[str]:
    """The figures that the platform counts itself."""
    own = [f"channels.{each.key}" for each in ledgers.list_channels(township) if each.counted_from_disclosures]
    return [*own, "villages_on_platform"]


def find_year_before(township: str, year: int) -> YearBefore | None:
    """Of the report on the year before this one, wherever it comes from, as in ``find_numbers``."""
    last = year - 1
    if kept := _find_kept(township, last):
        in_force = {row: values[2] for row, values in kept.part_two.items() if row in _documents(last)}
        return YearBefore(kept.origin, kept.part_three.get(CARRIED_OUT, {}), in_force, kept.narrative)
    if last < FIRST_YEAR:
        return None
    cells, documents = count_for_form(township, last).cells, count_documents(township, last)
    return YearBefore(
        Origin.DRAFT,
        carried_out={column.key: cells[CARRIED_OUT, column.key] for column in form_of(last).columns},
        in_force={label: documents[kind].in_force.value for kind, label in DOCUMENT_KINDS.items()},
        narrative=_narrative(township, last),
    )


def _find_kept(township: str, year: int) -> Numbers | None:
    if revision := queries.find_last_revision(township, year):
        return numbers_of(queries.content_of(revision), Origin.FINALISED)
    past = queries.find_past_report(township, year)
    return Numbers(Origin.IMPORTED, **past.content) if past else None


def _documents(year: int) -> tuple[str, ...]:
    """The rows that state what is in force; the older form does not."""
    return form_of(year).tables[0].rows if year >= FIRST_YEAR else ()


def _narrative(township: str, year: int) -> dict[str, str]:
    draft = queries.find_draft(township, year)
    return {key: text for key in NARRATIVE if (text := draft_text(draft, key))}


def numbers_of(report: Json, origin: Origin) -> Numbers:
    """A whole report, reduced."""
    return Numbers(origin, narrative=texts_of(report["narrative"]), **_parts(report))


def _parts(report: Json) -> Json:
    third, fourth = report["part_three"], report["part_four"]
    keys = [column["key"] for column in third["columns"]]
    return {
        "part_one": dict(_figures(report["part_one"])),
        "part_two": {row: list(values) for row, values in part_two.values_of(report["part_two"]).items()},
        "part_three": {
            row["key"]: dict(zip(keys, [cell["value"] for cell in row["cells"]], strict=True)) for row in third["rows"]
        },
        "part_four": {group["label"]: [cell["value"] for cell in group["cells"]] for group in fourth["groups"]},
    }


def _figures(part: Json) -> list[tuple[str, Any]]:
    """``channels.weibo``, ``complaints.weibo.received``, ``trainings`` …, each with its value."""
    found = [(f"channels.{each['key']}", each["value"]) for each in part["channels"]]
    for complaint in part["complaints"]:
        found += [
            (f"complaints.{complaint['source']}.{name}", complaint[name]["value"]) for name in ("received", "answered")
        ]
    for name in ("results", "inspections"):
        found += [(f"{name}.{each['key']}", each["value"]) for each in part[name]]
    return found + [(name, part[name]["value"]) for name in ("villages_on_platform", "trainings")]
