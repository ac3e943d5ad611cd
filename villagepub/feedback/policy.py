"""May this person do this, now? Pure. And how much anybody may say in a day."""

from collections.abc import Iterable
from datetime import timedelta

from villagepub.core.actor import Actor, Holding
from villagepub.core.permissions import Permission, Role, holdings
from villagepub.feedback.kinds import Holder
from villagepub.feedback.models import Feedback
from villagepub.feedback.workflow import HOLDERS, Move, State

MOST_A_DAY = 5  # of one person, everywhere
MOST_ON_PLACE_A_DAY = 2  # of one person under one item, or to one village
MOST_IN_VILLAGE_A_DAY = 100  # of all people together
SAME_TEXT_WITHIN = timedelta(days=30)  # of one person to one village
LONGEST_BLOCK = timedelta(days=365)

HOLDING_ROLES = {Holder.VILLAGE: Role.UPLOADER, Holder.TOWNSHIP: Role.ADMINISTRATOR}
UNKNOWN_NAME = "微信用户"


def is_holders(move: Move) -> bool:
    """Whether of its roles only the one that holds the feedback may do it."""
    return move.by == HOLDERS


def holding_for(actor: Actor, feedback: Feedback, roles: frozenset[Role]) -> Holding | None:
    """The post by which somebody may do what these roles may; one's own come before those of a stand-in."""
    held = holdings(actor, Permission.HANDLE_FEEDBACK, feedback.village)
    return next((holding for holding in held if holding.role in roles), None)


def roles_now(move: Move, feedback: Feedback) -> frozenset[Role]:
    """The roles that may do it to this very feedback."""
    return frozenset({HOLDING_ROLES[Holder(feedback.holder)]}) if is_holders(move) else move.by


def whose_turn(feedback: Feedback) -> tuple[Role, str]:
    """The role that the answer waits for, while there is none, and the division of its post."""
    if feedback.state == State.HELD:
        return Role.ADMINISTRATOR, feedback.township
    if feedback.state == State.REVIEWING:
        return Role.SECRECY_OFFICER, feedback.township
    role = HOLDING_ROLES[Holder(feedback.holder)]
    return role, feedback.village if role is Role.UPLOADER else feedback.township


def is_own(selves: Iterable[str], feedback: Feedback) -> bool:
    """Whether somebody would answer or judge the own words. selves: all ids that the act counts for."""
    return feedback.person_id in set(selves)


def is_written_by(actor: Actor, holding: Holding, feedback: Feedback) -> bool:
    """Whether the answer counts for somebody for whom the decision would count too."""
    return bool(feedback.answer_writers & actor.persons_of(holding))


def may_be_handed_over(feedback: Feedback) -> bool:
    return feedback.kind == "complaint" and feedback.holder == Holder.VILLAGE


def masked(name: str) -> str:
    """``张*``: the first character alone, whatever follows; a name that says nothing stays as it is."""
    name = name.strip()
    return name if name in ("", UNKNOWN_NAME) else f"{name[0]}*"
