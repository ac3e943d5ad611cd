"""An item as text: in short lines for the notice board, in sentences to read aloud for the loudspeaker. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from villagepub.core.prose import day_text
from villagepub.publishing.renditions.blocks import Block, Table, Words
from villagepub.publishing.renditions.item import Item
from villagepub.publishing.renditions.numbers import integer_words, line_words
from villagepub.publishing.renditions.spoken import spoken

WIDTH = 40  # columns of the board: twenty Chinese signs a line still fill A4 in large print
_RULE = "—" * (WIDTH // 2)
_NO_LINE_BEGINS_WITH = "，。；：、！？）》”’…%‰,.;:!?)"
_WORDS = re.compile(r"[!-~]+|\s+|.")
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]*[”』」）]?")
_SAYS_NOTHING = {"", "-", "—", "——", "－", "/", "／", "\\"}
_SERIAL = {"序号", "编号", "顺序", "行次"}
_LONGEST_SERIAL = 6  # digits
_WITH_UNIT = re.compile(r"(?P<name>.+?)[（(]\s*(?:单位[:：])?(?P<unit>[^\d（()）]{1,6}|%)\s*[）)]")
_NUMERIC = re.compile(r"[-−]?[\d,]+(?:\.\d+)?")


# --- the board ----------------------------------------------------------------------------------------------


def board(item: Item) -> str:
    """Lines of at most 40 columns, for the largest print that fits the page."""
    lines = [*_centred(f"{item.place}村务公开"), "", *_centred(item.title), "", _RULE]
    for block, following in zip_longest(item.blocks, item.blocks[1:]):
        lines += [*_on_board(block), *([] if _are_one_list(block, following) else [""])]
    return "\n".join([*lines, _RULE, *_foot(item), ""])


def _are_one_list(block: Block, following: Block | None) -> bool:
    return all(isinstance(each, Words) and each.kind == "item" for each in (block, following))


def _foot(item: Item) -> Iterator[str]:
    facts = {
        "更正说明": item.change_note,
        "附件": "、".join(item.files),
        "编号": item.number,
        "公开日期": day_text(item.published_on),
        "依据": item.legal_basis,
        "审核": item.office,
        "监督电话": _whom_to_call(item),
    }
    for name, value in facts.items():
        if value:
            yield from wrapped(f"{name}：{value}")


def _whom_to_call(item: Item) -> str:
    return f"{item.telephone}（{item.publisher}{item.contact_office}）" if item.telephone else ""


def _on_board(block: Block) -> Iterable[str]:
    if isinstance(block, Table):
        return list(_rows_on_board(block))
    if block.kind == "heading":
        return wrapped(f"【{block.text}】")
    if block.kind == "item":
        return wrapped(f"{f'{block.number}.' if block.number else '·'} {block.text}", hanging=2)
    return wrapped(f"　　{block.text}")


def _rows_on_board(table: Table) -> Iterator[str]:
    """One fact a line, under its row: columns do not fit in large print."""
    if table.caption:
        yield from wrapped(f"【{table.caption}】")
    heads = table.heads()
    for place, row in enumerate(table.grid()[table.head_rows :], start=1):
        if place > 1:
            yield ""
        for head, text in _facts(heads, row):
            is_named = head and (head not in _SERIAL or text.isdecimal())
            yield from wrapped(f"{head}：{text}" if is_named else text, hanging=2)


def wrapped(text: str, *, hanging: int = 0) -> list[str]:
    """Lines of at most ``WIDTH`` columns. A number or a Latin word stays whole, no line begins with a full stop."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width_of(line + piece) > WIDTH:
            lines.append(line.rstrip(" "))
            line = " " * hanging + piece.lstrip(" ")
        else:
            line += piece
    return [*lines, line.rstrip(" ")]


def width_of(text: str) -> int:
    """In columns; a Chinese sign takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def _pieces(text: str) -> Iterator[str]:
    """What is not parted at the end of a line."""
    piece = ""
    for found in _WORDS.findall(text):
        if piece and not found.startswith(tuple(_NO_LINE_BEGINS_WITH)):
            yield from _short(piece)
            piece = ""
        piece += found
    yield from _short(piece)


def _short(piece: str) -> Iterator[str]:
    """A word that is longer than half a line is parted after all."""
    if width_of(piece) <= WIDTH // 2:
        yield piece
    else:
        yield from piece


def _centred(text: str) -> list[str]:
    return [" " * ((WIDTH - width_of(line)) // 2) + line for line in wrapped(text)]


# --- the loudspeaker ----------------------------------------------------------------------------------------


def loudspeaker(item: Item) -> str:
    """A sentence a line, every figure in words; an empty line is a pause."""
    parts = [
        [f"{item.place}村务公开，现在播报。"],
        [_closed(spoken(item.title)), f"公开日期，{spoken(day_text(item.published_on))}。"],
        [f"这是更正后的内容。更正说明，{_closed(spoken(item.change_note))}"] if item.change_note else [],
        *(list(_aloud(block)) for block in item.blocks),
        list(_end(item)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _end(item: Item) -> Iterator[str]:
    if item.files:
        yield f"另有附件{spoken(f'{len(item.files)}个')}，请到公开栏或者用手机查看。"
    yield f"以上内容由{item.office}审核。"
    if item.telephone:
        digits = "，".join(line_words(each) for each in re.findall(r"\d+", item.telephone))
        yield f"如有疑问，请拨打{item.publisher}{item.contact_office}电话，{digits}。"
    yield "播报完毕。"


def _aloud(block: Block) -> Iterable[str]:
    if isinstance(block, Table):
        return _rows_aloud(block)
    if block.number:
        return _sentences(f"第{integer_words(block.number)}，{spoken(block.text)}")
    return _sentences(spoken(block.text))


def _rows_aloud(table: Table) -> Iterator[str]:
    heads, rows = table.heads(), table.grid()[table.head_rows :]
    caption = f"{spoken(table.caption).rstrip('。')}。" if table.caption else ""
    yield f"{caption}下面逐行播报表格，共{spoken(f'{len(rows)}行')}。"
    for place, row in enumerate(rows, start=1):
        facts = [_fact_aloud(head, text) for head, text in _facts(heads, row) if head not in _SERIAL]
        yield f"{_name_of_row(heads, row, place)}。{'；'.join(facts)}。"


def _name_of_row(heads: Sequence[str], row: Sequence[str], place: int) -> str:
    """By its own serial number; a row that has words there is called by them."""
    own = next((text for head, text in zip(heads, row, strict=True) if head in _SERIAL), "")
    if own in _SAYS_NOTHING:
        return f"第{integer_words(place)}行"
    is_serial = own.isdecimal() and len(own) <= _LONGEST_SERIAL
    return f"第{integer_words(int(own))}行" if is_serial else spoken(own)


def _fact_aloud(head: str, text: str) -> str:
    found = _WITH_UNIT.fullmatch(head)
    if found and _NUMERIC.fullmatch(text):
        return f"{spoken(found['name'])}，{spoken(text + found['unit'])}"
    name = found["name"] if found else head
    return f"{spoken(name)}，{spoken(text)}" if name else spoken(text)


def _facts(heads: Sequence[str], row: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What a row says, each with its heading; a cell that covers several columns once, and no dash."""
    before = None
    for head, text in zip(heads, row, strict=True):
        if text not in _SAYS_NOTHING and (head, text) != before:
            yield head, text
        before = (head, text)


def _sentences(text: str) -> list[str]:
    return [_closed(found.strip()) for found in _SENTENCE.findall(text) if found.strip()]


def _closed(sentence: str) -> str:
    is_aside = sentence.startswith(tuple("（(")) and sentence.endswith(tuple("）)"))
    return sentence if is_aside or sentence.endswith(tuple("。！？；：，”』」")) else f"{sentence}。"
