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

NEAR = frozenset(" .。-\n")  # between the digits of telephones and cards
WIDE = NEAR | frozenset("_/\\,、，|:;：；'\"~=+()（）<>一")  # between those of identity numbers, which prove themselves
_SEPARATORS = re.escape("".join(sorted(WIDE)))
_FEWEST = 10
_RUN = re.compile(f"[0-9](?:[{_SEPARATORS}]{{0,3}}[0-9{CHECK_LETTERS}]){{{_FEWEST - 1},}}")
_SIGN = re.compile(f"[0-9{CHECK_LETTERS}]")
_CHECKS_AS_X = str.maketrans(dict.fromkeys(CHECK_LETTERS, "X"))


class Run:
    """Digits that stand together, and the letters X among them.

    signs: the digits and X without what is between them.
    """

    def __init__(self, view: str, start: int, end: int) -> None:
        self._view = view
        self._start = start
        self._end = end
        self.signs = "".join(_SIGN.findall(view, start, end)).translate(_CHECKS_AS_X)

    @cached_property
    def _places(self) -> range | list[int]:
        if len(self.signs) == self._end - self._start:
            return range(self._start, self._end)
        return [found.start() for found in _SIGN.finditer(self._view, self._start, self._end)]

    def place(self, sign: int) -> int:
        """Where in the view a sign stands."""
        return self._places[sign]

    def begins_group(self, sign: int) -> bool:
        """Whether no digit stands right before a sign."""
        return not _is_digit(self._view, self._places[sign] - 1)

    def end(self, first: int, last: int, between: frozenset[str]) -> int | None:
        """Where a number ends in the view; None when a digit follows or something else than ``between`` parts it.

        last: its last sign; the number of signs must be in the run.
        """
        if last >= len(self.signs):
            return None
        start, end = self._places[first], self._places[last] + 1
        if _is_digit(self._view, end):
            return None
        return end if self._are_parted_by(between, start, end) else None

    def _are_parted_by(self, between: frozenset[str], start: int, end: int) -> bool:
        written = self._view[start:end]
        return (written.isascii() and written.isalnum()) or between.issuperset(_SIGN.sub("", written))


def runs(view: str) -> Iterator[Run]:
    """The runs of a view that are long enough for any identifier."""
    for found in _RUN.finditer(view):
        yield Run(view, *found.span())


def _is_digit(view: str, place: int) -> bool:
    return 0 <= place < len(view) and "0" <= view[place] <= "9"
