"""The flagged words of a squeezed text that no safe phrase covers; whether they count is for others to say."""

from typing import NamedTuple

from villagepub.screening.findings import Kind
from villagepub.screening.rules import Rules


class Word(NamedTuple):
    """A flagged word of the squeezed text, the end exclusive."""

    kind: Kind
    start: int
    end: int


def find_words(text: str, rules: Rules) -> list[Word]:
    """Flagged words in the order of a squeezed text. A longer safe phrase around one takes it away."""
    safe = [found.span() for found in rules.is_safe.finditer(text)]
    safe.append((len(text), len(text)))
    words, upcoming = [], 0
    for found in rules.flagged.finditer(text):
        start, end = found.span()
        while safe[upcoming][1] <= start < len(text):
            upcoming += 1
        first, last = safe[upcoming]
        if not (first <= start and end <= last and last - first > end - start):
            words.append(Word(rules.kind_of[found[0]], start, end))
    return words
