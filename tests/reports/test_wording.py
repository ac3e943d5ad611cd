"""The template of the report's sentences: a number can only be printed by a reference, and never by typing it."""

from pathlib import Path
from typing import Any

import pytest

from config.base import PROJECT
from villagepub.core.errors import TemplateRefused
from villagepub.reports.sentences import NAMES
from villagepub.reports.wording import BLOCKS, Reference, load_wording, wording_of

TEMPLATE = PROJECT / "config" / "reports" / "part-one.j2"
WHOLE = TEMPLATE.read_text(encoding="utf-8")


def _with(text: str) -> str:
    """A template of all blocks, with this text in the first."""
    blocks = [f"{{% block {block} %}}{text if block == 'preface' else ''}{{% endblock %}}" for block in BLOCKS]
    return "\n".join(blocks)


def _write(text: str, **references: Any) -> str:
    return wording_of(_with(text), frozenset(references)).write("preface", references)


def test_the_template_that_comes_with_the_program_is_accepted() -> None:
    load_wording(TEMPLATE, NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "公开信息394条",
        "公开信息３９４条",
        "公开信息三百九十四条",
        "培训两次",
        "{{ 394 }}条",
        '{{ "394" }}条',
        '{{ "三百条" }}',
        "{{ x + 1 }}条",
        "{{ x if x else 394 }}",
        "{% set n = 394 %}{{ n }}条",
        "{% if x == 1 %}394条{% endif %}",
        "{% for n in [1, 2] %}{{ n }}{% endfor %}",
        '{{ x ~ "9" }}',
        '{{ x|unit("9条") }}',
        "{# 注释 #}百分之九十",
    ],
)
def test_a_typed_number_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(TemplateRefused, match="第 1 行写了数字"):
        wording_of(_with(text), frozenset({"x"}))


@pytest.mark.parametrize("place", [WHOLE.find("主动公开信息"), WHOLE.find("均予以规范回复"), WHOLE.find("审批后")])
def test_a_number_typed_anywhere_into_the_real_template_is_refused(place: int) -> None:
    assert place > 0
    with pytest.raises(TemplateRefused):
        wording_of(WHOLE[:place] + "117条" + WHOLE[place:], NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "依据国办公开办函〔2021〕30号",
        "第二十条第（一）项",
        "一是加强领导，二是三审三校",
        "{% if x == 0 %}没有{% endif %}",
        '{{ x["r05"] }}',
        "{# 2023 年改 #}文字",
    ],
)
def test_names_comparisons_and_notes_may_have_digits(text: str) -> None:
    wording_of(_with(text), frozenset({"x"}))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (_with("{{ nonsense }}"), "没有“nonsense”这个引用"),
        (_with("{{ x|length }}"), "写法有误"),
        (_with("{{ x "), "写法有误"),
        (_with("").replace("{% block contact %}{% endblock %}", ""), "缺少 contact 一节"),
        (_with("{{ range(3) }}"), "没有“range”这个引用"),
    ],
)
def test_other_faults_are_named(source: str, sentence: str) -> None:
    with pytest.raises(TemplateRefused, match=sentence):
        wording_of(source, frozenset({"x"}))


@pytest.mark.parametrize("text", ["{{ x.__class__ }}", "{{ x.y }}"])
def test_what_a_reference_has_not_cannot_be_printed(text: str) -> None:
    with pytest.raises(TemplateRefused):
        _write(text, x=Reference("数", 1, []))


def test_what_is_not_entered_says_so_once_printed() -> None:
    missing: list[str] = []
    entered, blank = Reference("微博", 67, missing), Reference("网站", None, missing)
    text = '微博{{ a|unit("条") }}{% if b.value == 0 %}，没有网站{% endif %}'
    assert _write(text, a=entered, b=blank) == "微博67条"
    assert missing == []
    assert _write('网站{{ b|unit("条") }}', b=blank) == "网站未填报"
    assert missing == ["网站"]


def test_zero_is_printed_as_it_is() -> None:
    assert _write('{{ a|unit("件") }}', a=Reference("申请", 0, [])) == "0件"


def test_the_author_may_break_lines_and_the_reader_sees_none() -> None:
    assert _write("甲\n   乙\n{{ x }}\n丙", x="一\n二") == "甲乙一\n二丙"


def test_markup_stays_text() -> None:
    assert _write("{{ x }}", x="<b>&") == "<b>&"


def test_an_edited_template_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "part-one.j2"
    path.write_text(_with("旧"), encoding="utf-8")
    assert load_wording(path, frozenset()).write("preface", {}) == "旧"
    path.write_text(_with("新的"), encoding="utf-8")
    assert load_wording(path, frozenset()).write("preface", {}) == "新的"
