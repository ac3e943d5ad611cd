"""A text as a reader sees it, with the way back to the text as stored.

Tags and invisible characters are gone, references undone, every digit is an ASCII digit. Paragraphs and table
cells leave walls (``characters.BLOCK``, ``CELL``, ``SOFT``) that no pattern crosses: a number is never glued
to the one in the next column. Only what changes length is kept in the map; the rest is one to one.
"""

import html as html_references
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from villagepub.screening.characters import (
    BLOCK,
    CELL,
    COUNTED,
    DROPPED,
    HAN,
    MARKS,
    PERHAPS_UNSEEN,
    READ_AS,
    SOFT,
    UNSEEN,
)

# What follows the first character. The patterns begin with one class, which is what makes their search fast.
# A ">" inside a quoted attribute does not end a tag; what begins "</", "<!" or "<?" and is no tag is a comment.
_ATTRIBUTES = r"""(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>|[^<>]*>"""
_TAG = rf"!--(?:(?!-->|<!--)[\s\S])*-->|[/!?][^<>A-Za-z][^<>]*>|[/!?]?[A-Za-z](?:{_ATTRIBUTES})"
_REFERENCE = r"#[0-9]{1,8};?|#[xX][0-9a-fA-F]{1,7};?|[A-Za-z]{2,31}[0-9]{0,2};|(?:nbsp|amp|shy|middot)"
_BLANK = r"(?<= )[ \t\n\r\f]+|(?<=[\t\n\r\f])[ \t\n\r\f]*"  # as HTML reads it: one space

_IN_HTML = re.compile(
    f"[<& \\t\\n\\r\\f{PERHAPS_UNSEEN}](?:(?<=<)(?:{_TAG})|(?<=&)(?:{_REFERENCE})|{_BLANK}|(?<=[{UNSEEN}]))"
)
_IN_PLAIN = re.compile(f"[\\t{PERHAPS_UNSEEN}](?<=[\\t{UNSEEN}])")
_LOOKS_LIKE_HTML = re.compile(
    r"</?(?:p|br|b|i|u|s|em|strong|span|font|a|td|th|tr|table|tbody|thead|div|li|ul|ol|h[1-6]|blockquote|sub|sup|small)"
    r"(?:\s[^<>]*)?/?>|<!--|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|nbsp|ensp|emsp|thinsp|middot|shy|zwnj|zwj);",
    re.IGNORECASE,
)
_TAG_NAME = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_BLOCKS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "address",
        "dl",
        "dt",
        "dd",
        "pre",
        "figure",
        "figcaption",
        "center",
        "form",
        "fieldset",
        "hr",
        "option",
        "select",
        "title",
    ]
)
_ROW_PARTS = frozenset(["table", "caption", "thead", "tbody", "tfoot", "tr"])


@dataclass(frozen=True)
class View:
    """The text as seen.

    text: what patterns are held against.
    origin: the stored span of a span of ``text``.
    """

    text: str
    _stored: str = field(repr=False)
    _seen_at: list[int] = field(repr=False)  # where each stretch begins in the view …
    _stored_at: list[int] = field(repr=False)  # … and in the stored text
    _lengths: list[int] = field(repr=False)  # stored length of a replaced stretch; -1 where it is one to one

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The stored span of a non-empty span of the view: from its first character to its last.

        What is written around the span and is not seen (tags, zero widths) stays outside; a combining mark on
        the last character stays inside.
        """
        if len(self._seen_at) == 1:
            return start, end
        stretch = bisect_right(self._seen_at, start) - 1
        first = self._stored_at[stretch]
        if self._lengths[stretch] < 0:
            first += start - self._seen_at[stretch]
        stretch = bisect_right(self._seen_at, end - 1, stretch) - 1
        last = self._stored_at[stretch]
        last += self._lengths[stretch] if self._lengths[stretch] >= 0 else end - self._seen_at[stretch]
        marks = MARKS.match(self._stored, last)
        return first, marks.end() if marks else last


def fold(text: str, *, html: bool) -> View:
    """The view of a text. Never raises: any text has one.

    html: whether tags and references are markup; in plain text a tab parts cells and ``<b>`` is three letters.
    """
    pieces: list[str] = []
    seen_at, stored_at, lengths = [], [], []
    is_in_cell, done, seen = False, 0, 0
    for edit in (_IN_HTML if html else _IN_PLAIN).finditer(text):
        start, end = edit.span()
        if start > done:
            pieces.append(text[done:start])
            seen_at.append(seen)
            stored_at.append(done)
            lengths.append(-1)
            seen += start - done
        done = end
        replaced, is_in_cell = _replaced(edit[0], html, is_in_cell)
        if replaced:
            pieces.append(replaced)
            seen_at.append(seen)
            stored_at.append(start)
            lengths.append(end - start)
            seen += len(replaced)
    pieces.append(text[done:])
    seen_at.append(seen)
    stored_at.append(done)
    lengths.append(-1)
    return View("".join(pieces).translate(READ_AS), text, seen_at, stored_at, lengths)


def _replaced(written: str, html: bool, is_in_cell: bool) -> tuple[str, bool]:
    """What a reader sees in place of something written, and whether a table cell is open after it."""
    first = written[0]
    if html and first == "<":
        return _wall(written, is_in_cell)
    if html and first == "&":
        return _undone(written), is_in_cell
    if first in " \t\n\r\f":
        return (" " if html else CELL if first == "\t" else ""), is_in_cell
    return COUNTED.get(written, ""), is_in_cell


def _undone(reference: str) -> str:
    seen = html_references.unescape(reference)
    if seen == reference and not reference.endswith(";"):
        seen = html_references.unescape(reference + ";")
    seen = re.sub(f"[{DROPPED}]+", "", seen)
    return " " if seen in {"\t", "\n"} else COUNTED.get(seen, seen)


def _wall(tag: str, is_in_cell: bool) -> tuple[str, bool]:
    named = _TAG_NAME.match(tag)
    if named is None:
        return "", is_in_cell
    is_end, name = bool(named[1]), named[2].lower()
    if name in {"td", "th"}:
        return ("", False) if is_end else (CELL, True)
    if name == "br":
        return "\n", is_in_cell
    if name not in _BLOCKS:
        return "", is_in_cell
    if is_in_cell and name not in _ROW_PARTS:
        return SOFT, True
    return BLOCK, False


def looks_like_html(text: str) -> bool:
    """Whether a text of unknown kind has tags or references that only HTML has."""
    return _LOOKS_LIKE_HTML.search(text) is not None


_BETWEEN_HAN = re.compile(f"(?<=[{HAN}])[ .-]{{1,2}}(?=[{HAN}])|(?<=[绝机秘])\n(?=密)")


@dataclass(frozen=True)
class Squeezed:
    """A view without blanks, dots and dashes between Chinese characters: 秘 密 as 秘密, for finding words.

    Nor has it the line break of a level (机, 密), since a mark may be written downwards.
    """

    text: str
    _cut_at: list[int] = field(repr=False)  # where, in the squeezed text, something was left out …
    _cut: list[int] = field(repr=False)  # … and how much up to there

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The view's span of a non-empty span of the squeezed text."""
        return self._one(start), self._one(end - 1) + 1

    def _one(self, place: int) -> int:
        cuts = bisect_right(self._cut_at, place)
        return place + (self._cut[cuts - 1] if cuts else 0)


def squeeze(view: str) -> Squeezed:
    """The squeezed form of a view's text."""
    pieces, cut_at, cut = [], list[int](), list[int]()
    done = total = 0
    for blank in _BETWEEN_HAN.finditer(view):
        start, end = blank.span()
        pieces.append(view[done:start])
        done = end
        cut_at.append(start - total)
        total += end - start
        cut.append(total)
    pieces.append(view[done:])
    return Squeezed("".join(pieces), cut_at, cut)
