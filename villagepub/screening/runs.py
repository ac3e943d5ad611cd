"""Digits as they stand together in a view, whatever stands between them.

A run is digits with up to three separators between any two. Its digits are looked at without the separators, so
that patterns are short and take no longer on a text that is made of separators; where a candidate begins and ends,
and what parts it, is asked afterwards. A candidate begins and ends where a group of digits does: nothing is found
inside a longer number.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from villagepub.screening.characters import CHECK_LETTERS

NEAR = " .。-\n"  # between the digits of telephones and cards
WIDE = NEAR + "_/\\,、，|:;：；'\"~=+()（）<>一"  # between those of identity numbers, which prove themselves
_FEWEST = 10
_RUN = re.compile(f"[0-9](?:[{re.escape(WIDE)}]{{0,3}}[0-9{CHECK_LETTERS}]){{{_FEWEST - 1},}}")
_SIGNS = frozenset("0123456789" + CHECK_LETTERS)
_ONLY_SIGNS = str.maketrans(dict.fromkeys(CHECK_LETTERS, "X") | dict.fromkeys(WIDE))


def parted_by(separators: str) -> re.Pattern[str]:
    """A pattern of whole numbers that nothing but these separators parts."""
    return re.compile(f"[0-9{CHECK_LETTERS}{re.escape(separators)}]+")


class Run:
    """Digits that stand together, and the letters X among them.

    signs: the digits and X without what is between them.
    """

    def __init__(self, view: str, start: int, end: int) -> None:
        self._view = view
        self._start = start
        self._end = end
        self.signs = view[start:end].translate(_ONLY_SIGNS)

    @cached_property
    def _places(self) -> range | list[int]:
        if len(self.signs) == self._end - self._start:
            return range(self._start, self._end)
        written = self._view[self._start : self._end]
        return [place for place, one in enumerate(written, self._start) if one in _SIGNS]

    def place(self, sign: int) -> int:
        """Where in the view a sign stands."""
        return self._places[sign]

    def begins_group(self, sign: int) -> bool:
        """Whether no digit stands right before a sign."""
        place = self._places[sign]
        return not "0" <= self._view[place - 1 : place] <= "9"

    def end(self, first: int, last: int, parted: re.Pattern[str]) -> int | None:
        """Where a number ends in the view; None when the run or a group goes on, or something else parts it.

        last: its last sign. parted: see ``parted_by``.
        """
        if last >= len(self.signs):
            return None
        start, end = self._places[first], self._places[last] + 1
        if "0" <= self._view[end : end + 1] <= "9":
            return None
        return end if parted.fullmatch(self._view, start, end) else None


def runs(view: str) -> Iterator[Run]:
    """The runs of a view that are long enough for any identifier."""
    for found in _RUN.finditer(view):
        yield Run(view, *found.span())
