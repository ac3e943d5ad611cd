"""Mobile and fixed telephones. Source: the national numbering plan."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from villagepub.screening.findings import Hit
from villagepub.screening.readings import Reading
from villagepub.screening.rules import Rules
from villagepub.screening.runs import NEAR, WIDE, Runs, parted_by
from villagepub.screening.surroundings import is_in_evenly_spaced, is_itself, is_offices

_MOBILE_DIGITS = 11
_MOBILE = re.compile("(?=1[3-9][0-9]{9})")
_MOBILE_PARTED = parted_by(WIDE)
_COUNTRY = re.compile("(?<![0-9])(?:00)?86$")  # stays outside of the number
_CALLED = re.compile("电话|手机|联系|微信|tel|号码|致电|拨打|手 ?机 ?号|移动|热线|☎|📞|📱", re.IGNORECASE)
_CALLED_WITHIN = 12


def find_mobiles(reading: Reading, runs: Runs, rules: Rules, today: date | None) -> Iterator[Hit]:
    """The mobile telephones of a reading."""
    view = reading.text
    for found in _MOBILE.finditer(runs.signs):
        first = found.start()
        end = runs.end(first, first + _MOBILE_DIGITS - 1, _MOBILE_PARTED)
        if end is None:
            continue
        start = runs.places[first]
        if not runs.begins[first] and not _follows_country(view, start):
            continue
        if end - start > _MOBILE_DIGITS and not _is_one(reading, start, end):
            continue
        number = runs.signs[first : first + _MOBILE_DIGITS]
        if number not in rules.telephones and is_itself(view, start, end, rules):
            yield Hit("mobile", start, end, number)


def _follows_country(view: str, start: int) -> bool:
    return _COUNTRY.search(view, max(start - 5, 0), start) is not None


def _is_evenly_spaced_on(view: str, end: int) -> bool:
    """Whether single digits evenly parted go on after a number's last digit."""
    return _EVENLY_ON.search(view, max(end - 4, 0), end + 3) is not None and is_in_evenly_spaced(view, end - 1)


_EVENLY_ON = re.compile("(?:^|[^0-9])[0-9]([ .-])[0-9]\\1[0-9](?:[^0-9]|$)")
_GAPS = re.compile("[^0-9]+")
_PLAIN_GROUPS = {(3, 4, 4), (1,) * 11}
_USUAL_GROUPS = {
    *((3, 8), (7, 4), (3, 4, 2, 2), (3, 3, 5), (5, 6), (4, 7), (4, 4, 3), (3, 5, 3), (6, 5), (2, 9), (1, 10)),
    *((2, 2, 2, 2, 3), (2, 2, 2, 2, 2, 1)),
}
_LIST_MARKS = frozenset(",，、:：;|+=")  # these part numbers of a list as well
_MOST_ODD_GROUPS = 3
_INTERNET_ADDRESS = re.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}")


def _is_one(reading: Reading, start: int, end: int) -> bool:
    """Whether somebody wrote one number, and not several amounts that happen to have eleven digits."""
    view = reading.text
    written = view[start:end]
    if not _LIST_MARKS.isdisjoint(written):
        return _is_called(view, start)
    if is_in_evenly_spaced(view, start) or _is_evenly_spaced_on(view, end):
        return False
    groups = tuple(map(len, _GAPS.split(written)))
    if groups in _PLAIN_GROUPS or reading.is_disguised(start, end) or _is_called(view, start):
        return True
    if _is_in_list(view, start, end) or _INTERNET_ADDRESS.fullmatch(written):
        return False
    if groups in _USUAL_GROUPS:
        return True
    gaps = set(_GAPS.findall(written))
    is_parted_on_purpose = "- " in gaps or gaps in ({"-"}, {"."}, {"--"})  # sums are not parted so
    return is_parted_on_purpose or (len(groups) <= _MOST_ODD_GROUPS and "\n" not in gaps)


def _is_called(view: str, start: int) -> bool:
    """Whether the words before a number call it a telephone."""
    return _CALLED.search(view, max(start - _CALLED_WITHIN, 0), start) is not None


def _is_in_list(view: str, start: int, end: int) -> bool:
    """Whether other numbers stand before or after, parted by a blank: a column of amounts."""
    before, after = view[max(start - 2, 0) : start], view[end : end + 2]
    return (before[-1:] == " " and before[:1].isdigit()) or (after[:1] == " " and after[1:].isdigit())


_LANDLINE = re.compile("(?=0[1-9][0-9]{8})|(?<=86)(?=[1-9][0-9]{8})")
_LANDLINE_LENGTHS = (12, 11, 10, 9)  # without the area's zero one less
_COUNTRY_APART = re.compile("86[ )-]$")
_AREA = (
    "10|2[0-57-9]|3(?:1[0-9]|35|[459][0-9]|7[0-9])|4(?:1[0-9]|2[179]|3[0-9]|5[0-9]|6[4-9]|7[0-9]|8[23])"
    "|5(?:1[0-9]|2[37]|3[0-9]|4[36]|[5-9][0-9])|6(?:3[1-5]|6[0238]|9[12])|7(?:01|1[0-9]|2[248]|3[0-9]|4[3-6]"
    "|[5-9][0-9])|8(?:[1-5][0-9]|7[0-9]|8[3678]|9[1-9])|9(?:0[1-9]|1[1-9]|3[0-9]|4[13]|5[1-5]|7[0-9]|9[0-9])"
)
_AREA_AND_LOCAL = re.compile(f"0?(?:{_AREA})[2-9][0-9]{{6,7}}")
_LANDLINE_GROUPS = re.compile(
    "0?[0-9]{2,3}[^0-9]{0,3}(?:[0-9]{7,8}|[0-9]{3,4}[^0-9]{1,3}[0-9]{4}|[0-9]{4}[^0-9]{1,3}[0-9]{3})"
    "|[0-9](?:[^0-9]{1,3}[0-9])+"
)
_LANDLINE_PARTED = parted_by(NEAR + "一()（）_/~,，、:：;|+=")
_DATE_BEFORE = re.compile("(?:19|20)[0-9]{2}[-./年]$")


def find_landlines(reading: Reading, runs: Runs, rules: Rules, today: date | None) -> Iterator[Hit]:
    """The fixed telephones of a reading but for an office's: on the list, or called so."""
    view = reading.text
    for found in _LANDLINE.finditer(runs.signs):
        first = found.start()
        lengths = [length for length in _LANDLINE_LENGTHS if runs.ends[first + length - 1]]
        start = runs.places[first]
        if not lengths or not _may_begin(view, runs, first, start):
            continue
        end, number = _landline(runs, first, lengths)
        if end is None or number in rules.telephones or not _is_written_as_telephone(view, start, end):
            continue
        if is_itself(view, start, end, rules) and not is_offices(view, start, rules):
            yield Hit("landline", start, end, number)


def _may_begin(view: str, runs: Runs, first: int, start: int) -> bool:
    if runs.signs[first] == "0":
        return runs.begins[first] == 1 or _follows_country(view, start)
    return _COUNTRY_APART.search(view, max(start - 3, 0), start) is not None


def _landline(runs: Runs, first: int, lengths: Sequence[int]) -> tuple[int | None, str]:
    """Where a landline of one of these lengths ends, and its digits with the area's zero; no end when there is none."""
    for length in lengths:
        if _AREA_AND_LOCAL.fullmatch(runs.signs, first, first + length):
            end = runs.end(first, first + length - 1, _LANDLINE_PARTED)
            if end is not None:
                return end, "0" + runs.signs[first : first + length].removeprefix("0")
    return None, ""


def _is_written_as_telephone(view: str, start: int, end: int) -> bool:
    """Whether it is written as telephones are, or called one; 2026-03-15 640 104 is neither."""
    if _DATE_BEFORE.search(view, max(start - 5, 0), start):
        return False
    return _LANDLINE_GROUPS.fullmatch(view, start, end) is not None or _is_called(view, start)
