"""What is written down of each step, and who hears of it."""

from villagepub.core import audit, clock
from villagepub.core.actor import Actor, Holding
from villagepub.core.prose import day_text
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.feedback import policy, queries
from villagepub.feedback.kinds import KIND_NAMES, Kind
from villagepub.feedback.models import Feedback, FeedbackStep
from villagepub.feedback.workflow import State, Told
from villagepub.notices import operations as notices
from villagepub.notices.tidings import Tidings
from villagepub.review.workflow import Notice

ASKER_NAME = "群众"  # in the audit chain, which cannot forget a name


def note(
    action: str,
    feedback: Feedback,
    *,
    actor: Actor,
    holding: Holding | None,
    comment: str | None = None,
    answer: str | None = None,
    **data: str | bool,
) -> None:
    """A step of its history, and an entry of the audit chain, which holds neither words nor names of askers.

    holding: the post by which it was done; None for what the asker does.
    """
    is_asker = holding is None
    step = FeedbackStep(
        feedback_id=feedback.id,
        village=feedback.village,
        seq=len(queries.list_steps(feedback)) + 1,
        action=action,
        person_id=None if is_asker else actor.person_id,
        post_title=holding.title if holding else None,
        comment=comment or None,
        answer=answer,
        at=clock.now(),
    )
    db.session.add(step)
    db.session.flush()
    audit.record(
        db.session(),
        f"feedback.{action}",
        actor=Actor(actor.person_id, ASKER_NAME) if is_asker else actor,
        subject_type="feedback",
        subject_id=feedback.id,
        division=feedback.village,
        township=feedback.township,
        holding=holding,
        digest=feedback.answer_digest,
        data=data,
    )


def tell(feedback: Feedback, told: Told | None, comment: str = "") -> None:
    """Who has to do something now, or has waited for it."""
    if told is Told.ASKER:
        _tell_asker(feedback, comment)
    elif told is Told.HOLDER:
        _tell_holder(feedback, comment)
    elif told is Told.SECRECY_OFFICER:
        _tell_next(feedback, f"{named(feedback)}的答复等您审查。")


def _tell_holder(feedback: Feedback, comment: str) -> None:
    """The village; the township for what it took over, and for what it has to look at first."""
    if feedback.state == State.HELD:
        _tell_next(feedback, f"{named(feedback)}等您核验：{feedback.needs_a_look}。")
        return
    due = f"，请在{day_text(feedback.due_on)}前答复" if feedback.due_on else ""
    _tell_next(feedback, f"{named(feedback)}待答复{due}。" + (f"说明：{comment}" if comment else ""))


def _tell_asker(feedback: Feedback, comment: str) -> None:
    if feedback.person_id is not None:
        said = feedback.answer if feedback.state == State.ANSWERED else f"不予受理。理由：{comment}"
        day = f"{clock.local(feedback.received_at):%m月%d日}"
        sentence = f"您{day}提交的{kind_of(feedback)}：{said}"
        notices.tell_person(
            feedback.person_id,
            Notice.FEEDBACK_ANSWERED,
            sentence,
            feedback.village,
            title=kind_of(feedback),
            subject_type="feedback",
            subject_id=feedback.id,
        )


def _tell_next(feedback: Feedback, sentence: str) -> None:
    role, division = policy.whose_turn(feedback)
    waiting = Tidings(
        Notice.FEEDBACK_WAITING,
        feedback.village,
        sentence,
        title=kind_of(feedback),
        subject_type="feedback",
        subject_id=feedback.id,
    )
    notices.tell_holders(role, division, waiting)


def kind_of(feedback: Feedback) -> str:
    """``投诉``"""
    return KIND_NAMES[Kind(feedback.kind)]


def named(feedback: Feedback) -> str:
    """``洼路村收到的投诉（编号 9JPQ1XY7）``: never what was said, nor by whom."""
    place = divisions.get_division(feedback.village).name
    return f"{place}收到的{kind_of(feedback)}（编号 {feedback.id[-8:]}）"
