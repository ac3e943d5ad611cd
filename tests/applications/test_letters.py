"""Reply letters: every one from a real application, its law and its days; what is wanting, broken or hostile."""

import io
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from docx import Document
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.applications.desk import APPLICANT, happen, record, register, rescind
from tests.clients import TestClock
from tests.journeys import As, Json
from villagepub.applications.letters.capitals import in_capitals
from villagepub.applications.letters.table import LETTERS
from villagepub.applications.outcomes import ENDINGS, GROUNDS, Outcome

SUBJECT = "洼路村2022年征地补偿安置方案"
PUBLISHER = "兴庆区掌政镇人民政府"
LAW = "《中华人民共和国政府信息公开条例》"
PARTY = "样例合作社"
NOTE = "见说明"
HOSTILE = "{{ 7*7 }}{% endfor %}<w:p/>&amp;]]>“\U0001f3db"

Step = tuple[str, str, Json]  # kind, when on the wall, what comes with it
CORRECTION: list[Step] = [
    ("correction_requested", "2023-11-08 10:00", {"request": "写明年度\n写明村名", "until": "2023-11-24"})
]
REASONS: list[Step] = [("reasons_requested", "2023-11-08 10:00", {"request": "说明多次申请的用途"})]
FEE: list[Step] = [("fee_notified", "2023-11-08 10:00", {"basis": "pages", "quantity": 200})]
THIRD: list[Step] = [
    ("third_party_asked", "2023-11-08 10:00", {"party": PARTY}),
    ("third_party_replied", "2023-11-15 10:00", {"reply": "refuse"}),
]
AGENCY: list[Step] = [("agency_asked", "2023-11-08 10:00", {"party": "样例机关"})]
EXTENDED: list[Step] = [
    ("extended", "2023-11-20 10:00", {"days": 10, "approved_by": "分管领导", "approved_on": "2023-11-17"})
]
DELAYED: list[Step] = [("delayed", "2023-11-20 10:00", {"until": "2024-03-05", "note": "数量大"})]
CORRECTED: list[Step] = [("corrected", "2023-11-20 10:00", {})]
NOT_CORRECTED: list[Step] = [("not_corrected", "2023-12-20 10:00", {})]
NOT_PAID: list[Step] = [("fee_unpaid", "2023-12-20 10:00", {"delivered_on": "2023-11-08"})]
WITHDRAWN: list[Step] = [("withdrawn", "2023-11-20 10:00", {})]


def answered(outcome: str, at: str = "2023-12-20 10:00", **more: str) -> list[Step]:
    return [("answered", at, {"outcome": outcome, "document": "掌政依复〔2023〕1号"} | more)]


# --- each letter, what it tells of, and what it must say beside whom, what and when ----------------------------

LETTER: dict[str, tuple[list[Step], list[str]]] = {
    "receipt": ([], ["第三十一条", "第三十三条第二款", "2023年11月6日", "2023年12月4日", "当面提交"]),
    "correction_notice": (CORRECTION, ["第三十条", "写明年度", "写明村名", "2023年11月8日", "2023年11月24日"]),
    "third_party_inquiry": (THIRD[:1], ["第三十二条", "15个工作日", PARTY, "由本机关依照", "2023年11月8日"]),
    "agency_inquiry": (AGENCY, ["第三十四条", "15个工作日", "样例机关", "视为同意公开", "2023年11月8日"]),
    "third_party_notice": (
        THIRD + answered("disclosed", note="事关全村"),
        ["第三十二条", PARTY, "2023年11月8日", "2023年11月15日", "事关全村", "2023年12月20日", "60日", "6个月"],
    ),
    "extension_notice": (EXTENDED, ["第三十三条第二款", "10个工作日", "2023年11月17日", "2023年12月18日"]),
    "reasons_request": (REASONS, ["第三十五条", "说明多次申请的用途", "2023年11月8日"]),
    "delay_notice": (REASONS + DELAYED, ["第三十五条", "数量大", "2024年3月5日", "2023年11月20日"]),
    "fee_notice": (
        FEE,
        ["第四十二条", "国办函〔2020〕109号", "2700元", "人民币贰仟柒佰元整", "按量计收", "200页", "2023年12月6日"],
    ),
    "answer_disclosed": (answered("disclosed"), ["第三十六条第（二）项", "掌政依复〔2023〕1号", "2023年12月20日"]),
    "answer_public": (answered("already_public", note="见镇政府网站"), ["第三十六条第（一）项", "见镇政府网站"]),
    "answer_partial": (answered("partial", ground="process_information"), ["第三十七条", "第十六条第二款", "过程稿"]),
    "answer_withheld": (answered("state_secret"), ["第十四条", "第三十六条第（三）项", "国家秘密", "不予公开"]),
    "answer_not_available": (answered("not_held"), ["第三十六条第（四）项", "不存在"]),
    "answer_not_processed": (answered("repeated"), ["第三十六条第（六）项", "不予重复处理"]),
    "answer_other": (answered("other", note="转为咨询答复"), ["转为咨询答复"]),
    "abandonment_notice": (
        CORRECTION + NOT_CORRECTED,
        ["第三十条", "2023年11月8日", "2023年11月24日", "2023年12月20日", "不再处理"],
    ),
    "withdrawal_notice": (WITHDRAWN, ["撤回", "2023年11月20日", "第二十九条"]),
}


def walk(as_: As, moment: TestClock, steps: list[Step], **changes: str) -> Json:
    """An application to which that happened, read after the last of it."""
    moment.set("2024-02-20 09:00")
    application = register(as_, **changes)
    for kind, at, fields in steps:
        application = happen(as_, application, kind, at, **fields)
    return application


def fetch(as_: As, application: Json, key: str, event: str | None = None) -> TestResponse:
    return as_("admin").get(
        f"/applications/{application['id']}/letters/{key}.docx" + (f"?event={event}" if event else "")
    )


def made(as_: As, application: Json, key: str) -> bytes:
    answer = fetch(as_, application, key)
    assert answer.status_code == 200, answer.json
    return bytes(answer.get_data())


def text_of(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)


def listed(as_: As, application: Json) -> list[str]:
    data = as_("admin").get(f"/applications/{application['id']}/letters").json["data"]
    return [letter["key"] for letter in data]


@pytest.mark.slow
def test_every_letter_is_made_and_says_whom_what_when_and_by_which_law(as_: As, moment: TestClock) -> None:
    assert set(LETTER) == set(LETTERS)
    for key, (steps, said) in LETTER.items():
        application = walk(as_, moment, steps)
        assert key in listed(as_, application)
        data = made(as_, application, key)
        text = text_of(data)
        outside = key in ("third_party_inquiry", "agency_inquiry", "third_party_notice")
        for words in [SUBJECT, application["number"], PUBLISHER, LAW, "0951-6121130", *said]:
            assert words in text, (key, words, text)
        assert (APPLICANT in text) != outside, (key, text)
        assert LETTERS[key].title in text.splitlines(), key
        assert not [mark for mark in "{}%" if mark in text], (key, text)
        assert fetch(as_, application, key).get_data() == data


def test_the_list_names_what_each_letter_tells_of(as_: As, moment: TestClock) -> None:
    application = walk(as_, moment, CORRECTION + CORRECTED + EXTENDED)
    events = [event["id"] for event in application["events"]]
    data = as_("admin").get(f"/applications/{application['id']}/letters").json["data"]
    assert [(letter["key"], letter["event"], letter["on"]) for letter in data] == [
        ("receipt", None, "2023-11-06"),
        ("correction_notice", events[0], "2023-11-08"),
        ("extension_notice", events[2], "2023-11-20"),
    ]


def test_a_date_that_may_still_move_says_so(as_: As, moment: TestClock) -> None:
    moment.set("2026-12-20 09:00")
    application = register(as_, submitted_at="2026-12-16T10:00:00+08:00")
    assert "放假安排尚未公布" in text_of(made(as_, application, "receipt"))
    moment.forward(minutes=5)
    settled = register(as_, submitted_at="2026-11-02T10:00:00+08:00")
    assert "放假安排尚未公布" not in text_of(made(as_, settled, "receipt"))


def test_the_file_is_named_for_the_letter_and_nobody_in_it(as_: As, moment: TestClock) -> None:
    application = walk(as_, moment, [])
    answer = fetch(as_, application, "receipt")
    assert answer.content_type.endswith("wordprocessingml.document")
    name = quote(f"政府信息公开申请登记回执（{application['number']}）.docx")
    assert answer.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{name}")


# --- every outcome: which letter, and what it cites ------------------------------------------------------------

BEFORE: dict[str, list[Step]] = {
    "third_party_rights": THIRD,
    "still_unclear": CORRECTION + CORRECTED,
    "excessive": REASONS,
    "abandoned_uncorrected": CORRECTION,
    "abandoned_unpaid": FEE,
}
ENDS: dict[str, list[Step]] = {
    "abandoned_uncorrected": NOT_CORRECTED,
    "abandoned_unpaid": NOT_PAID,
    "withdrawn": WITHDRAWN,
}
CITED: list[tuple[str, str, str]] = [
    ("already_public", "answer_public", f"{LAW}第三十六条第（一）项"),
    ("disclosed", "answer_disclosed", f"{LAW}第三十六条第（二）项"),
    ("state_secret", "answer_withheld", f"{LAW}第十四条、第三十六条第（三）项"),
    ("forbidden_by_law", "answer_withheld", f"{LAW}第十四条、第三十六条第（三）项"),
    ("security_and_stability", "answer_withheld", f"{LAW}第十四条、第三十六条第（三）项"),
    ("third_party_rights", "answer_withheld", f"{LAW}第十五条、第三十二条、第三十六条第（三）项"),
    ("internal_affairs", "answer_withheld", f"{LAW}第十六条第一款、第三十六条第（三）项"),
    ("process_information", "answer_withheld", f"{LAW}第十六条第二款、第三十六条第（三）项"),
    ("enforcement_file", "answer_withheld", f"{LAW}第十六条第二款、第三十六条第（三）项"),
    ("special_inquiry", "answer_withheld", f"{LAW}第三十六条第（七）项的规定，请您依照"),
    ("not_held", "answer_not_available", f"{LAW}第三十六条第（四）项"),
    ("not_responsible", "answer_not_available", f"{LAW}第三十六条第（五）项"),
    ("needs_making", "answer_not_available", f"{LAW}第三十八条"),
    ("still_unclear", "answer_not_available", f"{LAW}第三十条"),
    ("petition", "answer_not_processed", f"{LAW}第三十九条第一款"),
    ("repeated", "answer_not_processed", f"{LAW}第三十六条第（六）项"),
    ("printed_publication", "answer_not_processed", f"{LAW}第三十九条第二款"),
    ("excessive", "answer_not_processed", f"{LAW}第三十五条"),
    ("reissue", "answer_not_processed", f"{LAW}的有关规定"),
    ("other", "answer_other", f"{LAW}的有关规定"),
    ("abandoned_uncorrected", "abandonment_notice", f"{LAW}第三十条"),
    ("abandoned_unpaid", "abandonment_notice", "《政府信息公开信息处理费管理办法》"),
    ("withdrawn", "withdrawal_notice", f"{LAW}第二十九条"),
]


@pytest.mark.slow
def test_each_outcome_has_its_letter_with_its_own_words_and_article(as_: As, moment: TestClock) -> None:
    assert {outcome for outcome, _, _ in CITED} == set(Outcome) - {Outcome.PARTIAL}
    texts = []
    for outcome, key, cited in CITED:
        steps = BEFORE.get(outcome, []) + ENDS.get(outcome, answered(outcome, note=NOTE))
        application = walk(as_, moment, steps)
        assert [each for each in listed(as_, application) if each.startswith(("answer", "aban", "with"))] == [key]
        text = text_of(made(as_, application, key))
        assert f"根据{cited}" in text, (outcome, text)
        assert (NOTE in text) == (outcome not in ENDS)
        texts.append(text.replace(application["number"], ""))
    assert len(set(texts)) == len(texts)


@pytest.mark.slow
def test_the_rest_of_what_is_partly_disclosed_is_withheld_by_its_own_article(as_: As, moment: TestClock) -> None:
    reasons = set()
    for ground in GROUNDS:
        steps = BEFORE.get(ground, []) + answered("partial", "2024-01-02 10:00", ground=ground, note=NOTE)
        text = text_of(made(as_, walk(as_, moment, steps), "answer_partial"))
        assert f"根据{LAW}第三十七条的规定，现向您提供可以公开的内容" in text
        assert f"根据{LAW}{ENDINGS[ground].article}" in text, (ground, text)
        assert ("先向兴庆区人民政府申请行政复议" in text) == (ground != Outcome.SPECIAL_INQUIRY)
        reasons |= {line for line in text.splitlines() if line.startswith("其余内容")}
    assert len(reasons) == len(GROUNDS)


@pytest.mark.parametrize(
    ("outcome", "day", "first"),
    [
        ("state_secret", "2023-12-31", False),
        ("state_secret", "2024-01-01", True),
        ("enforcement_file", "2024-01-02", True),
        ("special_inquiry", "2024-01-02", False),
        ("not_held", "2024-01-02", False),
        ("repeated", "2024-01-02", False),
    ],
)
def test_since_2024_a_refusal_goes_to_reconsideration_before_the_court(
    as_: As, moment: TestClock, outcome: str, day: str, first: bool
) -> None:
    application = walk(as_, moment, answered(outcome, f"{day} 10:00", note=NOTE))
    text = text_of(made(as_, application, f"answer_{_family(outcome)}"))
    assert ("60日内先向兴庆区人民政府申请行政复议" in text) == first
    assert ("60日内向兴庆区人民政府申请行政复议，或者" in text and "6个月内" in text) != first


def _family(outcome: str) -> str:
    return next(key for each, key, _ in CITED if each == outcome).removeprefix("answer_")


# --- what does not fit, and what is wanting --------------------------------------------------------------------


def test_a_letter_that_does_not_fit_is_refused_with_the_remedy(as_: As, moment: TestClock) -> None:
    application = walk(as_, moment, answered("not_held"))
    expected = {"extension_notice": "extended", "answer_withheld": "answer_not_available", "fee_notice": "收费通知"}
    for key, remedy in expected.items():
        refused = fetch(as_, application, key)
        assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")
        assert remedy in refused.json["detail"]
    assert "第三方" in fetch(as_, application, "third_party_notice").json["detail"]
    assert fetch(as_, application, "love_letter").status_code == 404
    waiting = register(as_, channel="online")
    assert listed(as_, waiting) == []
    assert "confirmed" in fetch(as_, waiting, "receipt").json["detail"]
    done = record(as_, 2022)
    assert (listed(as_, done), fetch(as_, done, "receipt").status_code) == ([], 409)
    as_("admin").post(f"/applications/{application['id']}/void", {"reason": "重复登记"})
    assert (listed(as_, application), fetch(as_, application, "receipt").status_code) == ([], 409)


def test_what_the_law_wants_said_is_asked_for_by_name(as_: As, moment: TestClock) -> None:
    application = walk(as_, moment, answered("partial", ground="forbidden_by_law"))
    letters = as_("admin").get(f"/applications/{application['id']}/letters").json["data"]
    assert [bool(letter["lacking"]) for letter in letters] == [False, True]
    refused = fetch(as_, application, "answer_partial")
    assert (refused.status_code, list(refused.json["errors"])) == (409, ["note"])
    back = rescind(as_, application, application["events"][-1]["id"])
    assert listed(as_, back) == ["receipt"]
    again = answered("partial", ground="forbidden_by_law", note="《样例法》第一条")[0]
    happen(as_, back, again[0], again[1], **again[2])
    assert "《样例法》第一条" in text_of(made(as_, application, "answer_partial"))


def test_one_that_is_called_for_twice_is_named_by_its_event(as_: As, moment: TestClock) -> None:
    steps = [*THIRD, ("third_party_asked", "2023-11-20 10:00", {"party": "样例户二"})]
    application = walk(as_, moment, steps)
    first, last = application["events"][0]["id"], application["events"][2]["id"]
    assert PARTY in text_of(fetch(as_, application, "third_party_inquiry", first).get_data())
    assert "样例户二" in text_of(fetch(as_, application, "third_party_inquiry", last).get_data())
    assert "样例户二" in text_of(made(as_, application, "third_party_inquiry"))
    refused = fetch(as_, application, "third_party_inquiry", application["events"][1]["id"])
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["event"])


def test_the_reason_for_overruling_a_third_party_is_not_for_the_applicant(as_: As, moment: TestClock) -> None:
    application = walk(as_, moment, THIRD + answered("disclosed", note="事关全村"))
    assert "事关全村" in text_of(made(as_, application, "third_party_notice"))
    assert "事关全村" not in text_of(made(as_, application, "answer_disclosed"))


def test_whoever_objected_is_told_even_when_the_last_one_asked_agreed(as_: As, moment: TestClock) -> None:
    agreed: list[Step] = [
        ("third_party_asked", "2023-11-20 10:00", {"party": "样例户二"}),
        ("third_party_replied", "2023-11-21 10:00", {"reply": "consent"}),
    ]
    silent = walk(as_, moment, THIRD + agreed + answered("disclosed"))
    assert list(fetch(as_, silent, "third_party_notice").json["errors"]) == ["note"]
    told = walk(as_, moment, THIRD + agreed + answered("disclosed", note="事关全村"))
    assert listed(as_, told).count("third_party_notice") == 1
    text = text_of(made(as_, told, "third_party_notice"))
    assert f"{PARTY}：" in text.splitlines()
    assert "2023年11月8日" in text


def test_a_letter_says_the_day_that_was_told_however_it_moved_later(as_: As, moment: TestClock) -> None:
    application = walk(as_, moment, [])
    receipt, extension = made(as_, application, "receipt"), EXTENDED[0]
    happen(as_, application, extension[0], extension[1], **extension[2])
    notice = made(as_, application, "extension_notice")
    happen(as_, application, "third_party_asked", "2023-11-21 10:00", party=PARTY)
    assert (made(as_, application, "receipt"), made(as_, application, "extension_notice")) == (receipt, notice)


def test_only_those_who_may_read_who_the_applicant_is(as_: As, moment: TestClock) -> None:
    path = f"/applications/{walk(as_, moment, [])['id']}/letters"
    for verb in ("", "/receipt.docx"):
        answers = {who: as_(who).get(path + verb).status_code for who in ("admin", "leader", "secrecy", "daxin-admin")}
        assert answers == {"admin": 200, "leader": 200, "secrecy": 403, "daxin-admin": 404}


# --- templates -------------------------------------------------------------------------------------------------


@pytest.fixture
def templates(app: Flask, tmp_path: Path) -> Path:
    """The office's own copy of the templates."""
    folder = Path(shutil.copytree(app.config["SETTINGS"].letters_dir, tmp_path / "letters"))
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], letters_dir=folder)
    return folder


def test_texts_stay_texts_whatever_they_hold(as_: As, moment: TestClock) -> None:
    request = [("correction_requested", "2023-11-08 10:00", {"request": HOSTILE, "until": "2023-11-24"})]
    names = {"applicant_name": HOSTILE, "subject": HOSTILE}
    text = text_of(made(as_, walk(as_, moment, request, **names), "correction_notice"))
    assert text.splitlines()[3] == f"{HOSTILE}："
    assert f"申请公开的事项：{HOSTILE}" in text
    assert HOSTILE in text.splitlines()


def test_a_clerk_may_edit_the_words_and_a_slip_is_named(as_: As, moment: TestClock, templates: Path) -> None:
    application = walk(as_, moment, [])
    _add(templates / "receipt.docx", "特此告知{{ 收件人 }}。")
    assert f"特此告知{APPLICANT}。" in text_of(made(as_, application, "receipt"))
    _add(templates / "receipt.docx", "{{ 答复期线 }}")
    refused = fetch(as_, application, "receipt")
    assert (refused.status_code, refused.json["code"]) == (409, "template_refused")
    assert "答复期线" in refused.json["detail"]
    assert "是否应为“答复期限”" in refused.json["detail"]


def test_a_letter_to_others_cannot_name_the_applicant(as_: As, moment: TestClock, templates: Path) -> None:
    application = walk(as_, moment, THIRD[:1])
    _add(templates / "third_party_inquiry.docx", "{{ 申请内容 }}")
    assert fetch(as_, application, "third_party_inquiry").json["code"] == "template_refused"


def _add(template: Path, words: str) -> None:
    document = Document(str(template))
    document.add_paragraph(words)
    document.save(str(template))


# --- amounts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (10, "壹拾"),
        (100, "壹佰"),
        (720, "柒佰贰拾"),
        (2007, "贰仟零柒"),
        (2700, "贰仟柒佰"),
        (10_040, "壹万零肆拾"),
        (100_500, "壹拾万零伍佰"),
        (3_994_740, "叁佰玖拾玖万肆仟柒佰肆拾"),
        (500_000_100, "伍亿零壹佰"),
    ],
)
def test_amounts_in_words(amount: int, words: str) -> None:
    assert in_capitals(amount) == f"人民币{words}元整"


@given(st.integers(1, 10**10))
def test_words_say_the_same_amount(amount: int) -> None:
    assert _amount(in_capitals(amount).removeprefix("人民币").removesuffix("元整")) == amount


def _amount(words: str) -> int:
    for sign, size in (("亿", 10**8), ("万", 10**4), ("仟", 1000), ("佰", 100), ("拾", 10)):
        head, found, tail = words.partition(sign)
        if found:
            return _amount(head) * size + _amount(tail)
    digits = words.lstrip("零")
    return "零壹贰叁肆伍陆柒捌玖".index(digits) if digits else 0
