"""What a disclosure's body may hold, and its plain text.

The clean form is what is stored, digested, reviewed and shown: nothing is cleaned again at the time of
reading.
"""

import html
import re
from html.parser import HTMLParser

import nh3

BLOCKS = frozenset(
    {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote"} | {"table", "caption", "thead", "tbody", "tr"}
)
CELLS = frozenset({"th", "td"})
INLINE = frozenset({"br", "strong", "b", "em", "i", "u"})
TAGS = BLOCKS | CELLS | INLINE
ATTRIBUTES = {cell: {"colspan", "rowspan"} for cell in CELLS}

_CONTENT_DROPPED = frozenset(
    {"script", "style", "template", "iframe", "object", "svg", "math", "title"}
    | {"noscript", "noembed", "noframes", "xmp"}
)
_LONGEST_SPAN = 1000  # as browsers count
_SPAN = re.compile(r"[1-9][0-9]{0,3}")
_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
# Controls but for the newline, lone surrogates, and marks that turn the reading direction: with those a
# reader would see another text than the one that is reviewed and searched.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Blocks that are not kept still begin and end a line, so that the words around them do not run together.
_DROPPED_BLOCKS = "div|section|article|header|footer|main|aside|address|dl|dt|dd|pre|figure|center|form|h[156]"
_DROPPED_START = re.compile(rf"(?<=[^\n])(?=<(?:{_DROPPED_BLOCKS})[\s/>])", re.IGNORECASE)
_DROPPED_END = re.compile(rf"(</(?:{_DROPPED_BLOCKS})\s*>)(?!\n|\Z)", re.IGNORECASE)
_MOST_PASSES = 8


def clean_html(text: str) -> str:
    """HTML with the allowed tags and attributes alone; other tags leave their text, scripts nothing.

    Cleaning the result again changes nothing. Never raises: any text is some HTML. Should a text not settle
    after a few passes, as only a crafted one would not, its words are returned without any tag.
    """
    clean = _one_pass(_DROPPED_START.sub("\n", _DROPPED_END.sub(r"\1\n", text)))
    for _ in range(_MOST_PASSES):
        again = _one_pass(clean)
        if again == clean:
            return clean
        clean = again
    return _one_pass(html.escape(_words(clean), quote=False))


def _one_pass(text: str) -> str:
    # A reference such as &#1; is a control character only after parsing: hence before and after.
    return _without_controls(
        nh3.clean(
            _without_controls(text),
            tags=set(TAGS),
            attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
            attribute_filter=_span_only,
            clean_content_tags=set(_CONTENT_DROPPED),
            link_rel=None,
            strip_comments=True,
        )
    )


def _without_controls(text: str) -> str:
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text).replace("\t", " "))


def _span_only(tag: str, attribute: str, value: str) -> str | None:
    return value if _SPAN.fullmatch(value) and int(value) <= _LONGEST_SPAN else None


def plain_text(text: str) -> str:
    """The words of an HTML text: a line for each block and table row, cells parted by tabs, entities undone.

    Tags inside a line leave no trace; blanks are folded and blank lines left out. Line breaks written in
    the text stay. It is for searching and comparing: it is not HTML, and must be escaped to be shown.
    """
    return _words(clean_html(text))


def _words(clean: str) -> str:
    reader = _Words()
    reader.feed(clean)
    reader.close()
    return reader.result()


class _Words(HTMLParser):
    """Gathers words; a table cell gathers its own, which then join their row."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._text: list[list[str]] = [[]]
        self._is_first_cell = True

    def result(self) -> str:
        while len(self._text) > 1:
            self._close_cell()
        lines = (_FOLDED.sub(" ", line).strip(" ") for line in "".join(self._text[0]).split("\n"))
        return "\n".join(line for line in lines if line.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in CELLS:
            if not self._is_first_cell:
                self._text[-1].append("\t")
            self._text.append([])
        elif tag in BLOCKS or tag == "br":
            self._break_line()
        if tag == "tr":
            self._is_first_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in CELLS and len(self._text) > 1:
            self._close_cell()
        elif tag in BLOCKS:
            self._break_line()

    def handle_data(self, data: str) -> None:
        self._text[-1].append(data)

    def _break_line(self) -> None:
        self._text[-1].append("\n")

    def _close_cell(self) -> None:
        words = " ".join("".join(self._text.pop()).split())
        self._text[-1].append(words)
        self._is_first_cell = False


_FOLDED = re.compile("[ \u00a0\u3000]+")
