"""An item as a page of A4 for the notice board, laid out by ``poster.typ``, with fonts that come along. Pure."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

from villagepub.core.prose import day_text, line_of
from villagepub.publishing.renditions.beginning import beginning_of
from villagepub.publishing.renditions.blocks import Block, Table
from villagepub.publishing.renditions.item import Item

MEDIA_TYPE = "application/pdf"
SVG = "http://www.w3.org/2000/svg"
_TEMPLATE = Path(__file__).parents[1] / "templates" / "publishing" / "poster.typ"
_FONTS = "pylopdf_fonts_zh_cn"
_NUMBER = re.compile(r"[-−]?[\d,]+(?:\.\d+)?%?")
_SIGN = re.compile(r"[-—－/／]*|\d{1,3}")  # a dash, or a serial number: it stands in the middle
_LONGEST_TRACK, _SHORTEST_TRACK = 16, 3


@dataclass(frozen=True)
class Code:
    """What is scanned, as SVG, and what stands below it."""

    picture: bytes
    says: str


def code_of_address(address: str) -> Code:
    """A QR code of a public address, for any telephone."""
    stream = BytesIO()
    segno.make(address, error="m", micro=False).save(stream, kind="svg", border=1, scale=4, xmldecl=False)
    return Code(stream.getvalue(), "扫码查看原文")


def mini_program_code(picture: bytes) -> Code:
    """The platform's own picture, a JPEG or a PNG, inside an SVG: files in memory may be text alone."""
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    data = base64.b64encode(picture).decode()
    image = f'<image width="100" height="100" href="data:image/{kind};base64,{data}"/>'
    return Code(f'<svg xmlns="{SVG}" viewBox="0 0 100 100">{image}</svg>'.encode(), "微信扫码查看")


def as_pdf(item: Item, code: Code, published_at: datetime) -> bytes:
    """The poster; a long body goes on over further pages, of a very long one there is the beginning.

    The same item gives the same bytes. It reaches the template as one JSON text and is never pasted into its markup.
    """
    return typst.compile(  # type: ignore[no-any-return, call-overload]  # its types do not know of files in memory
        {"main.typ": _TEMPLATE.read_bytes(), "code": code.picture},
        font_paths=_fonts(),
        sys_inputs={
            "item": json.dumps(_words(item), ensure_ascii=False),
            "code_says": code.says,
        },
        timestamp=int(published_at.timestamp()),
    )


def _words(item: Item) -> dict[str, Any]:
    names = ("place", "title", "number", "publisher", "contact_office", "telephone")
    facts = {
        "更正说明": item.change_note,
        "附件": "、".join(item.files),
        "公开日期": day_text(item.published_on),
        "公开依据": item.legal_basis,
        "审核单位": item.office,
    }
    return {name: line_of(getattr(item, name)) for name in names} | {
        "facts": [[name, line_of(value)] for name, value in facts.items() if value],
        "blocks": [_block(block) for block in beginning_of(item.blocks)],
    }


def _block(block: Block) -> Mapping[str, Any]:
    if not isinstance(block, Table):
        return asdict(block) | {"text": line_of(block.text)}
    cells = [asdict(cell) | {"text": line_of(cell.text), "kind": _kind(cell.text)} for cell in block.cells]
    return {
        "caption": line_of(block.caption),
        "width": block.width,
        "head_rows": block.head_rows,
        "cells": cells,
        "tracks": _tracks(block),
    }


def _kind(text: str) -> str:
    """sign, number or text: where it stands in its cell."""
    return "sign" if _SIGN.fullmatch(text) else "number" if _NUMBER.fullmatch(text) else "text"


def _tracks(table: Table) -> list[int]:
    """How wide each column is beside the others, by the longest text that stands in it alone."""
    widths = [_SHORTEST_TRACK] * table.width
    for cell in table.cells:
        if cell.columns == 1:
            widths[cell.x] = max(widths[cell.x], min(_LONGEST_TRACK, _extent(cell.text)))
    return widths


def _extent(text: str) -> int:
    """In Chinese signs, a Latin one being half, with the margins and the gaps between the two scripts."""
    latin = sum(sign.isascii() for sign in text)
    return len(text) - latin // 2 + (2 if 0 < latin < len(text) else 1)


@cache
def _fonts() -> typst.Fonts:
    """Only what comes along: the same page on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(files(_FONTS))])
