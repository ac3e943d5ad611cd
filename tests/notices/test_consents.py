"""How many messages somebody allows: what the mini-program says, what the platform says, and who is right."""

from typing import Any

import pytest

from tests.console import sql
from tests.journeys import TOWNSHIP, VILLAGE, As, decide, draft, submit
from tests.notices.post_office import PostOffice, template_id
from tests.wechat.platform import SEND
from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.transactions import transaction
from villagepub.jobs import operations as jobs

UPLOADER = f"uploader-{VILLAGE}"
RESULT = template_id("result")


def remaining(as_: As) -> int:
    rows = as_(UPLOADER).get("/me/subscriptions").json["data"]
    return next(int(row["remaining"]) for row in rows if row["template_id"] == RESULT)


def test_each_allowance_counts_and_a_refusal_takes_none_back(post_office: PostOffice, as_: As) -> None:
    uploader = as_(UPLOADER)
    assert remaining(as_) == 0
    for result, left in (("accept", 1), ("accept", 2), ("reject", 2), ("filter", 2), ("ban", 0)):
        assert uploader.post("/me/subscriptions", {"results": {RESULT: result}}).status_code == 200
        assert remaining(as_) == left, result


def test_what_is_allowed_for_long_is_not_counted_down(post_office: PostOffice, as_: As) -> None:
    folder = post_office.app.config["SETTINGS"].wechat_templates_dir
    file = folder / "result.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("consent: once", "consent: long_term"), encoding="utf-8")
    uploader = as_(UPLOADER)
    post_office.bind(UPLOADER)
    post_office.allow(UPLOADER, "result", times=2, report=False)
    for _ in range(2):
        assert uploader.post("/me/subscriptions", {"results": {RESULT: "accept"}}).status_code == 200
        assert remaining(as_) == 1
    for _ in range(2):
        decide(as_, submit(as_, draft(as_)), "return")
    post_office.work()
    assert len(post_office.sent) == 2
    assert remaining(as_) == 1
    uploader.post("/me/subscriptions", {"results": {RESULT: "reject"}})
    assert remaining(as_) == 0


@pytest.mark.parametrize("results", [{}, {"nobody": "accept"}, {RESULT: "maybe"}, {RESULT: 1}, [], None])
@pytest.mark.usefixtures("post_office")
def test_other_results_are_refused_by_name(as_: As, results: Any) -> None:
    answer = as_(UPLOADER).post("/me/subscriptions", {"results": results})
    assert answer.status_code == 422
    assert [field for field in answer.json["errors"] if field.startswith("results")]


def push(post_office: PostOffice, kind: str, event: str, *items: dict[str, str]) -> None:
    """As the door of pushes queues it, and then again: the platform repeats itself."""
    [(person_id,)] = sql(post_office.app, "SELECT id FROM person WHERE username = :name", name=UPLOADER)
    payload = {"event": f"subscribe_msg_{event}_event", "at": 1_700_000_000, "person": person_id, "list": list(items)}
    for _ in range(2):
        with post_office.app.app_context(), transaction(tenancy.EVERYWHERE):
            jobs.enqueue(f"notices.{kind}", payload, actor=Actor.system("tests"), division=TOWNSHIP)
        post_office.work()


def test_the_platform_corrects_the_count(post_office: PostOffice, as_: As) -> None:
    accepted = {"TemplateId": RESULT, "SubscribeStatusString": "accept", "PopupScene": "0"}
    refused = accepted | {"SubscribeStatusString": "reject"}
    push(post_office, "consents_changed", "popup", accepted)
    assert remaining(as_) == 1
    push(post_office, "consents_changed", "popup", refused)
    assert remaining(as_) == 1
    push(post_office, "consents_changed", "change", refused, {"TemplateId": "nobody"})
    assert remaining(as_) == 0


def test_the_platform_says_what_became_of_an_unknown_message(post_office: PostOffice, as_: As) -> None:
    post_office.bind(UPLOADER)
    post_office.allow(UPLOADER, "result")
    post_office.platform.fault(SEND, drop=True, after=True)
    decide(as_, submit(as_, draft(as_)), "return")
    post_office.work()
    [sent] = post_office.sent
    push(post_office, "message_sent", "sent", {"TemplateId": RESULT, "MsgID": sent.msgid, "ErrorCode": "0"})
    assert ("returned", "sent") in post_office.states()
    push(post_office, "message_sent", "sent", {"TemplateId": RESULT, "MsgID": sent.msgid, "ErrorCode": "3"})
    assert ("returned", "failed") in post_office.states()
