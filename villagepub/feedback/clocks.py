"""Until when an answer is owed, and what a changed calendar makes of it.

The clock starts when something is said and runs until its answer has passed, whoever holds it and however often the
answer was returned: the asker waits once. The day of receipt is not counted. The limit is the township's own
(``feedback_days`` of its file); it was copied when the feedback came, so that a later change moves nothing.
"""

from villagepub.calendars import operations as calendars
from villagepub.calendars.operations import Limit
from villagepub.calendars.places import calendar_of
from villagepub.core import audit, workdays
from villagepub.core.actor import Actor
from villagepub.core.permissions import Permission, require
from villagepub.core.workdays import WorkCalendar
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.feedback import queries
from villagepub.feedback.kinds import OWED_AN_ANSWER
from villagepub.feedback.models import Feedback


def start(feedback: Feedback) -> None:
    """Set the due date of something that has just been said."""
    township = divisions.get_township(feedback.township)
    feedback.answer_days = township.feedback_days
    _set(feedback, calendar_of(township))


def recompute_due(township: str, /, *, actor: Actor) -> int:
    """The due dates of what is unanswered, or was answered while its date was provisional, by the calendar of today.

    Returns how many days moved. Rows are locked in the order of their ids.
    """
    require(actor, Permission.HANDLE_FEEDBACK, township)
    calendar = calendar_of(divisions.get_township(township))
    return sum(_recompute(feedback, calendar, actor) for feedback in queries.list_clocked(township))


def _recompute(feedback: Feedback, calendar: WorkCalendar, actor: Actor) -> bool:
    before = feedback.due_on
    _set(feedback, calendar)
    if before is None or feedback.due_on is None or feedback.due_on == before:
        return False
    limit = Limit(feedback.received_on, feedback.answer_days)
    calendars.note_move("feedback", feedback.id, feedback.village, limit, before, feedback.due_on)
    audit.record(
        db.session(),
        "feedback.due_moved",
        actor=actor,
        subject_type="feedback",
        subject_id=feedback.id,
        division=feedback.village,
        township=feedback.township,
        data={"moved_from": before.isoformat(), "moved_to": feedback.due_on.isoformat()},
    )
    return True


def _set(feedback: Feedback, calendar: WorkCalendar) -> None:
    feedback.due_on, feedback.due_is_provisional = None, False
    if feedback.kind in OWED_AN_ANSWER:
        deadline = workdays.add_working_days(calendar, feedback.received_on, feedback.answer_days)
        feedback.due_on, feedback.due_is_provisional = deadline.on, deadline.provisional
