"""What is typed in a plain field, as it is stored, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.disclosures.richtext import clean_html, plain_text
from villagepub.upload.notation import find_text, to_html

PAIRS = [
    ("一段\n又一段", "<p>一段</p><p>又一段</p>"),
    ("一段\n\n\n  又一段  ", "<p>一段</p><p>又一段</p>"),
    ("# 大\n## 中\n### 小\n#### 不是", "<h2>大</h2><h3>中</h3><h4>小</h4><p>#### 不是</p>"),
    ("- 甲\n- 乙\n丙", "<ul><li>甲</li><li>乙</li></ul><p>丙</p>"),
    ("1. 甲\n2. 乙\n2023. 不是", "<ol><li>甲</li><li>乙</li></ol><p>2023. 不是</p>"),
    ("第一行↵\n第二行", "<p>第一行<br>第二行</p>"),
    ("合计 **320.00** 元，5 ** 2", "<p>合计 <strong>320.00</strong> 元，5 ** 2</p>"),
    ("<b>字</b> & <script>x</script>", "<p>&lt;b&gt;字&lt;/b&gt; &amp; &lt;script&gt;x&lt;/script&gt;</p>"),
]
TABLE = (
    "<table><thead><tr><th>项目</th><th>金额</th></tr></thead>"
    "<tbody><tr><td>水费</td><td>320.00</td></tr><tr><td>电费</td><td></td></tr></tbody></table>"
)


@pytest.mark.parametrize(("text", "body"), PAIRS)
def test_marks_say_what_a_line_is(text: str, body: str) -> None:
    assert to_html(text) == body


@pytest.mark.parametrize("text", ["项目\t金额\n水费\t320.00\n电费\t", "| 项目 | 金额 |\n| 水费 | 320.00 |\n|电费|"])
def test_a_table_is_typed_or_pasted(text: str) -> None:
    assert to_html(text) == TABLE


def test_one_row_has_no_head() -> None:
    assert to_html("| 水费 | 320.00 |") == "<table><tbody><tr><td>水费</td><td>320.00</td></tr></tbody></table>"


@pytest.mark.parametrize("body", [body for _, body in PAIRS] + [TABLE, TABLE.replace("水费", "水|费")])
def test_a_stored_text_is_shown_as_it_might_have_been_typed(body: str) -> None:
    text = find_text(body)
    assert text is not None
    assert to_html(text) == body


@pytest.mark.parametrize(
    "body",
    [
        '<table><tbody><tr><td colspan="2">合并</td></tr></tbody></table>',
        "<table><tbody><tr><td>没有表头</td></tr><tr><td>两行</td></tr></tbody></table>",
        "<table><caption>表一</caption><tbody><tr><td>甲</td></tr></tbody></table>",
        "<blockquote>引文</blockquote>",
        "<p><em>斜体</em></p>",
        "<p>- 不是列表</p>",
        "<p>**不是加粗**</p>",
        "<ul><li>甲</li></ul><ul><li>乙</li></ul>",
        "<ul><li>甲<ul><li>乙</li></ul></li></ul>",
        "散落的字<p>一段</p>",
    ],
)
def test_what_the_marks_cannot_say_is_left_as_it_is(body: str) -> None:
    assert clean_html(body) == body
    assert find_text(body) is None


def test_a_text_without_tags_is_its_own_lines() -> None:
    assert find_text("收入 &lt; 支出\n第二行") == "收入 < 支出\n第二行"


@given(st.text(alphabet="#-1. |\t*↵\n<>&甲乙", max_size=40))
def test_whatever_is_typed_is_clean_and_comes_back_the_same(text: str) -> None:
    body = to_html(text)
    assert clean_html(body) == body
    shown = find_text(body)
    assert shown is None or to_html(shown) == body


@pytest.mark.slow
@given(st.text(alphabet="甲乙<>&\"' ", min_size=1, max_size=40))
def test_words_stay_words(text: str) -> None:
    assert plain_text(to_html(text)).split() == text.split()
