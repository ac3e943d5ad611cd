"""Numbers as a person says them in Chinese. Pure.

``integer_words(12000)`` is 一万二千, ``decimal_words("3.50")`` 三点五, ``money_words("12.05")`` 十二元零五分,
``digit_words("0951")`` 零九五一.
"""

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_LARGE = ((10**8, "亿"), (10**4, "万"))
_LONGEST = 16  # digits; more is no quantity that anybody says
_HEADS = ("二千", "二万", "二亿")  # said 两千, 两万, 两亿
_SAID_ON_LINES = {"1": "幺"}


def integer_words(number: int) -> str:
    """Of a number from 0; one of more than 16 digits is told digit by digit."""
    if number >= 10**_LONGEST:
        return digit_words(str(number))
    words = _words(number)
    if words.startswith("一十"):
        return words[1:]
    return "两" + words[1:] if words.startswith(_HEADS) else words


def decimal_words(text: str) -> str:
    """Of digits with or without a point; zeros at the end of the fraction are not said."""
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    words = integer_words(int(whole or "0"))
    return f"{words}点{digit_words(fraction)}" if fraction else words


def money_words(text: str) -> str:
    """Of an amount in 元 with at most two places: 七百五十元, 五角, 十二元零五分."""
    whole, _, fraction = text.partition(".")
    if len(fraction.rstrip("0")) > 2:
        return decimal_words(text) + "元"
    jiao, fen = list(fraction.ljust(2, "0")[:2])
    amount = int(whole or "0")
    words = f"{measured(str(amount))}元" if amount or (jiao, fen) == ("0", "0") else ""
    if jiao != "0":
        words += f"{_DIGITS[int(jiao)]}角"
    elif fen != "0" and words:
        words += "零"
    return words + (f"{_DIGITS[int(fen)]}分" if fen != "0" else "")


def measured(text: str) -> str:
    """A number before a measure word: two of something is 两."""
    return "两" if text == "2" else decimal_words(text)


def digit_words(digits: str) -> str:
    """Digit by digit, as years and codes are read."""
    return "".join(_DIGITS[int(digit)] for digit in digits)


def line_words(digits: str) -> str:
    """Digit by digit, as telephone numbers are read: 1 is 幺."""
    return "".join(_SAID_ON_LINES.get(digit, _DIGITS[int(digit)]) for digit in digits)


def _words(number: int) -> str:
    for unit, name in _LARGE:
        if number >= unit:
            high, low = divmod(number, unit)
            between = "零" if 0 < low < unit // 10 else ""
            return f"{_words(high)}{name}{between}{_words(low) if low else ''}"
    return _small(number)


def _small(number: int) -> str:
    """Below 10,000; a gap between places is one 零."""
    digits = str(number)
    words = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit != "0":
            words += _DIGITS[int(digit)] + _PLACES[place]
        elif not words.endswith("零"):
            words += "零"
    return words.rstrip("零") or "零"
