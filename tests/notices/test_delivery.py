"""What becomes of a message: sent once, or known not to be, or unknown and left to people."""

from typing import Any

import pytest

from tests.accounts import staff
from tests.clients import TestClock
from tests.console import sql
from tests.feedback.voices import say
from tests.journeys import VILLAGE, As, decide, draft, publish, submit
from tests.notices.post_office import PostOffice
from tests.wechat.platform import SEND

UPLOADER = f"uploader-{VILLAGE}"


@pytest.fixture
def returned(post_office: PostOffice, as_: As) -> dict[str, Any]:
    """A disclosure that was returned to an uploader who may be told of it; nothing was sent yet."""
    post_office.bind(UPLOADER)
    post_office.allow(UPLOADER, "result", times=2)
    return decide(as_, submit(as_, draft(as_)), "return")


def test_what_was_returned_is_told_by_wechat_as_well(post_office: PostOffice, returned: dict[str, Any]) -> None:
    post_office.work()
    [message] = post_office.sent
    assert message.openid == f"o-{UPLOADER}"
    assert message.data == {
        "thing1": "洼路村2023年10月财务收支明细",
        "phrase2": "已退回",
        "thing3": "请补充说明",
        "time4": "2023年11月6日 09:00",
    }
    assert message.page == f"pages/notice/index?type=disclosure&id={returned['id']}"
    assert ("returned", "sent") in post_office.states()
    assert post_office.remaining(UPLOADER, "result") == 1


@pytest.mark.slow
def test_the_whole_way_of_an_item(post_office: PostOffice, as_: As) -> None:
    for name in (UPLOADER, "secrecy", "office-finance", "leader"):
        post_office.bind(name)
        post_office.allow(name)
    publish(as_)
    post_office.work()
    told = [(message.openid, message.data["phrase2"]) for message in post_office.sent]
    waiting = [(f"o-{name}", "待办理") for name in ("secrecy", "office-finance", "leader")]
    assert sorted(told) == sorted([*waiting, (f"o-{UPLOADER}", "已公开")])


def test_who_has_no_wechat_or_allows_nothing_has_the_inbox(post_office: PostOffice, as_: As) -> None:
    post_office.bind("secrecy")
    decide(as_, submit(as_, draft(as_)), "return")
    post_office.work()
    assert post_office.sent == []
    assert {(row.state, row.reason) for row in post_office.rows()} == {
        ("dropped", "没有剩余的订阅"),
        ("dropped", "没有绑定微信，或微信已不认识这个账号"),
    }
    assert [each["kind"] for each in as_(UPLOADER).get("/me/notices").json["data"]] == ["returned"]


def test_who_lost_the_post_meanwhile_is_not_told(post_office: PostOffice, returned: dict[str, Any]) -> None:
    sql(post_office.app, "DELETE FROM delegation")
    sql(
        post_office.app,
        """UPDATE appointment SET until_at = :at WHERE post_id IN (SELECT id FROM post WHERE key = :key)""",
        at="2023-11-02 00:00:00+00:00",
        key=UPLOADER,
    )
    post_office.work()
    assert post_office.sent == []


def test_a_refusal_ends_what_is_left_of_the_consents(post_office: PostOffice, as_: As) -> None:
    post_office.bind(UPLOADER)
    post_office.remember(UPLOADER, "result", 5)
    decide(as_, submit(as_, draft(as_)), "return")
    post_office.work()
    assert ("returned", "refused") in post_office.states()
    assert post_office.remaining(UPLOADER, "result") == 0
    assert post_office.tries() == 1


@pytest.mark.usefixtures("returned")
@pytest.mark.parametrize("fault", [{"drop": True, "after": True}, {"drop": True}, {"status": 502, "after": True}])
def test_a_lost_answer_is_unknown_and_not_sent_again(
    post_office: PostOffice, as_: As, moment: TestClock, fault: dict[str, Any]
) -> None:
    post_office.platform.fault(SEND, **fault)
    post_office.work()
    moment.forward(days=2)
    post_office.work()
    assert post_office.tries() == 1
    moment.forward(days=-2)
    admin = as_("admin")
    [row] = admin.get("/notices/messages?state=unknown").json["data"]
    assert (row["kind"], row["template"], row["village"]) == ("returned", "result", VILLAGE)
    assert admin.get("/notices/messages").json["data"] == [row]


@pytest.mark.usefixtures("returned")
def test_what_the_platform_was_too_busy_for_is_sent_later(post_office: PostOffice, moment: TestClock) -> None:
    post_office.platform.fault(SEND, times=3, errcode=-1)  # as often as the client asks
    post_office.work()
    assert post_office.sent == []
    assert ("returned", "queued") in post_office.states()
    assert post_office.remaining(UPLOADER, "result") == 2
    moment.forward(minutes=2)
    post_office.work()
    assert len(post_office.sent) == 1


@pytest.mark.slow  # the client waits a moment before each of 30 tries
@pytest.mark.usefixtures("returned")
def test_what_the_platform_is_never_ready_for_is_a_dead_letter(
    post_office: PostOffice, as_: As, moment: TestClock
) -> None:
    post_office.platform.fault(SEND, times=30, errcode=-1)
    for _ in range(10):
        post_office.work()
        moment.forward(hours=2)
    moment.set("2023-11-06 09:00")
    admin = as_("admin")
    [dead] = admin.get("/jobs?state=dead&kind=notices.deliver").json["data"]
    assert admin.post(f"/jobs/{dead['id']}/retry").status_code == 200
    post_office.work()
    assert len(post_office.sent) == 1


@pytest.mark.usefixtures("returned")
def test_a_field_the_platform_refuses(post_office: PostOffice, as_: As) -> None:
    post_office.platform.fault(SEND, errcode=47003)
    post_office.work()
    [row] = as_("admin").get("/notices/messages?state=failed").json["data"]
    assert row["errcode"] == 47003
    assert row["rid"]


@pytest.mark.usefixtures("returned")
@pytest.mark.parametrize(("errcode", "remedy"), [(40037, "template_id"), (41030, "page")])
def test_what_the_operator_entered_wrongly_says_so(post_office: PostOffice, as_: As, errcode: int, remedy: str) -> None:
    post_office.platform.fault(SEND, errcode=errcode)
    post_office.work()
    [row] = as_("admin").get("/notices/messages?state=failed").json["data"]
    assert row["errcode"] == errcode
    assert remedy in row["reason"]
    assert post_office.remaining(UPLOADER, "result") == 2  # what was refused costs nothing


@pytest.mark.usefixtures("returned")
def test_who_is_unknown_to_the_platform_gets_no_more(post_office: PostOffice, as_: As) -> None:
    post_office.platform.fault(SEND, errcode=40003)
    post_office.work()
    decide(as_, submit(as_, draft(as_)), "return")
    post_office.work()
    assert post_office.tries() == 1
    told = [each for each in as_("admin").get("/me/notices").json["data"] if each["kind"] == "messages"]
    assert len(told) == 1
    assert "重新绑定" in told[0]["text"]


@pytest.mark.slow
def test_a_used_up_quota_puts_a_template_off_until_the_next_morning(
    post_office: PostOffice, as_: As, moment: TestClock
) -> None:
    post_office.bind(UPLOADER)
    post_office.allow(UPLOADER, "result", times=2)
    for _ in range(2):
        decide(as_, submit(as_, draft(as_)), "return")
    post_office.platform.fault(SEND, errcode=45009)
    post_office.work()
    assert post_office.tries() == 1
    told = [each for each in as_("admin").get("/me/notices").json["data"] if each["kind"] == "messages"]
    assert len(told) == 1
    moment.set("2023-11-07 08:29")
    post_office.work()
    assert post_office.sent == []
    moment.set("2023-11-07 08:30")
    post_office.work()
    assert len(post_office.sent) == 2


@pytest.mark.usefixtures("returned")
def test_people_may_send_again_what_is_in_doubt(post_office: PostOffice, as_: As) -> None:
    post_office.platform.fault(SEND, drop=True, after=True)
    post_office.work()
    admin = as_("admin")
    [row] = admin.get("/notices/messages").json["data"]
    path = f"/notices/messages/{row['id']}/resend"
    assert as_("leader").post(path).status_code == 403
    assert admin.post(path).json["state"] == "queued"
    assert admin.post(path).json["code"] == "wrong_state"
    post_office.work()
    assert len(post_office.sent) == 2
    [entry] = sql(post_office.app, "SELECT * FROM audit_entry WHERE action = 'notice.resent'")
    assert entry.subject_id == row["id"]
    assert admin.post(path).json["code"] == "wrong_state"


def test_nothing_is_written_where_wechat_is_off(as_: As, app: Any) -> None:
    decide(as_, submit(as_, draft(as_)), "return")
    assert sql(app, "SELECT count(*) FROM message") == [(0,)]
    assert sql(app, "SELECT count(*) FROM job WHERE kind = 'notices.deliver'") == [(0,)]


@pytest.mark.usefixtures("returned")
def test_one_that_was_about_to_go_out_when_its_worker_died(post_office: PostOffice, as_: As) -> None:
    sql(post_office.app, "UPDATE message SET state = 'sending', sending_at = created_at WHERE kind = 'returned'")
    post_office.work()
    assert post_office.sent == []
    assert ("returned", "unknown") in post_office.states()


def test_who_left_the_post_is_not_told_what_villagers_say(post_office: PostOffice, as_: As) -> None:
    post_office.bind(UPLOADER)
    post_office.allow(UPLOADER)
    say(as_("leader"))
    staff.hand_over(as_, UPLOADER, staff.newcomer(as_))
    post_office.work()
    assert ("feedback_waiting", "dropped") in post_office.states()
    assert post_office.sent == []
