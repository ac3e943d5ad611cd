"""Whatever a text is made of: places lie inside it, values stay out of findings, suggestions cure, evasions fail."""

import random
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.screening.conftest import RULES
from tests.screening.corpus import make, second
from tests.screening.measure import TODAY
from villagepub.screening.checks import passes_luhn
from villagepub.screening.masking import apply_suggestions
from villagepub.screening.rule_files import load_rules
from villagepub.screening.screen import screen

_RULES = load_rules(RULES)  # not a fixture: a failing example would print it whole
_MARKS = {"secret_mark", "work_secret"}
_VALUES = ("id_card", "mobile", "bank_card")
_DRAWN = random.Random(20261122)
_IDENTIFIERS = [make.VALUES[kind](_DRAWN) for kind in _VALUES for _ in range(3)]
_TAGS = ("p", "b", "i", "u", "em", "strong", "td", "tr", "table", "li", "span", "blockquote")
_WORDS = st.sampled_from(
    [
        *_IDENTIFIERS,
        "马建国",
        "尿毒症",
        "孤儿",
        "离异",
        "家住掌政村三组12号",
        "，",
        "。",
        " ",
        "\n",
        "&nbsp;",
        "&#54;",
        "<br>",
        "电话：",
        "身份证号",
        "监督电话",
        "6",
        "9岁",
        "宁A12345",
        "q1@qq.com",
        "0951-6028888",
        "合作社",
        "低保",
        "1200元",
    ]
)


def _enclosed(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from(_TAGS), st.lists(inside))


STRUCTURES = st.recursive(_WORDS, _enclosed, max_leaves=20)


@pytest.mark.slow
@settings(derandomize=True)
@given(text=STRUCTURES, html=st.booleans())
def test_places_lie_inside_and_values_stay_out(text: str, html: bool) -> None:
    last = 0
    for one in screen(text, html=html, rules=_RULES, today=TODAY):
        assert last <= one.start < one.end <= len(text)
        last = one.start
        if one.kind not in _MARKS:
            assert text[one.start : one.end] not in str(one)
        digits = re.sub("[^0-9]", "", text[one.start : one.end])
        assert len(digits) < 10 or digits not in one.excerpt_masked


@pytest.mark.slow
@settings(derandomize=True)
@given(text=STRUCTURES, html=st.booleans())
def test_following_the_suggestions_leaves_nothing_that_blocks(text: str, html: bool) -> None:
    after = apply_suggestions(text, screen(text, html=html, rules=_RULES, today=TODAY))
    left = screen(after, html=html, rules=_RULES, today=TODAY)
    assert {one.kind for one in left} <= _MARKS, (after, left)


_LETTERS = {"greek", "letters O l", "letters Z S B", "letters o I"}
_EVASIONS = second.SIGNS | second.GAPS | second.TAGS


@pytest.mark.parametrize("kind", _VALUES)
@settings(derandomize=True)
@given(seed=st.integers(0, 2**32), evasion=st.sampled_from(sorted(_EVASIONS)))
def test_an_evasion_does_not_lose_a_value(kind: str, seed: int, evasion: str) -> None:
    rng = random.Random(seed)
    value = make.VALUES[kind](rng)
    assume(kind != "bank_card" or not any(passes_luhn(value[:shorter]) for shorter in range(16, len(value))))
    written = _EVASIONS[evasion](value, rng)
    assume(evasion not in _LETTERS or sum(one.isnumeric() for one in written) >= 5)  # fewer, and it is a word
    text = f"马建国，号码：{written}，三组"
    found = screen(text, html=evasion in second.TAGS, rules=_RULES, today=TODAY)
    assert [(one.kind, one.start, one.end) for one in found if one.kind == kind] == [(kind, 7, 7 + len(written))]
