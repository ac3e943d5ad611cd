"""Numbers in Chinese prose: which of them count something, and what they count to. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_DIGITS |= {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
_PLACES = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_CHINESE = "".join(_DIGITS | _PLACES | _LARGE)
_FIRST = "".join(_DIGITS | _PLACES)  # 万元 by itself is a unit
_MEASURES = "个村|条|件|次|项|起|份|篇|期|场|名|人|户|村|家|轮|批|个|万元|元|天|日|月|年|%|％"
_COUNT = re.compile(
    rf"(?P<number>[0-9０-９][0-9０-９,，.]*|[{_FIRST}][{_CHINESE}]*)\s*(?P<about>余|多|来|几)?\s*(?P<measure>{_MEASURES})"
)
_ORDINAL = re.compile(r"第\s*$")
_EACH = re.compile(r"[每何某哪逐同]$")
# Names whose digits count nothing: numbers of documents, articles of laws, set phrases.
FIXED_NAMES = re.compile(
    r"〔[0-9]{4}〕[0-9]+号"
    rf"|第[0-9{_CHINESE}]+[编章节条款项](?:第?（[{_CHINESE}]+）项)?"
    r"|一次性|一件事|一年一度|千家万户"
)


@dataclass(frozen=True)
class Count:
    """A number with its measure word. number: None where it is only about so many (300余条)."""

    start: int
    text: str
    number: int | None
    measure: str


def find_counts(text: str) -> Iterator[Count]:
    """Every number that counts something, in either script; fixed names and ordinals are passed over."""
    hidden = _without_fixed_names(text)
    for found in _COUNT.finditer(hidden):
        if not _counts_nothing(hidden, found.start()):
            number = None if found["about"] else to_number(found["number"])
            yield Count(found.start(), text[found.start() : found.end()], number, found["measure"])


def _counts_nothing(text: str, start: int) -> bool:
    """第三次 orders, 每一项 means all of them."""
    before = text[:start]
    return bool(_ORDINAL.search(before)) or (text[start] == "一" and bool(_EACH.search(before)))


def typed_numeral(text: str) -> str | None:
    """The first number that somebody typed: any digit, and a Chinese numeral that counts something; else None."""
    hidden = _without_fixed_names(text)
    digits = next((index for index, sign in enumerate(hidden) if _is_digit(sign)), None)
    counts = next(find_counts(text), None)
    if digits is not None:
        return text[digits : digits + 8]
    return counts.text if counts else _share_of(hidden)


def to_number(numeral: str) -> int | None:
    """``394``, ``1,394``, ``３９４``, ``三百九十四``; None for what is no whole number."""
    plain = numeral.replace(",", "").replace("，", "")
    if plain[0] in _CHINESE:
        return _from_chinese(plain)
    return int(plain) if plain.isdecimal() else None


def _from_chinese(numeral: str) -> int:
    if not set(numeral) & set(_PLACES | _LARGE):
        return int("".join(str(_DIGITS[sign]) for sign in numeral))
    total, section, digit = 0, 0, 0
    for sign in numeral:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _PLACES:
            section, digit = section + (digit or 1) * _PLACES[sign], 0
        else:
            total, section, digit = total + (section + digit or 1) * _LARGE[sign], 0, 0
    return total + section + digit


def _is_digit(sign: str) -> bool:
    """``7``, ``７``, ``①``, ``Ⅳ``; Chinese numerals are letters to Unicode, but for 〇."""
    return unicodedata.category(sign).startswith("N") and sign not in _CHINESE


def _share_of(text: str) -> str | None:
    found = re.search(rf"[百千]分之[{_CHINESE}]+", text)
    return found[0] if found else None


def _without_fixed_names(text: str) -> str:
    """The same length, so that places stay what they are."""
    return FIXED_NAMES.sub(lambda found: "＿" * len(found[0]), text)
