"""Where the words of a query stand in a text, for a reader who searched. Pure: text in, passages out.

It finds words as the index does: whatever their case and width, Chinese ones anywhere in a run.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from villagepub.publishing.bigrams import words_of

BEFORE, LENGTH = 24, 96  # characters of an excerpt before the first hit, and altogether
_FOLDED = re.compile(r"\s+")


@dataclass(frozen=True)
class Passage:
    """A piece of a text; is_hit: it is one of the words that were looked for."""

    text: str
    is_hit: bool = False


def passages(text: str, query: str) -> list[Passage]:
    """The whole text, cut at the words of the query."""
    found, at = [], 0
    for start, end in _merged(_hits(text, query)):
        if start > at:
            found.append(Passage(text[at:start]))
        found.append(Passage(text[start:end], is_hit=True))
        at = end
    return [*found, Passage(text[at:])] if at < len(text) or not found else found


def excerpt(text: str, query: str) -> list[Passage]:
    """A line of the text around the first word that was found; its beginning when none was."""
    line = _FOLDED.sub(" ", text).strip()
    first = min((start for start, _ in _hits(line, query)), default=0)
    start = max(first - BEFORE, 0)
    shown = passages(line[start : start + LENGTH], query)
    before, after = "…" if start else "", "…" if start + LENGTH < len(line) else ""
    return [passage for passage in (Passage(before), *shown, Passage(after)) if passage.text]


def _hits(text: str, query: str) -> Iterator[tuple[int, int]]:
    """Start and end, in the text as it is, of every word."""
    signs, places = _folded(text)
    for word in words_of(query):
        for hit in re.finditer(_pattern(word), signs):
            yield places[hit.start()], places[hit.end() - 1] + 1


def _pattern(word: str) -> str:
    """A word of letters and digits is found whole, as the index holds it."""
    return rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else re.escape(word)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as the index folds it, and for each of its characters where it came from."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for folded in unicodedata.normalize("NFKC", sign).lower():
            signs.append(folded)
            places.append(place)
    return "".join(signs), places


def _merged(hits: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """In order, those that overlap or touch as one."""
    last: tuple[int, int] | None = None
    for start, end in sorted(hits):
        if last is None:
            last = start, end
        elif start <= last[1]:
            last = last[0], max(last[1], end)
        else:
            yield last
            last = start, end
    if last is not None:
        yield last
