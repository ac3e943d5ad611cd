"""Text that people typed, made fit for a document: without what no document can hold. Pure."""

from collections.abc import Iterable, Iterator

from villagepub.core.tabular.csv_writing import printable


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
