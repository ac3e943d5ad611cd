"""Chinese search without a dictionary: one design for SQLite and PostgreSQL.

Runs of Chinese characters become overlapping pairs, words of other letters and digits stay whole, so a
two-character word such as 低保 is one token and a longer one is a phrase of tokens. The text made here is
indexed with FTS5 (``unicode61``) or ``to_tsvector('simple', …)`` and asked with phrases made here.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

MOST_PHRASES = 20  # of a query; what lies beyond is not asked for
LONGEST_PHRASE = 60  # tokens of one phrase; likewise

# 々 and 〇, extension A, the basic block, compatibility ideographs, the planes of rare characters in names.
_CHINESE = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+")


def index_text(text: str) -> str:
    """The tokens of a text, a blank between two; a Chinese run of one character stays single."""
    return " ".join(token for run in _runs(text) for token in _tokens(run))


def query_terms(query: str) -> list[list[str]]:
    """What a query asks for: phrases, all of which must be found, each a list of tokens that follow one
    another.

    A single Chinese character beside other terms is left out, as an index of pairs does not know it inside
    a run. Empty when nothing is left to ask, as for a query of one character: look for that in titles with
    LIKE instead.
    """
    runs = list(_runs(query))
    if sum(map(len, runs)) <= 1:
        return []
    phrases = [_tokens(run)[:LONGEST_PHRASE] for run in runs if not _is_single_chinese(run)]
    return phrases[:MOST_PHRASES]


def words_of(query: str) -> list[str]:
    """The words that a query asks for, as they are folded: what to mark in a text that was found."""
    runs = list(_runs(query))
    whole = [run for run in runs if not _is_single_chinese(run)]
    return (whole or runs)[:MOST_PHRASES]


def fts5_query(query: str) -> str | None:
    """A MATCH expression for FTS5, or None when there is nothing to ask.

    Nothing in the query acts as an operator.
    """
    phrases = [f'"{" ".join(phrase)}"' for phrase in query_terms(query)]
    return " AND ".join(phrases) or None


def tsquery_phrases(query: str) -> list[str]:
    """The phrases, each for one ``phraseto_tsquery('simple', …)``, to be joined by ``&&``; empty as above."""
    return [" ".join(phrase) for phrase in query_terms(query)]


def _runs(text: str) -> Iterator[str]:
    """Runs of Chinese characters, runs of other letters and digits; full-width folded, lower case."""
    for run in _RUN.finditer(unicodedata.normalize("NFKC", text).lower()):
        yield run.group()


def _tokens(run: str) -> list[str]:
    if not _is_chinese(run) or len(run) == 1:
        return [run]
    return [first + second for first, second in pairwise(run)]


def _is_single_chinese(run: str) -> bool:
    return len(run) == 1 and _is_chinese(run)


def _is_chinese(run: str) -> bool:
    return re.match(f"[{_CHINESE}]", run) is not None
