"""What the worker does at half past eight on working days: remind, then send what waited, gathered where it is much."""

from collections.abc import Iterable
from itertools import groupby

from villagepub.calendars.places import list_at_work
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.permissions import Permission, require
from villagepub.extensions import db
from villagepub.jobs import operations as jobs
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import Payload, Result
from villagepub.notices import delivery, outbox, queries, reminders
from villagepub.notices.kinds import DIGEST, GATHER_ABOVE
from villagepub.notices.models import Message, MessageState
from villagepub.notices.templates import current_templates

RUN = "notices.morning"
SCHEDULER = Actor.system("schedule")
GATHERED = "已并入当天的汇总消息"


def queue_mornings() -> None:
    """A job for each township that works today; and what was left about to go out is called unknown."""
    delivery.settle_abandoned()
    for place in list_at_work(clock.today()):
        jobs.enqueue(RUN, {}, actor=SCHEDULER, division=place.code, key=clock.today().isoformat())


def run(context: JobContext, payload: Payload) -> Result:
    reminded = reminders.remind(context.division, actor=context.actor)
    return {"reminded": reminded, "queued": release(context.division, actor=context.actor)}


def release(township: str, *, actor: Actor) -> int:
    """Send on what waited for the morning. Returns how many messages that makes."""
    require(actor, Permission.MANAGE_NOTICES, township)
    held = groupby(queries.list_held(township), key=lambda message: message.person_id)
    return sum(_release(list(messages)) for _, messages in held)


def _release(messages: list[Message]) -> int:
    """Those of one person: one by one, or as one where they are many and that one would be taken."""
    for message in messages:
        if delivery.is_relieved(message):
            delivery.end(message, MessageState.DROPPED, reason=delivery.RELIEVED)
    messages = [message for message in messages if message.state == MessageState.QUEUED]
    if len(messages) > GATHER_ABOVE and _takes_digests(messages[0].person_id):
        digest = _gathered(messages)
        db.session.add(digest)
        db.session.flush()
        outbox.enqueue(digest)
        return 1
    for message in messages:
        message.is_held = False
        outbox.enqueue(message)
    return len(messages)


def _takes_digests(person_id: str) -> bool:
    template = current_templates().get(DIGEST)
    return template is not None and bool(
        queries.remaining_of(person_id, [template.template_id]).get(template.template_id)
    )


def _gathered(messages: list[Message]) -> Message:
    """The one message, in place of these. Its event names the first of them: two mornings never gather the same."""
    for message in messages:
        delivery.end(message, MessageState.DROPPED, reason=GATHERED)
    first = messages[0]
    return Message(
        person_id=first.person_id,
        township=first.township,
        village=first.township,
        kind=DIGEST,
        template=DIGEST,
        event=f"digest {first.id}",
        values=_values(messages),
        role=None,
        is_held=False,
        created_at=clock.now(),
    )


def _values(messages: Iterable[Message]) -> dict[str, str]:
    """Several messages may be about one thing."""
    things = {message.values["subject"] or message.values["title"] for message in messages}
    count = len(things)
    return {
        "title": "待办汇总",
        "sentence": f"有 {count} 件事等您办理",
        "outcome": "待办理",
        "count": str(count),
        "at": outbox.moment_text(clock.now()),
        "due_on": "",
    }
