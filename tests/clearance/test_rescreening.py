"""Rules change after something was screened: whoever notices first, the effect is the same."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from flask import Flask

from tests.clearance.passages import ID_CARD, WITH_ID
from tests.clients import Client, TestClock
from tests.console import run, sql
from tests.intake.make_files import picture
from tests.intake.test_ocr import Machine, machine, reading, saying  # noqa: F401  a fixture
from tests.journeys import TOWNSHIP, VILLAGE, As, Json, attach, content, decide, decision, draft, publish, submit
from villagepub.clearance import rounds
from villagepub.clearance.rescreening import look_again
from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of
from villagepub.core.transactions import transaction
from villagepub.disclosures.models import Disclosure
from villagepub.extensions import db
from villagepub.review.models import ReviewCase

UPLOADER = f"uploader-{VILLAGE}"
REASON = {"reason": "核查过"}
MARKED = "<p>机密★五年</p>"
REPORT = "<p>绿洲专报</p><p>收支情况。</p>"
DURING = Actor.system("tests")


def _add(as_: As, text: str, kind: str) -> Json:
    answer = as_("admin").post("/screening/words", {"division": TOWNSHIP, "text": text, "kind": kind} | REASON)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def _work(app: Flask) -> None:
    done = run(app, "worker", "--once")
    assert done.exit_code == 0, done.output


def _incidents(as_: As) -> list[Json]:
    return list(as_("secrecy").get("/incidents").json["data"])


def _write_past_the_program(app: Flask, item: Json, body: str) -> str:
    """As earlier rules let it pass. Returns the digest that everybody has then seen."""
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        disclosure = db.session.get_one(Disclosure, item["id"])
        disclosure.body, disclosure.screened_by = body, "earlier"
        disclosure.digest = digest_of(disclosure.content())
        for case in db.session.query(ReviewCase).where(ReviewCase.disclosure_id == item["id"]):
            case.digest = disclosure.digest
        return disclosure.digest


@pytest.mark.slow
def test_whoever_screens_what_is_public_hides_what_bears_a_mark(app: Flask, as_: As, anybody: Client) -> None:
    item = publish(as_, body=REPORT)
    _add(as_, "绿洲专报", "secret_mark")
    screened = as_("leader").post(f"/disclosures/{item['id']}/screen")
    assert [each["kind"] for each in screened.json["findings"]] == ["secret_mark"]
    _work(app)
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 410
    told = [each["kind"] for each in as_("leader").get("/me/notices").json["data"]]
    assert told.count("suspended") == 1


def test_a_stored_mark_that_is_found_at_submission_leaves_its_incident(app: Flask, as_: As) -> None:
    item = draft(as_)
    _write_past_the_program(app, item, MARKED)
    refused = as_(UPLOADER).post(f"/disclosures/{item['id']}/submit", headers={"Idempotency-Key": "one"})
    assert (refused.status_code, refused.json["code"]) == (422, "secret_mark")
    assert "没有保存" not in refused.text
    [incident] = _incidents(as_)
    assert (incident["was_stored"], incident["disclosure"], incident["field"]) == (True, item["id"], "body")
    assert as_(UPLOADER).get(f"/disclosures/{item['id']}").json["state"] == "draft"


def test_a_stored_mark_that_is_found_at_the_last_approval_leaves_its_incident(app: Flask, as_: As) -> None:
    item = decide(as_, decide(as_, submit(as_, draft(as_))))
    item["digest"] = _write_past_the_program(app, item, MARKED)
    refused = as_("leader").post(f"/disclosures/{item['id']}/decisions", decision(item))
    assert (refused.status_code, refused.json["code"]) == (422, "secret_mark")
    assert [each["disclosure"] for each in _incidents(as_)] == [item["id"]]
    assert as_(UPLOADER).get(f"/disclosures/{item['id']}").json["stage"] == "leader"
    assert decide(as_, item, "return")["state"] == "returned"


@pytest.mark.slow
def test_a_passage_that_later_rules_call_a_state_secret_is_no_longer_overruled(app: Flask, as_: As) -> None:
    item = publish(as_)
    _write_past_the_program(app, item, MARKED)
    as_("secrecy").post(f"/disclosures/{item['id']}/screen")
    sql(app, "UPDATE finding SET is_classified = false, answer = 'overruled', answered_at = found_at")
    sql(app, "UPDATE disclosure SET screened_by = 'earlier'")
    refused = as_("leader").post(f"/disclosures/{item['id']}/release", REASON)
    assert (refused.status_code, refused.json["code"]) == (422, "secret_mark")
    as_("admin").post("/screening/runs", {"division": TOWNSHIP})
    _work(app)
    [finding] = as_("secrecy").get(f"/disclosures/{item['id']}").json["findings"]
    assert (finding["answer"], finding["is_open"]) == (None, True)
    assert len(_incidents(as_)) == 3


@pytest.mark.slow
def test_a_look_by_yesterdays_rules_undoes_nothing(app: Flask, as_: As) -> None:
    """A worker looks, the rules change, somebody screens by the new ones, and then the worker comes to write."""
    item = publish(as_, body="<p>张三，绿洲帮扶对象，救助 500.00 元。</p>")
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        look = look_again(db.session.get_one(Disclosure, item["id"]))
    _add(as_, "绿洲帮扶对象", "hardship")
    assert as_("leader").post(f"/disclosures/{item['id']}/screen").json["findings"]
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        assert rounds.use(look, DURING) == {}
    assert [each["disclosure"] for each in as_("admin").get("/findings").json["data"]] == [item["id"]]


def test_a_word_that_cannot_be_used_stops_its_township_until_it_is_removed(app: Flask, as_: As) -> None:
    word = _add(as_, "绿洲专报", "secret_mark")
    sql(app, "UPDATE screening_word SET text = 'x'")
    new = {"village": VILLAGE, "entry": "C02"} | content()
    assert as_(UPLOADER).post("/disclosures", new).json["code"] == "screening_unavailable"
    assert as_("admin").post(f"/screening/words/{word['id']}/remove", REASON).status_code == 200
    assert as_(UPLOADER).post("/disclosures", new).status_code == 201


@pytest.mark.slow
def test_one_township_with_a_faulty_word_keeps_no_other_from_its_nightly_round(
    app: Flask, as_: As, moment: TestClock
) -> None:
    item = publish(as_)
    sql(
        app,
        "INSERT INTO screening_word (id, township, text, kind, entry, reason, added_at)"
        " SELECT 'faulty', code, 'x', 'health', '', 'x', '2023-11-06' FROM township WHERE code != :code",
        code=TOWNSHIP,
    )
    sql(app, "UPDATE disclosure SET screened_by = 'earlier'")
    moment.forward(hours=17)
    _work(app)
    assert sql(app, "SELECT screened_by FROM disclosure WHERE id = :id", id=item["id"]) != [("earlier",)]


def test_what_should_not_be_public_is_hidden_without_the_rules_too(
    app: Flask, as_: As, anybody: Client, tmp_path: Path
) -> None:
    item = publish(as_)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], screening_dir=tmp_path / "nowhere")
    assert as_("secrecy").post(f"/disclosures/{item['id']}/suspend", {"reason": "泄露个人信息"}).status_code == 200
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 410
    assert as_("leader").post(f"/disclosures/{item['id']}/release", REASON).json["code"] == "screening_unavailable"


OTHER_FILES = ("entries", "identifiers", "names", "offices", "severities")


@pytest.mark.parametrize("file", ["words", *(pytest.param(each, marks=pytest.mark.slow) for each in OTHER_FILES)])
def test_rules_that_are_half_written_let_nothing_pass(app: Flask, as_: As, tmp_path: Path, file: str) -> None:
    settings = app.config["SETTINGS"]
    folder = tmp_path / "rules"
    copytree(settings.screening_dir, folder)
    app.config["SETTINGS"] = replace(settings, screening_dir=folder)
    whole = (folder / f"{file}.yaml").read_bytes()
    for length in range(0, len(whole), len(whole) // 10):
        (folder / f"{file}.yaml").write_bytes(whole[:length])
        answer = as_(UPLOADER).post("/disclosures", {"village": VILLAGE, "entry": "C02"} | content(body=WITH_ID))
        assert answer.status_code == 503 or answer.json["findings"], length


class TestAPicture:
    """Whose text only a machine reads."""

    @pytest.fixture
    def item(self, app: Flask, as_: As, machine: Machine) -> Json:  # noqa: F811
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], ocr_url=machine.url)
        machine.answer = reading(f"身份证号：{ID_CARD}")
        item = draft(as_)
        attach(as_, item, "现场.png", picture("PNG"))
        assert self._submitted(as_, item) == (422, "sensitive_content")
        return item

    def _submitted(self, as_: As, item: Json) -> tuple[int, str]:
        answer = as_(UPLOADER).post(f"/disclosures/{item['id']}/submit")
        return answer.status_code, answer.json.get("code", "")

    def test_is_read_again_by_new_rules(self, as_: As, item: Json) -> None:
        _add(as_, "绿洲专报", "hardship")
        assert self._submitted(as_, item) == (422, "sensitive_content")

    def test_is_not_clean_while_the_machine_is_silent(self, as_: As, item: Json, machine: Machine) -> None:  # noqa: F811
        _add(as_, "绿洲专报", "hardship")
        machine.answer = saying(b"busy", status=503)
        assert self._submitted(as_, item) == (503, "screening_unavailable")
        machine.answer = reading("洼路村")
        assert self._submitted(as_, item) == (200, "")

    def test_stays_as_it_was_read_where_the_machine_is_gone(self, app: Flask, as_: As, item: Json) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], ocr_url="")
        _add(as_, "绿洲专报", "hardship")
        assert self._submitted(as_, item) == (422, "sensitive_content")

    def test_can_be_taken_off(self, app: Flask, as_: As, item: Json) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], ocr_url="")
        _add(as_, "绿洲专报", "hardship")
        [file] = as_(UPLOADER).get(f"/disclosures/{item['id']}").json["attachments"]
        assert as_(UPLOADER).delete(f"/disclosures/{item['id']}/attachments/{file['id']}").status_code == 204
        assert self._submitted(as_, item) == (200, "")
