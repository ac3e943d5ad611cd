"""Words of a township's own, and screening again what is public when the rules change."""

import pytest
from flask import Flask

from tests.clients import Client
from tests.console import run, sql
from tests.journeys import TOWNSHIP, VILLAGE, As, Json, content, decide, draft, publish, submit

UPLOADER = f"uploader-{VILLAGE}"


def _add(as_: As, text: str, kind: str | None, **more: object) -> Json:
    body = {"division": TOWNSHIP, "text": text, "kind": kind, "reason": "县里通知"} | more
    answer = as_("admin").post("/screening/words", body)
    return {"status": answer.status_code, **answer.json}


def _work(app: Flask) -> None:
    done = run(app, "worker", "--once")
    assert done.exit_code == 0, done.output


def _jobs(as_: As) -> list[Json]:
    return list(as_("admin").get("/jobs?kind=clearance.rescreen").json["data"])


def test_a_word_holds_at_once_and_until_it_is_removed(as_: As) -> None:
    assert draft(as_, body="<p>张三，绿洲帮扶对象。</p>")["findings"] == []
    word = _add(as_, "绿洲帮扶对象", "hardship")
    assert word["status"] == 201
    assert [each["kind"] for each in draft(as_, body="<p>张三，绿洲帮扶对象。</p>")["findings"]] == ["hardship"]
    assert _add(as_, "绿洲帮扶对象", "hardship")["code"] == "already_exists"
    path = f"/screening/words/{word['id']}/remove"
    assert as_("admin").post(path, {"reason": "写错了"}).json["removed_at"] is not None
    assert as_("admin").post(path, {"reason": "写错了"}).json["code"] == "wrong_state"
    assert draft(as_, body="<p>张三，绿洲帮扶对象。</p>")["findings"] == []
    assert _add(as_, "绿洲帮扶对象", "hardship")["status"] == 201


def test_a_word_of_one_entry_is_for_that_entry(as_: As) -> None:
    _add(as_, "绿洲帮扶对象", "hardship", entry="C02")
    body = "<p>张三，绿洲帮扶对象。</p>"
    assert draft(as_, body=body)["findings"]
    assert not draft(as_, entry="C01", period="2023", body=body)["findings"]


@pytest.mark.parametrize("text", ["机密", "密级", "机密★", "机密★5年", "密级：秘密", "秘密", "绝密★"])
def test_no_phrase_lets_a_mark_of_secrecy_pass(as_: As, text: str) -> None:
    _add(as_, text, None)
    for mark in ("机密★5年", "密级：秘密", "绝密★", "秘密★长期"):
        new = {"village": VILLAGE, "entry": "C02"} | content(body=f"<p>{mark}</p>")
        assert as_(UPLOADER).post("/disclosures", new).json["code"] == "secret_mark"


@pytest.mark.parametrize(("who", "status"), [("secrecy", 403), ("leader", 403), ("auditor", 403), (UPLOADER, 404)])
def test_only_the_administrator_changes_words(as_: As, who: str, status: int) -> None:
    body = {"division": TOWNSHIP, "text": "绿洲帮扶对象", "kind": "hardship", "reason": "通知"}
    assert as_(who).post("/screening/words", body).status_code == status
    assert as_(who).post("/screening/runs", {"division": TOWNSHIP}).status_code == status


@pytest.mark.slow
def test_what_is_public_is_screened_again_and_listed(app: Flask, as_: As, anybody: Client) -> None:
    item = publish(as_, body="<p>张三，绿洲帮扶对象，救助 500.00 元。</p>")
    clean = publish(as_, period="2023-09")
    _add(as_, "绿洲帮扶对象", "hardship")
    _work(app)
    (job,) = _jobs(as_)
    assert (job["state"], job["progress"], job["total"]) == ("done", 2, 2)
    assert job["result"] == {"looked_at": 2, "found": 1, "suspended": 0}
    (found,) = as_("admin").get("/findings").json["data"]
    assert (found["disclosure"], found["kind"], found["is_open"]) == (item["id"], "hardship", True)
    assert any("重新筛查" in each["text"] for each in as_("admin").get("/me/notices").json["data"])
    for published in (item, clean):
        assert anybody.get(f"/public/disclosures/{published['id']}").status_code == 200


@pytest.mark.slow
def test_a_mark_that_is_found_later_suspends_the_item(app: Flask, as_: As, anybody: Client) -> None:
    item = publish(as_, body="<p>绿洲专报</p><p>收支情况。</p>")
    _add(as_, "绿洲专报", "secret_mark")
    _work(app)
    assert _jobs(as_)[0]["result"] == {"looked_at": 1, "found": 1, "suspended": 1}
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 410
    path = f"/disclosures/{item['id']}"
    refused = as_("leader").post(f"{path}/release", {"reason": "核查过"})
    assert (refused.status_code, refused.json["code"]) == (422, "sensitive_content")
    (found,) = as_("secrecy").get(path).json["findings"]
    assert as_("secrecy").post(f"{path}/findings/{found['id']}/overrule", {"reason": "是刊名"}).status_code == 200
    assert as_("leader").post(f"{path}/release", {"reason": "核查过"}).json["state"] == "published"
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 200


def test_new_rules_hold_for_what_is_on_its_way(as_: As) -> None:
    item = submit(as_, draft(as_, body="<p>张三，绿洲帮扶对象。</p>"))
    item = decide(as_, decide(as_, item))
    _add(as_, "绿洲帮扶对象", "hardship")
    answer = as_("leader").post(
        f"/disclosures/{item['id']}/decisions",
        {"stage": "leader", "digest": item["digest"], "outcome": "approve",
         "checklist": ["political", "policy", "wording", "secrecy"], "comment": ""},
    )  # fmt: skip
    assert (answer.status_code, answer.json["code"]) == (422, "sensitive_content")
    assert decide(as_, item, "return")["state"] == "returned"


@pytest.mark.parametrize("text", ["内部资料", "不予公开", "工作秘密", "此件不公开"])
def test_no_phrase_lets_another_mark_pass_everywhere(as_: As, text: str) -> None:
    _add(as_, text, None)
    assert [each["kind"] for each in draft(as_, body=f"<p>{text}</p>")["findings"]] == ["secret_mark"]


@pytest.mark.slow
def test_a_classified_mark_that_was_stored_leaves_an_incident(app: Flask, as_: As) -> None:
    """It came in past the program, or past rules that missed it."""
    item = publish(as_)
    sql(app, "UPDATE disclosure SET body = '<p>机密★五年</p>', screened_by = 'earlier'")
    assert as_("admin").post("/screening/runs", {"division": TOWNSHIP}).status_code == 202
    _work(app)
    assert as_(UPLOADER).get(f"/disclosures/{item['id']}").json["state"] == "suspended"
    (incident,) = as_("secrecy").get("/incidents").json["data"]
    assert (incident["was_stored"], incident["disclosure"]) == (True, item["id"])
    (found,) = as_("secrecy").get(f"/disclosures/{item['id']}").json["findings"]
    path = f"/disclosures/{item['id']}/findings/{found['id']}"
    assert as_("secrecy").post(f"{path}/overrule", {"reason": "误报"}).json["code"] == "wrong_state"
    assert as_(UPLOADER).post(f"{path}/appeal", {"reason": "误报"}).json["code"] == "wrong_state"
