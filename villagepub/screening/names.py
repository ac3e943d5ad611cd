"""Who is named: a surname, one or two given characters, and something around them that says it is a person.

A list of words cannot tell 马建国 from 马上 alone. A name stands after a word such as 村民, or at the beginning
of a stretch of Chinese characters; and before a verb, a mark, a blank, or the end. 马某某 is nobody: that is
how a name is masked. Made-up people of samples (样例户一) count.
"""

import re
from typing import NamedTuple

from villagepub.screening.characters import HAN
from villagepub.screening.rules import NameRules

_LONGEST_CUE = 8
_IS_HAN = re.compile(f"[{HAN}]")
_ALL_HAN = re.compile(f"[{HAN}]+")
_NAME_CELL = re.compile(f"[ ]*[{HAN}](?:[ .]?[{HAN}]){{1,7}}[ ]*")
_MASKED = frozenset("某×*★＊XxＸ")
_SPACED_NAME = re.compile(f"(?<![{HAN}])([{HAN}]) {{1,2}}([{HAN}])(?![{HAN}])")


class Person(NamedTuple):
    """Somebody named in the view.

    is_official: named as one who speaks or acts for an office, so that what stands near is not about them.
    """

    start: int
    end: int
    is_official: bool


def find_people(view: str, start: int, end: int, names: NameRules) -> tuple[Person, ...]:
    """Everybody named between two places of a view, in order."""
    people = [Person(*found.span(), is_official=False) for found in names.sample.finditer(view, start, end)]
    place = start
    while found := names.surname.search(view, place, end):
        name_end = _name_end(view, found.start(), found.end(), start, end, names)
        if name_end is None:
            place = found.start() + 1
            continue
        place = name_end
        people.append(Person(found.start(), name_end, _is_official(view, found.start(), name_end, start, names)))
    return tuple(sorted(people, key=lambda person: person.start))


def _name_end(view: str, surname: int, given: int, start: int, end: int, names: NameRules) -> int | None:
    """Where the name that begins with a surname ends; None when it is no name."""
    cue = max(start, surname - _LONGEST_CUE)
    is_first = surname == start or not _IS_HAN.match(view[surname - 1])
    is_called = names.ends_before.search(view, cue, surname) is not None
    cues = (names.may_end_before, names.official_ends_before)
    if not is_first and not is_called and not any(ends.search(view, cue, surname) for ends in cues):
        return None
    if any(view[surname : surname + length] in names.not_names for length in (2, 3, 4)):
        return None
    for last in (given + 2, given + 1):
        written = view[given:last]
        if last > end or not _could_be_given(written, names, is_called):
            continue
        if _ends_here(view, last, end, names) or _is_plainly_a_name(view[given : last + 1], last - given, names):
            return last
    spaced = _SPACED_NAME.match(view, surname, end) if is_first else None
    return spaced.end() if spaced and spaced[2] in names.given else None


def _could_be_given(written: str, names: NameRules, is_called: bool) -> bool:
    if not is_called:
        return names.given.issuperset(written)
    return (
        _ALL_HAN.fullmatch(written) is not None and names.not_given.isdisjoint(written) and _MASKED.isdisjoint(written)
    )


def _ends_here(view: str, last: int, end: int, names: NameRules) -> bool:
    if last == end:
        return True
    after = view[last]
    if after in _MASKED:
        return False
    if not _IS_HAN.match(after):
        return True
    return (
        names.begins_after.match(view, last, end) is not None
        or names.official_begins_after.match(view, last, end) is not None
    )


def _is_plainly_a_name(given_on: str, length: int, names: NameRules) -> bool:
    """Whether given characters, and the one that follows, leave no doubt without a word that ends the name."""
    after = given_on[length:]
    if not after or after in names.not_given or after in _MASKED:
        return False
    given = given_on[:length]
    if length == 2:
        return names.given.issuperset(given)
    return given in names.given_alone and after not in names.given


def _is_official(view: str, start: int, end: int, passage: int, names: NameRules) -> bool:
    if names.official_ends_before.search(view, max(passage, start - _LONGEST_CUE), start):
        return True
    return names.official_begins_after.match(view, end) is not None


def is_name_cell(cell: str, names: NameRules) -> bool:
    """Whether a cell in the column of names holds one: some Chinese characters, none masked, no sum."""
    written = cell.replace(" ", "")
    if not _NAME_CELL.fullmatch(cell) or not _MASKED.isdisjoint(written):
        return False
    return written not in names.not_names and written not in {"合计", "小计", "总计", "共计"}
