"""A disclosure's text in a plain field, and back: every line is a paragraph, a few marks at its beginning say more.

    # 标题   ## 小标题   ### 更小的标题      - 一项   1. 第一项      **加粗**
    | 一格 | 又一格 |    or cells parted by tabs, as a spreadsheet copies them; the first row of several is the head
    ↵ at the end of a line: the paragraph goes on in the next line

Whatever else is typed is words, tags too. A stored text that these marks cannot say is left as it is, as HTML.
"""

import html
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import count, groupby, repeat

from villagepub.disclosures.richtext import clean_html

GOES_ON = "↵"
_HEADINGS = {"# ": "h2", "## ": "h3", "### ": "h4"}
_MARKS = {tag: mark for mark, tag in _HEADINGS.items()}
_NUMBERED = re.compile(r"[0-9]{1,3}\. ")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_BETWEEN_BLOCKS = re.compile(r"(?<=>)\s+(?=<)")
_LINES = {"p", "li", "h2", "h3", "h4"}
_FRAMES = {"table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "strong", "br"}


def to_html(text: str) -> str:
    """The rich text that is stored. Never raises: what is no mark is words."""
    lines = [line.strip(" ") for line in text.replace(f"{GOES_ON}\n", GOES_ON).split("\n")]
    kinds = groupby((line for line in lines if line.strip()), _kind_of)
    return "".join(_written(kind, list(group)) for kind, group in kinds)


def find_text(body: str) -> str | None:
    """A stored text as one would have typed it; None for one that the marks cannot say."""
    if "<" not in body:
        return html.unescape(body)
    reader = _Reader()
    reader.feed(body)
    reader.close()
    text = "\n".join(reader.lines)
    is_same = clean_html(to_html(text)) == _BETWEEN_BLOCKS.sub("", body)
    return text if is_same else None


def _kind_of(line: str) -> str:
    if _cells_of(line) is not None:
        return "table"
    if line.startswith("- "):
        return "ul"
    if _NUMBERED.match(line):
        return "ol"
    return next((tag for mark, tag in _HEADINGS.items() if line.startswith(mark)), "p")


def _cells_of(line: str) -> list[str] | None:
    """The cells of a row of a table; None for any other line."""
    if "\t" in line:
        return [cell.strip() for cell in line.split("\t")]
    if len(line) > 1 and line.startswith("|") and line.endswith("|"):
        return [cell.strip() for cell in line[1:-1].split("|")]
    return None


def _written(kind: str, lines: Sequence[str]) -> str:
    match kind:
        case "table":
            return _table([_cells_of(line) or [] for line in lines])
        case "ul":
            return f"<ul>{''.join(_element('li', line[2:]) for line in lines)}</ul>"
        case "ol":
            return f"<ol>{''.join(_element('li', _NUMBERED.sub('', line, count=1)) for line in lines)}</ol>"
        case "p":
            return "".join(_element("p", line) for line in lines)
    return "".join(_element(kind, line.removeprefix(_MARKS[kind])) for line in lines)


def _table(rows: Sequence[Sequence[str]]) -> str:
    width = max(len(row) for row in rows)
    even = [[*row, *[""] * (width - len(row))] for row in rows]
    head = f"<thead>{_row('th', even[0])}</thead>" if len(even) > 1 else ""
    body = "".join(_row("td", row) for row in even[1:] or even)
    return f"<table>{head}<tbody>{body}</tbody></table>"


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(_element(tag, cell) for cell in cells)}</tr>"


def _element(tag: str, words: str) -> str:
    inner = _BOLD.sub(r"<strong>\1</strong>", html.escape(words.strip(" "), quote=False))
    return f"<{tag}>{inner.replace(GOES_ON, '<br>')}</{tag}>"


class _Reader(HTMLParser):
    """Writes the lines that a text might have come from; whether it did is for the caller to try."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._words: list[str] = []
        self._row: list[str] = []
        self._items: list[Iterator[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self._items.append(repeat("- ") if tag == "ul" else (f"{number}. " for number in count(1)))
        elif tag == "br":
            self._words.append(f"{GOES_ON}\n")
        elif tag == "strong":
            self._words.append("**")
        elif tag not in _LINES and tag not in _FRAMES:
            self._words.append("<?>")  # no mark says it: the text will not come out the same

    def handle_endtag(self, tag: str) -> None:
        if tag == "strong":
            self._words.append("**")
        elif tag in ("th", "td"):
            self._row.append(self._taken())
        elif tag == "tr":
            self.lines.append(_line_of(self._row))
            self._row = []
        elif tag in ("ul", "ol"):
            self._items.pop()
        elif tag in _LINES:
            mark = next(self._items[-1]) if tag == "li" else _MARKS.get(tag, "")
            self.lines.append(mark + self._taken())

    def handle_data(self, data: str) -> None:
        if data.strip() or self._words:
            self._words.append(data)

    def _taken(self) -> str:
        words, self._words = "".join(self._words), []
        return words


def _line_of(cells: Sequence[str]) -> str:
    """A row as it is easiest to read and to type."""
    if any("|" in cell for cell in cells) or not cells:
        return "\t".join(cells)
    return f"| {' | '.join(cells)} |"
