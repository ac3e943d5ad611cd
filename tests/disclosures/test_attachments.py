"""Files on the main line, kept in a folder and in a real S3 store."""

import io
from typing import Any

import pytest
import urllib3
from flask import Flask
from PIL import Image

from config.storage import Place
from tests.clients import Client, TestClock
from tests.intake import make_files as make
from tests.intake.publishing import published
from tests.intake.test_hidden import second_sheet
from tests.journeys import As, Json, attach, decide, draft, submit
from tests.s3 import S3Server
from villagepub.core.digest import digest_of_bytes
from villagepub.core.storage import open_storage

TRACES = (b"Exif", b"GPS", b"SERIAL", b"Huawei", make.NOTE.encode())


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, place: Place) -> Place:
    if request.param == "folder":
        return place
    server: S3Server = request.getfixturevalue("s3")
    return server.place()


def path_of(disclosure: Json, *rest: str) -> str:
    return "/".join(["/disclosures", disclosure["id"], "attachments", *rest])


def published_with(as_: As, name: str, data: bytes) -> tuple[Json, Json]:
    """A published item with one file: (disclosure, attachment)."""
    disclosure = draft(as_)
    attachment = attach(as_, disclosure, name, data)
    disclosure = submit(as_, disclosure)
    while disclosure["state"] == "in_review":
        disclosure = decide(as_, disclosure)
    return disclosure, attachment


def stored_keys(place: Place) -> list[str]:
    return [found.key for found in open_storage(place).list("")]


@pytest.mark.slow
def test_a_phone_photo_is_published_without_a_trace(as_: As, anybody: Client) -> None:
    _, attachment = published_with(as_, "现场.jpg", make.phone_photo())
    assert attachment["has_text"] is False
    answer = anybody.get(f"/public/attachments/{attachment['id']}")
    assert answer.status_code == 200
    assert digest_of_bytes(answer.data) == attachment["digest"]
    assert len(answer.data) == attachment["size"]
    small = anybody.get(f"/public/attachments/{attachment['id']}/thumbnail")
    assert small.content_type == "image/webp"
    for data in (answer.data, small.data):
        assert [trace for trace in TRACES if trace in data] == []
    with Image.open(io.BytesIO(answer.data)) as shown:
        assert shown.height > shown.width


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "data"),
    [("账目.pdf", make.pdf()), ("账目.docx", make.docx()), ("账目.xlsx", make.xlsx()), ("图.png", make.picture("PNG"))],
    ids=["pdf", "docx", "xlsx", "png"],
)
def test_every_kind_walks_the_main_line(as_: As, anybody: Client, name: str, data: bytes) -> None:
    _, attachment = published_with(as_, name, data)
    answer = anybody.get(f"/public/attachments/{attachment['id']}")
    assert digest_of_bytes(answer.data) == attachment["digest"]
    assert answer.content_type == attachment["media_type"]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        anybody.get(
            f"/public/attachments/{attachment['id']}", headers={"If-None-Match": answer.headers["ETag"]}
        ).status_code
        == 304
    )


@pytest.mark.slow
def test_a_file_is_as_private_as_its_item(as_: As, anybody: Client) -> None:
    disclosure = draft(as_)
    attachment = attach(as_, disclosure, "现场.jpg", make.phone_photo())
    for ending in ("", "/thumbnail"):
        assert anybody.get(f"/public/attachments/{attachment['id']}{ending}").status_code == 404
    assert anybody.get(path_of(disclosure, attachment["id"])).status_code == 401
    assert as_("uploader-640104100203").get(path_of(disclosure, attachment["id"])).status_code == 404
    assert as_("secrecy").get(path_of(disclosure, attachment["id"])).status_code == 200


@pytest.mark.slow
def test_a_withdrawn_file_and_its_thumbnail_are_gone(as_: As, anybody: Client) -> None:
    disclosure, attachment = published_with(as_, "现场.jpg", make.phone_photo())
    assert as_("leader").post(f"/disclosures/{disclosure['id']}/withdraw", {"reason": "有误"}).status_code == 200
    for ending in ("", "/thumbnail"):
        assert anybody.get(f"/public/attachments/{attachment['id']}{ending}").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("change", ["tampered", "deleted"])
def test_what_changed_in_the_store_is_never_sent(
    as_: As, anybody: Client, app: Flask, place: Place, change: str
) -> None:
    disclosure, attachment = published_with(as_, "现场.jpg", make.phone_photo())
    store = open_storage(place)
    for key in stored_keys(place):
        store.delete(key)
        if change == "tampered":
            store.put(key, io.BytesIO(b"<html>something else"))
    for answer in (
        anybody.get(f"/public/attachments/{attachment['id']}"),
        anybody.get(f"/public/attachments/{attachment['id']}/thumbnail"),
        as_("leader").get(path_of(disclosure, attachment["id"])),
    ):
        assert (answer.status_code, answer.json["code"]) == (500, "file_damaged")
        assert b"something else" not in answer.data
    told = app.test_cli_runner().invoke(args=["files", "verify"])
    assert told.exit_code == 1
    assert attachment["id"] in told.stdout


@pytest.mark.slow
def test_what_changed_in_the_store_is_not_approved(as_: As, place: Place) -> None:
    disclosure = draft(as_)
    attach(as_, disclosure, "账目.pdf", make.pdf())
    disclosure = submit(as_, disclosure)
    disclosure = decide(as_, decide(as_, disclosure))
    for key in stored_keys(place):
        open_storage(place).put(key, io.BytesIO(make.pdf("another")))
    body = {"stage": "leader", "digest": disclosure["digest"], "outcome": "approve", "comment": ""}
    ticks = {"checklist": ["political", "policy", "wording", "secrecy"]}
    answer = as_("leader").post(f"/disclosures/{disclosure['id']}/decisions", body | ticks)
    assert (answer.status_code, answer.json["code"]) == (409, "stale_digest")


def send(as_: As, disclosure: Json, name: str, data: bytes, by: str | None = None) -> Any:
    form = {"file": (io.BytesIO(data), name)}
    return as_(by or f"uploader-{disclosure['village']}").post(path_of(disclosure), data=form)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("a.html", b"<html>", 415, "unsupported_media_type"),
        ("a.pdf", b"", 422, "invalid"),
        ("a.png", b"\x89PNG\r\n\x1a\n", 422, "invalid"),
        ("a.docx", make.with_entry("word/vbaProject.bin"), 422, "invalid"),
        ("a.xlsx", second_sheet("hidden")(), 422, "invalid"),
    ],
    ids=["type", "empty", "damaged", "macros", "hidden sheet"],
)
def test_a_refused_file_leaves_nothing(as_: As, place: Place, name: str, data: bytes, status: int, code: str) -> None:
    disclosure = draft(as_)
    answer = send(as_, disclosure, name, data)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert stored_keys(place) == []
    assert as_("admin").get(f"/disclosures/{disclosure['id']}").json["attachments"] == []


def test_who_may_not_attach_does_not_learn_what_was_wrong_with_the_file(as_: As) -> None:
    disclosure = draft(as_)
    assert send(as_, disclosure, "a.html", b"<html>", by="uploader-640104100203").status_code == 404
    assert send(as_, disclosure, "a.html", b"<html>", by="leader").status_code == 403


# --- directly into the store ------------------------------------------------------------------------------------

PHOTO = make.phone_photo()


def begin(as_: As, disclosure: Json, size: int = len(PHOTO), **changes: Any) -> Any:
    body = {"name": "现场.jpg", "size": size, "media_type": "image/jpeg"} | changes
    return as_(f"uploader-{disclosure['village']}").post(path_of(disclosure), body)


def complete(as_: As, disclosure: Json, attachment: Json) -> Any:
    return as_(f"uploader-{disclosure['village']}").post(path_of(disclosure, attachment["id"], "complete"))


def post_to_store(attachment: Json, data: bytes = PHOTO) -> int:
    fields = attachment["upload"]["fields"] | {"file": ("x.jpg", data, attachment["media_type"])}
    return urllib3.request("POST", attachment["upload"]["url"], fields=fields, retries=False).status


def test_a_folder_says_that_it_takes_no_direct_upload(as_: As, place: Place) -> None:
    if place.url.startswith("s3:"):
        pytest.skip("the store takes them")
    answer = begin(as_, draft(as_))
    assert (answer.status_code, answer.json["code"]) == (409, "direct_upload_unavailable")


@pytest.mark.slow
def test_the_name_of_a_file_posted_into_the_store_is_screened_too(as_: As, s3_only: Place) -> None:
    disclosure = draft(as_)
    attachment = begin(as_, disclosure, name="张三13895000000.jpg").json
    assert post_to_store(attachment) in (200, 201, 204)
    assert complete(as_, disclosure, attachment).status_code == 200
    uploader = as_(f"uploader-{disclosure['village']}")
    [finding] = uploader.get(f"/disclosures/{disclosure['id']}").json["findings"]
    assert (finding["kind"], finding["place"]) == ("mobile", "文件名")
    assert uploader.post(f"/disclosures/{disclosure['id']}/submit").json["code"] == "sensitive_content"


@pytest.mark.slow
def test_a_file_posted_into_the_store_is_examined_before_it_counts(as_: As, anybody: Client, s3_only: Place) -> None:
    disclosure = draft(as_)
    attachment = begin(as_, disclosure).json
    assert attachment["status"] == "pending"
    assert as_("secrecy").get(path_of(disclosure, attachment["id"])).json["code"] == "attachment_pending"
    assert post_to_store(attachment) in (200, 201, 204)
    answer = as_(f"uploader-{disclosure['village']}").post(f"/disclosures/{disclosure['id']}/submit")
    assert (answer.status_code, answer.json["code"]) == (409, "attachment_pending")
    ready = complete(as_, disclosure, attachment)
    assert (ready.status_code, ready.json["status"]) == (200, "ready")
    assert complete(as_, disclosure, attachment).json == ready.json
    assert sorted(key.partition("/")[0] for key in stored_keys(s3_only)) == [disclosure["village"]] * 2
    disclosure = submit(as_, disclosure)
    while disclosure["state"] == "in_review":
        disclosure = decide(as_, disclosure)
    data = anybody.get(f"/public/attachments/{attachment['id']}").data
    assert digest_of_bytes(data) == ready.json["digest"]
    assert [trace for trace in TRACES if trace in published(data)] == []


@pytest.mark.slow
def test_what_was_not_posted_is_not_completed(as_: As, s3_only: Place) -> None:
    disclosure = draft(as_)
    attachment = begin(as_, disclosure).json
    assert complete(as_, disclosure, attachment).json["code"] == "upload_incomplete"
    assert post_to_store(attachment, PHOTO[:-1]) >= 400
    assert complete(as_, disclosure, attachment).json["code"] == "upload_incomplete"


@pytest.mark.slow
def test_what_was_posted_is_refused_like_any_file(as_: As, s3_only: Place) -> None:
    disclosure = draft(as_)
    page = b"<html><script>" + bytes(100)
    attachment = begin(as_, disclosure, size=len(page)).json
    assert post_to_store(attachment, page) in (200, 201, 204)
    assert complete(as_, disclosure, attachment).status_code == 415
    assert as_("secrecy").get(path_of(disclosure, attachment["id"])).json["code"] == "attachment_pending"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"media_type": "text/html"}, 415),
        ({"media_type": "application/pdf"}, 415),
        ({"size": 0}, 422),
        ({"size": (1 << 20) + 1}, 413),
        ({"name": "../现场.png"}, 415),
        ({"name": ""}, 422),
    ],
)
def test_a_form_is_given_for_a_file_that_could_be_taken(as_: As, s3_only: Place, changes: Json, status: int) -> None:
    assert begin(as_, draft(as_), **changes).status_code == status


@pytest.mark.slow
def test_what_was_begun_and_left_is_swept(as_: As, app: Flask, moment: TestClock, s3_only: Place) -> None:
    disclosure = draft(as_)
    attachment = begin(as_, disclosure).json
    post_to_store(attachment)
    kept = attach(as_, disclosure, "现场.jpg", PHOTO)
    assert len(stored_keys(s3_only)) == 3
    moment.set("2099-01-01 09:00")
    assert app.test_cli_runner().invoke(args=["files", "sweep"]).exit_code == 0
    assert not [key for key in stored_keys(s3_only) if key.startswith("arriving/")]
    assert len([key for key in stored_keys(s3_only) if kept["id"] in key]) == 2
    shown = as_(f"uploader-{disclosure['village']}").get(f"/disclosures/{disclosure['id']}").json["attachments"]
    assert [each["id"] for each in shown] == [kept["id"]]


@pytest.mark.slow
def test_a_draft_put_away_in_the_midst_of_an_upload_does_not_stop_the_sweep(
    as_: As, app: Flask, s3_only: Place, moment: TestClock
) -> None:
    given_up, left = draft(as_), draft(as_)
    for disclosure in (given_up, left):
        post_to_store(begin(as_, disclosure).json)
    uploader = as_(f"uploader-{given_up['village']}")
    etag = uploader.get(f"/disclosures/{given_up['id']}").headers["ETag"]
    assert uploader.delete(f"/disclosures/{given_up['id']}", headers={"If-Match": etag}).status_code == 204
    moment.set("2099-01-01 09:00")
    assert app.test_cli_runner().invoke(args=["files", "sweep"]).exit_code == 0
    assert stored_keys(s3_only) == []
    assert as_(f"uploader-{left['village']}").get(f"/disclosures/{left['id']}").json["attachments"] == []


@pytest.fixture
def s3_only(place: Place) -> Place:
    if not place.url.startswith("s3:"):
        pytest.skip("a folder takes no direct upload")
    return place
