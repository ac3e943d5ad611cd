"""Who is reminded of what, when, and how often; and what the morning makes of many messages."""

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.clients import TestClock
from tests.console import run, sql
from tests.feedback.voices import act, judge, say, write
from tests.journeys import NEIGHBOUR, VILLAGE, As, decide, draft, publish, submit
from tests.notices.post_office import PostOffice
from tests.wechat.platform import SEND
from villagepub.core.workdays import load_calendar
from villagepub.jobs.schedules import SCHEDULES, run_due
from villagepub.notices.kinds import DUE_SOON_DAYS, OVERDUE_STAGES
from villagepub.notices.reminders import Standing, standing

UPLOADER, OTHER = f"uploader-{VILLAGE}", f"uploader-{NEIGHBOUR}"
MONTHLY = "2023年12月10日"  # C02 of November is due on that day, a Sunday


def told(as_: As, by: str, *kinds: str) -> list[str]:
    """The sentences, the oldest first."""
    notices = as_(by).get("/me/notices?limit=100").json["data"]
    return [notice["text"] for notice in reversed(notices) if notice["kind"] in kinds]


def remind(app: Flask, moment: TestClock, *days: str) -> None:
    for day in days:
        moment.set(f"{day} 08:30")
        for _ in range(2):  # twice a day is once
            done = run(app, "duties", "remind")
            assert done.exit_code == 0, done.output


@pytest.mark.slow
def test_a_village_is_reminded_before_and_after_the_day_that_is_due(app: Flask, as_: As, moment: TestClock) -> None:
    moment.set("2023-12-04 09:00")
    publish(as_, village=NEIGHBOUR, period="2023-11", title="2023年11月财务收支明细")
    remind(app, moment, "2023-12-06")
    assert told(as_, UPLOADER, "due_soon") == []
    remind(app, moment, "2023-12-07", "2023-12-08")
    [soon] = told(as_, UPLOADER, "due_soon")
    assert "2023-11" in soon
    assert MONTHLY in soon
    assert told(as_, OTHER, "due_soon", "overdue") == []
    remind(app, moment, "2023-12-11", "2023-12-12", "2023-12-14")
    assert len(told(as_, UPLOADER, "overdue")) == 1
    remind(app, moment, "2023-12-15", "2023-12-18")
    assert len(told(as_, UPLOADER, "overdue")) == 2
    [upward] = told(as_, "admin", "escalated")
    assert "逾期已满 5 个工作日" in upward


@pytest.mark.slow
def test_a_stage_is_reminded_of_and_then_told_upward(app: Flask, as_: As, moment: TestClock) -> None:
    waiting = submit(as_, draft(as_, title="洼路村公示"))
    due = date.fromisoformat(waiting["due_at"][:10])
    days = [(due + timedelta(days=count)).isoformat() for count in range(-3, 9)]
    remind(app, moment, *days)
    about = [text for text in told(as_, "secrecy", "due_soon", "overdue") if "《洼路村公示》的保密审查" in text]
    assert len(about) == 3  # soon; overdue; overdue for five working days
    for above in ("leader", "admin"):
        upward = [text for text in told(as_, above, "escalated") if "洼路村公示" in text]
        assert len(upward) == 1
    assert told(as_, "office-finance", "due_soon", "overdue", "escalated") == []


def told_of_answers(as_: As, by: str) -> list[str]:
    """The kinds of what is said of answers to villagers, the oldest first."""
    kinds = ("due_soon", "overdue", "escalated")
    notices = reversed(as_(by).get("/me/notices?limit=100").json["data"])
    return [each["kind"] for each in notices if each["kind"] in kinds and each["subject_type"] == "feedback"]


@pytest.mark.slow
def test_who_holds_a_complaint_is_reminded_of_its_answer(app: Flask, as_: As, moment: TestClock) -> None:
    asked = say(as_("auditor"), kind="complaint")
    assert asked["due_on"] == "2023-11-20"
    remind(app, moment, "2023-11-15")
    assert told_of_answers(as_, UPLOADER) == []
    remind(app, moment, "2023-11-16", "2023-11-17")
    assert told_of_answers(as_, UPLOADER) == ["due_soon"]
    assert told_of_answers(as_, "admin") == []
    assert act(as_(UPLOADER), asked, "hand-over", {"reason": "涉及镇里的水利站"}).status_code == 200
    remind(app, moment, "2023-11-20", "2023-11-21", "2023-11-24")
    assert told_of_answers(as_, UPLOADER) == ["due_soon"]
    assert told_of_answers(as_, "admin") == ["due_soon", "overdue"]
    assert told_of_answers(as_, "leader") == []
    remind(app, moment, "2023-11-27", "2023-11-28")
    assert told_of_answers(as_, "admin") == ["due_soon", "overdue", "overdue"]
    assert told_of_answers(as_, "leader") == ["escalated"]
    [upward] = [text for text in told(as_, "leader", "escalated") if "洼路村收到的投诉" in text]
    assert f"（编号 {asked['id'][-8:]}）" in upward
    assert "应于2023年11月20日前（含当日）办理，已逾期满 5 个工作日，请督办。" in upward


@pytest.mark.slow
def test_an_answer_under_review_is_the_secrecy_officer_s_to_hurry(app: Flask, as_: As, moment: TestClock) -> None:
    written = write(as_, say(as_("auditor")))
    say(as_("auditor"), kind="praise", text="路灯修得及时。")
    remind(app, moment, "2023-11-20")
    assert [told_of_answers(as_, by) for by in ("secrecy", UPLOADER)] == [["due_soon"], []]
    judge(as_, written, "return", "请写明完工日期。")
    remind(app, moment, "2023-11-27")
    assert told_of_answers(as_, UPLOADER) == ["overdue"]
    assert [told_of_answers(as_, by) for by in ("leader", "admin")] == [["escalated"]] * 2
    judge(as_, write(as_, written))
    remind(app, moment, "2023-12-04", "2024-01-04")
    assert told_of_answers(as_, UPLOADER) == ["overdue"]
    assert told_of_answers(as_, "leader") == ["escalated"]


@pytest.mark.slow
def test_nobody_is_late_by_a_provisional_day(app: Flask, as_: As, moment: TestClock) -> None:
    moment.set("2026-12-25 09:00")
    assert say(as_("auditor"))["due_is_provisional"]
    remind(app, moment, "2027-01-08", "2027-01-18")
    assert told_of_answers(as_, UPLOADER) == ["due_soon"]
    assert told_of_answers(as_, "leader") == []


def test_how_a_day_stands_on_every_day_around_it(app: Flask) -> None:
    calendar = load_calendar(app.config["SETTINGS"].calendars_dir)
    due_on = date(2023, 9, 28)  # the day before a holiday of eight days
    worked = [day for count in range(1, 60) if calendar.is_working_day(day := due_on + timedelta(days=count))]
    before = [day for count in range(1, 60) if calendar.is_working_day(day := due_on - timedelta(days=count))]
    soon_from = before[DUE_SOON_DAYS - 1]
    for count in range(-30, 59):
        today = due_on + timedelta(days=count)
        how = standing(due_on, today, calendar)
        if today < soon_from:
            assert how is None
        elif today <= due_on:
            assert how == Standing(due_on, 0)
        else:
            overdue = len([day for day in worked if day <= today])
            assert (how.days if how else 0) == max((stage for stage in OVERDUE_STAGES if stage <= overdue), default=0)


def morning(post_office: PostOffice, moment: TestClock, day: str) -> None:
    """What the worker does by its schedule, looking twice."""
    moment.set(f"{day} 08:30")
    with post_office.app.app_context():
        for _ in range(2):
            run_due([each for each in SCHEDULES if each.name == "reminders and messages"])
    post_office.work()


@pytest.mark.slow
def test_many_reminders_are_one_message(post_office: PostOffice, as_: As, moment: TestClock) -> None:
    post_office.bind(UPLOADER)
    post_office.allow(UPLOADER, "deadline", times=50)
    post_office.allow(UPLOADER, "digest")
    morning(post_office, moment, "2024-01-18")  # quarterly, half-yearly and yearly ones are due by 20 January
    count = len(told(as_, UPLOADER, "due_soon", "overdue"))
    assert count > 3
    [digest] = post_office.sent
    assert digest.template_id == "tpl-digest"
    assert digest.data["thing1"] == f"有 {count} 件事等您办理"
    assert digest.data["number2"] == str(count)


@pytest.mark.slow
def test_without_consent_to_a_digest_each_goes_out_by_itself(
    post_office: PostOffice, as_: As, moment: TestClock
) -> None:
    post_office.bind(UPLOADER)
    post_office.allow(UPLOADER, "deadline", times=50)
    morning(post_office, moment, "2024-01-18")
    assert len(post_office.sent) == len(told(as_, UPLOADER, "due_soon", "overdue")) > 3


@pytest.mark.slow
def test_a_few_go_out_by_themselves_and_the_rest_waits_for_the_morning(
    post_office: PostOffice, as_: As, moment: TestClock
) -> None:
    post_office.bind("secrecy")
    post_office.allow("secrecy", "task", "deadline", times=50)
    post_office.allow("secrecy", "digest")
    for _ in range(8):
        submit(as_, draft(as_))
    post_office.work()
    assert [message.template_id for message in post_office.sent] == ["tpl-task"] * 3
    morning(post_office, moment, "2023-11-07")
    assert [message.template_id for message in post_office.sent[3:]] == ["tpl-digest"]
    assert post_office.sent[3].data["number2"] == "8"  # all of them are due soon as well


def test_nobody_is_woken_at_night_or_on_a_day_off(post_office: PostOffice, as_: As, moment: TestClock) -> None:
    post_office.bind("secrecy")
    post_office.allow("secrecy", "task", times=9)
    for late in ("2023-11-06 21:00", "2023-11-11 10:00"):  # a Monday night, a Saturday
        moment.set(late)
        submit(as_, draft(as_))
        post_office.work()
        assert post_office.sent == []
    done = run(post_office.app, "notices", "deliver")
    assert done.exit_code == 0, done.output
    assert len(post_office.sent) == 2


def test_a_decision_is_told_at_once_at_any_hour(post_office: PostOffice, as_: As, moment: TestClock) -> None:
    post_office.bind(UPLOADER)
    post_office.allow(UPLOADER, "result")
    moment.set("2023-11-11 22:00")
    decide(as_, submit(as_, draft(as_)), "return")
    post_office.work()
    assert len(post_office.sent) == 1


@pytest.mark.usefixtures("moment")
def test_what_its_worker_left_about_to_go_out_is_called_unknown(post_office: PostOffice, as_: As) -> None:
    post_office.bind(UPLOADER)
    post_office.allow(UPLOADER, "result")
    post_office.platform.fault(SEND, times=9, errcode=-1)
    decide(as_, submit(as_, draft(as_)), "return")
    about_to_go_out = "state = 'sending', sending_at = '2023-11-05 20:00:00+00:00'"
    sql(post_office.app, f"UPDATE message SET {about_to_go_out} WHERE kind = 'returned'")  # noqa: S608
    sql(post_office.app, "DELETE FROM job")
    done = run(post_office.app, "notices", "deliver")
    assert "不知是否发出" in done.output
    assert {row["state"] for row in as_("admin").get("/notices/messages").json["data"]} == {"unknown"}
