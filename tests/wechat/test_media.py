"""Pictures of what is published are looked at by the platform, and its late verdict takes effect."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.clients import Client, TestClock
from tests.console import sql
from tests.intake.make_files import picture
from tests.journeys import As, Json, attach, decide, draft, submit
from tests.wechat.platform import Envelope, Platform
from tests.wechat.test_pushes import deliver
from villagepub.accounts import identities
from villagepub.accounts import queries as accounts
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.jobs.worker import Worker

CHECK = "/wxa/media_check_async"
LEADER = "o-leader"
PICTURE = picture("PNG", (8, 8))

Publish = Callable[..., Json]


@pytest.fixture
def publish(wechat_app: Flask, platform: Platform, as_: As) -> Publish:
    """An item with these files, published by a leader who has the mini-program open, and what is due is done."""
    with wechat_app.app_context(), transaction(tenancy.EVERYWHERE):
        leader = accounts.find_person_by_username("leader")
        assert leader is not None
        identities.bind(LEADER, None, leader)
    platform.login_code(LEADER)

    def published(*names: str, **changes: Any) -> Json:
        disclosure = draft(as_, **changes)
        for name in names or ("照片.png",):
            attach(as_, disclosure, name, PICTURE if name.endswith("png") else picture("WEBP", (8, 8)))
        disclosure = submit(as_, as_(f"uploader-{disclosure['village']}").get(f"/disclosures/{disclosure['id']}").json)
        while disclosure["state"] == "in_review":
            disclosure = decide(as_, disclosure)
        work(wechat_app)
        return disclosure

    return published


def work(app: Flask) -> None:
    Worker(app.app_context, schedules=()).run(once=True)


def told(as_: As, who: str) -> list[str]:
    """What somebody is told of the checks, the latest first."""
    return [each["text"] for each in as_(who).get("/me/notices").json["data"] if "微信" in each["text"]]


def states(app: Flask) -> list[str]:
    return [state for (state,) in sql(app, "SELECT state FROM media_check ORDER BY attachment_id")]


def state_of(as_: As, disclosure: Json) -> str:
    return str(as_("admin").get(f"/disclosures/{disclosure['id']}").json["state"])


def push(app: Flask, anybody: Client, letter: Envelope) -> None:
    answer = deliver(anybody, letter)
    assert (answer.status_code, answer.text) == (200, "success")
    work(app)


def address_of(disclosure: Json) -> str:
    return f"/api/v1/public/attachments/{disclosure['attachments'][0]['id']}"


# --- asking -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_picture_of_what_is_published_is_looked_at_and_stays_if_it_is_clean(
    wechat_app: Flask, platform: Platform, publish: Publish, anybody: Client, as_: As
) -> None:
    disclosure = publish("一.png", "二.png")
    asked = [call.body for call in platform.calls if call.path == CHECK]
    assert [each["media_type"] for each in asked] == [2, 2]
    assert {each["openid"] for each in asked} == {LEADER}
    base = "http://127.0.0.1:8000/api/v1/public/attachments/"
    assert [each["media_url"] for each in asked] == [base + each["id"] for each in disclosure["attachments"]]
    assert states(wechat_app) == ["asked", "asked"]
    for each in disclosure["attachments"]:
        push(wechat_app, anybody, platform.envelope(platform.verdict(platform.trace_of(each["id"]))))
    assert states(wechat_app) == ["passed", "passed"]
    assert state_of(as_, disclosure) == "published"
    assert told(as_, "admin") == []


@pytest.mark.slow
def test_what_has_no_picture_or_is_not_public_is_not_asked_about(
    wechat_app: Flask, platform: Platform, publish: Publish
) -> None:
    publish(audience="villagers")
    assert platform.count(CHECK) == 0
    assert states(wechat_app) == []


@pytest.mark.slow
def test_without_wechat_nothing_is_queued(app: Flask, as_: As) -> None:
    disclosure = draft(as_)
    attach(as_, disclosure, "照片.png", PICTURE)
    disclosure = submit(as_, as_(f"uploader-{disclosure['village']}").get(f"/disclosures/{disclosure['id']}").json)
    while disclosure["state"] == "in_review":
        disclosure = decide(as_, disclosure)
    assert sql(app, "SELECT count(*) FROM job WHERE kind LIKE 'wechat.%'")[0][0] == 0


@pytest.mark.slow
def test_nobody_there_means_not_checked_and_people_are_told(
    wechat_app: Flask, platform: Platform, publish: Publish, as_: As
) -> None:
    platform.idle(LEADER)
    disclosure = publish()
    assert states(wechat_app) == ["unchecked"]
    [sentence] = told(as_, "admin")
    assert disclosure["title"] in sentence
    assert "两小时" in sentence
    assert state_of(as_, disclosure) == "published"


@pytest.mark.slow
def test_what_the_platform_does_not_look_at_people_are_told_of(
    wechat_app: Flask, platform: Platform, publish: Publish, as_: As
) -> None:
    publish("一.png", "二.webp")
    assert sorted(states(wechat_app)) == ["asked", "unchecked"]
    [sentence] = told(as_, "admin")
    assert "二.webp" in sentence
    assert "一.png" not in sentence


@pytest.mark.slow
def test_a_lost_answer_is_asked_again(
    wechat_app: Flask, platform: Platform, publish: Publish, moment: TestClock
) -> None:
    platform.fault(CHECK, drop=True, after=True)
    publish()
    assert states(wechat_app) == ["waiting"]
    moment.forward(minutes=2)
    work(wechat_app)
    assert states(wechat_app) == ["asked"]
    assert platform.count(CHECK) == 2


# --- verdicts ---------------------------------------------------------------------------------------------------


ODD = {"label": "20002", "errcode": 0, "detail": {"strategy": "content_model"}}  # as they have come as well


@pytest.mark.slow
@pytest.mark.parametrize(("suggest", "oddities"), [("risky", ODD), ("review", {})])
def test_a_late_verdict_takes_an_item_out_of_sight(
    wechat_app: Flask,
    platform: Platform,
    publish: Publish,
    anybody: Client,
    as_: As,
    moment: TestClock,
    suggest: str,
    oddities: dict[str, Any],
) -> None:
    disclosure = publish()
    assert anybody.get(f"/public/disclosures/{disclosure['id']}").status_code == 200
    moment.forward(minutes=25)
    label = oddities.get("label", 20002)
    more = {name: value for name, value in oddities.items() if name != "label"}
    verdict = platform.verdict(platform.trace_of(address_of(disclosure)), suggest, label, **more)
    push(wechat_app, anybody, platform.envelope(verdict))
    assert state_of(as_, disclosure) == "suspended"
    assert anybody.get(f"/public/disclosures/{disclosure['id']}").status_code == 410
    assert anybody.get(address_of(disclosure)).status_code == 404
    for who in (f"uploader-{disclosure['village']}", "leader", "admin"):
        [sentence] = told(as_, who)
        assert "照片.png" in sentence, who
        assert "暂停公开" in sentence, who
    assert sql(wechat_app, "SELECT label FROM media_check")[0][0] == 20002


@pytest.mark.slow
def test_a_verdict_that_comes_again_changes_nothing(
    wechat_app: Flask, platform: Platform, publish: Publish, anybody: Client, as_: As
) -> None:
    """Also after the leader has looked and shown the item again."""
    disclosure = publish()
    verdict = platform.verdict(platform.trace_of(address_of(disclosure)), "risky", 20002)
    letter = platform.envelope(verdict)
    push(wechat_app, anybody, letter)
    push(wechat_app, anybody, letter)
    released = as_("leader").post(f"/disclosures/{disclosure['id']}/release", {"reason": "经核查图片无问题"})
    assert released.status_code == 200, released.json
    for again in (letter, platform.envelope(verdict), platform.envelope(verdict | {"CreateTime": 1})):
        push(wechat_app, anybody, again)
    assert state_of(as_, disclosure) == "published"
    assert len(told(as_, "admin")) == 1


@pytest.mark.slow
def test_of_two_bad_pictures_the_first_hides_the_item_and_both_are_named(
    wechat_app: Flask, platform: Platform, publish: Publish, anybody: Client, as_: As
) -> None:
    disclosure = publish("一.png", "二.png")
    for attachment in disclosure["attachments"]:
        trace = platform.trace_of(attachment["id"])
        push(wechat_app, anybody, platform.envelope(platform.verdict(trace, "risky", 20002)))
    assert states(wechat_app) == ["risky", "risky"]
    assert state_of(as_, disclosure) == "suspended"
    for who in ("leader", "admin"):
        assert [name for name in ("一.png", "二.png") if name in "".join(told(as_, who))] == ["一.png", "二.png"]


def test_what_was_hidden_before_its_turn_is_looked_at_when_it_is_shown_again(
    wechat_app: Flask, as_: As, platform: Platform
) -> None:
    begun = draft(as_)
    attach(as_, begun, "照片.png", PICTURE)
    disclosure = submit(as_, begun)
    while disclosure["state"] == "in_review":
        disclosure = decide(as_, disclosure)
    as_("secrecy").post(f"/disclosures/{disclosure['id']}/suspend", {"reason": "核对金额"})
    work(wechat_app)
    assert states(wechat_app) == []
    assert as_("leader").post(f"/disclosures/{disclosure['id']}/release", {"reason": "核对无误"}).status_code == 200
    work(wechat_app)
    assert len(states(wechat_app)) == 1


def test_who_shows_it_again_knows_of_a_verdict_that_came_meanwhile(
    wechat_app: Flask, platform: Platform, publish: Publish, anybody: Client, as_: As
) -> None:
    disclosure = publish()
    as_("secrecy").post(f"/disclosures/{disclosure['id']}/suspend", {"reason": "核对金额"})
    verdict = platform.verdict(platform.trace_of(address_of(disclosure)), "risky", 20002)
    push(wechat_app, anybody, platform.envelope(verdict))
    assert any("含有违规内容" in sentence for sentence in told(as_, "leader"))
    assert any("含有违规内容" in sentence for sentence in told(as_, "admin"))
    assert state_of(as_, disclosure) == "suspended"


@pytest.mark.slow
def test_a_verdict_before_its_check_is_stored_has_to_come_again(
    wechat_app: Flask, platform: Platform, publish: Publish, anybody: Client
) -> None:
    letter = platform.envelope(platform.verdict("a-trace-that-nobody-knows-yet", "risky", 20002))
    assert deliver(anybody, letter).status_code == 503
    publish()
    sql(wechat_app, "UPDATE media_check SET trace_id = 'a-trace-that-nobody-knows-yet'")
    push(wechat_app, anybody, letter)
    assert states(wechat_app) == ["risky"]


@pytest.mark.slow
@pytest.mark.parametrize("verdict", [{"errcode": -1008, "result": {}}, {"result": None}])
def test_a_file_that_could_not_be_loaded_is_listed(
    wechat_app: Flask, platform: Platform, publish: Publish, anybody: Client, as_: As, verdict: dict[str, Any]
) -> None:
    disclosure = publish()
    trace = platform.trace_of(address_of(disclosure))
    push(wechat_app, anybody, platform.envelope(platform.verdict(trace) | verdict))
    assert states(wechat_app) == ["unreachable"]
    assert state_of(as_, disclosure) == "published"
    assert "没有取到" in told(as_, "admin")[0]


@pytest.mark.slow
def test_after_an_hour_without_a_verdict_people_look_and_a_later_one_still_counts(
    wechat_app: Flask, platform: Platform, publish: Publish, anybody: Client, as_: As, moment: TestClock
) -> None:
    disclosure = publish()
    moment.forward(minutes=59)
    work(wechat_app)
    assert told(as_, "admin") == []
    moment.forward(minutes=2)
    work(wechat_app)
    assert states(wechat_app) == ["overdue"]
    assert len(told(as_, "admin")) == 1
    verdict = platform.verdict(platform.trace_of(address_of(disclosure)), "risky", 20002)
    push(wechat_app, anybody, platform.envelope(verdict))
    assert state_of(as_, disclosure) == "suspended"
