"""Numbers in prose: found in either script, and held against the tables (F8, W2)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.test_checks import FORM, fourth, third
from villagepub.reports import words
from villagepub.reports.form import CARRIED_OUT, NEW, TOTAL
from villagepub.reports.numerals import find_counts, to_number, typed_numeral

ZERO = dict.fromkeys(fourth(), 0)
SEED = (
    "2023年，共收到政府信息公开申请1件，0件结转下年度办理。收到的政府信息公开申请均予以规范回复，"
    "没有因政府信息公开申请行政复议、提起行政诉讼的情况发生。"
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("公开信息394条", [(394, "条")]),
        ("公开信息 １，３９４ 条", [(1394, "条")]),
        ("培训两次，共三十人", [(2, "次"), (30, "人")]),
        ("三百九十四条", [(394, "条")]),
        ("一万二千件", [(12000, "件")]),
        ("二〇二三年", [(2023, "年")]),
        ("截至目前公开信息300余条", [(None, "条")]),
        ("十余次", [(None, "次")]),
        ("11个村", [(11, "个村")]),
        ("一是加强组织领导，二是拓宽渠道，三审三校，一系列制度", []),
        ("国办公开办函〔2021〕30号第二十条第（一）项", []),
        ("第三次会议", []),
        ("明确每一项的责任，不漏任何一条", []),
        ("收费1.5万元", [(None, "万元")]),
    ],
)
def test_what_counts_something(text: str, found: list[tuple[int | None, str]]) -> None:
    assert [(count.number, count.measure) for count in find_counts(text)] == found


@given(st.integers(0, 99_999_999))
def test_a_chinese_numeral_is_its_number(number: int) -> None:
    assert to_number(_in_chinese(number)) == number


def _in_chinese(number: int) -> str:
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        rest = _in_chinese(low) if low else ""
        return f"{_in_chinese(high)}万{'零' if 0 < low < 1000 else ''}{rest}"
    text, blank = "", False
    for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if blank and text else "") + "零一二三四五六七八九"[digit] + sign
            blank = False
        else:
            blank = True
    return text or "零"


@pytest.mark.parametrize(
    "text", ["公开117条", "１１７", "③", "Ⅳ类", "公开一百一十七条", "培训两次", "三年来", "百分之九十", "十件"]
)
def test_a_typed_number_is_seen(text: str) -> None:
    assert typed_numeral(text)


@pytest.mark.parametrize(
    "text",
    ["一是、二是", "三审三校", "（一）", "一系列", "依据〔2021〕30号", "第五十条第（四）项", "单位：万元", "统一"],
)
def test_names_and_orders_are_no_numbers(text: str) -> None:
    assert typed_numeral(text) is None


def _totals(new: Any, carried_out: Any) -> dict[tuple[str, str], Any]:
    return third() | {(NEW, TOTAL): new, (CARRIED_OUT, TOTAL): carried_out}


def test_the_sentences_of_2023_agree_with_its_tables() -> None:
    assert words.check_applications(SEED, _totals(1, 0), ZERO).passed is True


@pytest.mark.parametrize(
    ("new", "carried_out", "says"),
    [(2, 0, "新收申请"), (1, 1, "结转下年度"), (None, 0, "新收申请"), (1, None, "结转下年度")],
)
def test_a_number_in_the_text_must_be_the_table_s(new: Any, carried_out: Any, says: str) -> None:
    verdict = words.check_applications(SEED, _totals(new, carried_out), ZERO)
    assert verdict.passed is False
    assert says in verdict.places[0].detail


@pytest.mark.parametrize("text", ["2023年没有数字。", "共收到政府信息公开申请1件。", "0件结转下年度办理。"])
def test_a_number_of_the_table_must_be_in_the_text(text: str) -> None:
    assert words.check_applications(text, _totals(1, 0), ZERO).passed is False


@pytest.mark.parametrize("cell", sorted(ZERO))
@pytest.mark.parametrize("value", [1, None])
def test_no_dispute_may_be_claimed_unless_all_of_part_four_is_0(cell: tuple[str, str], value: Any) -> None:
    verdict = words.check_applications(SEED, _totals(1, 0), ZERO | {cell: value})
    assert [place.detail for place in verdict.places] == [
        "文字写“没有因政府信息公开申请行政复议”，而第四部分并非全部为 0。"
    ]


@pytest.mark.parametrize("claim", ["未发生行政复议。", "无行政诉讼。", "行政复议、行政诉讼均无。"])
def test_other_ways_to_claim_it(claim: str) -> None:
    text = f"共收到政府信息公开申请1件，0件结转下年度办理。{claim}"
    some = ZERO | {(FORM.groups[0], "总计"): 1}
    assert words.check_applications(text, _totals(1, 0), ZERO).passed is True
    assert words.check_applications(text, _totals(1, 0), some).passed is False


def test_nothing_is_decided_about_numbers_that_are_not_entered() -> None:
    text = "共收到政府信息公开申请未填报，结转下年度办理未填报。"
    assert words.check_applications(text, _totals(None, None), ZERO).passed is None


KNOWN = words.known_numbers({"条": [394, 117, None], "次": [2], "个村": [11], "件": []})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("截至目前公开信息300余条", "第 9 个字“300余条”是约数，请写准确的数字。"),
        ("公开信息393条", "第 5 个字“393条”与台账的数字都不相符，请核对。"),
        ("培训三次", "第 3 个字“三次”与台账的数字都不相符，请核对。"),
        ("12个村上线", "第 1 个字“12个村”与台账的数字都不相符，请核对。"),
    ],
)
def test_a_number_that_people_wrote_names_a_figure_or_is_pointed_at(text: str, place: str) -> None:
    verdict = words.check_narrative({"problems": text}, {"problems": "存在的问题"}, KNOWN)
    assert [(each.row, each.detail) for each in verdict.places] == [("problems", f"“存在的问题”{place}")]
    assert words.check_sections({"supervision": text}, KNOWN).passed is False


@pytest.mark.parametrize("text", ["公开信息394条，培训2次，11个村", "1名工作人员", "受理5件", "2023年11月"])
def test_other_numbers_are_left_alone(text: str) -> None:
    """Right ones, those that name nothing that is counted here, and those of which nothing is entered."""
    assert words.check_narrative({"problems": text}, {}, KNOWN).passed is True
