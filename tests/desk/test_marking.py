"""Marks in a text change none of its words and break none of its tags."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.desk.marking import Spot, mark
from villagepub.disclosures.richtext import clean_html

_MARKS = re.compile(r'<mark class="found \w+"(?: id="found-\d+")?>|</mark>|<a class="found-note".*?</a>', re.DOTALL)


def _spot(*spans: tuple[int, int], number: int = 1) -> Spot:
    return Spot(number, "block", '这是<手机>"号码"', spans)


def _bare(html: str) -> str:
    return re.sub(r"<a class.*?</a>", "*", html).replace(' class="found block"', "")


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("<p>电话138</p>", [(5, 8)], '<p>电话<mark id="found-1">138</mark>*</p>'),
        ("<p>1<b>3</b>8</p>", [(3, 13)], '<p><mark id="found-1">1</mark><b><mark>3</mark></b><mark>8</mark>*</p>'),
        ("<p>1</p>\n<p>2</p>", [(3, 13)], '<p><mark id="found-1">1</mark></p>\n<p><mark>2</mark>*</p>'),
        ("甲&amp;乙", [(2, 4)], '甲<mark id="found-1">&amp;</mark>*乙'),
        ("甲<br>乙", [(2, 4)], "甲<br>乙"),
        ("甲乙丙", [(0, 2), (1, 3)], '<mark id="found-1">甲乙</mark><mark>丙</mark>*'),
        ("甲", [(5, 9)], "甲"),
        ("甲", [(0, 99)], '<mark id="found-1">甲</mark>*'),
    ],
)
def test_where_marks_stand(text: str, spans: list[tuple[int, int]], expected: str) -> None:
    marked = mark(text, [_spot(*spans)], is_html=True)
    assert _bare(marked.html) == expected
    assert marked.numbers == ({1} if "<mark" in expected else set())


def test_a_text_that_is_no_html_is_escaped() -> None:
    assert _bare(mark("<b>138", [_spot((3, 6))], is_html=False).html) == '&lt;b&gt;<mark id="found-1">138</mark>*'
    assert "<手机>" not in mark("138", [_spot((0, 3))], is_html=False).html


PIECES = st.sampled_from(
    ["甲乙", "138 ", "&amp;", "&lt;b&gt;", "<p>", "</p>", "<b>", "</b>", "<td colspan=2>", "<br>", "\n"]
)
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4)


@given(st.lists(PIECES, max_size=15), st.lists(SPANS, max_size=4))
def test_without_its_marks_it_is_the_text(pieces: list[str], spots: list[list[tuple[int, int]]]) -> None:
    text = clean_html("".join(pieces))
    marked = mark(text, [_spot(*spans, number=n) for n, spans in enumerate(spots, 1)], is_html=True)
    assert _MARKS.sub("", marked.html) == text
    inside = re.findall(r"<mark [^>]*>(.*?)</mark>", marked.html, re.DOTALL)
    assert not any("<" in each for each in inside)
    assert len(re.findall(' id="found-', marked.html)) == len(marked.numbers)
