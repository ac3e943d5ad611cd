"""What people allow us to send: a count for each person and template.

The mini-program says what a person tapped, which can be forged, and the platform's pushes may be late: the count is a
hint, and what the platform answers to a message is the truth.
"""

from collections.abc import Mapping
from enum import StrEnum

from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.errors import Invalid
from villagepub.extensions import db
from villagepub.notices.models import Subscription
from villagepub.notices.templates import Template, find_by_id


class Result(StrEnum):
    """What wx.requestSubscribeMessage says of a template."""

    ACCEPT = "accept"
    REJECT = "reject"
    BAN = "ban"  # the platform banned the template
    FILTER = "filter"  # another one of the same title was shown in its place


def report(results: Mapping[str, str], *, actor: Actor) -> None:
    """What the mini-program says that somebody tapped. Raises Invalid for a template that is not in use."""
    templates = {template_id: find_by_id(template_id) for template_id in results}
    if unknown := sorted(template_id for template_id, template in templates.items() if template is None):
        raise Invalid(errors={"results": [f"没有使用模板 {each}，请重新取得模板列表。" for each in unknown]})
    for template_id, result in results.items():
        _take(str(actor.person_id), templates[template_id], Result(result))  # type: ignore[arg-type]  # none is None


def _take(person_id: str, template: Template, result: Result) -> None:
    """A refusal in the dialogue takes back nothing that was allowed before, save for a long-term template."""
    if result is Result.ACCEPT:
        give_back(person_id, template)
    elif result is Result.BAN or (result is Result.REJECT and template.is_long_term):
        forget(person_id, template)


def spend(person_id: str, template: Template) -> bool:
    """Take one for a message that is about to go out. False when none is left."""
    known = _find(person_id, template)
    if known is None or known.remaining < 1:
        return False
    if not template.is_long_term:
        known.remaining -= 1
        known.updated_at = clock.now()
    return True


def give_back(person_id: str, template: Template) -> None:
    """One more: allowed by the person, or spent on a message that did not go out."""
    _set(person_id, template, 1 if template.is_long_term else _remaining(person_id, template) + 1)


def at_least_one(person_id: str, template: Template) -> None:
    """The platform says that the person allowed it, which the mini-program may have said before."""
    _set(person_id, template, max(_remaining(person_id, template), 1))


def forget(person_id: str, template: Template) -> None:
    """None is left, as the platform or the person says."""
    _set(person_id, template, 0)


def _remaining(person_id: str, template: Template) -> int:
    known = _find(person_id, template)
    return known.remaining if known else 0


def _find(person_id: str, template: Template) -> Subscription | None:
    return db.session.get(Subscription, (person_id, template.template_id), with_for_update=True)


def _set(person_id: str, template: Template, remaining: int) -> None:
    known = _find(person_id, template)
    if known is None:
        known = Subscription(person_id=person_id, template_id=template.template_id)
        db.session.add(known)
    known.remaining, known.updated_at = remaining, clock.now()
    db.session.flush()
