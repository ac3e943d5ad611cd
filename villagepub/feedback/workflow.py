"""The life of a feedback: one literal table, as that of a disclosure is.

Every door, guard, document and test reads it. A feedback that was taken on is answered: nobody can turn it down after
that, so a village cannot mend its response rate by saying no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from villagepub.core.permissions import Role


class State(StrEnum):
    HELD = "held"  # 待核验：平台检查没有结论，或筛查发现须由人看的内容
    OPEN = "open"  # 待答复
    REVIEWING = "reviewing"  # 答复待保密审查
    ANSWERED = "answered"  # 已答复
    REJECTED = "rejected"  # 不予受理
    WITHDRAWN = "withdrawn"  # 本人已撤回


class Action(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    ANSWER = "answer"
    HAND_OVER = "hand_over"
    APPROVE = "approve"
    APPROVE_UNPUBLISHED = "approve_unpublished"
    RETURN = "return"
    HIDE = "hide"
    WITHDRAW = "withdraw"
    KEEP_PRIVATE = "keep_private"


class Told(StrEnum):
    """Who hears of it."""

    ASKER = "asker"
    HOLDER = "holder"
    SECRECY_OFFICER = "secrecy_officer"


@dataclass(frozen=True)
class Move:
    """What an action does. comment: whether a reason is compulsory."""

    to: State
    by: frozenset[Role]
    comment: bool = False
    told: Told | None = None


HOLDERS = frozenset({Role.UPLOADER, Role.ADMINISTRATOR})  # of these the one that holds it at the moment
VILLAGE = frozenset({Role.UPLOADER})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
SECRECY = frozenset({Role.SECRECY_OFFICER})
HIDERS = SECRECY | ADMINISTRATOR
ASKER = frozenset[Role]()  # nobody's post: the person who said it

S, A, T = State, Action, Told

TABLE: Mapping[tuple[State, Action], Move] = {
    (S.HELD, A.ACCEPT): Move(S.OPEN, ADMINISTRATOR, told=T.HOLDER),
    (S.HELD, A.REJECT): Move(S.REJECTED, ADMINISTRATOR, comment=True, told=T.ASKER),
    (S.HELD, A.WITHDRAW): Move(S.WITHDRAWN, ASKER),
    (S.HELD, A.KEEP_PRIVATE): Move(S.HELD, ASKER),
    (S.OPEN, A.ANSWER): Move(S.REVIEWING, HOLDERS, told=T.SECRECY_OFFICER),
    (S.OPEN, A.HAND_OVER): Move(S.OPEN, VILLAGE, comment=True, told=T.HOLDER),
    (S.OPEN, A.WITHDRAW): Move(S.WITHDRAWN, ASKER),
    (S.OPEN, A.KEEP_PRIVATE): Move(S.OPEN, ASKER),
    (S.REVIEWING, A.APPROVE): Move(S.ANSWERED, SECRECY, told=T.ASKER),
    (S.REVIEWING, A.APPROVE_UNPUBLISHED): Move(S.ANSWERED, SECRECY, comment=True, told=T.ASKER),
    (S.REVIEWING, A.RETURN): Move(S.OPEN, SECRECY, comment=True, told=T.HOLDER),
    (S.REVIEWING, A.WITHDRAW): Move(S.WITHDRAWN, ASKER),
    (S.REVIEWING, A.KEEP_PRIVATE): Move(S.REVIEWING, ASKER),
    (S.ANSWERED, A.HIDE): Move(S.ANSWERED, HIDERS, comment=True),
    (S.ANSWERED, A.KEEP_PRIVATE): Move(S.ANSWERED, ASKER),
}

DECISIONS = (A.APPROVE, A.APPROVE_UNPUBLISHED, A.RETURN)
UNANSWERED = (S.HELD, S.OPEN, S.REVIEWING)  # the clock runs
UNCOUNTED = (S.REJECTED, S.WITHDRAWN)  # neither received nor answered in any rate

STATE_NAMES = {
    S.HELD: "待核验",
    S.OPEN: "待答复",
    S.REVIEWING: "答复待审查",
    S.ANSWERED: "已答复",
    S.REJECTED: "不予受理",
    S.WITHDRAWN: "已撤回",
}


def find_move(state: str, action: Action) -> Move | None:
    """What the action does in this state; None when the state does not allow it."""
    return TABLE.get((State(state), action))


def roles_of(action: Action) -> frozenset[Role]:
    """Whose posts may ever do it; empty for what the asker alone does."""
    return frozenset[Role]().union(*(move.by for (_, each), move in TABLE.items() if each is action))
