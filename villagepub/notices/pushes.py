"""What the platform says by itself about messages and consents: the work of two kinds of job.

``wechat.pushes`` queues them with ``{event, person, list: [{…}]}``, whose list is as the platform wrote it. A push may
come twice and out of order, so each says again what holds already.
"""

from collections.abc import Iterator, Mapping

from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import Payload, Result
from villagepub.notices import consents, delivery, queries
from villagepub.notices.models import Message, MessageState
from villagepub.notices.templates import Template, find_by_id

CONSENTS_CHANGED, MESSAGE_SENT = "notices.consents_changed", "notices.message_sent"

CHANGED_IN_SETTINGS = "subscribe_msg_change_event"

Item = Mapping[str, object]


def consents_changed(context: JobContext, payload: Payload) -> Result:
    """``{TemplateId, SubscribeStatusString}``: what was tapped in a dialogue, or changed in WeChat's settings.

    A refusal in a dialogue takes back nothing that was allowed before, save for a long-term template.
    """
    person_id, is_setting = str(payload["person"]), payload["event"] == CHANGED_IN_SETTINGS
    changed = 0
    for template, item in _known(payload):
        if item.get("SubscribeStatusString") == "accept":
            consents.at_least_one(person_id, template)
            changed += 1
        elif is_setting or template.is_long_term:
            consents.forget(person_id, template)
            changed += 1
    return {"changed": changed}


def message_sent(context: JobContext, payload: Payload) -> Result:
    """``{TemplateId, MsgID, ErrorCode}``: what became of a message; one that was unknown may be known now."""
    person_id, settled = str(payload["person"]), 0
    for template, item in _known(payload):
        msgid, errcode = str(item.get("MsgID", "")), _number(item.get("ErrorCode"))
        message = queries.find_by_msgid(person_id, msgid) or _only_unknown(person_id, template)
        if message is None or not msgid or errcode is None:
            continue
        if errcode:
            delivery.end(message, MessageState.FAILED, reason="微信未能送达", msgid=msgid)
            message.errcode = errcode
        else:
            delivery.end(message, MessageState.SENT, msgid=msgid)
        settled += 1
    return {"settled": settled}


def _known(payload: Payload) -> Iterator[tuple[Template, Item]]:
    """The items about a template that is in use."""
    for item in payload["list"]:
        if template := find_by_id(str(item.get("TemplateId", ""))):
            yield template, item


def _only_unknown(person_id: str, template: Template) -> Message | None:
    """The unknown message that it must be about: the only one of the template to that person."""
    found = queries.list_unknown(person_id, template.name)
    return found[0] if len(found) == 1 else None


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else None
