"""Figures and signs as a person reads them aloud: a table of examples, and what holds for any text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.publishing.renditions.numbers import decimal_words, integer_words, money_words
from villagepub.publishing.renditions.spoken import spoken
from villagepub.reports.numerals import to_number

EXAMPLES = """
收入合计 12000.00 元，支出合计 8000.00 元。 → 收入合计 一万二千元，支出合计 八千元。
1,234,567.89元 → 一百二十三万四千五百六十七元八角九分
¥12,000.50 → 一万二千元五角
￥５００ → 五百元
750.05元 → 七百五十元零五分
0.50元 → 五角
0.05元 → 五分
0元 → 零元
12.345元 → 十二点三四五元
2元 → 两元
2000元 → 两千元
22000元 → 两万二千元
12.5万元 → 十二点五万元
2万元 → 两万元
3.2亿元 → 三点二亿元
-500.00元 → 负五百元
余额：-500.00 → 余额：负五百
1000元-2000元 → 一千元至两千元
1000-2000元 → 一千至两千元
2023年10月 → 二零二三年十月
2023年度 → 二零二三年度
2023-10-05 → 二零二三年十月五日
2023/10/5 → 二零二三年十月五日
2023.10.5至2023.11.5 → 二零二三年十月五日至二零二三年十一月五日
2023-10 → 二零二三年十月
2023-Q4 → 二零二三年第四季度
2023-H1 → 二零二三年上半年
2021-2023年 → 二零二一至二零二三年
2023年1-10月 → 二零二三年一至十月
2023年10月5日—11日 → 二零二三年十月五日至十一日
2月2日 → 二月二日
08:30-12:00 → 八点三十分至十二点
上午9:05 → 上午九点零五分
12.5% → 百分之十二点五
１００％ → 百分之一百
10%-20% → 百分之十至百分之二十
-3% → 负百分之三
5‰ → 千分之五
1/3 → 三分之一
0951-6121130 → 零九五幺，六幺二幺幺三零
13812345678 → 幺三八幺二三四五六七八
138****1234 → 幺三八，隐去四位，幺二三四
640104********0012 → 六四零幺零四，隐去八位，零零幺二
监督电话：6121130 → 监督电话：六幺二幺幺三零
请拨打110 → 请拨打幺幺零
拨打12345热线 → 拨打幺二三四五热线
户主张** → 户主张某某
国办公开办函〔2021〕30号 → 国办公开办函二零二一年三十号
640104100202-2023-0001 → 六四零一零四一零零二零二杠二零二三杠零零零一
3-2-101 → 三杠二杠一零一
C02项 → C零二项
G109国道 → G一零九国道
编号0012 → 编号零零一二
10 → 十
110 → 一百一十
100010 → 十万零一十
2人 → 两人
2个村 → 两个村
12个月 → 十二个月
3-5人 → 三至五人
第2次 → 第二次
增长2倍 → 增长两倍
3.50亩 → 三点五亩
120m² → 一百二十平方米
1.5㎡ → 一点五平方米
2km → 两公里
500元/亩 → 五百元每亩
5℃ → 五摄氏度
1. 收入 → 一、收入
(2)支出 → 二、支出
①收入 → 一、收入
没有数字的话不变。 → 没有数字的话不变。
"""


@pytest.mark.parametrize("example", EXAMPLES.strip().splitlines())
def test_what_is_said(example: str) -> None:
    written, said = example.split(" → ")
    assert spoken(written) == said
    assert spoken(said) == said


@given(st.integers(0, 10**12 - 1))
def test_a_number_in_words_is_that_number(number: int) -> None:
    assert to_number(integer_words(number)) == number
    assert to_number(decimal_words(f"{number}.00")) == number
    assert to_number(money_words(f"{number}.00").removesuffix("元")) == number


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_an_amount_says_its_parts(yuan: int, cents: int) -> None:
    words = money_words(f"{yuan}.{cents:02d}")
    found = re.fullmatch(r"(?:(?P<yuan>[^角分]+)元零?)?(?:(?P<jiao>.)角)?(?:(?P<fen>.)分)?", words)
    assert found, words
    said = [to_number(found[name] or "零") for name in ("yuan", "jiao", "fen")]
    assert said == [yuan, cents // 10, cents % 10]


@pytest.mark.slow
@pytest.mark.parametrize("written", ["1" * 200_000, "*" * 200_000, "1-" * 100_000, "\n  " * 60_000])
def test_a_text_made_to_be_slow_is_said_all_the_same(written: str) -> None:
    """Quadratic rules would take hours."""
    assert not re.search(r"\d", spoken(written))


@given(
    st.text(st.sampled_from("0123456789０９.,，-—~/:：%‰元年月日号万亿亩第〔〕*¥ km²C①（）\n张电话"), max_size=30)
    | st.text(max_size=30)
)
def test_nothing_that_is_said_holds_a_digit(text: str) -> None:
    said = spoken(text)
    assert not re.search(r"\d", said)
    if not re.search(r"\d", text):
        assert len(said) >= len(text.rstrip()) - text.count(" ") - text.count("/")
