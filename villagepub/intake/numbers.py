"""What a spreadsheet shows for a number: an identity number may be stored as 6.4E+17, a birthday as 32939."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # ECMA-376, 18.8.30 numFmt
_DAY_0, _DAY_0_OF_1904 = datetime(1899, 12, 30, tzinfo=UTC), datetime(1904, 1, 1, tzinfo=UTC)
_LAST_DAY = 2_958_465
_LONGEST = 40  # digits
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[[^\]]*\]|_.|\*.|(?P<digits>[0#?]+)|(?P<all>@|General|G/通用格式)|(?P<sign>.)',
    re.IGNORECASE | re.DOTALL,
)
_OF_DATES = set("ymdhse年月日")


class Formats:
    """The number formats of a book, by the number that a cell carries as its style."""

    def __init__(self, styles: Any | None, *, from_1904: bool) -> None:
        self._day_0 = _DAY_0_OF_1904 if from_1904 else _DAY_0
        self._codes = list(_codes(styles)) if styles is not None else []

    def shown(self, value: str, style: str) -> Iterator[str]:
        """The value as it is stored, in full, and as its format shows it where that differs."""
        number = _number(value)
        plain = _in_full(number) if number is not None else value
        yield plain
        kind, code = self._format(style)
        if number is not None and (kind in _DATES or _is_date(code)):
            if 1 <= number <= _LAST_DAY:
                yield f"{self._day_0 + timedelta(days=int(number)):%Y-%m-%d}"
        elif code:
            formatted = _formatted(code, plain)
            if formatted != plain:
                yield formatted

    def hides(self, style: str) -> bool:
        """Whether the format shows nothing, whatever the value."""
        _, code = self._format(style)
        return code.replace(" ", "").startswith(";;") and not code.replace(";", "").strip()

    def _format(self, style: str) -> tuple[int, str]:
        at = int(style) if style.isdigit() else 0
        return self._codes[at] if at < len(self._codes) else (0, "")


def _codes(styles: Any) -> Iterator[tuple[int, str]]:
    own: Mapping[str, str] = {
        str(each.get("numFmtId")): str(each.get("formatCode", "")) for each in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    for cell in styles.iterfind("{*}cellXfs/{*}xf"):
        kind = str(cell.get("numFmtId", "0"))
        yield int(kind) if kind.isdigit() else 0, own.get(kind, "")


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < _LONGEST else None


def _in_full(number: Decimal) -> str:
    whole = number.to_integral_value()
    return f"{whole:f}" if whole == number else f"{number:f}"


def _is_date(code: str) -> bool:
    signs = (found["sign"] for found in _PIECE.finditer(code))
    return any(sign and sign.lower() in _OF_DATES for sign in signs)


def _formatted(code: str, value: str) -> str:
    """Roughly what the format's first part makes of a value: its own words, and the digits in their places."""
    pieces = list(_PIECE.finditer(code.partition(";")[0].partition(".")[0]))
    places = "".join(found["digits"] or "" for found in pieces)
    digits = value.partition(".")[0].lstrip("-")
    if digits.isdigit():
        digits = digits.zfill(places.count("0"))
    shown, begin, end = [], 0, len(digits) - len(places)  # digits without a place stand before the first
    for found in pieces:
        if found["digits"]:
            end += len(found["digits"])
            shown.append(digits[begin : max(end, 0)])
            begin = max(end, 0)
        elif found["all"]:
            shown.append(value)
        else:
            shown.append(found["quoted"] or found["escaped"] or found["sign"] or "")
    return "".join(shown)
