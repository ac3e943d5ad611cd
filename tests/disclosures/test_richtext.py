"""The body's allow-list against what people try, and its plain text."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from villagepub.disclosures.richtext import TAGS, clean_html, plain_text

_WRITTEN_OUT = "p br h2 h3 h4 ul ol li table thead tbody tr th td caption strong b em i u blockquote"
ALLOWED_TAGS = set(_WRITTEN_OUT.split())


class Inspector(HTMLParser):
    """Fails on any tag, attribute or other construct that is not allowed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED_TAGS
        for name, value in attrs:
            assert tag in {"td", "th"}
            assert name in {"colspan", "rowspan"}
            assert value is not None
            assert value.isascii()
            assert value.isdigit()

    def handle_endtag(self, tag: str) -> None:
        assert tag in ALLOWED_TAGS

    def handle_data(self, data: str) -> None:
        self.text += data

    def refuse(self, data: str) -> None:
        pytest.fail(f"not allowed: {data}")

    handle_comment = handle_decl = handle_pi = unknown_decl = refuse


def assert_clean(dirty: str) -> str:
    clean = clean_html(dirty)
    inspector = Inspector()
    inspector.feed(clean)
    inspector.close()
    assert clean_html(clean) == clean
    return clean


def test_the_allow_list_is_the_one_agreed() -> None:
    assert ALLOWED_TAGS == TAGS


PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script",
    "<script>",
    "</script><script>alert(1)",
    "<script/x>alert(1)</script>",
    "<script\n>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<img/src/onerror=alert(1)>",
    "<image src=x>",
    '<img """><script>alert(1)</script>">',
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><script>1</script>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<svg><foreignObject><p onclick=x>y</svg>",
    "<math><mi//xlink:href='javascript:alert(1)'>",
    "<math><annotation-xml encoding='text/html'><p><img src onerror=x>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href=javascript:alert(1)>点</a>",
    "<a href='&#106;avascript:alert(1)'>点</a>",
    '<a href="java\tscript:x">点</a>',
    "<a href=data:text/html,<script>alert(1)</script>>点</a>",
    "<a href='https://x.example' target=_blank>点</a>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=x>",
    "<embed src=javascript:alert(1)>",
    "<base href=//x.example/>",
    "<link rel=stylesheet href=//x.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>@import'//x.example/x.css'</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p style=position:fixed>x</p>",
    "<p class=x id=y>x</p>",
    "<p onclick=alert(1)>x</p>",
    "<b onmouseover=alert(1)>x</b>",
    "<p/onclick=alert(1)>x</p>",
    "<p\x00onclick=x>x</p>",
    "<td onclick=alert(1) colspan=2>x</td>",
    "<table><tr><td colspan='2\" onclick=\"alert(1)'>x</td></tr></table>",
    "<table><tr><td colspan=-1 rowspan=1e3>x</td></tr></table>",
    "<table background=javascript:alert(1)><tr><td>x",
    "<table><tr><td colspan='２'>x</td></tr></table>",
    "<table><td colspan=javascript:alert(1)>x</table>",
    "<!--<img src=x onerror=alert(1)>-->",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "<!DOCTYPE html><p>x",
    "<!ENTITY x 'y'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<listing>&lt;img onerror=x&gt;",
    "<noembed><img src=x onerror=alert(1)></noembed>",
    "<noframes><img src=x onerror=alert(1)></noframes>",
    "<select><option><img src=x onerror=alert(1)></select>",
    "<button onclick=alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<html onmouseover=alert(1)>",
    "<frameset onload=alert(1)>",
    "<isindex action=javascript:alert(1)>",
    "<custom-element onclick=alert(1)>x</custom-element>",
    "<p><p><p",
    "<<p>>",
    "<b <b onclick=x>>",
    "&lt;script&gt;x",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&amp;lt;script&amp;gt;",
    "\x3cscript\x3ealert(1)",
    "＜script＞1＜/script＞",
    "<p>\u202e<script>alert(1)</script>",
    "<\x00script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<p title='`onclick=alert(1)'>x</p>",
    "`><script>alert(1)</script>",
    "'\"></td><script>alert(1)</script>",
    "<p><button><p>x</p></button></p>",
    "<b><table><b></table>",
    "<table><p>x<tr><script>1</script>",
    "<br/onclick=x>",
    "\ud800<script>alert(1)</script>",
    "<p>" * 500 + "<script>alert(1)</script>",
    "<b><i>" * 300 + "x",
    "",
    "\0",
]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
@pytest.mark.parametrize("frame", ["{}", "<p>前{}后</p>", "<table><tr><td>{}</td></tr></table>"], ids="bpt")
def test_nothing_passes_that_is_not_allowed(payload: str, frame: str) -> None:
    assert_clean(frame.replace("{}", payload))


def test_there_are_payloads_enough() -> None:
    assert len(set(PAYLOADS)) >= 60


@settings(deadline=None)
@given(st.text())
def test_any_text_is_some_html(text: str) -> None:
    assert_clean(text)
    plain_text(text)


fragments = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<table>",
            "</table>",
            "<tr>",
            "<td colspan=2>",
            "</td>",
            "<th>",
            "<li>",
            "<ul>",
            "</ul>",
            "<div>",
            "</div>",
            "<button>",
            "<a href=x>",
            "</a>",
            "<svg>",
            "</svg>",
            "<math>",
            "<mtext>",
            "<style>",
            "</style>",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<select>",
            "<option>",
            "<form>",
            "</form>",
            "<caption>",
            "<h2>",
            "</h2>",
            "<br>",
            "&lt;",
            "&#1;",
            "&#13;",
            "&amp;",
            "甲",
            "x",
            "\n",
            "\t",
            "<nobr>",
            "<template>",
            "<h5>",
            "<blockquote>",
            "</blockquote>",
            "<pre>\n",
            "</pre>",
            "<textarea>",
            "<title>",
            "<plaintext>",
            "<col>",
            "<tbody>",
        ]
    ),
    max_size=25,
)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(fragments)
def test_cleaning_twice_is_cleaning_once(parts: list[str]) -> None:
    assert_clean("".join(parts))


def test_the_allowed_form_stays_as_it_is() -> None:
    body = (
        "<h2>标题</h2>\n<h3>一</h3><h4>（一）</h4><p>甲<strong>乙</strong><b>丙</b><em>丁</em><i>戊</i><u>己</u><br>庚</p>"
        "<ul><li>一</li></ul><ol><li>二</li></ol><blockquote>引</blockquote>"
        '<table><caption>表</caption><thead><tr><th colspan="2">头</th></tr></thead>'
        '<tbody><tr><td rowspan="3">一</td><td>二</td></tr></tbody></table>'
    )
    assert clean_html(body) == body


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("看<a href='https://x.example'>这里</a>吧", "看这里吧"),
        ("甲<script>alert(1)</script>乙<style>p{}</style>丙<!-- 注 -->丁", "甲乙丙丁"),
        ("<div>一</div><div>二</div>\n<DIV>三</DIV>", "一\n二\n三"),
        ("<h1>一</h1>二", "一\n二"),
        ("一<div class=x>二</div>三", "一\n二\n三"),
        ("第一行\r\n第二行\r第三行\n", "第一行\n第二行\n第三行\n"),
        ("甲\x00\x07乙\x1b[31m\x7f\x85丙\u202e丁&#1;戊&#13;己", "甲乙[31m\n丙丁戊\n己"),
        ("甲\t乙", "甲 乙"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        (
            '<table><tr><td colspan="0">x</td></tr></table>',
            "<table><tbody><tr><td>x</td></tr></tbody></table>",
        ),
        (
            '<table><tr><td colspan="1001">x</td></tr></table>',
            "<table><tbody><tr><td>x</td></tr></tbody></table>",
        ),
        ('<p lang="zh" title="x">甲</p>', "<p>甲</p>"),
    ],
)
def test_what_is_kept_and_what_is_not(dirty: str, clean: str) -> None:
    assert clean_html(dirty) == clean


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>一</p><p>二</p>", "一\n二"),
        ("<p>低<b>保</b>金</p>", "低保金"),
        ("一<br>二", "一\n二"),
        ("<ul>\n  <li>一</li>\n  <li>二</li>\n</ul>", "一\n二"),
        ("<h2>标题</h2>正文", "标题\n正文"),
        ("1 &lt; 2 &amp;amp; 3&nbsp;元", "1 < 2 &amp; 3 元"),
        ("第一行\n第二行", "第一行\n第二行"),
        (
            "<table><caption>表</caption><tr><th>姓名</th><th>金额</th></tr><tr><td><p>马某</p></td><td>3<b>00</b></td></tr></table>",
            "表\n姓名\t金额\n马某\t300",
        ),
        ("<table><tr><td>一</td><td></td><td>三</td></tr></table>", "一\t\t三"),
        ("<table><tr><td>一\n  二<br>三</td></tr></table>", "一 二 三"),
        ("<table><tr><td><table><tr><td>内</td></tr></table></td><td>外</td></tr></table>", "内\t外"),
        ("<p>甲<script>alert(1)</script>乙<!-- 注 --></p>", "甲乙"),
        ("&lt;script&gt;", "<script>"),
        ("<td>散</td>", "散"),
    ],
)
def test_plain_text(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_a_crafted_nesting_takes_no_time() -> None:
    assert "甲" in plain_text("<blockquote>" * 3000 + "甲")
