"""Until when a stage has time, and what a changed calendar makes of it."""

from datetime import datetime
from typing import Any

from villagepub.calendars import operations as calendars
from villagepub.calendars.operations import Limit
from villagepub.calendars.places import end_of_work, working_days_after
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.disclosures import operations as disclosures
from villagepub.disclosures import queries as disclosure_queries
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.review import queries
from villagepub.review.models import ReviewCase


def due_of(case: ReviewCase) -> datetime:
    """The end of office hours, the stage's number of working days after the day on which the case entered it."""
    township = divisions.get_township(case.township)
    deadline = working_days_after(township, clock.local(case.entered_at).date(), case.step(case.stage)["days"])
    return end_of_work(township, deadline.on)


def recompute_due(township: str, /, *, actor: Actor) -> int:
    """The due times of a township's open cases, by its calendar of today. Returns how many days moved.

    Hours that changed in the township's file meanwhile move nothing. Disclosures are locked in the order of their ids.
    """
    return sum(_recompute(disclosure_id, actor) for disclosure_id in queries.list_ids_at_a_stage(township))


def _recompute(disclosure_id: str, actor: Actor) -> bool:
    disclosure = disclosure_queries.get_disclosure(disclosure_id, ("",), lock=True)
    case = queries.find_open_case(disclosure)
    if case is None or case.referred:  # decided meanwhile
        return False
    due_at = due_of(case)
    if clock.local(due_at).date() == clock.local(case.due_at).date():
        return False
    _move(disclosure, case, due_at, actor)
    return True


def _move(disclosure: Disclosure, case: ReviewCase, due_at: datetime, actor: Actor) -> None:
    before, after = (clock.local(moment).date() for moment in (case.due_at, due_at))
    limit = Limit(clock.local(case.entered_at).date(), case.step(case.stage)["days"])
    calendars.note_move("review_case", case.id, case.village, limit, before, after)
    case.due_at = disclosure.due_at = due_at
    moved: dict[str, Any] = {"stage": case.stage, "moved_from": before.isoformat(), "moved_to": after.isoformat()}
    disclosures.note("review.due_moved", disclosure, actor=actor, **moved)
