"""What changed between two texts, for the eyes of a reviewer.

Chinese is compared character by character; words of other letters, numbers with their decimals, and runs of
blanks are compared whole.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Op = Literal["same", "removed", "added"]

_CHINESE = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(
    rf"""[0-9]+(?:[.,][0-9]+)+   # 12.50 and 1,200 are one number
    | [^\W_{_CHINESE}]+          # a word, a whole number
    | \n | [^\S\n]+              # a line break, a run of blanks
    | .                          # a Chinese character, a punctuation mark
    """,
    re.VERBOSE | re.DOTALL,
)
_SENTENCE = re.compile(r"[^\n。！？；]*[\n。！？；]|[^\n。！？；]+")

# Pairs of equal tokens that difflib may have to look at: its work grows with them.
_MOST_PAIRS = 60_000


@dataclass(frozen=True)
class Piece:
    """A stretch of text that both have, or the old one alone, or the new one alone."""

    op: Op
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """The pieces that lead from one plain text to the other.

    Same and removed pieces joined give ``old``; same and added ones give ``new``. Neighbours differ in kind,
    and what is removed stands before what is added in its place. Texts too long to compare word by word are
    compared by sentences first; a changed stretch too long even then is given as removed and added whole.
    """
    return _joined(_compared(old, new))


def _compared(old: str, new: str) -> Iterator[Piece]:
    by_words = _diff(_WORD.findall(old), _WORD.findall(new), _MOST_PAIRS)
    if by_words is not None:
        yield from by_words
        return
    by_sentences = _diff(_SENTENCE.findall(old), _SENTENCE.findall(new), _MOST_PAIRS)
    yield from _refined(_joined(by_sentences or [Piece("removed", old), Piece("added", new)]))


def _refined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The same pieces, changed sentences compared by words as long as the whole allowance lasts."""
    left = _MOST_PAIRS
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        follower = pieces[index + 1] if index + 1 < len(pieces) else None
        index += 1
        if piece.op != "removed" or follower is None or follower.op != "added":
            yield piece
            continue
        index += 1
        old, new = _WORD.findall(piece.text), _WORD.findall(follower.text)
        by_words = _diff(old, new, left)
        left -= 0 if by_words is None else _pairs(old, new)
        yield from by_words or [piece, follower]


def _diff(old: Sequence[str], new: Sequence[str], allowance: int) -> list[Piece] | None:
    """The pieces between two lists of tokens, or None when comparing them would take too long."""
    head = _common_head(old, new)
    tail = _common_head(old[head:][::-1], new[head:][::-1])
    old_core, new_core = old[head : len(old) - tail], new[head : len(new) - tail]
    if _pairs(old_core, new_core) > allowance:
        return None
    return [
        Piece("same", "".join(old[:head])),
        *_matched(old_core, new_core),
        Piece("same", "".join(old[len(old) - tail :])),
    ]


def _common_head(old: Sequence[str], new: Sequence[str]) -> int:
    """How many tokens both begin with."""
    for index, (left, right) in enumerate(zip(old, new, strict=False)):
        if left != right:
            return index
    return min(len(old), len(new))


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    counts = Counter(new)
    return sum(counts[token] for token in old)


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for op, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if op == "equal":
            yield Piece("same", "".join(old[old_start:old_end]))
        else:
            yield Piece("removed", "".join(old[old_start:old_end]))
            yield Piece("added", "".join(new[new_start:new_end]))


def _joined(pieces: Sequence[Piece] | Iterator[Piece]) -> list[Piece]:
    """Empty pieces left out, those between two same pieces gathered into one removed and one added."""
    joined: list[Piece] = []
    same = removed = added = ""
    for piece in pieces:
        if not piece.text:
            continue
        if piece.op == "same":
            joined += _changed(removed, added)
            removed = added = ""
            same += piece.text
            continue
        if same:
            joined.append(Piece("same", same))
            same = ""
        if piece.op == "removed":
            removed += piece.text
        else:
            added += piece.text
    return [*joined, *([Piece("same", same)] if same else []), *_changed(removed, added)]


def _changed(removed: str, added: str) -> Iterator[Piece]:
    if removed:
        yield Piece("removed", removed)
    if added:
        yield Piece("added", added)
