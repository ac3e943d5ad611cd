"""F8 and W2: numbers in the report's prose held against its tables. Pure."""

import re
from collections.abc import Iterator, Mapping

from villagepub.reports.checks import Cells, Place, Verdict
from villagepub.reports.form import CARRIED_IN, CARRIED_OUT, CLOSED, NEW, TOTAL
from villagepub.reports.numerals import find_counts, to_number

Known = Mapping[str, frozenset[int]]  # by measure word, the numbers that a text may name with it

_RECEIVED = re.compile(r"(?:收到|新收)[^，。；]*?申请\s*(?P<number>[0-9,，]+)\s*件")
_CARRIED_OUT = re.compile(
    r"(?P<number>[0-9,，]+)\s*件[^，。；]{0,4}结转下年度|结转下年度[^，。；0-9]{0,6}(?P<later>[0-9,，]+)\s*件"
)
_NO_DISPUTES = re.compile(
    r"(?:没有|未发生|未收到|不存在|无)[^。；]{0,30}?(?:复议|诉讼)|(?:复议|诉讼)[^。；，]{0,10}?(?:未发生|均无)"
)


def check_applications(text: str, third: Cells, fourth: Cells) -> Verdict:
    """F8 on 一（二）: new and carried-over applications as in the totals of part three, and no claim that part four
    does not bear out."""
    places = [
        *_must_say(text, _RECEIVED, third.get((NEW, TOTAL)), "新收申请"),
        *_must_say(text, _CARRIED_OUT, third.get((CARRIED_OUT, TOTAL)), "结转下年度"),
        *_claims(text, fourth),
    ]
    undecided = third.get((NEW, TOTAL)) is None or third.get((CARRIED_OUT, TOTAL)) is None
    return Verdict(tuple(places), undecided)


def check_sections(texts: Mapping[str, str], known: Known) -> Verdict:
    """F8 on sentences that the program wrote, by section: each count is a figure of the report."""
    return Verdict(tuple(place for key, text in texts.items() for place in _strangers(key, text, known)))


def check_narrative(texts: Mapping[str, str], labels: Mapping[str, str], known: Known) -> Verdict:
    """W2 on what people wrote, by section: each count that names a figure equals one, and none is only about right."""
    places = []
    for key, text in texts.items():
        for place in _strangers(key, text, known):
            places.append(Place(key, None, f"“{labels.get(key, key)}”{place.detail}"))
    return Verdict(tuple(places))


def known_numbers(values: Mapping[str, list[int | None]]) -> Known:
    """From the figures of each measure word; a measure of which nothing is entered knows nothing."""
    return {measure: frozenset(v for v in found if v is not None) for measure, found in values.items()}


def application_totals(third: Cells) -> list[int | None]:
    return [third.get((row, TOTAL)) for row in (NEW, CARRIED_IN, CLOSED, CARRIED_OUT)]


def _must_say(text: str, pattern: re.Pattern[str], number: int | None, what: str) -> Iterator[Place]:
    """The text names the number, and where the number is not entered, none."""
    said = [to_number(next(group for group in found.groups() if group)) for found in pattern.finditer(text)]
    wrong = [each for each in said if each != number]
    if wrong:
        printed = "未填报" if number is None else f"{number} 件"
        yield Place("applications", None, f"文字写{what} {wrong[0]} 件，表格为{printed}。")
    elif number is not None and not said:
        yield Place("applications", None, f"文字没有写明{what}多少件，表格为 {number} 件。")


def _claims(text: str, fourth: Cells) -> Iterator[Place]:
    claim = _NO_DISPUTES.search(text)
    if claim and any(value != 0 for value in fourth.values()):
        yield Place("applications", None, f"文字写“{claim[0]}”，而第四部分并非全部为 0。")


def _strangers(section: str, text: str, known: Known) -> Iterator[Place]:
    """Counts, with a measure of which there are figures, that equal none of these."""
    for count in find_counts(text):
        numbers = known.get(count.measure)
        if not numbers or count.number in numbers:
            continue
        fault = "是约数，请写准确的数字" if count.number is None else "与台账的数字都不相符，请核对"
        yield Place(section, None, f"第 {count.start + 1} 个字“{count.text}”{fault}。")
