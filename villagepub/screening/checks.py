"""Is it one? Check digits, dates and prefixes of identifiers.

Sources: GB 11643 (identity numbers), GB 32100 with GB 11714 inside it (credit codes), ISO/IEC 7812 (Luhn).
All take ASCII characters without separators; none raises on a text of another shape.
"""

import re
from datetime import date
from operator import mul

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")
_CHECKS = "10X98765432"
# Provinces as they were ever numbered; the counties below them change, so retired codes pass.
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
    ]
) | frozenset(["50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83"])
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {one: value for value, one in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_VALUES = {one: value for value, one in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_ID_18 = re.compile(r"[0-9]{17}[0-9X]")
_ID_15 = re.compile(r"[0-9]{15}")
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_FIRST_YEAR = 1900
_LAST_YEAR = 2099  # when nobody says what day it is


def born_on(number: str, today: date | None = None) -> date | None:
    """The day of birth in a valid 18-digit identity number; None when the number is none.

    today: births after it are none. A number whose year is before 1900 is none either: the codes of contracts
    begin with a village's code and would otherwise pass.
    """
    if not _ID_18.fullmatch(number) or number[:2] not in PROVINCES:
        return None
    born = _day(number[6:10], number[10:12], number[12:14])
    if born is None or not _FIRST_YEAR <= born.year <= _LAST_YEAR or (today and born > today):
        return None
    total = sum(map(mul, map(int, number[:17]), _WEIGHTS))
    return born if _CHECKS[total % 11] == number[17] else None


def is_shaped_as_identity(number: str) -> bool:
    """Whether 18 digits begin with a province and hold a date, whatever the check digit."""
    born = _day(number[6:10], number[10:12], number[12:14])
    return number[:2] in PROVINCES and born is not None and _FIRST_YEAR <= born.year <= _LAST_YEAR


def is_old_identity(number: str) -> bool:
    """Whether 15 digits are an identity number of before 2000: no check digit, years 1900 to 1999."""
    if not _ID_15.fullmatch(number) or number[:2] not in PROVINCES:
        return False
    return _day("19" + number[6:8], number[8:10], number[10:12]) is not None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def passes_luhn(number: str) -> bool:
    """Whether a card number's last digit is right."""
    if not (number.isascii() and number.isdigit()):
        return False
    digits = number.encode()
    total = sum(digits[-2::-2].translate(_DOUBLED)) + sum(digits[-1::-2])
    return (total - len(digits) * ord("0")) % 10 == 0


def is_credit_code(code: str) -> bool:
    """Whether 18 characters are a unified social credit code, both of its check characters right."""
    if not _CREDIT.fullmatch(code):
        return False
    total = sum(_CREDIT_VALUES[one] * weight for one, weight in zip(code[:17], _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31] == code[17] and _is_organisation_code(code[8:17])


def _is_organisation_code(code: str) -> bool:
    total = sum(_ORGANISATION_VALUES[one] * weight for one, weight in zip(code[:8], _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[(11 - total % 11) % 11] == code[8]
