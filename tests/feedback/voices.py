"""Saying something, and what becomes of it, step by step over HTTP."""

from typing import Any

from tests.clients import Client
from tests.journeys import VILLAGE, As, Json

UPLOADER = f"uploader-{VILLAGE}"
ANSWER = "沟渠清淤已列入本月计划，二十日前完工。"


def said(by: Client, *, under: Json | None = None, village: str = VILLAGE, **changes: Any) -> Any:
    """The answer to something that somebody says, under an item or to a village."""
    path = f"/disclosures/{under['id']}/feedback" if under else f"/divisions/{village}/feedback"
    return by.post(path, {"kind": "question", "text": "村东的沟渠什么时候清淤？"} | changes)


def say(by: Client, **changes: Any) -> Json:
    answer = said(by, **changes)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def act(by: Client, feedback: Json, verb: str, body: Json | None = None) -> Any:
    return by.post(f"/feedback/{feedback['id']}/{verb}", body)


def write(as_: As, feedback: Json, text: str = ANSWER, by: str = UPLOADER) -> Json:
    answer = act(as_(by), feedback, "answer", {"text": text})
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def judge(as_: As, written: Json, outcome: str = "approve", comment: str = "") -> Json:
    body = {"digest": written["digest"], "outcome": outcome, "comment": comment}
    answer = act(as_("secrecy"), written, "decisions", body)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def answered(as_: As, by: Client, **changes: Any) -> Json:
    """Said, answered and let through."""
    return judge(as_, write(as_, say(by, may_be_public=True, **changes)))


def public_of(anybody: Client, path: str) -> list[Json]:
    answer = anybody.get(f"/public/{path}/feedback")
    assert answer.status_code == 200, answer.json
    return list(answer.json["data"])


def mine(by: Client, feedback: Json) -> Json:
    return dict(by.get(f"/me/feedback/{feedback['id']}").json)


def notices(by: Client, kind: str) -> list[str]:
    return [each["text"] for each in by.get("/me/notices?limit=100").json["data"] if each["kind"] == kind]
