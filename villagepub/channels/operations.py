"""Routing, answers to suggestions, and webhooks: each change with its audit entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from villagepub.channels import queries
from villagepub.channels.addresses import AddressRefused, read_target
from villagepub.channels.deliveries import DELIVER
from villagepub.channels.models import ChannelRouting, RejectedSuggestion, Webhook
from villagepub.channels.routing import RoutingTable
from villagepub.channels.signing import key_of
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import Conflict, Invalid, WrongState
from villagepub.core.permissions import Permission, require
from villagepub.core.rows import set_values
from villagepub.extensions import db, settings
from villagepub.jobs import operations as jobs
from villagepub.jobs.models import Job
from villagepub.ledgers import operations as ledgers
from villagepub.ledgers import posts
from villagepub.ledgers import queries as ledger_queries
from villagepub.ledgers.models import ChannelPost
from villagepub.publishing import changes

MOST_WEBHOOKS = 10  # of one township, disabled ones not counted


@dataclass(frozen=True)
class Registered:
    """A webhook with its key, which is shown now and never again."""

    webhook: Webhook
    secret: str


# --- routing ----------------------------------------------------------------------------------------------------


def put_routing(township: str, table: RoutingTable) -> bool:
    """Keep a version of the routing table; True when it is new or changed.

    For the loader of a township's file, which asks for permission and has held it against the latest one.
    """
    rules = [rule.as_json() for rule in table.rules]
    row = db.session.get(ChannelRouting, (township, table.valid_from))
    if row is not None:
        changed = set_values(row, {"rules": rules})
    else:
        db.session.add(ChannelRouting(township=township, valid_from=table.valid_from, rules=rules))
        changed = True
    db.session.flush()
    return changed


# --- suggestions ------------------------------------------------------------------------------------------------


def confirm_suggestion(post: ChannelPost, disclosure_id: str, *, actor: Actor) -> None:
    """Say that a post is about the disclosure that is suggested. Raises WrongState when it no longer is."""
    require(actor, Permission.KEEP_LEDGERS, post.township)
    _require_suggested(post, disclosure_id)
    posts.match_post(post, disclosure_id, actor=actor)


def reject_suggestion(post: ChannelPost, disclosure_id: str, *, actor: Actor) -> None:
    """Say that it is not, so that it is never suggested again. Raises WrongState when it no longer is."""
    require(actor, Permission.KEEP_LEDGERS, post.township)
    _require_suggested(post, disclosure_id)
    db.session.add(
        RejectedSuggestion(
            channel_post=post.id,
            disclosure=disclosure_id,
            township=post.township,
            rejected_by=actor.person_id,
            rejected_at=clock.now(),
        )
    )
    db.session.flush()
    _note("channels.suggestion_rejected", post.id, "channel_post", post.township, actor, disclosure=disclosure_id)


def _require_suggested(post: ChannelPost, disclosure_id: str) -> None:
    if post.is_voided or queries.find_suggested(post, disclosure_id) is None:
        raise WrongState("这条建议已不成立：可能已有人答复，或标题已改动。请刷新后再看。")


# --- webhooks ---------------------------------------------------------------------------------------------------


def register(*, actor: Actor, township: str, channel: str, url: str, events: Sequence[str]) -> Registered:
    """Tell an address of every change from now on of what belongs on a channel.

    Raises Invalid for an address that may not be called and for a channel that nothing is routed to, Conflict when
    the township has as many as it may have.
    """
    require(actor, Permission.MANAGE_WEBHOOKS, township)
    ledgers.require_township(township)
    _require_routed(township, channel)
    _require_address(url)
    last = changes.hold(township)
    if len(queries.list_enabled(township)) >= MOST_WEBHOOKS:
        raise Conflict(f"一个乡镇最多登记 {MOST_WEBHOOKS} 个推送地址，请先停用不再需要的。")
    webhook = Webhook(
        township=township,
        channel=channel,
        url=url,
        events=sorted(events),
        key_version=1,
        told_up_to=last,
        created_by=actor.person_id,
        created_at=clock.now(),
    )
    db.session.add(webhook)
    db.session.flush()
    changes.follow(township)
    _note_webhook("channels.webhook_registered", webhook, actor, channel=channel, events=webhook.events)
    return Registered(webhook, _key(webhook))


def rotate(webhook: Webhook, *, actor: Actor) -> Registered:
    """Give it a new key; the one before signs too for a day. Raises WrongState for a disabled one."""
    require(actor, Permission.MANAGE_WEBHOOKS, webhook.township)
    _require_enabled(webhook)
    webhook.key_version += 1
    webhook.rotated_at = clock.now()
    db.session.flush()
    _note_webhook("channels.webhook_rotated", webhook, actor, key_version=webhook.key_version)
    return Registered(webhook, _key(webhook))


def disable(webhook: Webhook, *, actor: Actor) -> None:
    """Tell it nothing more, for good; its log stays. Raises WrongState the second time."""
    require(actor, Permission.MANAGE_WEBHOOKS, webhook.township)
    _require_enabled(webhook)
    webhook.disabled_at = clock.now()
    changes.hold(webhook.township)  # so that none is registered between looking and unfollowing
    db.session.flush()
    if not queries.list_enabled(webhook.township):
        changes.unfollow(webhook.township)
    _note_webhook("channels.webhook_disabled", webhook, actor)


def send_test(webhook: Webhook, *, actor: Actor) -> Job:
    """A job that sends it a message of the event ``test``. Raises WrongState for a disabled one."""
    require(actor, Permission.MANAGE_WEBHOOKS, webhook.township)
    _require_enabled(webhook)
    _note_webhook("channels.webhook_tested", webhook, actor)
    return jobs.enqueue(DELIVER, {"webhook": webhook.id}, actor=actor, division=webhook.township)


def _require_routed(township: str, channel: str) -> None:
    known = ledger_queries.find_channel(township, channel)
    if known is None or known.counted_from_disclosures:
        raise Invalid(errors={"channel": ["渠道清单中没有这个对外渠道，请核对本乡镇的渠道清单。"]})
    if not any(table.names(channel) for table in queries.list_tables(township)):
        sentence = f"分发对照表没有把任何事项分到{known.name}，不会有推送。请先在乡镇文件的 routing 中写明并装载。"
        raise Invalid(errors={"channel": [sentence]})


def _require_address(url: str) -> None:
    try:
        read_target(url, https_only=settings.environment == "production")
    except AddressRefused as refused:
        raise Invalid(errors={"url": [str(refused)]}) from None


def _require_enabled(webhook: Webhook) -> None:
    if webhook.disabled_at is not None:
        raise WrongState("这个推送地址已经停用；如需推送，请重新登记。")


def _key(webhook: Webhook) -> str:
    return key_of(settings.secret_key, webhook.id, webhook.key_version)


def _note_webhook(action: str, webhook: Webhook, actor: Actor, **data: Any) -> None:
    _note(action, webhook.id, "webhook", webhook.township, actor, **data)


def _note(action: str, subject: str, kind: str, township: str, actor: Actor, **data: Any) -> None:
    audit.record(
        db.session(),
        action,
        actor=actor,
        subject_type=kind,
        subject_id=subject,
        division=township,
        township=township,
        data=data,
    )
