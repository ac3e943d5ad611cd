"""Findings marked in the text where they stand, each with a number that leads to what is said about it.

Pure: the text as stored and places in it go in, HTML comes out. A place is code points of the stored text, tags
included; a mark never crosses a tag, and neither a tag nor a reference such as ``&amp;`` is ever cut.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_TAG = re.compile("(<[^>]*>)")
_WHOLE = re.compile("<[^>]*>|&[A-Za-z0-9#]{1,31};")


@dataclass(frozen=True)
class Spot:
    """What a number stands for. spans: the places that it marks; tone: ``block``, ``warn`` or ``passed``."""

    number: int
    tone: str
    reason: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Marked:
    """html: the text with its marks. numbers: those that have one; a place without visible text has none."""

    html: Markup
    numbers: frozenset[int]


def mark(text: str, spots: Sequence[Spot], *, is_html: bool) -> Marked:
    """is_html: a body as it was cleaned and stored; any other text is escaped here.

    Where places overlap, the one that begins first has the mark.
    """
    pieces = list(_pieces(text, spots, is_html=is_html))
    last = {spot.number: index for index, (_, spot) in enumerate(pieces) if spot}
    begun: set[int] = set()
    html: list[Markup] = []
    for index, (words, spot) in enumerate(pieces):
        inner = Markup(words) if is_html else escape(words)  # noqa: S704  stored clean, and never cut inside a tag
        if spot is None:
            html.append(inner)
            continue
        html.append(_mark(spot, inner, is_first=spot.number not in begun))
        begun.add(spot.number)
        if last[spot.number] == index:
            html.append(_note(spot))
    return Marked(Markup().join(html), frozenset(begun))


def _pieces(text: str, spots: Sequence[Spot], *, is_html: bool) -> Iterator[tuple[str, Spot | None]]:
    """The text in order: what is marked, without tags and blanks, and what is not."""
    done = 0
    for start, end, spot in _areas(text, spots, is_html=is_html):
        yield text[done:start], None
        for piece in _TAG.split(text[start:end]) if is_html else [text[start:end]]:
            is_marked = piece.strip() and not (is_html and piece.startswith("<"))
            yield piece, spot if is_marked else None
        done = end
    yield text[done:], None


def _areas(text: str, spots: Sequence[Spot], *, is_html: bool) -> Iterator[tuple[int, int, Spot]]:
    """Places in order that do not overlap and cut nothing that belongs together."""
    wholes = [found.span() for found in _WHOLE.finditer(text)] if is_html else []
    done = 0
    areas = [(start, end, spot) for spot in spots for start, end in spot.spans]
    for start, end, spot in sorted(areas, key=lambda area: area[:2]):
        first, last = max(_outside(start, wholes)[0], done), min(_outside(end, wholes)[1], len(text))
        if first < last:
            yield first, last, spot
            done = last


def _outside(cut: int, wholes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The beginning and the end of what would be cut there; the place itself, twice, when nothing would be."""
    index = bisect_right(wholes, (cut, -1)) - 1
    if index >= 0 and wholes[index][0] < cut < wholes[index][1]:
        return wholes[index]
    return cut, cut


def _mark(spot: Spot, inner: Markup, *, is_first: bool) -> Markup:
    name = Markup(' id="found-{}"').format(spot.number) if is_first else ""
    return Markup('<mark class="found {}"{}>{}</mark>').format(spot.tone, name, inner)


def _note(spot: Spot) -> Markup:
    return Markup(
        '<a class="found-note" href="#finding-{0}" title="{1}"><span class="unseen">提示</span>{0}</a>'
    ).format(spot.number, spot.reason)
