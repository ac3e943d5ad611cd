"""An application as one person sees it: who the applicant is and what was written is not for every post."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from villagepub.applications.models import Application, ApplicationEvent
from villagepub.applications.workflow import State, list_kinds
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.paging import Page
from villagepub.core.permissions import Permission, allows

PERSONAL = frozenset({"applicant_name", "content", "void_reason"})
PERSONAL_DETAILS = frozenset({"request", "party", "note", "reason", "document", "approved_by"})


@dataclass(frozen=True)
class SeenEvent:
    event: ApplicationEvent

    def __getattr__(self, name: str) -> Any:
        return getattr(self.event, name)

    @property
    def details(self) -> dict[str, Any]:
        return {name: value for name, value in self.event.details.items() if name not in PERSONAL_DETAILS}


@dataclass(frozen=True)
class Seen:
    """All of an application but what is personal."""

    application: Application

    def __getattr__(self, name: str) -> Any:
        return None if name in PERSONAL else getattr(self.application, name)

    @property
    def events(self) -> list[SeenEvent]:
        return [SeenEvent(event) for event in self.application.events]


Shown = Application | Seen


def seen_by(actor: Actor) -> Callable[[Application], Shown]:
    """How the actor sees an application."""
    return lambda application: application if may_read_applicants(actor, application.township) else Seen(application)


def page_seen_by(actor: Actor, page: Page[Application]) -> Page[Shown]:
    see = seen_by(actor)
    return Page([see(application) for application in page.data], page.next_cursor)


def may_read_applicants(actor: Actor, township: str) -> bool:
    return allows(actor, Permission.READ_APPLICANTS, township)


def is_overdue(application: Shown) -> bool:
    """As the list's filter has it: open, and the day for answering is over."""
    due_on = application.due_on
    return application.state != State.CLOSED and due_on is not None and due_on < clock.today()


def next_kinds(application: Application) -> list[str]:
    """What can be entered now, in the order of the table."""
    return [] if application.is_voided else [str(kind) for kind in list_kinds(application.state)]
