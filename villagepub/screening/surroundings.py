"""What stands around a number and tells what it is: a label, a unit, a mask, an office, other numbers.

What must stay is weighed in docs/decisions/0006.
"""

import re

from villagepub.screening.rules import Rules

NEARBY = 24  # how far before a number its label is looked for
SENTENCE_ENDS = re.compile("[\x1e。！？\n]")
_MASK = tuple("*★✽●○■□#＃")  # what stands in masked values
_CURRENCY = tuple("¥￥$")
_TWO_COLUMNS = " " * 3  # no way to part one number: so columns are parted in plain text
_EVENLY = frozenset(" .-\n")
_PARTING = frozenset(",;，；、\n\x1c\x1e\x1f")
_DECIMAL_BEFORE = re.compile("(?:[0-9]{2,}|(?<![0-9])0)\\.$")
_ITEM_BEFORE = re.compile("(?:^|[\x1c-\x1f\n]) ?[0-9]{1,3}\\.$")  # 12. as the number of an item
_OFFICE_WINDOW = 30


def is_itself(view: str, start: int, end: int, rules: Rules) -> bool:
    """Whether a number stands for itself: no amount, reading or code by its label, no half of a masked value."""
    before, after = view[max(start - NEARBY, 0) : start], view[end : end + 8]
    if _TWO_COLUMNS in view[start:end] or before[-1:] in _MASK or after[:1] in _MASK or before[-1:] in _CURRENCY:
        return False
    if _is_fraction(before, view[start:end]):
        return False
    if before[-1:] in rules.label_ends and before[-1:] not in _PARTING and rules.label_ends_before.search(before):
        return False
    return rules.unit_begins_after.match(after) is None


def _is_fraction(before: str, written: str) -> bool:
    if before[-1:] != "." or not written.isdigit():
        return False
    return _DECIMAL_BEFORE.search(before) is not None and _ITEM_BEFORE.search(before) is None


def is_in_evenly_spaced(view: str, start: int) -> bool:
    """Whether a digit stands in the midst of single digits evenly parted: 1 3 8 … inside a longer number."""
    gap = view[start + 1 : start + 2]
    if gap not in _EVENLY or start < 2 or view[start - 1] != gap:
        return False
    is_single = view[start + 2 : start + 3].isdigit()
    return is_single and view[start - 2].isdigit() and not view[max(start - 3, 0) : start - 2].isdigit()


def is_offices(view: str, start: int, rules: Rules) -> bool:
    """Whether the words before a telephone or mailbox call it an office's, nearer than any that call it private."""
    if not rules.office_word.search(view, max(start - _OFFICE_WINDOW, 0), start):
        return False
    before = SENTENCE_ENDS.split(view[max(start - _OFFICE_WINDOW, 0) : start])[-1]
    offices = [found.end() for found in rules.office_word.finditer(before)]
    private = [found.end() for found in rules.private_word.finditer(before)]
    return bool(offices) and offices[-1] > max(private, default=-1)
