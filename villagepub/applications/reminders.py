"""Reminding the administrators: an answer that is soon due or overdue, a period beside it that is about to lapse.

Each stage of each day is told once. A sentence names the number of an application and nobody in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from villagepub.applications import queries
from villagepub.applications.models import Application, ApplicationReminder
from villagepub.applications.workflow import State
from villagepub.calendars.places import calendar_of, list_at_work
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.permissions import Permission, require
from villagepub.core.prose import day_text
from villagepub.core.workdays import WorkCalendar, working_days_before
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.jobs import operations as jobs
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import Payload, Result
from villagepub.notices import operations as notices
from villagepub.review.workflow import Notice

REMIND = "applications.remind"
SCHEDULER = Actor.system("schedule")

DUE_SOON = (5, 1)  # working days before
LAPSE_SOON = 1
SIDE_CLOCKS = {
    "correction_request": "告知补正的期限",
    "correction": "申请人补正的期限",
    "third_party": "征求第三方意见的期限",
    "agency": "征求其他机关意见的期限",
    "fee": "申请人缴费的期限",
}


@dataclass(frozen=True)
class Stage:
    """What is to be said of one day. name: with the day, what is said only once."""

    name: str
    due_on: date
    sentence: str


def remind(township_code: str, *, actor: Actor) -> int:
    """Tell the administrators what is due by now and was not told before. Returns how many notices were new."""
    require(actor, Permission.KEEP_APPLICATIONS, township_code)
    calendar, today = calendar_of(divisions.get_township(township_code)), clock.today()
    found = queries.list_open(township_code)
    sent = queries.list_reminded([each.id for each in found])
    count = 0
    for application in found:
        for stage in stages(application, today, calendar):
            if (application.id, stage.name, stage.due_on) not in sent:
                _send(application, stage)
                count += 1
    return count


def stages(application: Application, today: date, calendar: WorkCalendar) -> Iterator[Stage]:
    """Everything that there is to say of an open application on a day; of an answer only what is most urgent."""
    if application.state == State.UNCONFIRMED and application.submitted_at is not None:
        arrived = clock.local(application.submitted_at).date()
        sentence = f"{day_text(arrived)}到达，尚未与申请人确认收到，答复期限没有起算；请尽快确认并登记（第三十一条）。"
        yield Stage("unconfirmed", arrived, f"依申请公开 {application.number}：{sentence}")
    if (answer := _of_answer(application, today, calendar)) is not None:
        yield answer
    for side in application.side_clocks:
        last = date.fromisoformat(side["due_on"])
        if side["ended_on"] is None and today >= working_days_before(calendar, last, LAPSE_SOON):
            lapsed = today > last
            if side["key"] == "correction_request" and lapsed:
                continue
            yield Stage(
                f"{side['key']}_{'lapsed' if lapsed else 'soon'}",
                last,
                f"依申请公开 {application.number}：{SIDE_CLOCKS[side['key']]}{day_text(last)}"
                f"{'已届满，请登记结果并继续办理。' if lapsed else '即将届满。'}",
            )


def _of_answer(application: Application, today: date, calendar: WorkCalendar) -> Stage | None:
    due, remind_on = application.due_on, application.remind_on
    if due is None or remind_on is None:
        return None
    if today > due:
        sentence = f"依申请公开 {application.number}：答复期限{day_text(due)}已过，请立即答复。"
        return Stage("overdue", due, sentence)
    for days in sorted(DUE_SOON):
        if today >= working_days_before(calendar, remind_on, days):
            sentence = f"依申请公开 {application.number}：请在{day_text(remind_on)}之前（含当日）答复。"
            return Stage(f"due_in_{days}", remind_on, sentence)
    return None


def _send(application: Application, stage: Stage) -> None:
    notices.tell_administrators(application.township, Notice.APPLICATION_DUE, stage.sentence)
    db.session.add(
        ApplicationReminder(
            application_id=application.id,
            stage=stage.name,
            due_on=stage.due_on,
            township=application.township,
            sent_at=clock.now(),
        )
    )
    db.session.flush()


def queue_reminders() -> None:
    """A job for each township that works today."""
    for place in list_at_work(clock.today()):
        jobs.enqueue(REMIND, {}, actor=SCHEDULER, division=place.code, key=clock.today().isoformat())


def run(context: JobContext, payload: Payload) -> Result:
    return {"reminded": remind(context.division, actor=context.actor)}
