"""How an item is put before a reader: its files, its period, how long it is shown, its wide tables. Pure."""

from datetime import date

from villagepub.core.periods import Period
from villagepub.core.prose import day_text
from villagepub.intake.kinds import ENDINGS

_KINDS = {"pdf": "PDF 文件", "docx": "Word 文档", "xlsx": "Excel 表格", "jpg": "图片", "png": "图片", "webp": "图片"}
_KILO = 1024


def kind_text(media_type: str) -> str:
    """What a file is, in a word that people use."""
    endings = ENDINGS.get(media_type)
    return _KINDS[endings[0]] if endings else "文件"


def size_text(size: int) -> str:
    """``320 字节``, ``12 KB``, ``1.5 MB``."""
    if size < _KILO:
        return f"{size} 字节"
    if size < _KILO * _KILO:
        return f"{round(size / _KILO)} KB"
    return f"{size / _KILO / _KILO:.1f} MB"


def about_text(period: str | None, event_on: date | None) -> str:
    """What an item is about in time: its period or the day of its event."""
    if period:
        return Period.parse(period).in_words
    return day_text(event_on) if event_on else ""


def publicity_text(until: date | None, is_provisional: bool, today: date) -> str:
    """How long an item is shown as current, seen from a day."""
    if until is None:
        return "长期公开"
    if until < today:
        return f"已于{day_text(until)}届满，内容继续供查阅"
    left = "今天是最后一天" if until == today else f"还有 {(until - today).days} 天"
    doubt = "；当年放假安排公布后可能调整" if is_provisional else ""
    return f"至{day_text(until)}（{left}{doubt}）"


def with_scrolling_tables(body: str) -> str:
    """A clean body with each table in a region of its own, which scrolls on a narrow screen and by the keyboard.

    A table that its author gave no caption is named by its number, for those who hear it.

    body: as ``disclosures.richtext.clean_html`` leaves it, where a table's tag has no attributes and every other
    ``<`` is an entity.
    """
    first, *tables = body.split("<table>")
    opened = [_opened(number, rest) for number, rest in enumerate(tables, 1)]
    return "".join([first, *opened]).replace("</table>", "</table></div>")


def _opened(number: int, rest: str) -> str:
    region = f'<div class="table" role="region" tabindex="0" aria-label="表格{number}"><table>'
    has_caption = "<caption>" in rest.partition("</table>")[0]
    return region + ("" if has_caption else f'<caption class="unseen">表格{number}</caption>') + rest
