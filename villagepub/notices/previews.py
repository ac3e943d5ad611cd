"""What may be sent, as people are shown it: the templates, a preview of each, and what somebody allows."""

from collections.abc import Mapping
from typing import Any

from villagepub.core.actor import Actor
from villagepub.core.errors import NotFound
from villagepub.core.permissions import Permission, require_somewhere
from villagepub.extensions import settings
from villagepub.notices import queries
from villagepub.notices.kinds import SUBJECT_VALUES, VALUES, WORDINGS
from villagepub.notices.templates import Filled, Template, current_templates, read_templates


def list_templates(*, actor: Actor) -> list[dict[str, Any]]:
    """All of them, those too whose id was not entered yet."""
    require_somewhere(actor, Permission.MANAGE_NOTICES)
    return [_shown(template) for template in read_templates(settings.wechat_templates_dir).values()]


def preview(name: str, values: Mapping[str, str], *, actor: Actor) -> Filled:
    """A template filled in as it would be sent. values: in place of the samples. Raises NotFound."""
    require_somewhere(actor, Permission.MANAGE_NOTICES)
    template = read_templates(settings.wechat_templates_dir).get(name)
    if template is None:
        raise NotFound()
    return template.filled({**VALUES, **SUBJECT_VALUES, **values})


def list_subscriptions(actor: Actor) -> list[dict[str, Any]]:
    """Each template that is in use, and how many more messages of it the actor allows as far as is known."""
    templates = current_templates().values()
    remaining = queries.remaining_of(str(actor.person_id), [template.template_id for template in templates])
    return [_shown(template) | {"remaining": remaining.get(template.template_id, 0)} for template in templates]


def _shown(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "template_id": template.template_id,
        "consent": template.consent,
        "page": template.page,
        "fields": template.fields,
        "kinds": [notice for notice, wording in WORDINGS.items() if wording.template == template.name],
    }
