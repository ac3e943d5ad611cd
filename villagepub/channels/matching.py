"""Which matter here a post elsewhere is about: by its address, or by a title that resembles. Pure.

Titles are compared by the pairs of characters that both have (Dice's coefficient: twice the shared pairs ÷ the pairs
of both). It needs no dictionary, bears words put before or after, and can be explained: so many of so many pairs.
Disclosures come every month with one number changed, and from every village with one name changed; so titles that
name different months, quarters, days or villages are never suggested, however much else they share.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import unquote

from villagepub.disclosures.matters import Version
from villagepub.publishing.bigrams import index_text

WINDOW = 45  # days between a publication and a post of the same matter
LEAST = 0.5  # of Dice's coefficient
MOST = 3  # suggestions for one post
_KEPT = 1 << 14  # titles: each is compared with many others

_NUMBER = re.compile(r"(?<![0-9])[0-9]{12}-[0-9]{4}-[0-9]{4,}(?![0-9])")
_ID = re.compile(r"(?<![0-9A-Z])[0-9A-HJKMNP-TV-Z]{26}(?![0-9A-Z])")
_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_COUNTED = re.compile(rf"([0-9]+|[十{''.join(_DIGITS)}]+)(年|季度|月|日|批|期|次|轮)")
_HALF = re.compile(r"([上下])半年")
_SIGNS = ("公示", "公开", "公告", "公布", "名单", "明细")


@dataclass(frozen=True)
class Suggestion:
    """A matter that a post may be about. shared of pairs: what the score comes from; days: the post's after it."""

    version: Version
    score: float
    shared: int
    pairs: int
    days: int


def named_in(url: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """The ids and the numbers that an address holds, however it writes them."""
    text = unquote(url or "").upper()
    return frozenset(_ID.findall(text)), frozenset(_NUMBER.findall(text))


def suggest(title: str, posted_on: date, versions: Iterable[Version], villages: Mapping[str, str]) -> list[Suggestion]:
    """The best first, at most MOST, none below LEAST.

    villages: ``{code: name}`` of the township's places, to tell their titles apart.
    """
    found = []
    pairs, counted, named = _pairs(title), counted_in(title), _named(title, villages)
    for version in versions:
        days = (posted_on - version.known_on).days
        if abs(days) > WINDOW or (named and version.village not in named):
            continue
        theirs = _pairs(version.title)
        shared = len(pairs & theirs)
        score = 2 * shared / (len(pairs) + len(theirs) or 1)
        if score >= LEAST and not contradict(counted, counted_in(version.title)):
            found.append(Suggestion(version, round(score, 2), shared, len(pairs | theirs), days))
    return sorted(found, key=lambda each: (-each.score, abs(each.days), each.version.id))[:MOST]


@lru_cache(maxsize=_KEPT)
def counted_in(title: str) -> Mapping[str, frozenset[int]]:
    """``{unit: numbers}`` that a title counts in: 2023年第三季度 has the year 2023 and the quarter 3."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    text = unicodedata.normalize("NFKC", title)
    for number, unit in _COUNTED.findall(text):
        found[unit].add(_value(number))
    for half in _HALF.findall(text):
        found["半年"].add("上下".index(half) + 1)
    return {unit: frozenset(numbers) for unit, numbers in found.items()}


def contradict(one: Mapping[str, frozenset[int]], other: Mapping[str, frozenset[int]]) -> bool:
    """Whether two titles count in the same unit and have no number of it in common."""
    return any(one[unit].isdisjoint(other[unit]) for unit in one.keys() & other.keys())


def sign_of_disclosure(title: str, entries: Mapping[str, str]) -> str | None:
    """What makes a title look like a disclosure matter: a word, or half of an entry's name. None when nothing does.

    entries: ``{code: name}`` of the catalogue.
    """
    if word := next((sign for sign in _SIGNS if sign in title), None):
        return word
    pairs = _pairs(title)
    for code, name in entries.items():
        theirs = _pairs(name)
        if 2 * len(pairs & theirs) >= len(theirs):
            return f"{code} {name}"
    return None


@lru_cache(maxsize=_KEPT)
def _pairs(title: str) -> frozenset[str]:
    return frozenset(index_text(title).split())


def _named(title: str, villages: Mapping[str, str]) -> frozenset[str]:
    return frozenset(code for code, name in villages.items() if name in title)


def _value(number: str) -> int:
    """``12``, ``十二``, ``二十`` or, digit by digit, ``二〇二三``."""
    if number.isdigit():
        return int(number)
    if "十" not in number:
        return int("".join(str(_DIGITS[sign]) for sign in number))
    tens, _, ones = number.partition("十")
    return 10 * _small(tens, 1) + _small(ones, 0)


def _small(sign: str, empty: int) -> int:
    """One digit; anything else that may stand around a 十 is no number that a title counts with."""
    return _DIGITS.get(sign, empty)
