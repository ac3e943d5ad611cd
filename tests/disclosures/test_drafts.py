"""A village writes: drafts, revisions, attachments, corrections, and what the fields may hold."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.clients import Client, TestClock
from tests.intake import make_files as make
from tests.journeys import NEIGHBOUR, VILLAGE, As, Json, content, decide, draft, publish, put, submit
from villagepub.core.digest import digest_of_bytes
from villagepub.intake.examining import examine
from villagepub.intake.limits import Limits

UPLOADER = f"uploader-{VILLAGE}"
PDF, DOCX, XLSX = make.pdf(), make.docx(), make.xlsx()
PNG, JPEG, WEBP = (make.picture(form, (40, 30)) for form in ("PNG", "JPEG", "WEBP"))
MISSING = "01HEH29GM0000000000000000Z"


@pytest.fixture
def uploader(as_: As) -> Client:
    return as_(UPLOADER)


def _new(**changes: Any) -> Json:
    return {"village": VILLAGE, "entry": "C02"} | content(**changes)


def _path(item: Json, *more: str) -> str:
    return "/".join([f"/disclosures/{item['id']}", *more])


def _etag(client: Client, item: Json) -> str:
    return str(client.get(_path(item)).headers["ETag"])


def _attach(client: Client, item: Json, name: str = "说明.docx", data: bytes = DOCX) -> Any:
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(data), name)})
    return client.post(
        _path(item, "attachments"), data=body, content_type=f'multipart/form-data; boundary="{boundary}"'
    )


def _errors(answer: Any) -> tuple[int, list[str]]:
    return answer.status_code, sorted(answer.json.get("errors", {}))


def _code(answer: Any) -> str:
    return f"{answer.status_code} {answer.json['code']}"


# --- creating and editing ------------------------------------------------------------------------------------


def test_a_new_draft_says_where_it_is_and_what_version(uploader: Client) -> None:
    answer = uploader.post("/disclosures", _new())
    assert answer.status_code == 201
    item = answer.json
    assert answer.headers["Location"] == f"/api/v1/disclosures/{item['id']}"
    assert (item["state"], item["stage"], item["revision"], item["number"]) == ("draft", None, 1, None)
    assert item["created_at"] == "2023-11-06T09:00:00+08:00"
    assert item["digest"].startswith("sm3:")
    shown = uploader.get(answer.headers["Location"])
    assert (shown.json, shown.headers["ETag"]) == (item, answer.headers["ETag"])


def test_what_is_left_out_has_a_default(uploader: Client) -> None:
    short = {name: _new()[name] for name in ("village", "entry", "title", "body", "period")}
    item = uploader.post("/disclosures", short).json
    assert (item["event_on"], item["nothing_to_report"], item["audience"]) == (None, False, "public")


@pytest.mark.parametrize("missing", ["village", "entry", "title", "body"])
def test_the_four_fields_of_a_draft_are_compulsory(uploader: Client, missing: str) -> None:
    body = {name: value for name, value in _new().items() if name != missing}
    assert _errors(uploader.post("/disclosures", body)) == (422, [missing])


def test_a_village_writes_for_itself_alone(as_: As, uploader: Client) -> None:
    assert _code(uploader.post("/disclosures", _new(village=NEIGHBOUR) | {"village": NEIGHBOUR})) == "404 not_found"
    assert _code(uploader.post("/disclosures", _new() | {"village": "999999999999"})) == "404 not_found"
    for who in ("secrecy", "office-finance", "leader", "admin", "auditor"):
        assert _code(as_(who).post("/disclosures", _new())) == "403 forbidden"


def test_several_drafts_may_share_village_entry_and_period(as_: As, uploader: Client) -> None:
    ids = [draft(as_)["id"] for _ in range(3)]
    listed = [row["id"] for row in uploader.get("/disclosures").json["data"]]
    assert listed == ids[::-1]


def test_an_edit_replaces_the_content_and_counts_a_revision(uploader: Client, as_: As) -> None:
    item = draft(as_)
    etag = _etag(uploader, item)
    answer = uploader.put(_path(item), content(title="新标题"), headers={"If-Match": etag})
    assert (answer.status_code, answer.json["title"], answer.json["revision"]) == (200, "新标题", 2)
    assert answer.json["digest"] != item["digest"]
    assert answer.headers["ETag"] not in ("", etag)
    assert uploader.get(_path(item)).headers["ETag"] == answer.headers["ETag"]


def test_going_back_to_the_same_text_gives_the_same_digest_and_a_new_revision(as_: As) -> None:
    item = draft(as_)
    put(as_, item, title="新标题")
    again = put(as_, item)
    assert (again["digest"], again["revision"]) == (item["digest"], 3)


@pytest.mark.parametrize("field", sorted(content()))
def test_an_edit_sends_all_six_fields(uploader: Client, as_: As, field: str) -> None:
    item = draft(as_)
    body = {name: value for name, value in content().items() if name != field}
    answer = uploader.put(_path(item), body, headers={"If-Match": _etag(uploader, item)})
    assert _errors(answer) == (422, [field])


@pytest.mark.parametrize("field", ["village", "entry", "state", "number", "stage"])
def test_what_is_fixed_cannot_be_sent(uploader: Client, as_: As, field: str) -> None:
    item = draft(as_)
    body = content() | {field: item[field] or "C03"}
    answer = uploader.put(_path(item), body, headers={"If-Match": _etag(uploader, item)})
    assert _errors(answer) == (422, [field])


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_if_match_is_looked_at_before_the_body(uploader: Client, as_: As, method: str) -> None:
    item = draft(as_)
    assert _code(uploader.open(method, _path(item), json={"nonsense": 1})) == "428 if_match_missing"
    body = content() if method == "PUT" else None
    stale = uploader.open(method, _path(item), json=body, headers={"If-Match": '"9-draft-none"'})
    assert _code(stale) == "412 if_match_stale"
    assert uploader.get(_path(item)).json == item


def test_a_stale_edit_is_refused_before_its_body_is_judged(uploader: Client, as_: As) -> None:
    item = draft(as_)
    stale = _etag(uploader, item)
    put(as_, item, title="别处已改")
    answer = uploader.put(_path(item), {"nonsense": 1}, headers={"If-Match": stale})
    assert _code(answer) == "412 if_match_stale"


def test_a_submitted_item_is_not_edited_and_its_etag_is_another(uploader: Client, as_: As) -> None:
    item = draft(as_)
    before = _etag(uploader, item)
    submit(as_, item)
    assert _code(uploader.put(_path(item), content(), headers={"If-Match": before})) == "412 if_match_stale"
    fresh = {"If-Match": _etag(uploader, item)}
    assert _code(uploader.put(_path(item), content(), headers=fresh)) == "409 wrong_state"
    assert _code(uploader.delete(_path(item), headers=fresh)) == "409 wrong_state"


def test_a_deleted_draft_is_gone_for_everybody(uploader: Client, as_: As) -> None:
    item = draft(as_)
    answer = uploader.delete(_path(item), headers={"If-Match": _etag(uploader, item)})
    assert (answer.status_code, answer.data) == (204, b"")
    for who in (UPLOADER, "auditor", "admin"):
        assert _code(as_(who).get(_path(item))) == "404 not_found"
        assert as_(who).get("/disclosures").json["data"] == []
    assert _code(uploader.post(_path(item, "submit"))) == "404 not_found"


# --- what the fields may hold ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "period", "event_on", "wrong"),
    [
        ("C02", "2023-10", None, None),
        ("C02", "2023-11", None, None),
        ("C02", "2023-12", None, "period"),
        ("C02", "2023-Q3", None, "period"),
        ("C02", "2023", None, "period"),
        ("C02", "2023-13", None, "period"),
        ("C02", "2023-1", None, "period"),
        ("C02", None, None, "period"),
        ("C02", "2023-10", "2023-10-01", "period"),
        ("C02", None, "2023-10-01", "event_on"),
        ("C03", "2023-Q4", None, None),
        ("C03", "2024-Q1", None, "period"),
        ("A02", "2023-H2", None, None),
        ("C01", "2023", None, None),
        ("B01", "2023-Q3", None, None),
        ("B01", None, "2023-11-06", None),
        ("B01", None, "2023-11-07", "event_on"),
        ("B01", None, "2023-02-29", "event_on"),
        ("B01", "2023-10", None, "period"),
        ("D03", None, "2023-11-06", None),
        ("D03", "2023-Q3", None, "period"),
        ("Z99", "2023-10", None, "entry"),
        ("c02", "2023-10", None, "entry"),
    ],
)
def test_the_period_fits_the_entry(
    uploader: Client, entry: str, period: str | None, event_on: str | None, wrong: str | None
) -> None:
    answer = uploader.post("/disclosures", _new(period=period, event_on=event_on) | {"entry": entry})
    assert _errors(answer) == ((422, [wrong]) if wrong else (201, []))


def test_what_only_villagers_may_read_is_never_for_the_public(uploader: Client, as_: As) -> None:
    private = _new(period=None, event_on="2023-11-06") | {"entry": "B04"}
    assert _errors(uploader.post("/disclosures", private)) == (422, ["audience"])
    by_default = {name: value for name, value in private.items() if name != "audience"}
    item = uploader.post("/disclosures", by_default).json
    assert item["audience"] == "villagers"
    opened = content(period=None, event_on="2023-11-06", audience="public")
    answer = uploader.put(_path(item), opened, headers={"If-Match": _etag(uploader, item)})
    assert _errors(answer) == (422, ["audience"])


def test_what_villagers_alone_may_read_is_not_in_the_publics_view(as_: As, anybody: Client) -> None:
    item = publish(as_, audience="villagers")
    assert item["state"] == "published"
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 404
    assert anybody.get(f"/public/disclosures?division={VILLAGE}").json["data"] == []


def test_nothing_to_report_is_a_publication_like_any_other(as_: As, anybody: Client) -> None:
    item = publish(as_, nothing_to_report=True, body="<p>本月无此事项。</p>")
    assert (item["nothing_to_report"], item["number"]) == (True, f"{VILLAGE}-2023-0001")
    assert anybody.get(f"/public/disclosures/{item['id']}").json["nothing_to_report"] is True


def test_a_body_is_cleaned_before_it_is_kept(uploader: Client) -> None:
    body = '<p onclick="x()">收入<script>alert(1)</script> <a href="javascript:x">12</a></p><img src=x onerror=y>'
    item = uploader.post("/disclosures", _new(body=body)).json
    assert item["body"] == "<p>收入 12</p>"


@pytest.mark.parametrize("body", ["", "   ", "<p></p>", "<script>收入</script>", "<p>&nbsp;</p>"])
def test_a_body_without_words_is_refused(uploader: Client, body: str) -> None:
    assert _errors(uploader.post("/disclosures", _new(body=body))) == (422, ["body"])


@pytest.mark.parametrize("title", ["", " ", "一" * 201, "第一行\n第二行", "看不见\u0000", 7, None])
def test_a_title_is_one_line_of_up_to_200_characters(uploader: Client, title: Any) -> None:
    assert _errors(uploader.post("/disclosures", _new(title=title))) == (422, ["title"])


def test_a_title_of_200_characters_is_kept_as_it_is(uploader: Client) -> None:
    title = "村" * 199 + "𠮷"
    assert uploader.post("/disclosures", _new(title=title)).json["title"] == title


# --- attachments -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("明细.pdf", PDF, "application/pdf"),
        ("现场.PNG", PNG, "image/png"),
        ("现场.jpg", JPEG, "image/jpeg"),
        ("现场.jpeg", JPEG, "image/jpeg"),
        ("现场.webp", WEBP, "image/webp"),
        ("说明.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("明细.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_an_attachment_is_kept_as_it_was_cleaned_and_downloaded_as_a_file(
    uploader: Client, as_: As, name: str, data: bytes, media_type: str
) -> None:
    cleaned = examine(name, data, Limits(size=1 << 20)).cleaned
    item = draft(as_)
    answer = _attach(uploader, item, name, data)
    assert answer.status_code == 201, answer.json
    made = answer.json
    assert (made["name"], made["media_type"], made["size"], made["status"]) == (name, media_type, len(cleaned), "ready")
    is_picture = media_type.startswith("image/")
    assert (made["has_text"], made["has_thumbnail"]) == (not is_picture, is_picture)
    file = as_("auditor").get(answer.headers["Location"])
    assert (file.status_code, file.data, file.headers["Content-Type"]) == (200, cleaned, media_type)
    assert file.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''%" in file.headers["Content-Disposition"]
    assert (file.headers["X-Content-Type-Options"], file.headers["Cache-Control"]) == ("nosniff", "no-store")
    if "sm3" in hashlib.algorithms_available:
        assert made["digest"] == f"sm3:{hashlib.new('sm3', file.data).hexdigest()}"


@pytest.mark.parametrize(
    ("name", "data", "refused"),
    [
        ("程序.exe", b"MZ" + b"\0" * 100, "415 unsupported_media_type"),
        ("网页.html", b"<html></html>", "415 unsupported_media_type"),
        ("图.svg", b"<svg/>", "415 unsupported_media_type"),
        ("没有扩展名", PDF, "415 unsupported_media_type"),
        ("明细.pdf", b"MZ" + b"\0" * 100, "415 unsupported_media_type"),
        ("明细.pdf", PNG, "415 unsupported_media_type"),
        ("现场.png", JPEG, "415 unsupported_media_type"),
        ("明细.pdf", b"", "422 invalid"),
        ("明细.pdf", PDF + b"\0" * (1 << 20), "413 too_large"),
        (".pdf", PDF, "422 invalid"),
        ("-明细.pdf", PDF, "422 invalid"),
        ("a" * 97 + ".pdf", PDF, "422 invalid"),
        ("明\u202e细.pdf", PDF, "422 invalid"),
    ],
)
def test_a_file_that_may_not_be_attached_leaves_nothing(
    uploader: Client, as_: As, name: str, data: bytes, refused: str
) -> None:
    item = draft(as_)
    assert _code(_attach(uploader, item, name, data)) == refused
    assert uploader.get(_path(item)).json == item


def test_a_name_keeps_nothing_of_a_path(uploader: Client, as_: As) -> None:
    item = draft(as_)
    assert _attach(uploader, item, "../../etc/说明.docx").json["name"] == "说明.docx"


def test_a_file_is_sent_in_the_field_named_file(uploader: Client, as_: As) -> None:
    item = draft(as_)
    answer = uploader.post(_path(item, "attachments"), data={"document": (BytesIO(PDF), "明细.pdf")})
    assert _errors(answer) == (422, ["file"])


@pytest.mark.slow
def test_no_more_than_the_set_number_of_files(uploader: Client, as_: As) -> None:
    item = draft(as_)
    attached = [_attach(uploader, item) for _ in range(3)]
    assert _errors(_attach(uploader, item)) == (422, ["file"])
    uploader.delete(attached[0].headers["Location"])
    assert _attach(uploader, item).status_code == 201


@pytest.mark.slow
def test_attaching_and_detaching_are_revisions(uploader: Client, as_: As) -> None:
    item = draft(as_)
    etags, digests = [_etag(uploader, item)], [item["digest"]]
    attached = _attach(uploader, item)
    location = attached.headers["Location"]
    for change in (lambda: attached, lambda: uploader.delete(location)):
        answer = change()
        shown = uploader.get(_path(item))
        assert answer.headers["ETag"] == shown.headers["ETag"]
        etags.append(shown.headers["ETag"])
        digests.append(shown.json["digest"])
    assert len(set(etags)) == 3
    assert (digests[0] == digests[2], digests[0] == digests[1]) == (True, False)
    assert uploader.get(_path(item)).json["revision"] == 3
    assert _code(uploader.get(location)) == "404 not_found"


def test_an_attachment_is_reached_through_its_own_item_by_those_who_may_see_it(uploader: Client, as_: As) -> None:
    first, second = draft(as_), draft(as_)
    made = _attach(uploader, first).json["id"]
    assert _code(uploader.get(_path(second, "attachments", made))) == "404 not_found"
    assert _code(uploader.get(_path(first, "attachments", MISSING))) == "404 not_found"
    assert _code(as_(f"uploader-{NEIGHBOUR}").get(_path(first, "attachments", made))) == "404 not_found"
    assert _code(as_("daxin-leader").get(_path(first, "attachments", made))) == "404 not_found"
    assert _code(as_("leader").delete(_path(first, "attachments", made))) == "403 forbidden"


@pytest.mark.slow
def test_files_of_a_submitted_item_stay_as_they_are(uploader: Client, as_: As) -> None:
    item = draft(as_)
    attached = _attach(uploader, item)
    submit(as_, item)
    assert _code(_attach(uploader, item)) == "409 wrong_state"
    assert _code(uploader.delete(attached.headers["Location"])) == "409 wrong_state"


@pytest.mark.slow
def test_the_public_reads_the_files_of_what_is_public_and_of_nothing_else(as_: As, anybody: Client) -> None:
    item = draft(as_)
    made = _attach(as_(UPLOADER), item).json
    public = f"/public/attachments/{made['id']}"
    item = submit(as_, item)
    while item["state"] == "in_review":
        assert anybody.get(public).status_code == 404
        item = decide(as_, item)
    file = anybody.get(public).data
    assert (digest_of_bytes(file), len(file)) == (made["digest"], made["size"])
    as_("leader").post(_path(item, "withdraw"), {"reason": "有误"})
    assert anybody.get(public).status_code == 404


# --- history and successors ----------------------------------------------------------------------------------------


def test_every_step_is_in_the_history_with_person_post_time_and_digest(as_: As, moment: TestClock) -> None:
    item = draft(as_)
    moment.forward(minutes=1)
    put(as_, item, title="新标题")
    item = decide(as_, submit(as_, item))
    steps = as_("auditor").get(_path(item, "history")).json["data"]
    assert [(step["action"], step["name"], step["post"]) for step in steps] == [
        ("disclosure.created", "洼路村信息员", "村务公开专人"),
        ("disclosure.edited", "洼路村信息员", "村务公开专人"),
        ("disclosure.submitted", "洼路村信息员", "村务公开专人"),
        ("review.approve", "保密专干", "保密专干"),
    ]
    assert [step["data"]["revision"] for step in steps] == [1, 2, 2, 2]
    assert steps[0]["digest"] != steps[1]["digest"] == steps[3]["digest"] == item["digest"]
    assert [step["at"][11:16] for step in steps] == ["09:00", "09:01", "09:01", "09:01"]


def test_the_history_is_for_staff_of_the_place(as_: As) -> None:
    item = draft(as_)
    for who in (UPLOADER, "secrecy", "office-general", "leader", "admin", "auditor"):
        assert as_(who).get(_path(item, "history")).status_code == 200
    for who in (f"uploader-{NEIGHBOUR}", "daxin-leader"):
        assert _code(as_(who).get(_path(item, "history"))) == "404 not_found"


def test_a_successor_in_the_post_carries_on_with_the_draft(as_: As) -> None:
    item = draft(as_)
    admin = as_("admin")
    post = as_(UPLOADER).get("/me").json["posts"][0]["id"]
    successor = as_(f"uploader-{NEIGHBOUR}")
    to_person = successor.get("/me").json["person"]["id"]
    assert admin.post("/handovers", {"post": post, "to_person": to_person, "on": "2023-11-06"}).status_code == 201
    edited = successor.put(_path(item), content(title="接手"), headers={"If-Match": _etag(successor, item)})
    assert (edited.status_code, edited.json["revision"]) == (200, 2)
    assert _code(as_(UPLOADER).get(_path(item))) == "404 not_found"
    assert successor.post(_path(item, "submit")).status_code == 200


# --- corrections -----------------------------------------------------------------------------------------------------


def _correct(client: Client, item: Json) -> Any:
    return client.post(_path(item, "corrections"), {"change_note": "更正支出合计"})


def _approve(as_: As, item: Json) -> Json:
    item = submit(as_, item)
    while item["state"] == "in_review":
        item = decide(as_, item)
    return item


def test_a_correction_begins_as_a_copy_of_what_is_public(uploader: Client, as_: As) -> None:
    original = publish(as_)
    answer = _correct(uploader, original)
    copy = answer.json
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1/disclosures/{copy['id']}")
    assert (copy["state"], copy["supersedes"], copy["number"]) == ("draft", original["id"], None)
    assert copy["change_note"] == "更正支出合计"
    assert {name: copy[name] for name in content()} == {name: original[name] for name in content()}


@pytest.mark.slow
def test_the_old_text_stays_public_until_the_correction_has_its_own_three_approvals(
    uploader: Client, as_: As, anybody: Client
) -> None:
    original = publish(as_)
    item = submit(as_, put(as_, _correct(uploader, original).json, body="<p>支出合计 9000.00 元。</p>"))
    public = f"/public/disclosures/{original['id']}"
    while item["state"] == "in_review":
        assert anybody.get(public).json["body"] == original["body"]
        assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 404
        item = decide(as_, item)
    moved = anybody.get(public)
    assert (moved.status_code, moved.headers["Location"]) == (308, f"/api/v1/public/disclosures/{item['id']}")
    shown = anybody.get(moved.headers["Location"]).json
    assert (shown["body"], shown["number"]) == ("<p>支出合计 9000.00 元。</p>", original["number"])
    assert shown["change_note"] == "更正支出合计"
    assert as_("auditor").get(_path(original)).json["state"] == "superseded"


@pytest.mark.slow
def test_a_number_is_carried_on_from_correction_to_correction(uploader: Client, as_: As) -> None:
    first = publish(as_)
    second = _approve(as_, _correct(uploader, first).json)
    third = _approve(as_, _correct(uploader, second).json)
    assert first["number"] == second["number"] == third["number"] == f"{VILLAGE}-2023-0001"
    assert publish(as_)["number"] == f"{VILLAGE}-2023-0002"
    assert _code(_correct(uploader, first)) == "409 wrong_state"


@pytest.mark.slow
def test_one_correction_is_on_its_way_at_a_time(uploader: Client, as_: As) -> None:
    original = publish(as_)
    running = _correct(uploader, original).json
    assert _code(_correct(uploader, original)) == "409 wrong_state"
    uploader.delete(_path(running), headers={"If-Match": _etag(uploader, running)})
    refused = decide(as_, submit(as_, _correct(uploader, original).json), "refuse")
    assert refused["state"] == "refused"
    assert _correct(uploader, original).status_code == 201


def test_a_correction_says_what_was_changed(uploader: Client, as_: As) -> None:
    original = publish(as_)
    for body in ({}, {"change_note": " "}, {"change_note": "一" * 501}):
        assert _errors(uploader.post(_path(original, "corrections"), body)) == (422, ["change_note"])


@pytest.mark.slow
def test_a_correction_of_what_was_withdrawn_meanwhile_has_a_number_of_its_own(
    uploader: Client, as_: As, anybody: Client
) -> None:
    original = publish(as_)
    item = submit(as_, _correct(uploader, original).json)
    as_("leader").post(_path(original, "withdraw"), {"reason": "有误"})
    while item["state"] == "in_review":
        item = decide(as_, item)
    assert item["number"] == f"{VILLAGE}-2023-0002"
    assert anybody.get(f"/public/disclosures/{original['id']}").status_code == 410
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 200


@pytest.mark.slow
def test_files_of_the_original_are_not_in_the_correction_until_attached_again(uploader: Client, as_: As) -> None:
    item = draft(as_)
    _attach(uploader, item)
    original = _approve(as_, item)
    assert _correct(uploader, original).json["attachments"] == []
