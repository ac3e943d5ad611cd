"""Identity numbers: 18 digits that prove themselves, 15 digits of before 2000. Source: domain.md §5.1."""

import re
from collections.abc import Iterator
from datetime import date

from villagepub.screening import checks
from villagepub.screening.findings import Hit
from villagepub.screening.readings import Reading
from villagepub.screening.rules import Rules
from villagepub.screening.runs import NEAR, WIDE, Run, parted_by
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


def find_identities(reading: Reading, run: Run, rules: Rules, today: date | None) -> Iterator[Hit]:
    """The 18-digit numbers of a run, with what a certificate of disability adds."""
    view = reading.text
    for found in _ID_18.finditer(run.signs):
        first, number = found.start(), found[1]
        if not run.begins_group(first):
            continue
        born = checks.born_on(number, today)
        if born is None:
            continue
        start = run.place(first)
        written = _written_on(view, run, first, start) or (run.end(first, first + 17, _WIDELY), number)
        end = written[0]
        if end is None or view[end : end + 1] in tuple("Xx*×") or _is_credit_code(view, start, number):
            continue
        yield Hit("id_card", start, end, written[1], is_childs=today is not None and _age(born, today) < _ADULT)


def _written_on(view: str, run: Run, first: int, start: int) -> tuple[int, str] | None:
    """The end and the digits of a number that goes on as a certificate of disability; None when it does not."""
    if not _DISABILITY.match(run.signs, first + 18):
        return None
    end = run.end(first, first + 19, _WIDELY)
    if end is None:
        return None
    is_written_on = run.place(first + 18) == run.place(first + 17) + 1
    if not is_written_on and "残疾" not in view[max(start - NEARBY, 0) : start]:
        return None
    number = run.signs[first : first + 20]
    reissued = _REISSUED.match(view, end)
    return (reissued.end(), number + reissued[0]) if reissued else (end, number)


def _is_credit_code(view: str, start: int, number: str) -> bool:
    return checks.is_credit_code(number) and "信用代码" in view[max(start - NEARBY, 0) : start]


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def find_old_identities(reading: Reading, run: Run, rules: Rules, today: date | None) -> Iterator[Hit]:
    """The 15-digit numbers of a run: no check digit tells them, so what stands around them does."""
    view = reading.text
    done = 0
    for found in _ID_15.finditer(run.signs):
        first = found.start()
        if first < done or not run.begins_group(first):
            continue
        number = run.signs[first : first + 15]
        end = run.end(first, first + 14, _NEARLY) if checks.is_old_identity(number) else None
        if end is None:
            continue
        start = run.place(first)
        if is_itself(view, start, end, rules) and _is_one_number(view[start:end]):
            done = first + len(number)
            yield Hit("id_card", start, end, number)


def _is_one_number(written: str) -> bool:
    groups = [len(group) for group in re.split("[^0-9]+", written)]
    return len(groups) <= _MOST_GROUPS or set(groups) == {1}
