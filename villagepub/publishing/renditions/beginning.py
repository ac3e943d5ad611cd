"""The beginning of a body that is too long for the board: nobody hangs up a hundred pages. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from villagepub.publishing.renditions.blocks import Block, Cell, Table, Words

MOST_SIGNS, MOST_CELLS = 20_000, 3_000  # some thirty pages: a list of every household of a large village fits
REST_ELSEWHERE = Words("heading", "内容较长，这里只有开头部分，全文请扫码。")


def beginning_of(blocks: Sequence[Block]) -> list[Block]:
    """All of it where it fits; else what fits, and where the rest is read."""
    kept: list[Block] = []
    signs, cells = MOST_SIGNS, MOST_CELLS
    for block in blocks:
        part = _rows_of(block, signs, cells) if isinstance(block, Table) else _words_of(block, signs)
        if part is not None:
            kept.append(part)
        if part is not block:
            return [*kept, REST_ELSEWHERE]
        signs -= _count_signs(block)
        cells -= len(block.cells) if isinstance(block, Table) else 0
    return kept


def _words_of(words: Words, signs: int) -> Words | None:
    if len(words.text) <= signs:
        return words
    return replace(words, text=f"{words.text[:signs]}……") if signs > 0 else None


def _rows_of(table: Table, signs: int, cells: int) -> Table | None:
    """Whole rows; None when none of them fits below those that name the columns."""
    height = table.height
    for cell in table.cells:
        signs, cells = signs - len(cell.text), cells - 1
        if min(signs, cells) < 0:
            height = cell.y
            break
    if height == table.height:
        return table
    return Table(table.caption, list(_above(table, height)), table.width, height) if height > table.head_rows else None


def _above(table: Table, height: int) -> Iterator[Cell]:
    """The cells that begin above this row, cut off at it."""
    for cell in table.cells:
        if cell.y < height:
            yield replace(cell, rows=min(cell.rows, height - cell.y))


def _count_signs(block: Block) -> int:
    return sum(len(cell.text) for cell in block.cells) if isinstance(block, Table) else len(block.text)
