"""Applications as the administrator enters them."""

from typing import Any

from werkzeug.test import TestResponse

from tests.journeys import As, Json

APPLICANT = "样例户一"


def body(**changes: Any) -> Json:
    """One handed in on the day on which the tests' clock begins."""
    return {
        "channel": "in_person",
        "submitted_at": "2023-11-06T08:30:00+08:00",
        "applicant_kind": "natural_person",
        "applicant_name": APPLICANT,
        "subject": "洼路村2022年征地补偿安置方案",
        "content": "申请提供纸质复印件。",
    } | changes


def texts(**changes: Any) -> Json:
    """What a PUT takes."""
    names = ("applicant_kind", "applicant_name", "subject", "content")
    return {name: value for name, value in body().items() if name in names} | changes


def afterwards(year: int, **changes: Any) -> Json:
    return {"recorded_afterwards": True, "year": year} | changes


def register(as_: As, **changes: Any) -> Json:
    answer = as_("admin").post("/applications", body(**changes))
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def record(as_: As, year: int, **changes: Any) -> Json:
    answer = as_("admin").post("/applications", afterwards(year, **changes))
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def try_event(as_: As, application: Json, kind: str, at: str | None, **fields: Any) -> TestResponse:
    """at: on the wall in Asia/Shanghai, such as ``2023-11-08 10:00``."""
    moment = {} if at is None else {"at": f"{at.replace(' ', 'T')}:00+08:00"}
    return as_("admin").post(f"/applications/{application['id']}/events", {"kind": kind} | moment | fields)


def happen(as_: As, application: Json, kind: str, at: str | None, **fields: Any) -> Json:
    answer = try_event(as_, application, kind, at, **fields)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def rescind(as_: As, application: Json, event: str) -> Json:
    return happen(as_, application, "rescinded", None, event=event, reason="登错了")


def read(as_: As, application: Json, by: str = "admin") -> Json:
    return dict(as_(by).get(f"/applications/{application['id']}").json)
