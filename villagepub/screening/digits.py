"""Identifiers that are digits: every kind is looked for in the runs of every reading of a view."""

from datetime import date
from operator import attrgetter
from typing import NamedTuple

from villagepub.screening.cards import find_cards
from villagepub.screening.findings import Hit
from villagepub.screening.identities import find_identities, find_old_identities
from villagepub.screening.readings import readings
from villagepub.screening.rules import Rules
from villagepub.screening.runs import Runs
from villagepub.screening.telephones import find_landlines, find_mobiles

# Those that prove more come first.
_FINDERS = (find_identities, find_cards, find_mobiles, find_landlines, find_old_identities)


def find_numbers(view: str, rules: Rules, today: date | None) -> list[Hit]:
    """The identifiers of a view that are numbers; of two that overlap, the one that proves more."""
    read = [(reading, Runs(reading.text)) for reading in readings(view)]
    return _without_overlaps(
        [
            _Found(hit, rank)
            for rank, find in enumerate(_FINDERS)
            for reading, runs in read
            for hit in find(reading, runs, rules, today)
        ]
    )


class _Found(NamedTuple):
    hit: Hit
    rank: int  # the place of its finder

    @property
    def badness(self) -> tuple[int, bool, int]:
        """The greater, the worse: of two that prove as much, the longer has swallowed something.

        Not so with a card of 17 or 18 digits, which are rare: it has lost what only another reading takes for digits.
        """
        is_short = self.hit.kind == "bank_card" and len(self.hit.value) in {17, 18}
        return self.rank, is_short, self.hit.end - self.hit.start


def _without_overlaps(found: list[_Found]) -> list[Hit]:
    """The better ones of those that overlap, in the order of the text."""
    kept: list[_Found] = []
    for one in sorted(found, key=_START):
        if not kept or one.hit.start >= kept[-1].hit.end:
            kept.append(one)
        elif one.badness < kept[-1].badness:
            kept[-1] = one
    return [one.hit for one in kept]


_START = attrgetter("hit.start")
