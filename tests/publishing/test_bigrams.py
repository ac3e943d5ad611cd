"""Chinese search on a real FTS5 table."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from villagepub.publishing.bigrams import fts5_query, index_text, query_terms, tsquery_phrases


class Index:
    """An FTS5 table as the read model has it."""

    def __init__(self, *texts: str) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE search USING fts5(search_text, tokenize='unicode61')")
        rows = [(number, index_text(text)) for number, text in enumerate(texts)]
        self._db.executemany("INSERT INTO search(rowid, search_text) VALUES (?, ?)", rows)

    def find(self, query: str) -> list[int]:
        match = fts5_query(query)
        assert match is not None
        found = self._db.execute("SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid", (match,))
        return [rowid for (rowid,) in found]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ""),
        ("低", "低"),
        ("低保", "低保"),
        ("低保户", "低保 保户"),
        ("低保，公示", "低保 公示"),
        ("2023年度财务 Report", "2023 年度 度财 财务 report"),
        ("ＡＢＣ１２３", "abc123"),
        ("〇二号", "〇二 二号"),
        ("人民路々", "人民 民路 路々"),
        ("𠮷村", "𠮷村"),
        ("a_b-c", "a b c"),
        ("12.50元", "12 50 元"),
        ("<p>低保</p>", "p 低保 p"),
        ("①②", "12"),
        ("，。！\n\t", ""),
    ],
)
def test_tokens(text: str, tokens: str) -> None:
    assert index_text(text) == tokens


@pytest.mark.parametrize(
    ("query", "phrases"),
    [
        ("低保", [["低保"]]),
        ("低保户", [["低保", "保户"]]),
        ("低保 财务", [["低保"], ["财务"]]),
        ("2023年", [["2023"]]),
        ("GB 2312", [["gb"], ["2312"]]),
        ("甲 乙", []),
        ("低", []),
        ("a", []),
        ("", []),
        ("，。", []),
    ],
)
def test_phrases(query: str, phrases: list[list[str]]) -> None:
    assert query_terms(query) == phrases
    assert tsquery_phrases(query) == [" ".join(phrase) for phrase in phrases]


def test_the_match_expression() -> None:
    assert fts5_query("低保户 Abc") == '"低保 保户" AND "abc"'


@pytest.mark.parametrize("query", ["低", "", " ", "？", "a", "7", '"', "*"])
def test_nothing_to_ask(query: str) -> None:
    assert fts5_query(query) is None


def test_words_of_two_characters_are_found() -> None:
    index = Index("关于2023年农村低保名单的公示", "村级财务收支明细", "Budget 预算 Report 2024", "保低")
    assert index.find("低保") == [0]
    assert index.find("财务") == [1]
    assert index.find("收支明细") == [1]
    assert index.find("2023年农村") == [0]
    assert index.find("REPORT ２０２４") == [2]
    assert index.find("财务 低保") == []
    assert index.find("明细收支") == []


def test_characters_of_a_phrase_stand_together() -> None:
    index = Index("低保人员，保户名单", "低保户名单")
    assert index.find("低保户") == [1]


@pytest.mark.parametrize("name", ["𠮷", "㐀", "龦", "𪚥", "𫝀", "𫠠", "𬺰", "𮯠", "𰀀", "﨎"])
def test_rare_characters_of_names_are_found(name: str) -> None:
    assert Index(f"村民马{name}梅", "村民马小梅").find(f"马{name}") == [0]


INJECTIONS = [
    '"',
    '""',
    '"低保',
    '低保"',
    "低保*",
    "低保 OR 财务",
    "低保 AND",
    "AND",
    "NOT 低保",
    "NEAR(低保 财务, 2)",
    "NEAR(",
    "search_text:低保",
    "^低保",
    "-低保",
    "+低保",
    "{低保}",
    "(低保",
    "低保)",
    "'; DROP TABLE search; --",
    "低保' OR 1=1",
    "\\低保",
    "%低保%",
    "_",
    "a\0b",
    "低\0保",
    "\ud83d\ude00",
    "😀😀",
    "*",
    "a:b",
    "col : x",
    "((((",
    "低保 NOT NOT",
    "OR",
    "NEAR",
    "or or",
    '" OR "',
    "低" * 5000,
    "低保 " * 5000,
    "a " * 5000,
    "a" * 5000,
    "\u202e低保",
    "é",
    "e\u0301x",
    "İstanbul",
    "ß",
    "\u0301\u0301",
    "ـــ",
    "𝟙𝟚",
    "﷽",
]


@pytest.mark.parametrize("query", INJECTIONS, ids=range(len(INJECTIONS)))
def test_no_query_is_an_operator_or_raises(query: str) -> None:
    index = Index("财务公开")
    tsquery_phrases(query)
    if fts5_query(query) is not None:
        assert index.find(query) == []


def test_operators_are_words() -> None:
    index = Index("低保", "财务", "低保 or 财务")
    assert index.find("低保 OR 财务") == [2]


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_no_query_raises(query: str) -> None:
    if fts5_query(query) is not None:
        Index("低保").find(query)


chinese = st.text(alphabet="村民低保财务公示收支𠮷〇", min_size=2, max_size=30)
mixed = st.text(alphabet="村民低保财务公示，。 \nab1", min_size=2, max_size=30)


@settings(deadline=None)
@given(mixed, chinese, mixed, st.data())
def test_any_chinese_part_of_a_text_finds_it(before: str, run: str, after: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(run) - 2))
    end = data.draw(st.integers(start + 2, len(run)))
    assert Index(f"{before}{run}{after}").find(run[start:end]) == [0]


@settings(deadline=None)
@given(mixed)
def test_a_text_finds_itself(text: str) -> None:
    if fts5_query(text) is not None:
        assert Index(text).find(text) == [0]
