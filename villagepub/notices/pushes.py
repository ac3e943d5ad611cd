"""What the platform says by itself about messages and consents: the work of two kinds of job.

The door that takes the pushes queues them with ``{"openid_digest": …, "items": [{…}]}``, whose items are as the
platform wrote them, always a list. The digest is that of the identities of accounts. A push may come twice and out of
order, so each says again what holds already.
"""

from collections.abc import Iterator, Mapping

from villagepub.accounts import queries as accounts
from villagepub.accounts.models import Person
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import Payload, Result
from villagepub.notices import consents, delivery, queries
from villagepub.notices.models import Message, MessageState
from villagepub.notices.templates import Template, find_by_id

CONSENTS_CHANGED, MESSAGE_SENT = "notices.consents_changed", "notices.message_sent"

Item = Mapping[str, object]


def consents_changed(context: JobContext, payload: Payload) -> Result:
    """``{TemplateId, SubscribeStatusString, PopupScene?}``: what was tapped in a dialogue, or changed in the settings.

    A refusal in a dialogue, which alone has a PopupScene, takes back nothing that was allowed before.
    """
    changed = 0
    for person, template, item in _known(payload):
        if item.get("SubscribeStatusString") == "accept":
            consents.at_least_one(person.id, template)
            changed += 1
        elif "PopupScene" not in item or template.is_long_term:
            consents.forget(person.id, template)
            changed += 1
    return {"changed": changed}


def message_sent(context: JobContext, payload: Payload) -> Result:
    """``{TemplateId, MsgID, ErrorCode}``: what became of a message; one that was unknown may be known now."""
    settled = 0
    for person, template, item in _known(payload):
        msgid, errcode = str(item.get("MsgID", "")), _number(item.get("ErrorCode"))
        message = queries.find_by_msgid(person.id, msgid) or _only_unknown(person, template)
        if message is None or not msgid or errcode is None:
            continue
        if errcode:
            delivery.end(message, MessageState.FAILED, reason="微信未能送达", msgid=msgid)
            message.errcode = errcode
        else:
            delivery.end(message, MessageState.SENT, msgid=msgid)
        settled += 1
    return {"settled": settled}


def _known(payload: Payload) -> Iterator[tuple[Person, Template, Item]]:
    """The items about somebody who is known here and a template that is in use."""
    person = accounts.find_person_by_openid_digest(str(payload["openid_digest"]))
    for item in payload["items"] if person else ():
        if person and (template := find_by_id(str(item.get("TemplateId", "")))):
            yield person, template, item


def _only_unknown(person: Person, template: Template) -> Message | None:
    """The unknown message that it must be about: the only one of the template to that person."""
    found = queries.list_unknown(person.id, template.name)
    return found[0] if len(found) == 1 else None


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else None
