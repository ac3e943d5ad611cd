"""Identifiers that are digits: every kind is looked for in every run of every reading of a view."""

from datetime import date
from operator import attrgetter

from villagepub.screening.cards import find_cards
from villagepub.screening.findings import Hit
from villagepub.screening.identities import find_identities, find_old_identities
from villagepub.screening.readings import readings
from villagepub.screening.rules import Rules
from villagepub.screening.runs import runs
from villagepub.screening.telephones import find_landlines, find_mobiles

# Those that prove more come first: of two hits that overlap, the one found earlier is kept.
_FINDERS = (find_identities, find_cards, find_mobiles, find_landlines, find_old_identities)
_START = attrgetter("start")


def find_numbers(view: str, rules: Rules, today: date | None) -> list[Hit]:
    """The identifiers of a view that are numbers; of two that overlap, the one that proves more."""
    found = [(reading, runs(reading.text)) for reading in readings(view)]
    runs_read = [(reading, run) for reading, its_runs in found for run in its_runs]
    hits = [hit for find in _FINDERS for reading, run in runs_read for hit in find(reading, run, rules, today)]
    return _without_overlaps(hits)


def _without_overlaps(hits: list[Hit]) -> list[Hit]:
    """The earlier-found of overlapping hits, in the order of the text."""
    kept: list[Hit] = []
    rank = {id(hit): place for place, hit in enumerate(hits)}
    for hit in sorted(hits, key=_START):
        if kept and hit.start < kept[-1].end:
            if rank[id(hit)] < rank[id(kept[-1])]:
                kept[-1] = hit
        else:
            kept.append(hit)
    return kept
