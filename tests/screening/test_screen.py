"""What is found where, how it is told, and what following the suggestions leaves."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.screening.measure import TODAY, read
from villagepub.screening.findings import Finding
from villagepub.screening.folding import looks_like_html
from villagepub.screening.masking import apply_suggestions
from villagepub.screening.rules import Rules
from villagepub.screening.screen import screen

ID = "640104199003071236"
CARD = "6228480280000000008"


def _found(text: str, rules: Rules, entry: str | None = None) -> list[tuple[str, str]]:
    findings = screen(text, html=looks_like_html(text), rules=rules, today=TODAY, entry=entry)
    return [(one.kind, text[one.start : one.end]) for one in findings]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"身份证{ID}，电话+86 138-1234-5678", [("id_card", ID), ("mobile", "138-1234-5678")]),
        ("8613812345678", [("mobile", "13812345678")]),
        (f"残疾人证{ID}43", [("id_card", ID + "43")]),
        (f"学籍号G{ID}", [("id_card", ID)]),
        ("<b>640104</b>19900307<i>1236</i>", [("id_card", "640104</b>19900307<i>1236")]),
        (f"<td>{ID[:6]}</td><td>{ID[6:]}</td>", []),
        (f"1{ID}", []),
        ("(0951)6121130", []),
        ("家庭电话(0951)6028888", [("landline", "0951)6028888")]),
        (f"{CARD}，马建国", [("bank_card", CARD)]),
        (f"掌政村股份经济合作社账户{CARD}", []),
        (f"由合作社代发至马建国账户{CARD}", [("bank_card", CARD)]),
        ("学生证E12345678", []),
        ("护照E12345678", [("passport", "E12345678")]),
        ('6401<span title="a>b">04199003071236</span>', [("id_card", '6401<span title="a>b">04199003071236')]),
        ("12.13812345678", [("mobile", "13812345678")]),
        ("3000 2600 1800 1200 900 860", []),
        ("138   12345678", []),
        ("户名：掌政村股份经济合作社\n开户行：农商行\n账号：" + CARD, []),
        ("姓名：撖啶嚣\n病情：癌症", [("health", "癌症")]),
        ("买买提.吐尔逊患癌症", [("health", "癌症")]),
        ("聋哑人马建国", [("health", "聋哑")]),
        ("密级：秘密 保密期限：1年", [("secret_mark", "密级：秘密 保密期限：1年")]),
        ("机密★5年", [("secret_mark", "机密★5年")]),
        ("机密\n会议纪要", [("secret_mark", "机密")]),
        ("会议纪要", [("work_secret", "会议纪要")]),
        ("孤儿马小明，父亲服刑", [("minor", "孤儿")]),
        ("马某某患尿毒症", []),
    ],
)
def test_what_is_found(text: str, found: list[tuple[str, str]], rules: Rules) -> None:
    assert _found(text, rules) == found


def test_an_entry_has_rules_of_its_own(rules: Rules) -> None:
    assert _found("马建国负债", rules, "G01") == [("hardship", "负债")]
    assert _found("马建国半护理", rules, "G02") == []


def test_a_longer_safe_phrase_beats_a_shorter_word(rules: Rules) -> None:
    assert _found("马建国患癌症", rules) == [("health", "癌症")]
    assert _found("马建国参加癌症筛查", rules) == []


def test_a_mark_of_a_state_secret_is_told_apart(rules: Rules) -> None:
    marks = screen("机密★5年\n内部资料，注意保存", html=False, rules=rules)
    assert [one.is_classified for one in marks] == [True, False]
    assert {one.severity for one in marks} == {"block"}


def test_a_childs_identity_number_says_so(rules: Rules) -> None:
    text = "64010420120229001X"
    child, grown = (screen(text, html=False, rules=rules, today=day)[0] for day in (TODAY, date(2031, 1, 1)))
    assert "未成年人" in child.reason
    assert "未成年人" not in grown.reason


def test_a_finding_never_carries_its_value(rules: Rules) -> None:
    for line in read("corpus.jsonl"):
        for one in screen(line["text"], html=line["html"], rules=rules, today=TODAY):
            value = line["text"][one.start : one.end]
            assert value not in str(one) or one.kind in {"secret_mark", "work_secret"}, one


def test_ids_stay_while_the_passage_stays(rules: Rules) -> None:
    near = "，这里是足够长的一段话，" * 4
    once = screen(f"{near}{ID}{near}", html=False, rules=rules)
    moved = screen(f"前面又加了一段。{near}{ID}{near}{ID}", html=False, rules=rules)
    assert once[0].id == moved[0].id != moved[1].id
    assert screen(f"{near}{ID}{near}", html=False, rules=rules, pepper=b"x")[0].id != once[0].id


@pytest.mark.parametrize("name", ["corpus.jsonl", "holdout.jsonl", "second.jsonl", "third.jsonl", "fourth.jsonl"])
def test_following_the_suggestions_leaves_nothing_to_find(name: str, rules: Rules) -> None:
    for line in read(name):
        findings = screen(line["text"], html=line["html"], rules=rules, today=TODAY)
        after = apply_suggestions(line["text"], findings)
        left = screen(after, html=line["html"], rules=rules, today=TODAY)
        assert {one.kind for one in left} <= {"secret_mark", "work_secret"}, (line["text"], after, left)
        assert after.count("<b>") == line["text"].count("<b>")


def test_overlapping_findings_are_left_out_together(rules: Rules) -> None:
    first = Finding("1", "health", "block", 0, 4, "", "", "（略）")
    assert apply_suggestions("甲乙丙丁戊己", [first, first._replace(start=2, end=5)]) == "（略）己"


HOSTILE = st.lists(
    st.sampled_from(
        [
            "马建国",
            "癌",
            "<td>",
            "<b>",
            "</p>",
            "6",
            "1381234",
            ID,
            "①",
            "幺",
            "\u200b",
            "★",
            "机密",
            "3组12号",
            "岁",
            "@qq.com",
            "&#54;",
            "\n",
            "。",
            " ",
            "密级：",
            "（",
            "名单",
            "病情：",
            "宁A",
            "0951-",
            "O",
            "小学三年级",
            "内部资料",
            "�",
            "十",
            "年龄：",
        ]
    ),
    max_size=40,
).map("".join)


@given(text=st.one_of(st.text(), HOSTILE), html=st.booleans())
def test_any_text_is_screened(text: str, html: bool, rules: Rules) -> None:
    for one in screen(text, html=html, rules=rules, today=TODAY):
        assert 0 <= one.start < one.end <= len(text)
