"""The ways to read a view for numbers: as it is, with Chinese numerals as digits, with letters as digits.

Numerals and letters are read as digits only inside long runs, where no word is meant. Source: docs/decisions/0006.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from villagepub.screening.characters import CHECK_LETTERS, LETTERS, NUMERALS

_DIGITS = "0-9" + "".join(map(chr, NUMERALS))
_DIGITS_AND_LETTERS = _DIGITS + re.escape("".join(map(chr, LETTERS)))
_GAP = "[ .。\\-\\n_/\\\\,、，|:：()（）]{0,3}"
_NUMERAL_RUN = re.compile(f"[{_DIGITS}](?:{_GAP}[{_DIGITS}{CHECK_LETTERS}]){{10,}}")
_LETTER_RUN = re.compile(f"[{_DIGITS_AND_LETTERS}](?:{_GAP}[{_DIGITS_AND_LETTERS}{CHECK_LETTERS}]){{10,}}")
_SOME_LETTER = re.compile(f"[{re.escape(''.join(map(chr, (*NUMERALS, *LETTERS))))}]")
_SEPARATORS = re.compile("[^0-9A-Za-z]+")
_DIGIT = re.compile(f"[{_DIGITS}]")
_FEWEST_DIGITS = 5  # of a number written with letters: fewer, and it is a word


class Reading(NamedTuple):
    """A view with numerals or letters read as digits where they may be; ``seen`` is the view itself."""

    text: str
    seen: str

    def is_disguised(self, start: int, end: int) -> bool:
        """Whether a passage of digits is written with something else."""
        return self.text[start:end] != self.seen[start:end]


def readings(view: str) -> Iterator[Reading]:
    """The readings of a view, without those that would be another's equal; all are as long as the view."""
    yield Reading(view, view)
    numerals = _NUMERAL_RUN.sub(lambda run: run[0].translate(NUMERALS), view)
    if numerals != view:
        yield Reading(numerals, view)
    letters = _LETTER_RUN.sub(_read_letters, view)
    if letters not in (view, numerals):
        yield Reading(letters, view)


def _read_letters(run: re.Match[str]) -> str:
    written = run[0]
    if not _SOME_LETTER.search(written):
        return written
    digits = len(_DIGIT.findall(written))
    if digits < max(_FEWEST_DIGITS, len(_SEPARATORS.sub("", written)) // 3):
        return written
    return written.translate(NUMERALS).translate(LETTERS)
