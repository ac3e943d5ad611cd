"""Identity numbers: 18 digits that prove themselves, 15 digits of before 2000. Source: GB 11643."""

import re
from collections.abc import Iterator
from datetime import date

from villagepub.screening import checks
from villagepub.screening.findings import Hit
from villagepub.screening.readings import Reading
from villagepub.screening.rules import Rules
from villagepub.screening.runs import NEAR, WIDE, Runs, parted_by
from villagepub.screening.surroundings import NEARBY, is_itself

# Looked ahead for, so that a candidate may begin inside another one.
_MONTH_AND_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_ID_18 = re.compile(f"(?=([1-8][0-7][0-9]{{4}}(?:19|20)[0-9]{{2}}{_MONTH_AND_DAY}[0-9]{{3}}[0-9X]))")
_ID_15 = re.compile(f"(?=[1-8][0-7][0-9]{{6}}{_MONTH_AND_DAY}[0-9]{{3}})")
_DISABILITY = re.compile("[1-7][1-4]")  # kind and degree, written after the number on a certificate
_REISSUED = re.compile("B[0-9]")
_NEARLY, _WIDELY = parted_by(NEAR), parted_by(WIDE)
_MOST_GROUPS = 3
_ADULT = 18


def find_identities(reading: Reading, runs: Runs, rules: Rules, today: date | None) -> Iterator[Hit]:
    """The 18-digit numbers of a reading, with what a certificate of disability adds."""
    view = reading.text
    for found in _ID_18.finditer(runs.signs):
        first = found.start()
        if not runs.begins[first] or not (runs.ends[first + 17] or runs.ends[first + 19]):
            continue
        number = found[1]
        born = checks.born_on(number, today)
        if born is None:
            continue
        start = runs.places[first]
        written = _written_on(view, runs, first, start) or (runs.end(first, first + 17, _WIDELY), number)
        end = written[0]
        if end is None or view[end : end + 1] in tuple("Xx*×") or _is_credit_code(view, start, number):
            continue
        yield Hit("id_card", start, end, written[1], is_childs=today is not None and _age(born, today) < _ADULT)


def _written_on(view: str, runs: Runs, first: int, start: int) -> tuple[int, str] | None:
    """The end and the digits of a number that goes on as a certificate of disability; None when it does not."""
    if not _DISABILITY.match(runs.signs, first + 18):
        return None
    end = runs.end(first, first + 19, _WIDELY)
    if end is None:
        return None
    is_written_on = runs.places[first + 18] == runs.places[first + 17] + 1
    if not is_written_on and "残疾" not in view[max(start - NEARBY, 0) : start]:
        return None
    number = runs.signs[first : first + 20]
    reissued = _REISSUED.match(view, end)
    return (reissued.end(), number + reissued[0]) if reissued else (end, number)


def _is_credit_code(view: str, start: int, number: str) -> bool:
    return "信用代码" in view[max(start - NEARBY, 0) : start] and checks.is_credit_code(number)


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def find_old_identities(reading: Reading, runs: Runs, rules: Rules, today: date | None) -> Iterator[Hit]:
    """The 15-digit numbers of a reading: no check digit tells them, so what stands around them does."""
    view = reading.text
    done = 0
    for found in _ID_15.finditer(runs.signs):
        first = found.start()
        if first < done or not runs.begins[first]:
            continue
        end = runs.end(first, first + 14, _NEARLY)
        number = runs.signs[first : first + 15]
        if end is None or not checks.is_old_identity(number):
            continue
        start = runs.places[first]
        if is_itself(view, start, end, rules) and _is_one_number(view[start:end]):
            done = first + len(number)
            yield Hit("id_card", start, end, number)


def _is_one_number(written: str) -> bool:
    if written.isdigit():
        return True
    groups = [len(group) for group in re.split("[^0-9]+", written)]
    return len(groups) <= _MOST_GROUPS or set(groups) == {1}
