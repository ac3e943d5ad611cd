"""Telling webhooks what changed: the work of two kinds of job.

The sequence of changes is the outbox. A change queues one job that reads on, for each webhook, from where it was told
up to, and queues a job for each message; both are stored together, so no change is passed over and none is queued
twice. A message is sent at least once: again when no answer came, though the receiver may have taken it.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from sqlalchemy import delete

from villagepub.channels import queries
from villagepub.channels.addresses import AddressRefused
from villagepub.channels.models import LONGEST_REASON, Webhook, WebhookDelivery
from villagepub.channels.posting import Courier, Rules
from villagepub.channels.routing import RoutingTable, channels_of
from villagepub.channels.signing import key_of, signature
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.digest import canonical_json
from villagepub.core.errors import Unavailable
from villagepub.disclosures import matters
from villagepub.extensions import db, settings
from villagepub.jobs import operations as jobs
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import JobRefused, Payload, Result
from villagepub.publishing import changes
from villagepub.publishing.changes import Change
from villagepub.publishing.schemas import ChangeSchema

DELIVER = "channels.deliver"
TEST = "test"
COURIER = Courier()
TELLER = Actor.system("channels")
OLD_KEY_GOOD_FOR = timedelta(hours=24)
KEPT = timedelta(days=90)
_PASSING = frozenset({408, 425, 429})  # beside 5xx: the same message may be taken later


@dataclass(frozen=True)
class Message:
    """What one webhook is told, and as which event of which id."""

    webhook_id: str
    url: str
    event: str
    event_id: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """status: None when there was no answer. reason: why it was not taken; again: whether to try later."""

    status: int | None
    reason: str | None = None
    again: bool = False


# --- queueing ---------------------------------------------------------------------------------------------------


def fan_out(context: JobContext, payload: Payload) -> Result:
    """Queue a message to each webhook of the township for each change that it wants and was not told of."""
    tables = queries.list_tables(context.division)
    queued = 0
    for webhook in queries.list_enabled(context.division, lock=True):
        for change in changes.list_since(context.division, webhook.told_up_to):
            webhook.told_up_to = change.seq
            if _wants(webhook, change, tables):
                message = {"webhook": webhook.id, "change": change.id}
                jobs.enqueue(DELIVER, message, actor=TELLER, division=context.division)
                queued += 1
    return {"queued": queued}


def _wants(webhook: Webhook, change: Change, tables: list[RoutingTable]) -> bool:
    if change.event not in webhook.events:
        return False
    day = matters.get_version(change.disclosure, change.township).known_on
    return webhook.channel in channels_of(tables, change.entry, day)


# --- sending ----------------------------------------------------------------------------------------------------


def deliver(context: JobContext, payload: Payload, *, courier: Courier = COURIER) -> Result:
    """Send one message, note the attempt, and while it makes sense leave it to another one.

    Nothing is locked while it is on its way. Raises Unavailable to be tried again, JobRefused where that is no use.
    """
    if context.cursor is not None:  # it was taken, and the worker ended before the job did
        return dict(context.cursor)
    with context.reading():
        message = _message(context, payload)
    if message is None:
        return {"sent": False}
    started = time.monotonic()
    outcome = _send(message, courier)
    log = _log(context, message, outcome, round((time.monotonic() - started) * 1000))
    taken = {"sent": True, "status": outcome.status} if outcome.reason is None else None
    with context.step(taken, int(taken is not None), 1):
        db.session.add(log)
    if outcome.again:
        raise Unavailable(f"{outcome.reason}系统会自动重试；多次不成时请与对方平台联系，处理后再重试这项任务。")
    if outcome.reason:
        raise JobRefused(f"{outcome.reason}请与对方平台核对，处理后再重试这项任务。")
    return taken


def _message(context: JobContext, payload: Payload) -> Message | None:
    """None for a webhook that was disabled meanwhile. What it says of the item is what is public at this moment."""
    webhook = queries.get_webhook(str(payload["webhook"]), (context.prefix,))
    if webhook.disabled_at is not None:
        return None
    content = _content(context, webhook, payload.get("change"))
    event, event_id, body = content["event"], content["id"], canonical_json(content)
    now = clock.now()
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "villagepub",
        "X-Villagepub-Event": event,
        "X-Villagepub-Id": event_id,
        "X-Villagepub-Timestamp": str(timestamp),
        "X-Villagepub-Signature": signature(_keys(webhook, now), timestamp, body),
    }
    return Message(webhook.id, webhook.url, event, event_id, body, headers)


def _content(context: JobContext, webhook: Webhook, change_id: str | None) -> dict[str, Any]:
    if change_id is None:
        at = clock.local(clock.now()).isoformat(timespec="seconds")
        return {"id": context.job_id, "event": TEST, "township": webhook.township, "at": at}
    return ChangeSchema().dump(changes.get_change(change_id))  # type: ignore[no-any-return]  # one, not many


def _keys(webhook: Webhook, now: datetime) -> list[str]:
    """The key, and for a day after it was changed the one before, so that both sides need not change at once."""
    versions = [webhook.key_version]
    if webhook.rotated_at is not None and now < webhook.rotated_at + OLD_KEY_GOOD_FOR:
        versions.append(webhook.key_version - 1)
    return [key_of(settings.secret_key, webhook.id, version) for version in versions]


def _send(message: Message, courier: Courier) -> Outcome:
    rules = Rules(settings.environment == "production", settings.webhook_networks)
    try:
        status = courier.post(message.url, message.body, message.headers, rules)
    except AddressRefused as refused:
        return Outcome(None, str(refused))
    except (OSError, HTTPException) as error:
        return Outcome(None, f"对方没有及时答复（{type(error).__name__}）。", again=True)
    if 200 <= status < 300:
        return Outcome(status)
    if 300 <= status < 400:
        return Outcome(status, f"对方答 {status}，要求转到别处，没有跟随；请用最终的网址重新登记。")
    return Outcome(status, f"对方答 {status}。", again=status >= 500 or status in _PASSING)


def _log(context: JobContext, message: Message, outcome: Outcome, milliseconds: int) -> WebhookDelivery:
    return WebhookDelivery(
        webhook_id=message.webhook_id,
        township=context.division,
        job_id=context.job_id,
        event_id=message.event_id,
        event=message.event,
        attempt=context.attempt,
        was_taken=outcome.reason is None,
        status=outcome.status,
        reason=outcome.reason and outcome.reason[:LONGEST_REASON],
        milliseconds=milliseconds,
        at=clock.now(),
    )


def forget_old() -> None:
    """The log is technical, and kept as long as the jobs are."""
    db.session.execute(delete(WebhookDelivery).where(WebhookDelivery.at < clock.now() - KEPT))
