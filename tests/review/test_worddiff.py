"""The difference of two texts: readable, complete, quick."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.review.worddiff import Piece, word_diff


def shown(old: str, new: str) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[piece.op].format(piece.text) for piece in word_diff(old, new))


def assert_complete(old: str, new: str) -> list[Piece]:
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.op != "added") == old
    assert "".join(piece.text for piece in pieces if piece.op != "removed") == new
    return pieces


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("", "新增", "[+新增+]"),
        ("删去", "", "[-删去-]"),
        ("不变", "不变", "不变"),
        ("发放补贴三百元", "发放补贴五百元", "发放补贴[-三-][+五+]百元"),
        ("低保名单", "低保公示名单", "低保[+公示+]名单"),
        ("共 12.50 元", "共 12.80 元", "共 [-12.50-][+12.80+] 元"),
        ("共1,200元", "共1,300元", "共[-1,200-][+1,300+]元"),
        ("2023年", "2024年", "[-2023-][+2024+]年"),
        ("plan A", "plane A", "[-plan-][+plane+] A"),
        ("甲  乙", "甲 乙", "甲[-  -][+ +]乙"),
        ("甲\n乙", "甲\n\n乙", "甲\n[+\n+]乙"),
        ("𠮷家", "吉家", "[-𠮷-][+吉+]家"),
    ],
)
def test_what_a_reviewer_sees(old: str, new: str, expected: str) -> None:
    assert shown(old, new) == expected


texts = st.text(alphabet="甲乙丙丁ab12. ,，。\n\t\r😀", max_size=120)


@given(texts, texts)
def test_the_pieces_give_both_texts_back(old: str, new: str) -> None:
    pieces = assert_complete(old, new)
    assert all(piece.text for piece in pieces)
    assert all(left.op != right.op for left, right in pairwise(pieces))
    assert all((left.op, right.op) != ("added", "removed") for left, right in pairwise(pieces))


@given(st.text(), st.text())
def test_any_text_at_all(old: str, new: str) -> None:
    assert_complete(old, new)


@given(texts)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert word_diff(text, text) == ([Piece("same", text)] if text else [])


def chinese(length: int, seed: int) -> str:
    source = random.Random(seed)
    return "".join(source.choice("的一是在了村民公示财务收支明细低保补贴，。") for _ in range(length))


LONG = chinese(100_000, seed=1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LONG, LONG),
        (LONG, chinese(100_000, seed=2)),
        (LONG, LONG[:50_000] + "改" + LONG[50_001:]),
        (LONG, LONG[:30_000] + LONG[31_000:]),
        (LONG, LONG.replace("低保", "特困")),
        ("一" * 100_000, "一" * 99_999 + "二一"),
        ("甲丙" * 50_000, "甲丁" * 50_000),
        ("甲丙" * 245, "甲丁" * 245),
        ("\n" * 100_000, "\n" * 50_000 + "a" + "\n" * 49_999),
        ("甲\n" * 50_000, "乙\n" * 50_000),
        ("", LONG),
    ],
)
def test_long_texts_are_quick(old: str, new: str) -> None:
    started = time.process_time()
    assert_complete(old, new)
    assert time.process_time() - started < 1.5  # a second, with room for a busy machine


def test_small_changes_in_a_long_text_stay_small() -> None:
    changed = LONG[:20_000] + "换" + LONG[20_001:70_000] + "掉" + LONG[70_001:]
    removed = [piece.text for piece in word_diff(LONG, changed) if piece.op == "removed"]
    assert sum(map(len, removed)) == 2
