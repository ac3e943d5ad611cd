"""The platform's rules of each type of field: a table of cases, and whatever else may come in."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from villagepub.notices.fields import FieldRefused, FieldType, formatted, type_of

T = FieldType
REFUSED = None
CHOICES = ("已办理", "未办理")

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
DAY = r"(\d{4}年\d{1,2}月(\d{1,2}日)?|\d{1,2}月\d{1,2}日|(\d{4}[-/.])?\d{1,2}[-/.]\d{1,2}|\d{4}[-/.]\d{1,2})"
CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
MOMENT = rf"({DAY} )?{CLOCK}"
DAY_OR_MOMENT = rf"{DAY}( {CLOCK})?"
RULES = {  # as the platform's page has them
    T.THING: r"[^\x00-\x1f\x7f\u2028\u2029]{1,20}",
    T.NUMBER: r"[+-]?\d{1,32}(\.\d+)?",
    T.LETTER: r"[A-Za-z]{1,32}",
    T.SYMBOL: r"([^\w\s]|_){1,5}",
    T.CHARACTER_STRING: r"[\x21-\x7e]{1,32}",
    T.TIME: rf"{MOMENT}(~{MOMENT})?",
    T.DATE: rf"{DAY_OR_MOMENT}(~{DAY_OR_MOMENT})?",
    T.AMOUNT: r"[¥￥$€£]?\d{1,10}(\.\d+)?元?",
    T.PHONE_NUMBER: r"[\d+\-*#(),.]{1,17}",
    T.CAR_NUMBER: rf"[{HAN}A-Za-z0-9]([A-Za-z0-9]{{0,6}}[{HAN}A-Za-z0-9])?",
    T.NAME: r"[^\d\s]([^\d\n]{0,8}[^\d\s])?|[\x20-\x7e]{1,20}",
    T.PHRASE: rf"[{HAN}]{{1,5}}",
    T.ENUM: "|".join(CHOICES),
}

CASES = [
    (T.THING, "洼路村2023年10月财务收支明细", "洼路村2023年10月财务收支明细"),
    (T.THING, "十" * 20, "十" * 20),
    (T.THING, "十" * 21, "十" * 19 + "…"),
    (T.THING, "请补充\r\n支出凭证\t说明", "请补充 支出凭证 说明"),
    (T.THING, "一\u2028二\x07三\u200b四", "一 二 三四"),
    (T.THING, "好\U0001f600的❤️", "好的❤"),
    (T.THING, "𠮷家村", "𠮷家村"),
    (T.THING, "e\u0301tude", "étude"),
    (T.THING, "一二三四五六七八九十一二三四五六七八 九十一", "一二三四五六七八九十一二三四五六七八…"),
    (T.THING, "", REFUSED),
    (T.THING, " \n\U0001f600", REFUSED),
    (T.NUMBER, "12", "12"),
    (T.NUMBER, "-12.50", "-12.50"),
    (T.NUMBER, "１２", "12"),
    (T.NUMBER, "1,234.5", "1234.5"),
    (T.NUMBER, "1" * 32, "1" * 32),
    (T.NUMBER, "1" * 33, REFUSED),
    (T.NUMBER, "12 项", REFUSED),
    (T.NUMBER, "无", REFUSED),
    (T.LETTER, "ABc", "ABc"),
    (T.LETTER, "ＡＢ", "AB"),
    (T.LETTER, "a" * 33, REFUSED),
    (T.LETTER, "a1", REFUSED),
    (T.SYMBOL, "★★★", "★★★"),
    (T.SYMBOL, "!!!!!!", REFUSED),
    (T.SYMBOL, "a", REFUSED),
    (T.CHARACTER_STRING, "640104100202-2023-0001", "640104100202-2023-0001"),
    (T.CHARACTER_STRING, "宁A-1", REFUSED),
    (T.CHARACTER_STRING, "a b", REFUSED),
    (T.CHARACTER_STRING, "1" * 33, REFUSED),
    (T.TIME, "15:01", "15:01"),
    (T.TIME, "2019年10月1日 15:01", "2019年10月1日 15:01"),
    (T.TIME, "15：01：59", "15:01:59"),
    (T.TIME, "08:30～12:00", "08:30~12:00"),
    (T.TIME, "2019年10月1日 15:01 ~ 2019年10月2日 16:00", "2019年10月1日 15:01~2019年10月2日 16:00"),
    (T.TIME, "24:00", REFUSED),
    (T.TIME, "15:60", REFUSED),
    (T.TIME, "2019年10月1日", REFUSED),
    (T.TIME, "2019-02-29 15:01", REFUSED),
    (T.TIME, "2019-10-01T15:01:00+08:00", REFUSED),
    (T.TIME, "1:00~2:00~3:00", REFUSED),
    (T.DATE, "2019年10月1日", "2019年10月1日"),
    (T.DATE, "2019年10月1日 15:01", "2019年10月1日 15:01"),
    (T.DATE, "2019年10月", "2019年10月"),
    (T.DATE, "10月1日", "10月1日"),
    (T.DATE, "2019-10-01", "2019-10-01"),
    (T.DATE, "2019/10/01", "2019/10/01"),
    (T.DATE, "2019.10.01", "2019.10.01"),
    (T.DATE, "2019-10", "2019-10"),
    (T.DATE, "02-29", "02-29"),
    (T.DATE, "2019-10-01~2019-10-03", "2019-10-01~2019-10-03"),
    (T.DATE, "2019-10/01", REFUSED),
    (T.DATE, "2019年2月29日", REFUSED),
    (T.DATE, "2019-13", REFUSED),
    (T.DATE, "15:01", REFUSED),
    (T.DATE, "2019-10-01T00:00", REFUSED),
    (T.DATE, "无", REFUSED),
    (T.AMOUNT, "¥100.50元", "¥100.50元"),
    (T.AMOUNT, "￥1,000", "￥1000"),
    (T.AMOUNT, "12元", "12元"),
    (T.AMOUNT, "1" * 10, "1" * 10),
    (T.AMOUNT, "1" * 11, REFUSED),
    (T.AMOUNT, "¥¥1", REFUSED),
    (T.AMOUNT, "1.2万元", REFUSED),
    (T.AMOUNT, "-1", REFUSED),
    (T.PHONE_NUMBER, "+86-0951-6011234", "+86-0951-6011234"),
    (T.PHONE_NUMBER, "0951 601 1234", "09516011234"),
    (T.PHONE_NUMBER, "1" * 18, REFUSED),
    (T.PHONE_NUMBER, "---", REFUSED),
    (T.PHONE_NUMBER, "电话 12345", REFUSED),
    (T.CAR_NUMBER, "粤A8Z888挂", "粤A8Z888挂"),
    (T.CAR_NUMBER, "宁A·12345", "宁A12345"),
    (T.CAR_NUMBER, "宁A1234567", REFUSED),
    (T.CAR_NUMBER, "宁A汉345", REFUSED),
    (T.NAME, "掌政村信息员", "掌政村信息员"),
    (T.NAME, "一二三四五六七八九十甲", "一二三四五六七八九十"),
    (T.NAME, "Zhang-zheng", "Zhang-zheng"),
    (T.NAME, "a" * 21, "a" * 20),
    (T.NAME, "张abcdefghijk", "张abcdefghi"),
    (T.NAME, "样例户1", REFUSED),
    (T.PHRASE, "已退回", "已退回"),
    (T.PHRASE, "一二三四五六", "一二三四五"),
    (T.PHRASE, "已退回。", REFUSED),
    (T.PHRASE, "OK", REFUSED),
    (T.ENUM, "已办理", "已办理"),
    (T.ENUM, "办理中", REFUSED),
]


@pytest.mark.parametrize(("kind", "value", "expected"), CASES)
def test_a_value(kind: FieldType, value: str, expected: str | None) -> None:
    if expected is not None:
        assert formatted(kind, value, CHOICES) == expected
        return
    with pytest.raises(FieldRefused, match=r"[。]$"):
        formatted(kind, value, CHOICES)


def test_every_type_has_cases_of_both_sorts() -> None:
    for kind in FieldType:
        results = [expected is REFUSED for each, _, expected in CASES if each is kind]
        assert any(results) or kind is T.THING
        assert not all(results)


NEAR = st.text(alphabet="0123456789年月日:：~～-/. AaZ¥元汉宁★…+\n\u200b\U0001f600", max_size=40)


@pytest.mark.parametrize("kind", FieldType)
@settings(max_examples=60)
@given(value=st.one_of(st.text(max_size=60), NEAR))
def test_whatever_comes_in_keeps_the_rule_or_is_refused(kind: FieldType, value: str) -> None:
    made = made_or_none(kind, value)
    if made is not None:
        assert re.fullmatch(RULES[kind], made), (value, made)
        assert formatted(kind, made, CHOICES) == made


def made_or_none(kind: FieldType, value: str) -> str | None:
    try:
        return formatted(kind, value, CHOICES)
    except FieldRefused:
        return None


@pytest.mark.parametrize(
    ("key", "kind"), [("thing1", T.THING), ("thing01", T.THING), ("character_string12", T.CHARACTER_STRING)]
)
def test_the_key_names_its_type(key: str, kind: FieldType) -> None:
    assert type_of(key) is kind


@pytest.mark.parametrize("key", ["thing", "thing1a", "", "things1", "1", "Thing1"])
def test_other_keys_are_refused(key: str) -> None:
    with pytest.raises(FieldRefused):
        type_of(key)
