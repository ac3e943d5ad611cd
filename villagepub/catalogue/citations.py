"""How a township's file cites law, and what that meant when.

``法30(一);23`` cites the 村民委员会组织法. The catalogue was written against the text of 2018, valid until
2025-12-31; the revision decided on 2025-10-28 and in force since 2026-01-01 has other article numbers, which
have not been checked yet.
"""

import re
from dataclasses import dataclass
from datetime import date

ORGANIC_LAW_2018 = "村民委员会组织法（2018年修正）"
ORGANIC_LAW_2025 = "村民委员会组织法（2025年修订）"
LAST_DAY_OF_2018_TEXT = date(2025, 12, 31)
FIRST_DAY_OF_2025_TEXT = date(2026, 1, 1)

_ARTICLES = re.compile(r"法([0-9].*)")
_FURTHER = re.compile(r"[0-9].*")
_ONE = re.compile(r"([0-9]+)((?:\([一二三四五六七八九十]+\))*)")
_ITEM = re.compile(r"\(([一二三四五六七八九十]+)\)")
_ARTICLE = re.compile(
    r"第(?:[第条款项目章节之至和及、，（）() 〇零一二三四五六七八九十百千]|(?<![0-9])[0-9]{1,4}(?![0-9]))+"
)


@dataclass(frozen=True)
class Basis:
    law: str
    article: str | None = None
    article_expected: bool = False
    valid_from: date | None = None
    valid_until: date | None = None


def is_article(text: str) -> bool:
    """Whether it names articles of a law and says nothing else: ``第三十条第一款``, ``第24条第（四）（八）项``."""
    return _ARTICLE.fullmatch(text) is not None


def parse_citation(text: str) -> list[Basis]:
    """The bases that one cell of the catalogue names, in order.

    A part that begins with a number goes on with the articles of the part before it.
    """
    found: list[Basis] = []
    for part in (part.strip() for part in text.split(";") if part.strip()):
        organic = _ARTICLES.fullmatch(part) or (_FURTHER.fullmatch(part) if found else None)
        if organic and part.startswith("法"):
            found += _organic(organic.group(1))
        elif organic and found[-1].law == ORGANIC_LAW_2025:
            earlier = found[-2]
            joined = f"{earlier.article}、{_in_words(part)}"
            found[-2] = Basis(earlier.law, joined, valid_until=earlier.valid_until)
        else:
            found.append(Basis(part))
    return found


def _organic(articles: str) -> list[Basis]:
    return [
        Basis(ORGANIC_LAW_2018, _in_words(articles), valid_until=LAST_DAY_OF_2018_TEXT),
        Basis(ORGANIC_LAW_2025, None, article_expected=True, valid_from=FIRST_DAY_OF_2025_TEXT),
    ]


def _in_words(articles: str) -> str:
    """``24(四)(八)`` → ``第24条第（四）（八）项``."""
    match = _ONE.fullmatch(articles)
    if match is None:
        return f"第{articles}条"
    items = "".join(f"（{item}）" for item in _ITEM.findall(match.group(2)))
    return f"第{match.group(1)}条" + (f"第{items}项" if items else "")
