"""What a finding does: it stops, it warns, it is answered, and it holds exactly as long as its passage does."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from flask import Flask

from tests.clearance.passages import ID_CARD, MOBILE, WITH_ID, WITH_INTERNAL, WITH_MEMO, WITH_MOBILE
from tests.clients import Client
from tests.intake import make_files as make
from tests.journeys import VILLAGE, As, Json, attach, content, decide, decision, draft, publish, put, submit

UPLOADER = f"uploader-{VILLAGE}"
REASON = {"reason": "是公开的办公电话，不是个人的"}


def _submit(as_: As, item: Json, **body: object) -> Json:
    answer = as_(UPLOADER).post(f"/disclosures/{item['id']}/submit", body or None)
    return {"status": answer.status_code, **answer.json}


def _finding(item: Json) -> Json:
    (found,) = item["findings"]
    return dict(found)


def _answer(as_: As, who: str, item: Json, verb: str, finding: Json | None = None) -> Json:
    path = f"/disclosures/{item['id']}/findings/{(finding or _finding(item))['id']}/{verb}"
    answer = as_(who).post(path, REASON)
    return {"status": answer.status_code, **answer.json}


def _reread(as_: As, item: Json) -> Json:
    return dict(as_(UPLOADER).get(f"/disclosures/{item['id']}").json)


# --- blocks -------------------------------------------------------------------------------------------------


def test_a_draft_may_hold_what_blocks_but_cannot_be_submitted(as_: As) -> None:
    item = draft(as_, body=WITH_ID)
    finding = _finding(item)
    assert (finding["kind"], finding["severity"], finding["field"]) == ("id_card", "block", "body")
    assert item["body"][finding["start"] : finding["end"]] == ID_CARD
    refused = _submit(as_, item)
    assert (refused["status"], refused["code"], refused["findings"]) == (422, "sensitive_content", [finding["id"]])
    assert list(refused["errors"]) == ["body"]
    assert ID_CARD not in str(refused) + str(finding)
    assert _reread(as_, item)["state"] == "draft"


@pytest.mark.parametrize("field", ["title", "body"])
def test_it_is_looked_for_in_every_text(as_: As, field: str) -> None:
    item = draft(as_, **{field: f"联系人手机：{MOBILE}"})
    assert _finding(item)["field"] == field


@pytest.mark.slow
def test_a_correction_is_screened_with_its_note(as_: As) -> None:
    published = publish(as_)
    note = {"change_note": f"原件漏写联系人手机：{MOBILE}"}
    correction = as_(UPLOADER).post(f"/disclosures/{published['id']}/corrections", note).json
    assert _finding(correction)["field"] == "change_note"
    assert _submit(as_, correction)["code"] == "sensitive_content"


def test_an_edit_takes_it_away(as_: As) -> None:
    item = put(as_, draft(as_, body=WITH_ID))
    assert item["findings"] == []
    assert submit(as_, item)["state"] == "in_review"


def test_applying_the_suggestions_is_one_edit(as_: As) -> None:
    item = draft(as_, body=WITH_ID + WITH_MOBILE, title=f"收支（{MOBILE}）")
    etag = as_(UPLOADER).get(f"/disclosures/{item['id']}").headers["ETag"]
    path = f"/disclosures/{item['id']}/apply-suggestions"
    assert as_(UPLOADER).post(path).status_code == 428
    one = item["findings"][0]["id"]
    after = as_(UPLOADER).post(path, {"findings": [one]}, headers={"If-Match": etag})
    assert len(after.json["findings"]) == 2
    assert as_(UPLOADER).post(path, headers={"If-Match": etag}).status_code == 412
    done = as_(UPLOADER).post(path, headers={"If-Match": after.headers["ETag"]})
    assert done.json["findings"] == []
    assert done.json["body"] == "<p>收款人身份证号：640104********1236。</p><p>联系人手机：138****0000。</p>"
    assert done.json["revision"] == item["revision"] + 2
    unknown = as_(UPLOADER).post(path, {"findings": [one]}, headers={"If-Match": done.headers["ETag"]})
    assert (unknown.status_code, list(unknown.json["errors"])) == (422, ["findings"])


def test_applying_all_suggestions_leaves_what_was_overruled(as_: As) -> None:
    item = draft(as_, body=WITH_MOBILE)
    assert _answer(as_, "secrecy", item, "overrule")["status"] == 200
    etag = as_(UPLOADER).get(f"/disclosures/{item['id']}").headers["ETag"]
    after = as_(UPLOADER).post(f"/disclosures/{item['id']}/apply-suggestions", headers={"If-Match": etag})
    assert after.json["body"] == WITH_MOBILE
    assert submit(as_, item)["state"] == "in_review"


def test_suggestions_fit_into_tags_and_references(as_: As) -> None:
    body = f"<p>手机：138<b>9500</b>0000 &amp; <i>1389500&#48;001</i></p><table><tr><td>{ID_CARD}</td></tr></table>"
    item = draft(as_, body=body)
    assert len(item["findings"]) == 3
    etag = as_(UPLOADER).get(f"/disclosures/{item['id']}").headers["ETag"]
    after = as_(UPLOADER).post(f"/disclosures/{item['id']}/apply-suggestions", headers={"If-Match": etag})
    assert after.json["findings"] == []
    assert "手机：138****0000<b></b> &amp; <i>138****0001</i>" in after.json["body"]


def test_what_can_never_go_out_any_more_waits_for_nobody(as_: As) -> None:
    item = draft(as_, body=WITH_ID)
    assert len(as_("admin").get("/findings").json["data"]) == 1
    etag = as_(UPLOADER).get(f"/disclosures/{item['id']}").headers["ETag"]
    assert as_(UPLOADER).delete(f"/disclosures/{item['id']}", headers={"If-Match": etag}).status_code == 204
    assert as_("admin").get("/findings").json["data"] == []


def test_a_list_of_people_is_not_even_kept(as_: As) -> None:
    rows = "".join(f"<p>{1380000 + number}0000 {13800000000 + number}</p>" for number in range(400))
    answer = as_(UPLOADER).post("/disclosures", {"village": VILLAGE, "entry": "C02"} | content(body=rows))
    assert (answer.status_code, answer.json["code"]) == (422, "sensitive_content")
    assert "13800000" not in answer.text


# --- files --------------------------------------------------------------------------------------------------


def test_a_file_is_screened_like_the_body_and_its_name_too(as_: As) -> None:
    item = draft(as_)
    cell = make.docx(f"<w:p><w:r><w:t>身份证号：{ID_CARD}</w:t></w:r></w:p>")
    file = attach(as_, item, f"张三{MOBILE}.docx", cell)
    found = {(each["kind"], each["place"]) for each in _reread(as_, item)["findings"]}
    assert ("mobile", "文件名") in found
    assert "id_card" in {kind for kind, _ in found}
    assert {each["field"] for each in _reread(as_, item)["findings"]} == {f"attachments/{file['id']}"}
    assert _submit(as_, item)["code"] == "sensitive_content"
    as_(UPLOADER).delete(f"/disclosures/{item['id']}/attachments/{file['id']}")
    assert _reread(as_, item)["findings"] == []
    assert _submit(as_, item)["status"] == 200


def test_the_same_words_in_two_headers_are_one_finding(as_: As) -> None:
    def header(ending: str) -> str:
        text = "内部资料" + "收支情况逐项列在下面。" * 6 + ending
        return f"<w:hdr {make.W}><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:hdr>"

    links = make.relations(("rId8", "header", "header1.xml"), ("rId9", "header", "header2.xml"))
    parts = {"word/header1.xml": header("甲"), "word/header2.xml": header("乙"), "word/_rels/document.xml.rels": links}
    item = draft(as_)
    attach(as_, item, "通知.docx", make.docx(parts=parts))
    assert [each["place"] for each in _reread(as_, item)["findings"]] == ["页眉页脚"]


def test_the_name_of_a_sheet_is_masked_where_it_says_the_place(as_: As) -> None:
    item = draft(as_)
    parts = make.xlsx_parts(make.row(1, f"身份证号：{ID_CARD}"))
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("收支", f"张三{MOBILE}")
    attach(as_, item, "名单.xlsx", make.zipped(parts))
    shown = as_(UPLOADER).get(f"/disclosures/{item['id']}")
    assert {each["kind"] for each in shown.json["findings"]} == {"id_card", "mobile"}
    assert MOBILE not in shown.text


@pytest.mark.slow
def test_what_no_machine_can_read_each_reviewer_says_to_have_read(as_: As) -> None:
    item = draft(as_)
    photo = attach(as_, item, "现场.jpg", make.phone_photo())
    item = submit(as_, item)
    for _ in range(3):
        path = f"/disclosures/{item['id']}/decisions"
        reviewer = as_({"secrecy": "secrecy", "office": "office-finance", "leader": "leader"}[item["stage"]])
        refused = reviewer.post(path, decision(item, read_attachments=[]))
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["read_attachments"])
        item = decide(as_, item, read_attachments=[photo["id"]])
    assert item["state"] == "published"
    steps = as_("leader").get(f"/disclosures/{item['id']}/history").json["data"]
    assert [step["data"]["read_attachments"] for step in steps if step["action"] == "review.approve"] == [
        [photo["id"]]
    ] * 3


# --- warnings -----------------------------------------------------------------------------------------------


def test_a_warning_needs_a_reason_which_every_reviewer_sees(as_: As) -> None:
    item = draft(as_, body=WITH_MEMO)
    finding = _finding(item)
    assert (finding["kind"], finding["severity"], finding["is_open"]) == ("work_secret", "warn", True)
    refused = _submit(as_, item)
    assert (refused["status"], refused["code"]) == (422, "acknowledgement_required")
    item = submit(as_, item, {finding["id"]: "只是落款，可以公开"})
    for _ in range(3):
        reviewer = as_({"secrecy": "secrecy", "office": "office-finance", "leader": "leader"}[item["stage"]])
        (waiting,) = reviewer.get("/review/queue").json["data"]
        said = _finding(waiting["disclosure"])["acknowledged"]
        assert said["reason"] == "只是落款，可以公开"
        item = decide(as_, item)
    assert item["state"] == "published"
    actions = [step["action"] for step in as_("leader").get(f"/disclosures/{item['id']}/history").json["data"]]
    assert actions.count("finding.acknowledged") == 1


def test_only_warnings_of_this_item_can_be_acknowledged(as_: As) -> None:
    item, other = draft(as_, body=WITH_ID), draft(as_, body=WITH_MEMO, period="2023-09")
    for finding in (_finding(item), _finding(other)):
        refused = _submit(as_, item, acknowledge=[{"finding": finding["id"], "reason": "可以"}])
        assert (refused["status"], refused["code"]) == (422, "invalid")


# --- appeals ------------------------------------------------------------------------------------------------


def test_an_overruled_block_holds_while_the_passage_stands_and_no_longer(as_: As) -> None:
    item = draft(as_, body=WITH_INTERNAL)
    assert _answer(as_, UPLOADER, item, "appeal")["status"] == 200
    (listed,) = as_("secrecy").get("/findings?appealed=true").json["data"]
    assert (listed["disclosure"], listed["appealed"]["reason"]) == (item["id"], REASON["reason"])
    assert any("申诉" in each["text"] for each in as_("secrecy").get("/me/notices").json["data"])
    overruled = _answer(as_, "secrecy", item, "overrule")
    assert (overruled["answer"], overruled["is_open"]) == ("overruled", False)
    kept = put(as_, item, body=WITH_INTERNAL + "<p>补充说明。</p>")
    assert _finding(kept)["answer"] == "overruled"
    changed = put(as_, item, body="<p>内部资料，请勿外传</p>")
    assert all(each["answer"] is None for each in changed["findings"])
    back = put(as_, item, body=WITH_INTERNAL)
    assert _submit(as_, back)["code"] == "sensitive_content"


def test_an_upheld_block_stays_a_block_and_may_be_appealed_again(as_: As) -> None:
    item = draft(as_, body=WITH_INTERNAL)
    _answer(as_, UPLOADER, item, "appeal")
    assert _answer(as_, UPLOADER, item, "appeal")["code"] == "wrong_state"
    assert _answer(as_, "secrecy", item, "uphold")["is_open"] is True
    assert _submit(as_, item)["code"] == "sensitive_content"
    assert any("答复" in each["text"] for each in as_(UPLOADER).get("/me/notices").json["data"])
    again = _answer(as_, UPLOADER, item, "appeal")
    assert (again["status"], again["answer"]) == (200, None)


@pytest.mark.parametrize(
    ("who", "verb", "status"),
    [
        (UPLOADER, "overrule", 403),
        ("leader", "overrule", 403),
        ("office-finance", "overrule", 403),
        ("admin", "overrule", 403),
        ("secrecy", "appeal", 403),
        ("uploader-640104100203", "appeal", 404),
        ("secrecy", "overrule", 200),
        ("secrecy", "uphold", 200),
    ],
)
def test_who_may_answer(as_: As, who: str, verb: str, status: int) -> None:
    item = draft(as_, body=WITH_INTERNAL)
    assert _answer(as_, who, item, verb)["status"] == status


@pytest.mark.slow
def test_a_correction_begins_with_what_was_overruled(as_: As) -> None:
    item = draft(as_, body=WITH_INTERNAL)
    _answer(as_, "secrecy", item, "overrule")
    item = submit(as_, item)
    while item["state"] == "in_review":
        item = decide(as_, item)
    note = {"change_note": "更正合计数"}
    correction = as_(UPLOADER).post(f"/disclosures/{item['id']}/corrections", note).json
    assert _finding(correction)["answer"] == "overruled"
    assert submit(as_, correction)["state"] == "in_review"


# --- failing closed -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_nothing_is_stored_or_published_while_the_rules_cannot_be_read(app: Flask, as_: As, tmp_path: Path) -> None:
    settings = app.config["SETTINGS"]
    folder = tmp_path / "rules"
    copytree(settings.screening_dir, folder)
    app.config["SETTINGS"] = replace(settings, screening_dir=folder)
    waiting, item = submit(as_, draft(as_)), draft(as_, period="2023-09")
    waiting = decide(as_, decide(as_, waiting))
    (folder / "words.yaml").write_text("health: [", encoding="utf-8")
    for answer in (
        as_(UPLOADER).post("/disclosures", {"village": VILLAGE, "entry": "C02"} | content()),
        as_(UPLOADER).post(f"/disclosures/{item['id']}/submit"),
        as_(UPLOADER).post(f"/disclosures/{item['id']}/screen"),
        as_("leader").post(f"/disclosures/{waiting['id']}/decisions", decision(waiting)),
    ):
        assert (answer.status_code, answer.json["code"]) == (503, "screening_unavailable")
    assert _reread(as_, waiting)["stage"] == "leader"
    copytree(settings.screening_dir, folder, dirs_exist_ok=True)
    assert decide(as_, waiting)["state"] == "published"


@pytest.mark.slow
def test_a_reason_for_withdrawing_is_public_and_so_screened(as_: As, anybody: Client) -> None:
    item = publish(as_)
    refused = as_("admin").post(f"/disclosures/{item['id']}/withdraw", {"reason": f"请联系 {MOBILE}"})
    assert (refused.status_code, refused.json["code"], list(refused.json["errors"])) == (
        422,
        "sensitive_content",
        ["reason"],
    )
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 200
