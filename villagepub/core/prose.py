"""Chinese prose: days and moments in words, and text that people typed without what no document can hold. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from villagepub.core.clock import local
from villagepub.core.tabular.csv_writing import printable


def day_text(day: date) -> str:
    """``2023年11月6日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_text(instant: datetime) -> str:
    """``2023年11月6日 09:05`` in Asia/Shanghai."""
    return f"{day_text(local(instant))} {local(instant):%H:%M}"


def paragraphs_of(text: str) -> list[str]:
    """Its lines, those left out that say nothing."""
    return list(_filled(printable(text).splitlines()))


def line_of(text: str) -> str:
    """Text that keeps to its line."""
    return " ".join(paragraphs_of(text))


def _filled(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if stripped := line.strip():
            yield stripped.replace("\t", " ")
