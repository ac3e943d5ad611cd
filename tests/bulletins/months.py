"""A township's December 2023 as the tests of bulletins have it."""

from typing import Any

from tests.clients import TestClock
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, publish

DECEMBER = {"division": TOWNSHIP, "month": "2023-12"}
PATH = f"/bulletins/{TOWNSHIP}/2023-12"
TEXT: dict[str, Any] = {
    "remarks": [{"village": VILLAGE, "text": "公开栏与小程序不一致。"}],
    "next_steps": [
        {"text": "对照逾期清单逐项补公开。", "due_on": "2024-01-15"},
        {"text": "召开信息员例会。", "due_on": None},
    ],
}


def live_december(as_: As, moment: TestClock) -> None:
    """November's accounts are due on 10 December: one village in time, one late, the others not at all.

    Ends at nine on 5 January, when December may be closed.
    """
    moment.set("2023-12-08 09:00")
    publish(as_, period="2023-11", title="洼路村11月收支")
    moment.set("2023-12-12 09:00")
    publish(as_, village=NEIGHBOUR, period="2023-11", title="五渡桥村11月收支")
    moment.set("2024-01-05 09:00")


def close(as_: As, month: str = "2023-12") -> None:
    answer = as_("admin").post("/closings", {"division": TOWNSHIP, "month": month})
    assert answer.status_code == 201, answer.json


def read(as_: As, month: str = "2023-12", by: str = "admin") -> Json:
    answer = as_(by).get(f"/bulletins/{TOWNSHIP}/{month}")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def docx(as_: As, month: str = "2023-12") -> bytes:
    answer = as_("admin").get(f"/exports/bulletin.docx?division={TOWNSHIP}&month={month}")
    assert answer.status_code == 200, answer.json
    return bytes(answer.data)
