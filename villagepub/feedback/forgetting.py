"""A person's own words: handed to the person, and erased when the person wants it (个人信息保护法 45, 47).

That something was said, when, and what was answered stays, to be counted; who said it and in what words goes. A block
that is in force stays till its end, and its account is known again by a keyed digest: else erasing would lift it. So
are, till the day is over, the numbers that limit what is said in a day.
"""

from typing import Any

from villagepub.accounts import queries as accounts
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.extensions import db
from villagepub.feedback import earlier_today, noting, publicity, queries
from villagepub.feedback.models import Feedback, FeedbackBlock
from villagepub.feedback.workflow import UNANSWERED, Action, State
from villagepub.ledgers import complaints

Json = dict[str, Any]


def tell(person_id: str) -> Json:
    """Everything that the person said, and why the person was not to say more."""
    return {
        "feedback": [_told(feedback) for feedback in queries.list_by_person(person_id)],
        "feedback_blocks": [_told_block(block) for block in queries.list_blocks_of(person_id)],
    }


def _told_block(block: FeedbackBlock) -> Json:
    moments = {"from": block.from_at, "until": block.until_at, "lifted_at": block.lifted_at}
    told = {name: clock.local(at).isoformat(timespec="seconds") if at else None for name, at in moments.items()}
    return {"township": block.township, "reason": block.reason} | told


def _told(feedback: Feedback) -> Json:
    return {
        "id": feedback.id,
        "village": feedback.village,
        "kind": feedback.kind,
        "text": feedback.text,
        "may_be_public": feedback.may_be_public,
        "received_at": clock.local(feedback.received_at).isoformat(timespec="seconds"),
        "state": feedback.state,
        "answer": feedback.answer if feedback.state == State.ANSWERED else None,
    }


def erase(person_id: str) -> None:
    """The words go, and what nobody has answered yet is withdrawn."""
    said = queries.list_by_person(person_id, lock=True)
    earlier_today.keep(person_id, said)
    for feedback in said:
        publicity.hide(feedback)
        if feedback.state in UNANSWERED:
            complaints.void(feedback.id, "本人撤回")
            feedback.state = State.WITHDRAWN
            noting.note(Action.WITHDRAW, feedback, actor=Actor(person_id, noting.ASKER_NAME), holding=None)
        feedback.text = feedback.person_id = None
        feedback.may_be_public = False
    for block in queries.list_blocks_of(person_id, in_force=True):
        block.openid_digest = accounts.find_openid_digest(person_id)
    db.session.flush()
