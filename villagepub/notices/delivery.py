"""Sending the messages of the outbox: the work of one kind of job, a job for each message.

The platform knows no repeats: what is asked twice is sent twice. So that a message is about to go out is stored before
the call and what came of it after the call, each in a transaction of its own. Whoever finds one about to go out and
nobody sending it cannot know whether it went: it is unknown, people see it, and nothing sends it again by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy import update

from villagepub.accounts import queries as accounts
from villagepub.core import clock
from villagepub.core.errors import Unavailable
from villagepub.core.tenancy import covers
from villagepub.extensions import db, settings, wechat
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import Payload, Result
from villagepub.notices import consents, operations, outbox, queries
from villagepub.notices.models import LONGEST_REASON, Message, MessageState, TemplatePause, UnreachableIdentity
from villagepub.notices.templates import Template, current_templates
from villagepub.review.workflow import Notice
from villagepub.wechat.errors import ALARMING, CONSENT_MISSING, WeChatError, WeChatOff

MOST_ATTEMPTS = 10
ABANDONED_AFTER = timedelta(hours=1)
OPENID_UNKNOWN, FIELD_INVALID, QUOTA_USED_UP = 40003, 47003, 45009
NO_CONSENT = "没有剩余的订阅"
RELIEVED = "已不在这个岗位"
AGAIN = "系统会自动重试；多次不成时请管理员处理后再重试这项任务。"

log = structlog.get_logger("villagepub.notices")


@dataclass(frozen=True)
class Letter:
    """A message that is about to go out."""

    message_id: str
    openid: str = field(repr=False)
    template: Template
    data: Mapping[str, str]
    page: str


def deliver(context: JobContext, payload: Payload) -> Result:
    """Send one message, if it still waits. Raises Unavailable to be tried again: then it did not go out."""
    message_id = str(payload["message"])
    _prepare_line()
    with context.step(None, 0, 1, may_stop_after=False):
        letter = _take(message_id)
        state = queries.get_message(message_id).state
    if letter is None:
        return {"state": state}
    try:
        msgid = wechat.send_message(letter.openid, letter.template.template_id, letter.data, letter.page)
    except WeChatError as error:
        return _note(context, letter, error)
    with context.step(None, 1, 1):
        end(_sending(letter), MessageState.SENT, msgid=msgid or "0")
    return {"state": MessageState.SENT}


def settle_abandoned() -> int:
    """Call unknown what has been about to go out for long: its job ended without it. Returns how many."""
    abandoned = (Message.state == MessageState.SENDING) & (Message.sending_at < clock.now() - ABANDONED_AFTER)
    unknown = {"state": MessageState.UNKNOWN, "ended_at": clock.now()}
    settled = db.session.execute(update(Message).where(abandoned).values(unknown))
    return int(settled.rowcount)  # type: ignore[attr-defined]


# --- before the call ------------------------------------------------------------------------------------------------


def _prepare_line() -> None:
    """Get a token before a message is called about to go out, so that a lost token leaves no message unknown."""
    try:
        wechat.prove_reachable()
    except WeChatOff:
        return
    except WeChatError as error:
        raise Unavailable(f"{error.sentence}{AGAIN}") from None


def _take(message_id: str) -> Letter | None:
    """What is to be sent now, its message marked as about to go out; None when there is nothing to send (any more)."""
    message = queries.get_message(message_id, lock=True)
    if message.state == MessageState.SENDING:
        end(message, MessageState.UNKNOWN)
    if message.state != MessageState.QUEUED:
        return None
    template = current_templates().get(message.template)
    reason = _reason_to_drop(message, template)
    if template is None or reason:
        end(message, MessageState.DROPPED, reason=reason)
        return None
    if (until := queries.paused_until(template.template_id)) is not None:
        outbox.enqueue(message, due_at=until)
        return None
    filled = template.filled(message.values)
    if filled.refused:
        end(message, MessageState.FAILED, reason="；".join(f"{key}：{why}" for key, why in filled.refused.items()))
        return None
    if not consents.spend(message.person_id, template):
        end(message, MessageState.DROPPED, reason=NO_CONSENT)
        return None
    message.state, message.sending_at, message.is_held = MessageState.SENDING, clock.now(), False
    openid = accounts.find_openid(message.person_id) or ""
    return Letter(message.id, openid, template, filled.data, filled.page)


def _reason_to_drop(message: Message, template: Template | None) -> str | None:
    identity = accounts.find_identity(message.person_id)
    if not settings.wechat.is_on or template is None:
        return "没有接入微信，或没有设置这类消息的模板"
    if identity is None or queries.is_unreachable(identity.id):
        return "没有绑定微信，或微信已不认识这个账号"
    return RELIEVED if is_relieved(message) else None


def is_relieved(message: Message) -> bool:
    """Whether it was for the holder of a post that this person has lost since."""
    if message.role is None:
        return False
    actor = accounts.actor_of(accounts.get_person(message.person_id, ("",)))
    return not any(held.role == message.role and covers((held.prefix,), message.village) for held in actor.holdings)


# --- after the call -------------------------------------------------------------------------------------------------


def _note(context: JobContext, letter: Letter, error: WeChatError) -> Result:
    """What became of a message that the platform did not take, or perhaps did."""
    is_again = not error.is_unknown and (error.retryable or error.errcode in ALARMING)
    with context.step(None, 0, 1):
        message = _sending(letter)
        message.errcode, message.rid = error.errcode, error.rid or None
        if error.is_unknown:
            end(message, MessageState.UNKNOWN)
        elif error.errcode == CONSENT_MISSING:
            consents.forget(message.person_id, letter.template)
            end(message, MessageState.REFUSED)
        else:
            consents.give_back(message.person_id, letter.template)
            if is_again:
                message.state, message.sending_at, message.ended_at = MessageState.QUEUED, None, None
            else:
                end(message, MessageState.FAILED, reason=_reason(error))
            _warn(message, letter.template, error)
        state = message.state
    if is_again and error.errcode != QUOTA_USED_UP:
        raise Unavailable(f"{error.sentence}{AGAIN}")
    return {"state": state, "errcode": error.errcode}


def _reason(error: WeChatError) -> str:
    return f"字段 {error.field} 不合微信的要求" if error.errcode == FIELD_INVALID and error.field else error.sentence


def _warn(message: Message, template: Template, error: WeChatError) -> None:
    """Let those know who can do something about it."""
    about = {"message": message.id, "template": template.name, "errcode": error.errcode, "rid": error.rid}
    if error.errcode == FIELD_INVALID:
        log.error("message_field_invalid", field=error.field, **about)
    elif error.errcode == OPENID_UNKNOWN:
        _give_up(message)
    elif error.errcode == QUOTA_USED_UP:
        log.error("message_quota_used_up", **about)
        _pause(message, template)


def _give_up(message: Message) -> None:
    """The platform does not know this openid: no more messages to it."""
    identity = accounts.find_identity(message.person_id)
    if identity is None or queries.is_unreachable(identity.id):
        return
    db.session.add(UnreachableIdentity(identity_id=identity.id, since=clock.now()))
    name = accounts.names_of([message.person_id])[message.person_id]
    sentence = f"微信已不认识{name}绑定的微信账号，不再向其发微信消息；请其重新进入小程序登录或重新绑定。"
    operations.tell_administrators(message.township, Notice.MESSAGES, sentence, event=f"unreachable:{identity.id}")


def _pause(message: Message, template: Template) -> None:
    """Nothing more of this template until the next morning, when this one is tried again."""
    until = outbox.next_morning(clock.today())
    outbox.enqueue(message, due_at=until)
    pause = db.session.get(TemplatePause, template.template_id) or TemplatePause(template_id=template.template_id)
    pause.until_at = until
    db.session.add(pause)
    when = outbox.moment_text(until)
    sentence = f"今天发微信消息的次数已满，“{template.name}”类消息推迟到{when}再发；消息箱不受影响。"
    event = f"quota:{template.name}:{clock.today()}"
    operations.tell_administrators(message.township, Notice.MESSAGES, sentence, event=event)


def _sending(letter: Letter) -> Message:
    return queries.get_message(letter.message_id, lock=True)


def end(message: Message, state: MessageState, *, reason: str | None = None, msgid: str | None = None) -> None:
    """Nothing more is to happen to it."""
    message.state, message.ended_at, message.is_held = state, clock.now(), False
    message.reason = reason and reason[:LONGEST_REASON]
    message.msgid = msgid
