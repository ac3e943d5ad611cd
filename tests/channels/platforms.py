"""What an administrator does with a platform's address, and sees of it."""

import json
from collections.abc import Callable
from typing import Any

from tests.channels.receiver import Received
from tests.clients import Client
from tests.journeys import As, Json

Work = Callable[..., int]
PLAN = {"entry": "C01", "period": "2022", "title": "洼路村2022年度财务计划"}  # belongs on the website


def register(as_: As, url: str, **changes: Any) -> Json:
    answer = as_("admin").post("/channels/webhooks", {"channel": "website", "url": url} | changes)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def send_test(as_: As, hook: Json) -> Json:
    """The job of a message that goes the way of all others."""
    answer = as_("admin").post(f"/channels/webhooks/{hook['id']}/test")
    assert answer.status_code == 202, answer.json
    return dict(answer.json)


def log(admin: Client, hook: Json) -> list[Json]:
    """The oldest first."""
    return list(reversed(admin.get(f"/channels/webhooks/{hook['id']}/deliveries?limit=100").json["data"]))


def jobs(admin: Client, state: str) -> list[Json]:
    return list(admin.get(f"/jobs?kind=channels.deliver&state={state}").json["data"])


def said(received: Received) -> Json:
    return dict(json.loads(received.body))
