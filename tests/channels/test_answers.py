"""Whatever a platform answers, a message is told at least once under one id, or a person hears of it."""

import socket
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.channels import receiver as answers
from tests.channels.platforms import PLAN, Work, jobs, log, register, said, send_test
from tests.channels.receiver import Answering, Receiver, is_genuine, saying
from tests.clients import TestClock
from tests.console import run, sql
from tests.journeys import As, publish
from villagepub.channels import deliveries
from villagepub.jobs.registry import KINDS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (saying(500), 500),
        (saying(503), 503),
        (saying(429), 429),
        (answers.hanging_up, None),
        (answers.silent, None),
        (answers.dripping, None),
        (answers.nonsense, None),
    ],
    ids=["500", "503", "429", "hang-up", "silent", "dripping", "nonsense"],
)
def test_what_was_not_taken_is_told_again_later_with_the_same_id(
    as_: As, receiver: Receiver, work: Work, moment: TestClock, answer: Answering, status: int | None
) -> None:
    hook = register(as_, receiver.url)
    receiver.answer = answer
    send_test(as_, hook)
    assert work() == 1
    [waiting] = jobs(as_("admin"), "queued")
    assert "系统会自动重试" in waiting["error"]
    assert work() == 0
    receiver.answer = saying(200)
    moment.forward(minutes=2)
    assert work() == 1
    first, second = receiver.received
    assert first.headers["X-Villagepub-Id"] == second.headers["X-Villagepub-Id"]
    assert first.headers["X-Villagepub-Timestamp"] != second.headers["X-Villagepub-Timestamp"]
    assert is_genuine(hook["secret"], second, moment().timestamp())
    assert [(row["attempt"], row["taken"], row["status"]) for row in log(as_("admin"), hook)] == [
        (1, False, status),
        (2, True, 200),
    ]


def test_a_huge_answer_is_not_read(as_: As, receiver: Receiver, work: Work) -> None:
    hook = register(as_, receiver.url)
    receiver.answer = answers.endless
    send_test(as_, hook)
    work()
    [row] = log(as_("admin"), hook)
    assert (row["taken"], row["status"]) == (True, 200)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(as_: As, receiver: Receiver, work: Work, status: int) -> None:
    with answers.serving() as elsewhere:
        hook = register(as_, receiver.url)
        receiver.answer = saying(status, Location=elsewhere.url)
        send_test(as_, hook)
        work()
        [failed] = jobs(as_("admin"), "failed")
        assert "没有跟随" in failed["error"]
        assert (len(receiver.received), elsewhere.received) == (1, [])


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_what_is_refused_waits_for_a_person(as_: As, receiver: Receiver, work: Work, status: int) -> None:
    hook = register(as_, receiver.url)
    receiver.answer = saying(status, b"our secret thoughts")
    job = send_test(as_, hook)
    work()
    [failed] = jobs(as_("admin"), "failed")
    assert str(status) in failed["error"]
    assert "secret thoughts" not in failed["error"]
    receiver.answer = saying(204)
    assert as_("admin").post(f"/jobs/{job['id']}/retry").status_code == 200
    work()
    assert len({each.headers["X-Villagepub-Id"] for each in receiver.received}) == 1
    assert len(jobs(as_("admin"), "done")) == 1


def test_after_the_last_attempt_it_is_a_dead_letter(as_: As, receiver: Receiver, work: Work, moment: TestClock) -> None:
    hook = register(as_, receiver.url)
    receiver.answer = saying(500)
    send_test(as_, hook)
    for _ in range(20):
        work()
        moment.forward(hours=2)
    [dead] = jobs(as_("admin"), "dead")
    assert len(receiver.received) == len(log(as_("admin"), hook)) == KINDS[deliveries.DELIVER].max_attempts
    assert "处理后再重试" in dead["error"]


def test_one_that_is_never_taken_holds_up_no_other(as_: As, receiver: Receiver, work: Work) -> None:
    register(as_, receiver.url)
    receiver.answer = saying(500)
    item = publish(as_, **PLAN)
    work()
    receiver.answer = saying(204)
    assert as_("admin").post(f"/disclosures/{item['id']}/withdraw", {"reason": "有误"}).status_code == 200
    work()
    assert [said(each)["event"] for each in receiver.received] == ["published", "withdrawn"]
    assert len(jobs(as_("admin"), "queued")) == 1


def test_nobody_there_is_tried_again(as_: As, work: Work) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    send_test(as_, register(as_, f"http://127.0.0.1:{port}/"))
    work()
    assert len(jobs(as_("admin"), "queued")) == 1


def test_where_it_may_not_lead_nothing_is_sent(as_: As, receiver: Receiver, work: Work) -> None:
    """The name leads somewhere else when it is called than when it was registered."""
    hook = register(as_, f"http://platform.example.gov.cn:{receiver.port}/hook")
    send_test(as_, hook)

    def leads_inside(host: str, port: int) -> Sequence[str]:
        return ["10.1.2.3"]

    work(leads_inside)
    [failed] = jobs(as_("admin"), "failed")
    assert "WEBHOOK_NETWORKS" in failed["error"]
    assert receiver.received == []
    [row] = log(as_("admin"), hook)
    assert (row["taken"], row["status"]) == (False, None)


def test_in_production_only_https_is_told(app: Flask, as_: As, receiver: Receiver, work: Work) -> None:
    send_test(as_, register(as_, receiver.url))
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], environment="production")
    refused = as_("admin").post("/channels/webhooks", {"channel": "website", "url": receiver.url})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["url"])
    work()
    assert receiver.received == []
    assert "https" in jobs(as_("admin"), "failed")[0]["error"]


# --- at least once ----------------------------------------------------------------------------------------------


def test_a_worker_that_lost_its_lease_tells_again_under_the_same_id(
    as_: As, receiver: Receiver, work: Work, moment: TestClock
) -> None:
    """The first one cannot note that the message was taken, as another one has taken the job over."""
    send_test(as_, register(as_, receiver.url))

    def slow(request: Any) -> None:
        if len(receiver.received) == 1:
            moment.forward(minutes=5)  # its lease is over
            other = threading.Thread(target=work)
            other.start()
            other.join(30)
        saying(204)(request)

    receiver.answer = slow
    work()
    assert len(receiver.received) == 2
    assert len({each.headers["X-Villagepub-Id"] for each in receiver.received}) == 1
    assert [each["state"] for each in as_("admin").get("/jobs?kind=channels.deliver").json["data"]] == ["done"]


def test_what_was_queued_twice_is_told_once(app: Flask, as_: As, receiver: Receiver, work: Work) -> None:
    """The job that queues is run again, as after a crash: the webhook says up to where it was told."""
    register(as_, receiver.url)
    publish(as_, **PLAN)
    work()
    sql(app, "UPDATE job SET state = 'queued', finished_at = NULL WHERE kind = 'publishing.changed'")
    work()
    assert len(receiver.received) == 1


def test_the_log_is_forgotten_after_three_months(
    app: Flask, as_: As, receiver: Receiver, work: Work, moment: TestClock
) -> None:
    hook = register(as_, receiver.url)
    send_test(as_, hook)
    work()
    for days, rows in ((89, 1), (2, 0)):
        moment.forward(days=days)
        assert run(app, "worker", "--once").exit_code == 0
        assert len(log(as_("admin"), hook)) == rows
