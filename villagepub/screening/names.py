"""Who is named: a surname, one or two given characters, and something around them that says it is a person.

A list of words cannot tell 马建国 from 马上 alone. A name stands after a word such as 村民, or at the beginning
of a stretch of Chinese characters; and before a verb, a mark, a blank, or the end. 马某某 is nobody: that is
how a name is masked. Made-up people of samples (样例户一) count.
"""

import re
from collections.abc import Iterator
from operator import attrgetter
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


def find_people(view: str, start: int, end: int, names: NameRules) -> list[Person]:
    """Everybody named between two places of a view, in order."""
    people = [Person(*found.span(), is_official=False) for found in names.sample.finditer(view, start, end)]
    if _SURROUNDING.search(view, start, end):
        people.extend(_told_by_surroundings(view, start, end, names))
    taken = {person.start for person in people} if people else ()
    place = start
    while found := names.surname.search(view, place, end):
        name_end = _name_end(view, found.start(), found.end(), start, end, names)
        if name_end is None:
            place = found.start() + 1
            continue
        place = name_end
        if found.start() not in taken:
            people.append(Person(found.start(), name_end, _is_official(view, found.start(), name_end, start, names)))
    if taken:
        people.sort(key=attrgetter("start"))
    return people


def _name_end(view: str, surname: int, given: int, start: int, end: int, names: NameRules) -> int | None:
    """Where the name that begins with a surname ends; None when it is no name."""
    if names.no_name.begins(view, surname):
        return None
    before = _cue(view[max(start, surname - _LONGEST_CUE) : surname]) if surname > start else ""
    is_first = surname == start or not _IS_HAN.match(view, surname - 1)
    is_called = before != "" and names.calls.ends(before)
    if not is_first and not is_called and not names.may_call.ends(before) and not names.office.ends(before):
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
    return names.goes_on.begins(view, last) or names.acts.begins(view, last)


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
    if names.office.ends(_cue(view[max(passage, start - _LONGEST_CUE) : start].rstrip(" "))):
        is_spoken_of = view[start - 1] in ":：" and view.startswith(("家", "户"), end)  # 主任：马建国家困难
        return not is_spoken_of
    return names.acts.begins(view, end + (view[end : end + 1] in tuple(" (（")))


def _cue(before: str) -> str:
    """What stands right before a name, without the colon of a label, and 孤 儿 as 孤儿."""
    before = before.rstrip(":：")
    return before.replace(" ", "") if before[-1:] != " " else before


_SURROUNDING = re.compile("[:：男女.]")
_LABELLED = re.compile(f"(?<=[:：]) ?([{HAN}]{{2,4}})(?![{HAN}]|[*×])")
_OF_SEX = re.compile(f"(?<![{HAN}])([{HAN}]{{2,4}})(?=[ ,，、\x1f]{{1,2}}[男女][ ,，、\x1f(（])")
_DOTTED = re.compile(f"(?<![{HAN}])([{HAN}]{{2,7}}\\.[{HAN}]{{2,7}})(?![{HAN}])")


def _told_by_surroundings(view: str, start: int, end: int, names: NameRules) -> Iterator[Person]:
    """Those whose surname need not be known: after 姓名：, before 男 or 女, or with a dot in the name."""
    for pattern in (_LABELLED, _OF_SEX, _DOTTED):
        for found in pattern.finditer(view, start, end):
            first, last = found.span(1)
            if pattern is _LABELLED and not names.calls.ends(
                _cue(view[max(start, first - _LONGEST_CUE) : first].rstrip())
            ):
                continue
            if _could_be_name(found[1], names, is_dotted=pattern is _DOTTED):
                yield Person(first, last, is_official=False)


def _could_be_name(written: str, names: NameRules, *, is_dotted: bool) -> bool:
    if is_dotted:
        return names.spelt.issuperset(written.replace(".", ""))
    if names.no_name.begins(written, 0):
        return False
    return names.not_given.isdisjoint(written) and _MASKED.isdisjoint(written)


def is_name_cell(cell: str, names: NameRules) -> bool:
    """Whether a cell in the column of names holds one: some Chinese characters, none masked, no sum."""
    written = cell.replace(" ", "")
    if not _NAME_CELL.fullmatch(cell) or not _MASKED.isdisjoint(written):
        return False
    return written not in names.not_names and written not in {"合计", "小计", "总计", "共计"}
