"""Digits as they stand together in a reading, whatever stands between them.

A run is digits with up to three separators between any two. The digits of all runs are looked at as one string
without the separators, so that patterns are short, every pattern passes once, and none takes longer on a text that
is made of separators; where a candidate begins and ends, and what parts it, is asked afterwards. A candidate begins
and ends where a group of digits does: nothing is found inside a longer number.
"""

import re
from itertools import chain, compress

from villagepub.screening.characters import BLOCK, CHECK_LETTERS

NEAR = " .。-\n"  # between the digits of telephones and cards
WIDE = NEAR + "_/\\,、，|:;：；'\"~=+()（）<>一"  # between those of identity numbers, which prove themselves
_FEWEST, _LONGEST = 10, 20  # signs of an identifier
_RUN = re.compile(f"[0-9](?:[{re.escape(WIDE)}]{{0,3}}[0-9{CHECK_LETTERS}]){{{_FEWEST - 1},}}")
_PLAINLY = str.maketrans(dict.fromkeys(CHECK_LETTERS, "X") | dict.fromkeys(WIDE, " "))
_DIGITS = range(ord("0"), ord("9") + 1)
_IS_SIGN = bytes(code != ord(" ") for code in range(256))
_IS_NO_DIGIT = bytes(code not in _DIGITS for code in range(256))


def parted_by(separators: str) -> re.Pattern[str]:
    """A pattern of whole numbers that nothing but these separators parts."""
    return re.compile(f"[0-9{CHECK_LETTERS}{re.escape(separators)}]+")


class Runs:
    """The runs of a text that are long enough for any identifier.

    signs: their digits, and the letters X among them, without what is between; walls part one run from the next.
    places: where in the text each sign stands.
    begins, ends: for each sign, whether no digit stands right before it, right after it; no group ends where
        there are no more signs, so that any place near one may be asked for.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        spans = [found.span() for found in _RUN.finditer(text)]
        written = BLOCK.join([text[start:end] for start, end in spans]).translate(_PLAINLY).encode("ascii")
        is_sign, is_no_digit = written.translate(_IS_SIGN), written.translate(_IS_NO_DIGIT)
        self.signs = written.translate(None, b" ").decode("ascii")
        self.places = list(compress(chain.from_iterable(range(start, end + 1) for start, end in spans), is_sign))
        self.begins = bytes(compress(b"\1" + is_no_digit, is_sign))
        self.ends = bytes(compress(is_no_digit[1:] + b"\1", is_sign)) + bytes(_LONGEST)

    def end(self, first: int, last: int, parted: re.Pattern[str]) -> int | None:
        """Where a number ends in the text; None when it or its last group goes on, or something else parts it.

        first, last: its signs, which are of one run. parted: see ``parted_by``.
        """
        if not self.ends[last]:
            return None
        start, end = self.places[first], self.places[last] + 1
        is_unparted = end - start == last - first + 1
        return end if is_unparted or parted.fullmatch(self._text, start, end) else None
