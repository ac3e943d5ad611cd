"""The main line step by step, for tests that begin in the middle of it."""

import io
from collections.abc import Callable, Mapping
from typing import Any

from tests.clients import Client

VILLAGE, NEIGHBOUR = "640104100202", "640104100203"
TOWNSHIP = "640104100000"
CHECKLIST = ["political", "policy", "wording", "secrecy"]
REVIEWERS = {"secrecy": "secrecy", "office": "office-finance", "leader": "leader"}

As = Callable[[str], Client]
Json = dict[str, Any]


def content(**changes: Any) -> Json:
    """The six content fields of a monthly income and expenditure table."""
    return {
        "title": "洼路村2023年10月财务收支明细",
        "body": "<p>收入合计 12000.00 元，支出合计 8000.00 元。</p>",
        "period": "2023-10",
        "event_on": None,
        "nothing_to_report": False,
        "audience": "public",
    } | changes


def draft(as_: As, village: str = VILLAGE, entry: str = "C02", **changes: Any) -> Json:
    answer = as_(f"uploader-{village}").post("/disclosures", {"village": village, "entry": entry} | content(**changes))
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def attach(as_: As, disclosure: Json, name: str, data: bytes) -> Json:
    """A file, sent with the request."""
    form = {"file": (io.BytesIO(data), name)}
    path = f"/disclosures/{disclosure['id']}/attachments"
    answer = as_(f"uploader-{disclosure['village']}").post(path, data=form)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def submit(as_: As, disclosure: Json, acknowledge: Mapping[str, str] | None = None) -> Json:
    """acknowledge: ``{finding id: reason}``."""
    body = {"acknowledge": [{"finding": finding, "reason": reason} for finding, reason in (acknowledge or {}).items()]}
    answer = as_(f"uploader-{disclosure['village']}").post(f"/disclosures/{disclosure['id']}/submit", body)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def decision(disclosure: Json, outcome: str = "approve", **changes: Any) -> Json:
    """What a reviewer sends who has read everything."""
    return {
        "read_attachments": [each["id"] for each in disclosure.get("attachments", []) if not each["has_text"]],
        "stage": disclosure["stage"],
        "digest": disclosure["digest"],
        "outcome": outcome,
        "checklist": CHECKLIST if outcome == "approve" else [],
        "comment": "" if outcome == "approve" else "请补充说明",
    } | changes


def decide(as_: As, disclosure: Json, outcome: str = "approve", by: str | None = None, **changes: Any) -> Json:
    reviewer = as_(by or REVIEWERS[disclosure["stage"]])
    answer = reviewer.post(f"/disclosures/{disclosure['id']}/decisions", decision(disclosure, outcome, **changes))
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def publish(as_: As, **changes: Any) -> Json:
    """A draft, submitted and approved by all three."""
    disclosure = submit(as_, draft(as_, **changes))
    while disclosure["state"] == "in_review":
        disclosure = decide(as_, disclosure)
    return disclosure


def put(as_: As, disclosure: Json, **changes: Any) -> Json:
    """Edit as the uploader, with a fresh ETag."""
    uploader = as_(f"uploader-{disclosure['village']}")
    etag = uploader.get(f"/disclosures/{disclosure['id']}").headers["ETag"]
    answer = uploader.put(f"/disclosures/{disclosure['id']}", content(**changes), headers={"If-Match": etag})
    assert answer.status_code == 200, answer.json
    return dict(answer.json)
