"""What is done when a year arrives: every feature that stores due dates computes its own again.

The table stands beside the registry, since both know every feature.
"""

from typing import Protocol

from villagepub.applications import operations as applications
from villagepub.calendars import operations
from villagepub.calendars.places import calendar_of
from villagepub.core.actor import Actor
from villagepub.divisions import queries as divisions
from villagepub.feedback import clocks
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import Payload, Result
from villagepub.publishing import publicity_periods
from villagepub.review import deadlines


class Recompute(Protocol):
    """Compute the stored due dates of one township again, for what is still open.

    township: its code. Each date that moved leaves a row that says so, by ``operations.note_move``, and an audit entry
    tells of it. Returns how many were computed.
    """

    def __call__(self, township: str, /, *, actor: Actor) -> int: ...


RECOMPUTATIONS: tuple[Recompute, ...] = (
    deadlines.recompute_due,
    publicity_periods.recompute_due,
    applications.recompute_due,
    clocks.recompute_due,
)


def recompute(context: JobContext, payload: Payload) -> Result:
    """One township, in one transaction."""
    edition = calendar_of(divisions.get_township(context.division)).edition
    moved = sum(each(context.division, actor=context.actor) for each in RECOMPUTATIONS)
    operations.note_seen(context.division, edition)
    return {"edition": edition, "moved": moved}


def warn(context: JobContext, payload: Payload) -> Result:
    return {"told": operations.warn_administrators(context.division)}
