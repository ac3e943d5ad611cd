"""Whatever a text is, it folds, and every place of the view leads back to the stored text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.screening.folding import fold, looks_like_html, squeeze

PIECES = st.sampled_from(
    [
        "<b>",
        "</b>",
        "<td>",
        "</td>",
        "<p>",
        "<br>",
        "<!--",
        "-->",
        "<",
        "&#54;",
        "&nbsp;",
        "&#8203;",
        "&amp",
        "&",
        "㉓",
        "①",
        "６",
        "𝟔",
        "\u200b",
        "́",
        "\u202e",
        "1",
        "幺",
        "秘",
        " ",
        "\t",
        "\n",
        "\r\n",
        "�",
        "⒈",
        "\x1e",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join))


@given(TEXTS, st.booleans())
def test_every_place_of_a_view_leads_into_the_stored_text(text: str, html: bool) -> None:
    view = fold(text, html=html)
    last = 0
    for place in range(len(view.text)):
        start, end = view.origin(place, place + 1)
        assert 0 <= start < end <= len(text)
        assert start >= last or text[last:start] == ""
        last = start


@given(TEXTS, st.booleans())
def test_squeezing_keeps_the_order_and_the_characters(text: str, html: bool) -> None:
    view = fold(text, html=html).text
    squeezed = squeeze(view)
    for place, character in enumerate(squeezed.text):
        start, end = squeezed.origin(place, place + 1)
        assert view[start:end] == character


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("６４①𝟎㉓", "641023"),
        ("6\u200b4\u202e0\u00ad1", "6401"),
        ("&#54;&#x34;&nbsp;&#8203;1", "64 1"),
        ("<b>64</b>01<!-- 2 -->04", "640104"),
        ("<p>64</p><td>01</td><td>04</td>", "\x1e64\x1e\x1f01\x1f04"),
        ("<td><p>64</p>01</td>", "\x1f\x1c64\x1c01"),
        ("64<br>01 \n 04", "64\n01 04"),
        ("機密☆5年", "机密★5年"),
    ],
)
def test_a_view_is_what_a_reader_sees(text: str, seen: str) -> None:
    assert fold(text, html=True).text == seen


def test_in_plain_text_a_tag_is_three_letters_and_a_tab_parts_cells() -> None:
    assert fold("<b>\t&#54;", html=False).text == "<b>\x1f&#54;"


def test_a_combining_mark_belongs_to_its_digit_and_a_tag_does_not() -> None:
    assert fold("1\u03322\u0332</b>", html=True).origin(0, 2) == (0, 4)


@pytest.mark.parametrize(
    ("text", "is_html"), [("<p>一", True), ("1&nbsp;2", True), ("3 < 4 且 5 > 4", False), ("a&b", False)]
)
def test_html_is_told_by_its_tags(text: str, is_html: bool) -> None:
    assert looks_like_html(text) is is_html
