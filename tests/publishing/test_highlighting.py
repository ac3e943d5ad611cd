"""Marks stand where the index found the words, in the text as it was written; nothing of the text is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.publishing.highlighting import LENGTH, Passage, excerpt, passages


def _marked(text: str, query: str) -> str:
    return "".join(f"[{each.text}]" if each.is_hit else each.text for each in passages(text, query))


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("低保名单公示", "低保", "[低保]名单公示"),
        ("第三季度低保在保情况", "低保 三季度", "第[三季度低保]在保情况"),
        ("低保、低保", "低保", "[低保]、[低保]"),
        ("ＡＢＣ补贴", "abc", "[ＡＢＣ]补贴"),
        ("合计2023元", "23", "合计2023元"),
        ("合计 23 元", "23", "合计 [23] 元"),
        ("合计12000.00元", "12000.00", "合计[12000].[00]元"),
        ("㎡与平方", "m2", "[㎡]与平方"),
        ("低保", "保", "低[保]"),
        ("低保 保", "保 名单", "低保 保"),
        ("<b>低保</b>", "<b>", "<[b]>低保</[b]>"),
        ("没有", "低保", "没有"),
        ("", "低保", ""),
        ("低保", "", "低保"),
    ],
)
def test_the_words_of_a_query_are_marked(text: str, query: str, marked: str) -> None:
    assert _marked(text, query) == marked


@given(st.text(max_size=60), st.text(max_size=12))
def test_nothing_of_the_text_is_lost(text: str, query: str) -> None:
    assert "".join(each.text for each in passages(text, query)) == text
    line = "".join(each.text for each in excerpt(text, query))
    assert len(line) <= LENGTH + 2
    assert line.strip("…") in " ".join(text.split()) or not text.strip()


def test_an_excerpt_is_a_line_around_the_first_word() -> None:
    long = "收支" * 40 + "\n其中低保\t支出" + "情况" * 60
    found = excerpt(long, "低保")
    assert (found[0], found[-1]) == (Passage("…"), Passage("…"))
    assert Passage("低保", is_hit=True) in found
    assert "\n" not in "".join(each.text for each in found)
    assert excerpt("短文", "低保") == [Passage("短文")]
