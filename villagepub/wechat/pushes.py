"""What the platform tells us: proved to be its own, taken once, and left to a job."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, literal
from sqlalchemy.dialects import postgresql, sqlite

from config.wechat import WeChatAccount
from villagepub.accounts import queries as accounts
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.errors import PushRefused
from villagepub.core.sealed import Sealer
from villagepub.divisions import queries as divisions
from villagepub.extensions import db, settings
from villagepub.jobs import operations as jobs
from villagepub.wechat import verdicts
from villagepub.wechat.answers import read_number
from villagepub.wechat.envelopes import EnvelopeRefused, is_signed, open_envelope
from villagepub.wechat.models import WeChatPush

PLATFORM = Actor.system("wechat platform")
TIMELY = timedelta(minutes=5)  # between the platform's clock and ours
KEPT = timedelta(days=1)  # the platform repeats a push within seconds
LABEL = "wechat push"
OF_SUBSCRIPTIONS: Mapping[str, str] = {  # event → the kind of job of the notices
    "subscribe_msg_popup_event": "notices.consents_changed",
    "subscribe_msg_change_event": "notices.consents_changed",
    "subscribe_msg_sent_event": "notices.message_sent",
}
_HANDED_ON = ("TemplateId", "SubscribeStatusString", "PopupScene", "MsgID", "ErrorCode", "ErrorStatus")
_WRAPPERS = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")

Query = Mapping[str, str]

log = structlog.get_logger("villagepub.wechat")


def prove_address(account: WeChatAccount, query: Query) -> str:
    """The platform's check of our address, made once when it is entered there; returns what it wants to hear.

    Raises PushRefused.
    """
    parts = (query.get("timestamp", ""), query.get("nonce", ""))
    if not account.takes_pushes or not is_signed(query.get("signature", ""), account.push_token, *parts):
        raise PushRefused()
    return query.get("echostr", "")


def open_push(account: WeChatAccount, query: Query, body: bytes) -> bytes:
    """The message of a push in secure mode. Raises PushRefused; asks no database."""
    encrypted = _encrypted_in(body)
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    parts = (account.push_token, timestamp, nonce, encrypted)
    if not account.takes_pushes or not is_signed(query.get("msg_signature", ""), *parts) or not _is_timely(timestamp):
        raise PushRefused()
    try:
        return open_envelope(encrypted, aes_key=account.aes_key, appid=account.appid)
    except EnvelopeRefused:
        raise PushRefused() from None


def take(message: bytes) -> None:
    """Leave to a job what a message tells, unless that was done before.

    Raises Unavailable for a verdict on a check that is not stored yet: the platform repeats it.
    """
    if not _is_first(message):
        return
    event = _event_in(message)
    name = str(event.get("Event", ""))
    if name == verdicts.EVENT:
        verdicts.take(event, actor=PLATFORM)
    elif name in OF_SUBSCRIPTIONS:
        _hand_on(OF_SUBSCRIPTIONS[name], event)
    else:
        log.info("wechat_push_dropped", kind=name[:40] if name.isidentifier() else "unknown")


def forget_old() -> None:
    db.session.execute(delete(WeChatPush).where(WeChatPush.received_at < clock.now() - KEPT))


def _encrypted_in(body: bytes) -> str:
    try:
        encrypted = str(json.loads(body)["Encrypt"])
        encrypted.encode("ascii")  # it is Base64
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PushRefused() from None
    return encrypted


def _is_timely(timestamp: str) -> bool:
    sent = read_number(timestamp)
    return sent is not None and abs(clock.now().timestamp() - sent) <= TIMELY.total_seconds()


def _is_first(message: bytes) -> bool:
    """By the message itself: repeated, it comes in another envelope; replayed, in the same."""
    digest = Sealer(settings.secret_key, LABEL).digest(message.decode("latin-1"))
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(WeChatPush).values(digest=digest, received_at=clock.now()).on_conflict_do_nothing()
    return db.session.scalar(statement.returning(literal(1))) is not None


def _event_in(message: bytes) -> Mapping[str, Any]:
    """Empty for what is no JSON object: the account was set to XML, which an operator has to mend."""
    try:
        event = json.loads(message)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        log.error("wechat_push_unreadable")
        return {}
    return event


def _hand_on(kind: str, event: Mapping[str, Any]) -> None:
    """To the notices, for the person of the openid; of nobody that is known here there is nothing to note."""
    person = accounts.find_person_by_openid(str(event.get("FromUserName", "")))
    if person is None:
        return
    payload = {"event": event["Event"], "at": read_number(event.get("CreateTime")), "person": person.id}
    places = divisions.list_townships()[:1]  # one account for the whole installation
    jobs.enqueue(kind, payload | {"list": _items_in(event)}, actor=PLATFORM, division=places[0].code)


def _items_in(event: Mapping[str, Any]) -> list[dict[str, str]]:
    """One comes as an object, several as an array; relays and the form in XML wrap them once more."""
    holder = next((event[name] for name in _WRAPPERS if isinstance(event.get(name), dict)), event)
    items = holder.get("List", [])
    items = items if isinstance(items, list) else [items]
    return [{name: str(item[name]) for name in _HANDED_ON if name in item} for item in items if isinstance(item, dict)]
