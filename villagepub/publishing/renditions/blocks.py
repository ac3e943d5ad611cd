"""A body taken apart: headings, paragraphs, items of lists, tables with their cells in place. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

MOST_COLUMNS = 40  # what stands further right joins the last cell: no page and no voice has room for it
LONGEST_SAID_AGAIN = 40  # signs of a cell that is said in each row that it covers

_HEADINGS = {"h2", "h3", "h4"}
_BREAKS = {"p", "li", "blockquote", "caption", *_HEADINGS}
_LISTS = {"ul", "ol"}


@dataclass(frozen=True)
class Words:
    """kind: heading, paragraph or item; number: of an item of a numbered list."""

    kind: str
    text: str
    number: int | None = None


@dataclass
class Cell:
    """x, y: its first column and row, from 0. columns, rows: how many it covers."""

    text: str
    x: int
    y: int
    columns: int
    rows: int
    is_head: bool


@dataclass(frozen=True)
class Table:
    """cells: in the order of reading; no two cover the same place. width, height: in columns and rows."""

    caption: str
    cells: Sequence[Cell]
    width: int
    height: int

    @property
    def head_rows(self) -> int:
        """How many rows from the top name the columns; the first one, too, where it is the only one without a digit.

        No cell reaches from them into the rows below.
        """
        rows = self._rows_of_names()
        crossed = {y for cell in self.cells for y in range(cell.y + 1, cell.y + cell.rows)}
        return max(count for count in range(rows + 1) if count not in crossed)

    def _rows_of_names(self) -> int:
        rows: list[list[Cell]] = [[] for _ in range(self.height)]
        for cell in self.cells:
            rows[cell.y].append(cell)
        marked = next((y for y, row in enumerate(rows) if not row or not all(c.is_head for c in row)), self.height)
        if marked or self.height < 2:
            return min(marked, self.height - 1)
        with_digits = [any(sign.isdigit() for cell in row for sign in cell.text) for row in rows]
        return int(self.width > 1 and not with_digits[0] and all(with_digits[1:]))

    def heads(self) -> list[str]:
        """What each column is called; empty where nobody says."""
        grid = self.grid()[: self.head_rows]
        return ["".join(dict.fromkeys(row[x] for row in grid)) for x in range(self.width)]

    def grid(self) -> list[list[str]]:
        """Every row with a text for each column; a cell that covers several is said in each, a long one once."""
        grid = [[""] * self.width for _ in range(self.height)]
        for cell in self.cells:
            is_short = len(cell.text) <= LONGEST_SAID_AGAIN
            columns, rows = (cell.columns, cell.rows) if is_short else (1, 1)
            for y in range(cell.y, cell.y + rows):
                grid[y][cell.x : cell.x + columns] = [cell.text] * columns
        return grid


Block = Words | Table


def blocks_of(body: str) -> list[Block]:
    """Of a clean body (``disclosures.richtext``). Words that stand in no block are a paragraph."""
    reader = _Reader()
    reader.feed(body)
    reader.close()
    reader.end_block()
    return reader.blocks


@dataclass
class _Raw:
    columns: int
    rows: int
    is_head: bool
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._kind = "paragraph"
        self._lists: list[int | None] = []  # of each open list, how many numbers were given
        self._tables = 0  # a table inside a table is no more than words of its cell
        self._rows: list[list[_Raw]] = []
        self._caption = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open_table()
        elif self._tables:
            self._inside_table(tag, dict(attrs))
        elif tag in _LISTS:
            self.end_block()
            self._lists.append(0 if tag == "ol" else None)
        elif tag in _BREAKS:
            self.end_block()
            self._kind = "heading" if tag in _HEADINGS else "item" if tag == "li" else self._kind
        elif tag == "br":
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._tables:
            self._tables -= 1
            if not self._tables:
                self._close_table()
        elif self._tables and tag == "caption":
            self._caption, self._text = _folded("".join(self._text)), []
        elif not self._tables and tag in _BREAKS | _LISTS:
            self.end_block()
            self._kind = "paragraph"
            if tag in _LISTS and self._lists:
                self._lists.pop()

    def handle_data(self, data: str) -> None:
        if self._tables and self._rows and self._rows[-1]:
            self._rows[-1][-1].text.append(data)
        else:
            self._text.append(data)

    def end_block(self) -> None:
        lines = [line for line in map(_folded, "".join(self._text).split("\n")) if line]
        self._text = []
        for line in lines:
            self.blocks.append(Words(self._kind, line, self._next_number() if self._kind == "item" else None))
            self._kind = "paragraph" if self._kind == "item" else self._kind

    def _next_number(self) -> int | None:
        if not self._lists or self._lists[-1] is None:
            return None
        self._lists[-1] += 1
        return self._lists[-1]

    def _open_table(self) -> None:
        self._tables += 1
        if self._tables == 1:
            self.end_block()
            self._rows, self._caption = [], ""

    def _inside_table(self, tag: str, attributes: dict[str, str | None]) -> None:
        if self._tables > 1 or tag in _BREAKS | {"br"}:
            self.handle_data(" ")
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            if not self._rows:
                self._rows.append([])
            spans = [int(attributes.get(name) or 1) for name in ("colspan", "rowspan")]
            self._rows[-1].append(_Raw(spans[0], spans[1], tag == "th"))

    def _close_table(self) -> None:
        rows = [row for row in self._rows if row]
        cells = _placed(rows)
        if cells:
            width = max(cell.x + cell.columns for cell in cells)
            self.blocks.append(Table(self._caption, cells, width, len(rows)))
        self._text = []


def _placed(rows: Sequence[Sequence[_Raw]]) -> list[Cell]:
    """Each cell where a browser puts it, cut off where another one stands or the table ends."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for y, row in enumerate(rows):
        free = iter(x for x in range(MOST_COLUMNS))
        for raw in row:
            text = _folded("".join(raw.text))
            x = next((x for x in free if (x, y) not in taken), None)
            if x is None:
                _join(cells, text)
                continue
            columns = _room(taken, x, y, raw.columns)
            height = min(raw.rows, len(rows) - y)
            taken |= {(x + right, y + down) for right in range(columns) for down in range(height)}
            cells.append(Cell(text, x, y, columns, height, raw.is_head))
    return cells


def _room(taken: set[tuple[int, int]], x: int, y: int, wanted: int) -> int:
    columns = 1
    while columns < wanted and x + columns < MOST_COLUMNS and (x + columns, y) not in taken:
        columns += 1
    return columns


def _join(cells: Sequence[Cell], text: str) -> None:
    if cells:
        cells[-1].text = f"{cells[-1].text} {text}".strip()


def _folded(text: str) -> str:
    return " ".join(text.split())
