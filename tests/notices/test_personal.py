"""What a villager was told can be had by that villager, and can go."""

from tests.accounts.phones import phone
from tests.console import sql
from tests.journeys import VILLAGE
from tests.notices.post_office import PostOffice, template_id
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.notices import operations
from villagepub.review.workflow import Notice

OPENID, WORDS = "o-样例户一的微信", "路灯已于昨日修好"


def answer(post_office: PostOffice, person_id: str) -> None:
    with post_office.app.app_context(), transaction(tenancy.EVERYWHERE):
        operations.tell_person(person_id, Notice.FEEDBACK_ANSWERED, f"{WORDS}。", VILLAGE, title=WORDS)


def test_an_answer_is_sent_and_what_it_said_can_be_erased(post_office: PostOffice) -> None:
    villager = phone(post_office.app, post_office.platform, OPENID)
    person_id = villager.get("/me").json["person"]["id"]
    post_office.platform.consent(OPENID, template_id("answer"), 1)
    assert villager.post("/me/subscriptions", {"results": {template_id("answer"): "accept"}}).status_code == 200
    answer(post_office, person_id)
    post_office.work()
    [sent] = post_office.sent
    assert (sent.openid, sent.data["thing1"], sent.data["phrase2"]) == (OPENID, WORDS, "已答复")
    answer(post_office, person_id)  # and one that is not sent yet

    told = villager.get("/me/data").json
    assert [each["text"] for each in told["notices"]] == [f"{WORDS}。"] * 2
    assert [each["state"] for each in told["messages"]] == ["sent", "queued"]
    assert told["subscriptions"] == [{"template_id": template_id("answer"), "remaining": 0}]

    assert villager.post("/me/erase", {"confirm": True}).status_code == 200
    post_office.work()
    assert len(post_office.sent) == 1
    assert [row.state for row in post_office.rows()] == ["sent", "dropped"]
    for table in ("inbox_notice", "message", "subscription"):
        assert WORDS not in repr(sql(post_office.app, f"SELECT * FROM {table}"))  # noqa: S608
    assert sql(post_office.app, "SELECT count(*) FROM inbox_notice") == [(0,)]
