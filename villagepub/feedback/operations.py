"""The verbs of an answer, and what askers do with their own. Each one: permission, rules, change, step, notices."""

from datetime import datetime

from villagepub.accounts import queries as accounts
from villagepub.clearance.editions import hold_words
from villagepub.clearance.marks import require_unclassified
from villagepub.clearance.screenings import Place, require_publishable
from villagepub.core import audit, clock
from villagepub.core.actor import Actor, Holding
from villagepub.core.digest import digest_of
from villagepub.core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotYourStage,
    SeparationOfDuties,
    StaleDigest,
    WrongState,
)
from villagepub.core.permissions import Permission, require
from villagepub.extensions import db
from villagepub.feedback import noting, policy, publicity
from villagepub.feedback.kinds import Holder
from villagepub.feedback.models import Feedback, FeedbackBlock
from villagepub.feedback.workflow import DECISIONS, STATE_NAMES, Action, Move, State, find_move, roles_of
from villagepub.ledgers import complaints

OWN_ANSWER = "自己提出的反映须由另一人答复和审查。"
OWN_DECISION = "答复人不能审查自己的答复，请由保密专干的另一人或其代办人办理。"


# --- the township looks first ---------------------------------------------------------------------------------


def accept(feedback: Feedback, *, actor: Actor) -> Feedback:
    """Let the village have it. Raises WrongState unless it is held."""
    holding, move = _begin(feedback, Action.ACCEPT, actor)
    _finish(feedback, Action.ACCEPT, move, actor, holding)
    return feedback


def reject(feedback: Feedback, *, actor: Actor, reason: str) -> Feedback:
    """Turn down what is no concern of anybody: abuse, advertising. It then counts nowhere. Raises WrongState."""
    holding, move = _begin(feedback, Action.REJECT, actor)
    _refuse_marks(feedback, {"reason": reason}, actor)
    complaints.void(feedback.id, "不予受理")
    _finish(feedback, Action.REJECT, move, actor, holding, reason)
    return feedback


# --- answering ------------------------------------------------------------------------------------------------


def answer(feedback: Feedback, *, actor: Actor, text: str) -> Feedback:
    """Write the answer, for the secrecy officer to judge.

    Raises WrongState, NotYourStage while somebody else holds it, SeparationOfDuties for one's own question,
    SensitiveContent, SecretMark, ScreeningUnavailable.
    """
    holding, move = _begin(feedback, Action.ANSWER, actor)
    _require_anothers(feedback, actor, holding)
    require_publishable(publicity.subject_of(feedback), [Place("text", "答复", text)], actor=actor)
    feedback.answer = text
    feedback.answer_digest = digest_of({"feedback": feedback.id, "answer": text})
    feedback.answered_by, feedback.answered_for = actor.person_id, holding.stands_in_for
    _finish(feedback, Action.ANSWER, move, actor, holding, answer=text)
    return feedback


def hand_over(feedback: Feedback, *, actor: Actor, reason: str) -> Feedback:
    """The village gives a complaint to the township, which answers it; the clock runs on.

    Raises WrongState for anything but an open complaint that the village still holds.
    """
    holding, move = _begin(feedback, Action.HAND_OVER, actor)
    if not policy.may_be_handed_over(feedback):
        raise WrongState("只有仍由村里办理的投诉可以转给镇里。")
    _refuse_marks(feedback, {"reason": reason}, actor)
    feedback.holder = Holder.TOWNSHIP
    _finish(feedback, Action.HAND_OVER, move, actor, holding, reason)
    return feedback


def decide(feedback: Feedback, *, actor: Actor, outcome: Action, digest: str, comment: str) -> Feedback:
    """The secrecy officer's word on the answer with this digest: to the public, to the asker alone, or back.

    Raises WrongState, StaleDigest, SeparationOfDuties, Invalid without a reason where one is needed, SensitiveContent
    when the rules of today block the answer.
    """
    if outcome not in DECISIONS:
        raise ValueError(outcome)
    holding, move = _begin(feedback, outcome, actor)
    if digest != feedback.answer_digest:
        raise StaleDigest()
    _require_anothers(feedback, actor, holding)
    if policy.is_written_by(actor, holding, feedback):
        raise SeparationOfDuties(OWN_DECISION)
    if move.comment and not comment:
        raise Invalid(errors={"comment": ["退回或不公开须说明理由。"]})
    _refuse_marks(feedback, {"comment": comment}, actor)
    if outcome is not Action.RETURN:
        _pass(feedback, move, actor)
    _finish(feedback, outcome, move, actor, holding, comment)
    if outcome is Action.APPROVE:
        publicity.publish(feedback)
    return feedback


def _pass(feedback: Feedback, move: Move, actor: Actor) -> None:
    hold_words(feedback.township)
    require_publishable(publicity.subject_of(feedback), [Place("answer", "答复", feedback.answer or "")], actor=actor)
    feedback.state, feedback.answered_at = move.to, clock.now()
    complaints.answer(feedback.id, feedback.answered_at)


def hide(feedback: Feedback, *, actor: Actor, reason: str) -> Feedback:
    """Take a question and its answer out of the public's sight for good; the asker still has the answer.

    Raises WrongState when the public does not see it.
    """
    holding, move = _begin(feedback, Action.HIDE, actor)
    if not publicity.hide(feedback):
        raise WrongState("这一条现在没有公开，不需要隐藏。")
    _refuse_marks(feedback, {"reason": reason}, actor)
    _finish(feedback, Action.HIDE, move, actor, holding, reason)
    return feedback


# --- the asker's own ------------------------------------------------------------------------------------------


def withdraw(feedback: Feedback, *, actor: Actor) -> Feedback:
    """Take back what one said, before it is answered. Raises WrongState after that.

    feedback: one of the actor's own, as ``queries.get_own`` finds it.
    """
    move = _own_move(feedback, Action.WITHDRAW)
    complaints.void(feedback.id, "本人撤回")
    feedback.state = move.to
    noting.note(Action.WITHDRAW, feedback, actor=actor, holding=None)
    return feedback


def keep_private(feedback: Feedback, *, actor: Actor) -> Feedback:
    """Take back the consent to publication, before or after; nothing happens the second time. Raises WrongState."""
    move = _own_move(feedback, Action.KEEP_PRIVATE)
    if not feedback.may_be_public:
        return feedback
    feedback.may_be_public = False
    feedback.state = move.to
    publicity.hide(feedback)
    noting.note(Action.KEEP_PRIVATE, feedback, actor=actor, holding=None)
    return feedback


def _own_move(feedback: Feedback, action: Action) -> Move:
    move = find_move(feedback.state, action)
    if move is None:
        raise WrongState(f"这一条{STATE_NAMES[State(feedback.state)]}，不能再这样做。")
    return move


# --- blocks ---------------------------------------------------------------------------------------------------


def block_asker(feedback: Feedback, *, actor: Actor, reason: str, until: datetime) -> FeedbackBlock:
    """Let the one who said this say nothing in the township until a moment. What was said before stays.

    Raises Conflict when the asker is forgotten, Invalid for an end that has passed or lies too far away.
    """
    require(actor, Permission.BLOCK_ASKERS, feedback.village)
    _refuse_marks(feedback, {"reason": reason}, actor)
    if feedback.person_id is None:
        raise Conflict("提出人的信息已应本人要求删除，不能限制。")
    if not clock.now() < until <= clock.now() + policy.LONGEST_BLOCK:
        raise Invalid(errors={"until": [f"须晚于现在，最长 {policy.LONGEST_BLOCK.days} 天。"]})
    block = FeedbackBlock(
        township=feedback.township,
        person_id=feedback.person_id,
        feedback_id=feedback.id,
        reason=reason,
        from_at=clock.now(),
        until_at=until,
        created_by=actor.person_id,
    )
    db.session.add(block)
    db.session.flush()
    _note_block("feedback.asker_blocked", block, actor, until=clock.local(until).isoformat(), reason=reason)
    return block


def lift_block(block: FeedbackBlock, *, actor: Actor) -> FeedbackBlock:
    """End it now. Raises WrongState when it is over."""
    require(actor, Permission.BLOCK_ASKERS, block.township)
    if block.lifted_at is not None or block.until_at <= clock.now():
        raise WrongState("这项限制已经结束。")
    block.lifted_by, block.lifted_at = actor.person_id, clock.now()
    _note_block("feedback.block_lifted", block, actor)
    return block


def _note_block(action: str, block: FeedbackBlock, actor: Actor, **data: str) -> None:
    audit.record(
        db.session(),
        action,
        actor=actor,
        subject_type="feedback_block",
        subject_id=block.id,
        division=block.township,
        township=block.township,
        data={"feedback": block.feedback_id} | data,
    )


# --- what they have in common ---------------------------------------------------------------------------------


def _begin(feedback: Feedback, action: Action, actor: Actor) -> tuple[Holding, Move]:
    """The post by which the person does it, and what it does. feedback: locked.

    Raises NotFound outside the divisions, Forbidden for another's task, WrongState, NotYourStage.
    """
    require(actor, Permission.HANDLE_FEEDBACK, feedback.village)
    if policy.holding_for(actor, feedback, roles_of(action)) is None:
        raise Forbidden()
    move = find_move(feedback.state, action)
    if move is None:
        raise WrongState(f"这一条{STATE_NAMES[State(feedback.state)]}，现在不能这样做。请刷新后再看。")
    holding = policy.holding_for(actor, feedback, policy.roles_now(move, feedback))
    if holding is None:
        whose = "村里" if feedback.holder == Holder.VILLAGE else "镇里"
        raise NotYourStage(f"这一条现在由{whose}办理，不由您办理。")
    return holding, move


def _require_anothers(feedback: Feedback, actor: Actor, holding: Holding) -> None:
    """Nobody answers or judges the own words, nor as a stand-in those of the one stood in for."""
    selves = (each for person in actor.persons_of(holding) for each in accounts.selves_of(person))
    if policy.is_own(selves, feedback):
        raise SeparationOfDuties(OWN_ANSWER)


def _finish(
    feedback: Feedback,
    action: Action,
    move: Move,
    actor: Actor,
    holding: Holding,
    comment: str = "",
    answer: str | None = None,
) -> None:
    feedback.state = move.to
    noting.note(action, feedback, actor=actor, holding=holding, comment=comment, answer=answer)
    noting.tell(feedback, move.told, comment)


def _refuse_marks(feedback: Feedback, said: dict[str, str], actor: Actor) -> None:
    require_unclassified(
        said,
        actor=actor,
        township=feedback.township,
        village=feedback.village,
        disclosure_id=feedback.disclosure_id,
    )
