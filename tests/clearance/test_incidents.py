"""A mark of a state secret: nothing of the content stays anywhere, and the right people hear of it at once."""

import io
import json
import tempfile
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from flask import Flask

from tests.clearance.disks import is_stored
from tests.clearance.passages import CANARY, CLASSIFIED
from tests.clients import Client
from tests.console import run, sql
from tests.engines import Engine
from tests.intake import make_files as make
from tests.journeys import TOWNSHIP, VILLAGE, As, attach, content, draft, put, submit
from villagepub.core.digest import digest_of_bytes

_HIDDEN = {"A": "机密★5年", "B": CANARY}
_TOLD = "SELECT username FROM person JOIN inbox_notice ON person.id = inbox_notice.person_id WHERE kind = 'incident'"
UPLOADER = f"uploader-{VILLAGE}"
NEW = {"village": VILLAGE, "entry": "C02"}


def _incidents(as_: As) -> list[dict[str, object]]:
    return list(as_("secrecy").get("/incidents").json["data"])


def _docx() -> bytes:
    paragraphs = (f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in ("机密★5年", CANARY))
    return make.docx("".join(paragraphs))


def test_the_canary_would_be_found(app: Flask, engine: Engine, as_: As) -> None:
    other = CANARY.replace("九七三", "八六二")  # PostgreSQL keeps it in its log, where the other tests would find it
    draft(as_, title=other)
    assert is_stored(app, engine, other)


def test_a_new_draft_with_a_mark_leaves_an_incident_and_nothing_else(
    app: Flask, engine: Engine, as_: As, capfd: pytest.CaptureFixture[str]
) -> None:
    refused = as_(UPLOADER).post(
        "/disclosures",
        NEW | content(title=CANARY, body=CLASSIFIED),
        headers={"Idempotency-Key": "one"},
    )
    assert (refused.status_code, refused.json["code"], list(refused.json["errors"])) == (422, "secret_mark", ["body"])
    assert CANARY not in refused.text + "".join(capfd.readouterr())
    assert not is_stored(app, engine)
    (incident,) = _incidents(as_)
    assert incident["digest"] == digest_of_bytes(CLASSIFIED.encode())
    assert (incident["village"], incident["field"], incident["disclosure"]) == (VILLAGE, "body", None)
    assert incident["person"] == as_(UPLOADER).get("/me").json["person"]["id"]
    assert as_(UPLOADER).get("/disclosures").json["data"] == []
    again = as_(UPLOADER).post("/disclosures", NEW | content(), headers={"Idempotency-Key": "one"})
    assert again.status_code == 201


def test_an_edit_with_a_mark_changes_nothing(app: Flask, engine: Engine, as_: As) -> None:
    item = draft(as_)
    etag = as_(UPLOADER).get(f"/disclosures/{item['id']}").headers["ETag"]
    changed = content(title=CANARY, body=CLASSIFIED)
    refused = as_(UPLOADER).put(f"/disclosures/{item['id']}", changed, headers={"If-Match": etag})
    assert refused.json["code"] == "secret_mark"
    assert as_(UPLOADER).get(f"/disclosures/{item['id']}").headers["ETag"] == etag
    assert not is_stored(app, engine)
    assert [each["disclosure"] for each in _incidents(as_)] == [item["id"]]
    assert submit(as_, put(as_, item))["state"] == "in_review"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["通知.docx", "机密★5年.docx"])
def test_a_file_with_a_mark_is_not_kept(app: Flask, engine: Engine, as_: As, name: str) -> None:
    item = draft(as_)
    data = _docx() if name == "通知.docx" else make.docx(f"<w:p><w:r><w:t>{CANARY}</w:t></w:r></w:p>")
    form = {"file": (io.BytesIO(data), name)}
    refused = as_(UPLOADER).post(f"/disclosures/{item['id']}/attachments", data=form)
    assert (refused.status_code, refused.json["code"], list(refused.json["errors"])) == (422, "secret_mark", ["file"])
    (incident,) = _incidents(as_)
    assert (incident["field"], incident["digest"]) == ("file", digest_of_bytes(data))
    shown = as_(UPLOADER).get(f"/disclosures/{item['id']}").json
    assert (shown["attachments"], shown["revision"]) == ([], 1)
    assert not is_stored(app, engine)
    attach(as_, item, "明细.pdf", make.pdf("收支明细"))


def test_a_mark_in_a_hidden_row_is_an_incident_too(app: Flask, engine: Engine, as_: As) -> None:
    item = draft(as_)
    cells = "".join(f'<c r="{column}2" t="inlineStr"><is><t>{text}</t></is></c>' for column, text in _HIDDEN.items())
    data = make.xlsx(make.row(1, "收支") + f'<row r="2" hidden="1">{cells}</row>')
    refused = as_(UPLOADER).post(f"/disclosures/{item['id']}/attachments", data={"file": (io.BytesIO(data), "表.xlsx")})
    assert refused.json["code"] == "secret_mark"
    assert len(_incidents(as_)) == 1
    assert not is_stored(app, engine)


def test_a_large_file_does_not_touch_a_disk_before_it_is_screened(
    as_: As, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for a temporary file of the disk is refused one."""
    item = draft(as_)
    with_noise = io.BytesIO(_docx())
    with ZipFile(with_noise, "a") as members:
        members.writestr("word/media/image9.png", Random(1).randbytes(700_000))
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n'
    form = head + with_noise.getvalue() + b"\r\n--x--\r\n"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    refused = as_(UPLOADER).open(
        "POST",
        f"/disclosures/{item['id']}/attachments",
        data=form,
        content_type="multipart/form-data; boundary=x",
    )
    assert refused.json["code"] == "secret_mark"


def test_an_import_with_a_mark_leaves_its_incident(app: Flask, engine: Engine, as_: As, tmp_path: Path) -> None:
    line = {"village": VILLAGE, "entry": "C02", "published_on": "2023-10-08", **content(title=CANARY, body=CLASSIFIED)}
    file = tmp_path.parent / f"{tmp_path.name}.jsonl"
    file.write_text(json.dumps(line | {"nothing_to_report": None, "period": "2023-09"}), encoding="utf-8")
    told = run(app, "import", "disclosures", file, "--division", TOWNSHIP)
    file.unlink()
    assert (told.exit_code, CANARY in told.output) == (1, False)
    assert len(_incidents(as_)) == 1
    assert not is_stored(app, engine)


def test_where_nobody_holds_the_posts_that_are_named_others_are_told(app: Flask, as_: As) -> None:
    """First all who must know, then the administrators, who can fill the posts."""
    told_of = {}
    for named, vacant in (('["secrecy"]', ["secrecy"]), ("[]", ["secrecy", "leader"])):
        sql(app, "UPDATE township SET told_of_incidents = :named", named=named)
        for key in vacant:
            sql(
                app,
                "UPDATE appointment SET from_at = '2030-01-01', until_at = NULL"
                " WHERE post_id IN (SELECT id FROM post WHERE key = :key)",
                key=key,
            )
        as_(UPLOADER).post("/disclosures", NEW | content(body=CLASSIFIED))
        told_of[named] = {row[0] for row in sql(app, _TOLD)}
        sql(app, "DELETE FROM inbox_notice")
    assert told_of == {'["secrecy"]': {"leader"}, "[]": {"admin"}}


def test_those_named_are_told_at_once_without_the_content(as_: As) -> None:
    as_(UPLOADER).post("/disclosures", NEW | content(title=CANARY, body=CLASSIFIED))
    for who, is_told in (("secrecy", True), ("leader", True), ("admin", False), (UPLOADER, False)):
        told = [each for each in as_(who).get("/me/notices").json["data"] if each["kind"] == "incident"]
        assert bool(told) is is_told, who
        assert CANARY not in str(told)


def test_the_secrecy_officer_enters_what_was_done_once(as_: As) -> None:
    as_(UPLOADER).post("/disclosures", NEW | content(body=CLASSIFIED))
    (incident,) = _incidents(as_)
    path, body = f"/incidents/{incident['id']}/handle", {"handling": "已约谈上传人，收回纸质件，报区保密局"}
    assert as_("leader").post(path, body).status_code == 403
    assert as_(UPLOADER).post(path, body).status_code == 403
    assert as_("secrecy").post(path, body).json["handling"] == body["handling"]
    assert as_("secrecy").post(path, body).json["code"] == "wrong_state"
    assert as_("auditor").get("/incidents?handled=true").json["data"][0]["id"] == incident["id"]
    assert as_("secrecy").get("/incidents?handled=false").json["data"] == []
    assert as_(UPLOADER).get("/incidents").status_code == 403


@pytest.mark.parametrize(
    "text",
    [
        "保密审查已完成，涉密信息坚决不公开。",
        "国家秘密的密级分为绝密、机密、秘密三级。",
        "村民代表以无记名投票（秘密投票）方式表决。",
    ],
)
def test_words_about_secrecy_are_no_marks(as_: As, anybody: Client, text: str) -> None:
    assert draft(as_, body=f"<p>{text}</p>")["findings"] == []
    assert _incidents(as_) == []
