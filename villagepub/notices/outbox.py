"""The outbox: a row for each message, written in the transaction of the act that it tells of.

A message is a job of its own. One that can be gathered waits for the morning instead when it is made outside of
office hours, by a reminder, or for somebody who was sent several already today.
"""

from datetime import date, datetime, time, timedelta

from villagepub.calendars.places import calendar_of, hours_of
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.permissions import Role
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Township
from villagepub.extensions import db, settings
from villagepub.jobs import operations as jobs
from villagepub.notices import queries
from villagepub.notices.kinds import GATHER_ABOVE, WORDINGS
from villagepub.notices.models import Message
from villagepub.notices.templates import current_templates
from villagepub.notices.tidings import Tidings
from villagepub.review.workflow import Notice

DELIVER = "notices.deliver"
BEGIN_OF_DAY = time(8, 30)
TELLER = Actor.system("notices")
REMINDERS = frozenset({Notice.DUE_SOON, Notice.OVERDUE})  # made in the morning, right before it is gathered


def put(person_id: str, tidings: Tidings, *, event: str, role: Role | None) -> None:
    """A message beside the notice in the inbox, where WeChat is on and there is a template for it."""
    wording = WORDINGS[tidings.notice]
    if not settings.wechat.is_on or wording.template not in current_templates():
        return
    township = divisions.get_township(tidings.village)
    message = Message(
        person_id=person_id,
        township=township.code,
        village=tidings.village,
        kind=tidings.notice,
        template=wording.template,
        event=event,
        values=_values(tidings),
        role=role,
        is_held=wording.is_gathered and _waits(person_id, tidings.notice, township),
        created_at=clock.now(),
    )
    db.session.add(message)
    db.session.flush()
    if not message.is_held:
        enqueue(message)


def enqueue(message: Message, *, due_at: datetime | None = None) -> None:
    """The job that sends it; one at each due time."""
    key = message.id if due_at is None else f"{message.id} {due_at.isoformat()}"
    jobs.enqueue(DELIVER, {"message": message.id}, actor=TELLER, division=message.township, key=key, due_at=due_at)


def next_morning(day: date) -> datetime:
    """Half past eight on the day after: when people begin work, and a quota of the day is new."""
    return datetime.combine(day + timedelta(days=1), BEGIN_OF_DAY, clock.SHANGHAI)


def _waits(person_id: str, notice: Notice, township: Township) -> bool:
    if notice in REMINDERS or not _is_office_time(township):
        return True
    return queries.count_singles_since(person_id, clock.start_of(clock.today())) >= GATHER_ABOVE


def _is_office_time(township: Township) -> bool:
    """Between the beginning of a working day and its end; the midday break counts as well."""
    now = clock.local(clock.now())
    spans = hours_of(township).spans
    return calendar_of(township).is_working_day(now.date()) and spans[0][0] <= now.time() < spans[-1][1]


def _values(tidings: Tidings) -> dict[str, str]:
    place = divisions.get_division(tidings.village).name
    return {
        "title": tidings.title or tidings.sentence,
        "sentence": tidings.sentence,
        "outcome": WORDINGS[tidings.notice].outcome,
        "comment": tidings.comment,
        "number": tidings.number,
        "place": place,
        "at": moment_text(clock.now()),
        "due_on": tidings.due_on,
        "count": str(tidings.count),
        "subject_type": tidings.subject_type or "",
        "subject": tidings.subject_id or "",
    }


def moment_text(instant: datetime) -> str:
    """``2023年11月6日 09:00`` on the clock of Asia/Shanghai."""
    local = clock.local(instant)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
