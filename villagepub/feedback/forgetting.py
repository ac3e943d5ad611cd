"""A person's own words: handed to the person, and erased when the person wants it (个人信息保护法 45, 47).

That something was said, when, and what was answered stays, to be counted; who said it and in what words goes.
"""

from villagepub.core.actor import Actor
from villagepub.extensions import db
from villagepub.feedback import noting, publicity, queries
from villagepub.feedback.models import Feedback
from villagepub.feedback.workflow import UNANSWERED, State
from villagepub.ledgers import complaints


def list_all_of(person_id: str) -> list[Feedback]:
    """Everything that the person said, in the order of receipt."""
    return queries.list_by_person(person_id)


def forget(person_id: str, *, actor: Actor) -> int:
    """Erase what the person said; what nobody has answered yet counts as withdrawn. Returns how many there were.

    For the room of residents, which has asked for permission.
    """
    said = queries.list_by_person(person_id, lock=True)
    for feedback in said:
        publicity.hide(feedback)
        feedback.text = feedback.person_id = None
        feedback.may_be_public = False
        if feedback.state in UNANSWERED:
            complaints.void(feedback.id, "本人撤回")
            feedback.state = State.WITHDRAWN
            noting.note("withdraw", feedback, actor=actor, holding=None)
    db.session.flush()
    return len(said)
