"""The main line on an empty database, as its users see it: a township's file, then nothing but HTTP.

A real server, the real clock, people who came by invitation: from a village's upload through three approvals to the
public page and the township's totals. The names are those of docs/api.md.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.base import PROJECT
from tests.engines import Engine
from tests.intake.make_files import picture
from tests.processes import Answer, Installation, Wire
from villagepub.core.clock import SHANGHAI
from villagepub.core.digest import digest_of_bytes

pytestmark = pytest.mark.slow  # the whole line, with real servers

SAMPLE = PROJECT / "config" / "townships" / "zhangzheng"
TOWNSHIP, VILLAGE, NEIGHBOUR = "640104100000", "640104100202", "640104100203"
UPLOADER = f"uploader-{VILLAGE}"
OWN_PASSWORD = "set-by-myself-20231106"
CHECKLIST = ["political", "policy", "wording", "secrecy"]
CHAIN = [("secrecy", "secrecy"), ("office", "office-finance"), ("leader", "leader")]

DISCLOSURE = {
    *("id", "village", "entry", "title", "body", "period", "event_on", "nothing_to_report", "audience", "state"),
    *("stage", "revision", "digest", "attachments", "created_at", "submitted_at", "due_at", "published_at"),
    *("withdrawn_at", "supersedes", "number"),
}
ATTACHMENT = {"id", "name", "media_type", "size", "digest", "status", "has_text", "has_thumbnail"}
SESSION = {"access_token", "token_type", "expires_in", "refresh_token", "person", "posts"}
POST = {"id", "key", "role", "title", "division", "office"}
STEP = {"at", "action", "name", "post", "digest"}
TOTALS = {"published", "withdrawn", "corrected", "submitted", "returned", "refused", "on_time", "due"}

Json = dict[str, Any]


@pytest.fixture
def installation(engine: Engine, tmp_path: Path) -> Iterator[Installation]:
    made = Installation(engine.create("main_line"), tmp_path / "instance")
    made.succeeds("db", "upgrade")
    yield made
    engine.drop("main_line")


@pytest.fixture
def township_file(tmp_path: Path) -> Path:
    """The sample township as a real one would be written: without passwords."""
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "township"))
    file = folder / "township.yaml"
    file.write_text(re.sub(r", password: [^}]+}", "}", file.read_text(encoding="utf-8")), encoding="utf-8")
    return file


def _multipart(name: str, data: bytes) -> tuple[bytes, dict[str, str]]:
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    body = head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n--edge--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=edge"}


def _last_month() -> str:
    first = datetime.now(UTC).astimezone(SHANGHAI).replace(day=1)
    return f"{first - timedelta(days=1):%Y-%m}"


class Line:
    """The people of the township, each with a connection of their own to one server."""

    def __init__(self, port: int, invitations: dict[str, str]) -> None:
        self.port = port
        self.anybody = Wire(port)
        self.people = {name: self._arrive(name, invitations[name]) for name in _cast()}

    def _arrive(self, username: str, code: str) -> Wire:
        """Accept the invitation with a password of one's own, then sign in with it."""
        accepted = self.anybody.call("POST", "/auth/invitations/accept", {"code": code, "password": OWN_PASSWORD})
        assert accepted.status == 200, accepted.data
        assert set(accepted.json) >= SESSION
        assert all(set(post) == POST for post in accepted.json["posts"])
        again = self.anybody.call("POST", "/auth/login", {"username": username, "password": OWN_PASSWORD})
        assert again.status == 200, again.data
        assert again.json["token_type"] == "Bearer"
        assert set(again.json["person"]) == {"id", "name"}
        return Wire(self.port, again.json["access_token"])

    def as_(self, username: str, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        return self.people[username].call(method, path, body, **options)

    def public(self, path: str, **options: Any) -> Answer:
        return self.anybody.call("GET", f"/public{path}", **options)


def _cast() -> list[str]:
    return [UPLOADER, f"uploader-{NEIGHBOUR}", *(username for _, username in CHAIN), "admin", "auditor"]


def test_from_a_township_file_to_the_public_page_and_the_monthly_row(
    installation: Installation, township_file: Path
) -> None:
    loaded = installation.succeeds("township", "load", str(township_file))
    invitations = dict(re.findall(r"邀请码 .+?（(\S+)）：(\S+)，", loaded))
    assert len(invitations) == 24
    assert "邀请码" not in installation.succeeds("township", "load", str(township_file))

    with installation.server() as port:
        line = Line(port, invitations)
        _everybody_knows_who_they_are(line)
        _what_is_owed_can_be_read(line)
        draft = _upload(line)
        _nobody_else_reads_it(line, draft["id"])
        submitted = _submit(line, draft["id"])
        published = _three_people_approve(line, submitted)
        _the_public_reads_what_was_approved(line, draft, published)
        _the_totals_follow(line, published)
        _every_step_is_on_record(line, published)

    assert installation.succeeds("statistics", "verify")
    assert installation.succeeds("audit", "verify")


def _everybody_knows_who_they_are(line: Line) -> None:
    me = line.as_(UPLOADER, "GET", "/me").json
    assert set(me) == {"person", "posts", "unread"}
    assert [(post["role"], post["division"]) for post in me["posts"]] == [("uploader", VILLAGE)]
    assert line.anybody.call("GET", "/me").status == 401


def _what_is_owed_can_be_read(line: Line) -> None:
    entries = line.as_(UPLOADER, "GET", f"/catalogue?division={VILLAGE}").json["data"]
    assert len(entries) == 41
    owed = line.as_(UPLOADER, "GET", f"/duties?division={VILLAGE}&period={_last_month()}").json["data"]
    assert [(duty["village"], duty["entry"]) for duty in owed] == [(VILLAGE, "C02")]
    assert {"period", "due_on", "status", "disclosure"} <= set(owed[0])


def _upload(line: Line) -> Json:
    """A draft, a file with it, and one correction of the title."""
    content = {"title": "洼路村财务收支", "body": "<p>收入 12000.00 元</p><script>no</script>", "period": _last_month()}
    made = line.as_(UPLOADER, "POST", "/disclosures", {"village": VILLAGE, "entry": "C02"} | content)
    assert made.status == 201, made.data
    draft = made.json
    assert set(draft) >= DISCLOSURE
    path = f"/disclosures/{draft['id']}"
    assert made.headers["Location"] == f"/api/v1{path}"
    assert (draft["state"], draft["stage"], draft["number"]) == ("draft", None, None)

    data, headers = _multipart("收支明细.png", picture("PNG"))
    attached = line.as_(UPLOADER, "POST", f"{path}/attachments", data=data, headers=headers)
    assert attached.status == 201, attached.data
    assert set(attached.json) == ATTACHMENT

    etag = line.as_(UPLOADER, "GET", path).headers["ETag"]
    edited = content | {
        "title": "洼路村财务收支明细",
        "event_on": None,
        "nothing_to_report": False,
        "audience": "public",
    }
    assert line.as_(UPLOADER, "PUT", path, edited).status == 428
    assert line.as_(UPLOADER, "PUT", path, edited, headers={"If-Match": '"old"'}).status == 412
    put = line.as_(UPLOADER, "PUT", path, edited, headers={"If-Match": etag})
    assert put.status == 200, put.data
    return dict(put.json)


def _nobody_else_reads_it(line: Line, disclosure_id: str) -> None:
    for path in (f"/disclosures/{disclosure_id}", f"/disclosures/{disclosure_id}/history"):
        assert line.as_(f"uploader-{NEIGHBOUR}", "GET", path).status == 404
        assert line.anybody.call("GET", path).status == 401
    assert line.public(f"/disclosures/{disclosure_id}").status == 404


def _submit(line: Line, disclosure_id: str) -> Json:
    submitted = line.as_(UPLOADER, "POST", f"/disclosures/{disclosure_id}/submit", {})
    assert submitted.status == 200, submitted.data
    assert (submitted.json["state"], submitted.json["stage"]) == ("in_review", "secrecy")
    assert submitted.json["due_at"]
    return dict(submitted.json)


def _three_people_approve(line: Line, disclosure: Json) -> Json:
    path = f"/disclosures/{disclosure['id']}/decisions"
    for stage, username in CHAIN:
        assert line.public(f"/disclosures/{disclosure['id']}").status == 404
        decision = {
            "stage": stage,
            "digest": disclosure["digest"],
            "outcome": "approve",
            "checklist": CHECKLIST,
            "comment": "",
            "read_attachments": [each["id"] for each in disclosure["attachments"] if not each["has_text"]],
        }
        assert line.as_(UPLOADER, "POST", path, decision).status == 403
        [waiting] = line.as_(username, "GET", "/review/queue").json["data"]
        assert waiting["disclosure"]["id"] == disclosure["id"]
        decided = line.as_(username, "POST", path, decision)
        assert decided.status == 201, decided.data
        assert line.as_(username, "POST", path, decision).json["code"] == "already_decided"
        disclosure = decided.json
    assert (disclosure["state"], disclosure["stage"]) == ("published", None)
    year = disclosure["published_at"][:4]
    assert disclosure["number"] == f"{VILLAGE}-{year}-0001"
    return disclosure


def _the_public_reads_what_was_approved(line: Line, draft: Json, published: Json) -> None:
    page = line.public(f"/disclosures/{published['id']}")
    assert page.status == 200
    for name in ("title", "body", "period", "number", "digest"):
        assert page.json[name] == published[name]
    assert page.json["body"] == draft["body"] == "<p>收入 12000.00 元</p>"
    again = line.public(f"/disclosures/{published['id']}", headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status, again.data) == (304, b"")

    [attachment] = page.json["attachments"]
    file = line.public(f"/attachments/{attachment['id']}")
    assert (file.status, len(file.data), digest_of_bytes(file.data)) == (200, attachment["size"], attachment["digest"])
    small = line.public(f"/attachments/{attachment['id']}/thumbnail")
    assert (small.status, small.headers["Content-Type"]) == (200, "image/webp")
    for division in (VILLAGE, TOWNSHIP, "640104000000"):
        rows = line.public(f"/disclosures?division={division}&q=%E8%B4%A2%E5%8A%A1").json["data"]
        assert [row["id"] for row in rows] == [published["id"]]
    assert published["id"].encode() in line.public(f"/feed.atom?division={TOWNSHIP}").data


def _the_totals_follow(line: Line, published: Json) -> None:
    month = published["published_at"][:7]
    answer = line.as_(
        "admin", "GET", f"/statistics/monthly?division={TOWNSHIP}&from={month}&to={month}&by=month,village"
    )
    rows = {row["village"]: row for row in answer.json["data"]}
    assert answer.json["as_of"] >= published["published_at"]
    assert len(rows) == 11
    assert set(rows[VILLAGE]) == {"month", "village"} | TOTALS
    assert (rows[VILLAGE]["month"], rows[VILLAGE]["published"], rows[VILLAGE]["submitted"]) == (month, 1, 1)
    assert {row["published"] for village, row in rows.items() if village != VILLAGE} == {0}
    year = line.public(f"/statistics?division={TOWNSHIP}&year={month[:4]}").json
    assert year["published"] == 1


def _every_step_is_on_record(line: Line, published: Json) -> None:
    steps = line.as_(UPLOADER, "GET", f"/disclosures/{published['id']}/history").json["data"]
    assert all(set(step) >= STEP for step in steps)
    assert [step["action"] for step in steps] == [
        "disclosure.created",
        "disclosure.attached",
        "disclosure.edited",
        "disclosure.submitted",
        "review.approve",
        "review.approve",
        "review.approve",
        "disclosure.published",
    ]
    assert [step["name"] for step in steps[4:7]] == ["保密专干", "财经服务中心负责人", "主要领导"]
    entries = line.as_("auditor", "GET", f"/audit?subject={published['id']}").json["data"]
    assert [entry["action"] for entry in entries] == [step["action"] for step in steps]
