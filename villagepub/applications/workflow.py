"""The life of an application: one literal table.

Every door, rule, document and test reads it. A row says what may happen in a state: where it leads, what it does to
the clock for answering, and what has to be told with it. Sources: 《政府信息公开条例》 (国务院令第711号) arts. 30–39;
《政府信息公开信息处理费管理办法》 (国办函〔2020〕109号).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    UNCONFIRMED = "unconfirmed"  # 待与申请人确认，收到之日未定
    RUNNING = "running"  # 办理中
    CORRECTING = "correcting"  # 待申请人补正
    ASKING_THIRD_PARTY = "asking_third_party"  # 征求第三方意见中
    ASKING_AGENCY = "asking_agency"  # 征求其他机关意见中
    ASKING_BOTH = "asking_both"  # 同时征求第三方和其他机关意见
    AWAITING_FEE = "awaiting_fee"  # 待申请人缴费
    CLOSED = "closed"  # 已办结


class Kind(StrEnum):
    CONFIRMED = "confirmed"
    CORRECTION_REQUESTED = "correction_requested"
    CORRECTED = "corrected"
    NOT_CORRECTED = "not_corrected"
    THIRD_PARTY_ASKED = "third_party_asked"
    THIRD_PARTY_REPLIED = "third_party_replied"
    AGENCY_ASKED = "agency_asked"
    AGENCY_REPLIED = "agency_replied"
    EXTENDED = "extended"
    REASONS_REQUESTED = "reasons_requested"
    DELAYED = "delayed"
    FEE_NOTIFIED = "fee_notified"
    FEE_PAID = "fee_paid"
    FEE_UNPAID = "fee_unpaid"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    RESCINDED = "rescinded"


class Effect(StrEnum):
    """What an event does to the clock for answering."""

    STARTS = "starts"  # 20 working days begin
    STOPS = "stops"  # nothing runs until it restarts
    RESTARTS = "restarts"  # 20 working days begin anew
    PAUSES = "pauses"  # the working days until the reply, or its lapse, are not counted
    RESUMES = "resumes"
    EXTENDS = "extends"  # more working days
    SETS = "sets"  # a day of the agency's own
    NONE = "none"
    ENDS = "ends"


@dataclass(frozen=True)
class Move:
    """What an event does in a state.

    required: the fields that must come with it. once: whether it may happen only once to an application.
    after: the event that must have come before it.
    """

    to: State
    effect: Effect = Effect.NONE
    required: tuple[str, ...] = ()
    once: bool = False
    after: Kind | None = None


S, K, E = State, Kind, Effect
_ASKED, _REPLIED = ("party",), ("reply",)
_EXTENSION = ("days", "approved_by", "approved_on")

TABLE: Mapping[tuple[State, Kind], Move] = {
    (S.UNCONFIRMED, K.CONFIRMED): Move(S.RUNNING, E.STARTS),
    (S.RUNNING, K.CORRECTION_REQUESTED): Move(S.CORRECTING, E.STOPS, ("request", "until"), once=True),
    (S.RUNNING, K.THIRD_PARTY_ASKED): Move(S.ASKING_THIRD_PARTY, E.PAUSES, _ASKED),
    (S.RUNNING, K.AGENCY_ASKED): Move(S.ASKING_AGENCY, E.PAUSES, _ASKED),
    (S.RUNNING, K.EXTENDED): Move(S.RUNNING, E.EXTENDS, _EXTENSION, once=True),
    (S.RUNNING, K.REASONS_REQUESTED): Move(S.RUNNING, E.NONE, ("request",)),
    (S.RUNNING, K.DELAYED): Move(S.RUNNING, E.SETS, ("until", "note"), once=True, after=K.REASONS_REQUESTED),
    (S.RUNNING, K.FEE_NOTIFIED): Move(S.AWAITING_FEE, E.STOPS, ("basis", "quantity"), once=True),
    (S.RUNNING, K.ANSWERED): Move(S.CLOSED, E.ENDS, ("outcome",)),
    (S.RUNNING, K.WITHDRAWN): Move(S.CLOSED, E.ENDS),
    (S.CORRECTING, K.CORRECTED): Move(S.RUNNING, E.RESTARTS),
    (S.CORRECTING, K.NOT_CORRECTED): Move(S.CLOSED, E.ENDS),
    (S.CORRECTING, K.WITHDRAWN): Move(S.CLOSED, E.ENDS),
    (S.ASKING_THIRD_PARTY, K.THIRD_PARTY_REPLIED): Move(S.RUNNING, E.RESUMES, _REPLIED),
    (S.ASKING_THIRD_PARTY, K.AGENCY_ASKED): Move(S.ASKING_BOTH, E.PAUSES, _ASKED),
    (S.ASKING_THIRD_PARTY, K.EXTENDED): Move(S.ASKING_THIRD_PARTY, E.EXTENDS, _EXTENSION, once=True),
    (S.ASKING_THIRD_PARTY, K.WITHDRAWN): Move(S.CLOSED, E.ENDS),
    (S.ASKING_AGENCY, K.AGENCY_REPLIED): Move(S.RUNNING, E.RESUMES, _REPLIED),
    (S.ASKING_AGENCY, K.THIRD_PARTY_ASKED): Move(S.ASKING_BOTH, E.PAUSES, _ASKED),
    (S.ASKING_AGENCY, K.EXTENDED): Move(S.ASKING_AGENCY, E.EXTENDS, _EXTENSION, once=True),
    (S.ASKING_AGENCY, K.WITHDRAWN): Move(S.CLOSED, E.ENDS),
    (S.ASKING_BOTH, K.THIRD_PARTY_REPLIED): Move(S.ASKING_AGENCY, E.RESUMES, _REPLIED),
    (S.ASKING_BOTH, K.AGENCY_REPLIED): Move(S.ASKING_THIRD_PARTY, E.RESUMES, _REPLIED),
    (S.ASKING_BOTH, K.EXTENDED): Move(S.ASKING_BOTH, E.EXTENDS, _EXTENSION, once=True),
    (S.ASKING_BOTH, K.WITHDRAWN): Move(S.CLOSED, E.ENDS),
    (S.AWAITING_FEE, K.FEE_PAID): Move(S.RUNNING, E.RESTARTS),
    (S.AWAITING_FEE, K.FEE_UNPAID): Move(S.CLOSED, E.ENDS, ("delivered_on",)),
    (S.AWAITING_FEE, K.WITHDRAWN): Move(S.CLOSED, E.ENDS),
}
"""Without RESCINDED: a mistaken event is countermanded in any state, which then is again the one before it."""

OPTIONAL: Mapping[Kind, tuple[str, ...]] = {
    K.CONFIRMED: (),
    K.CORRECTION_REQUESTED: (),
    K.CORRECTED: (),
    K.NOT_CORRECTED: (),
    K.THIRD_PARTY_ASKED: ("delivered_on",),
    K.THIRD_PARTY_REPLIED: ("delivered_on",),
    K.AGENCY_ASKED: ("delivered_on",),
    K.AGENCY_REPLIED: ("delivered_on",),
    K.EXTENDED: (),
    K.REASONS_REQUESTED: (),
    K.DELAYED: (),
    K.FEE_NOTIFIED: (),
    K.FEE_PAID: (),
    K.FEE_UNPAID: (),
    K.ANSWERED: ("ground",),
    K.WITHDRAWN: (),
}
ALWAYS = ("document", "note")
"""What any event may bring besides its own: the number of the notice, and a remark."""

STATE_NAMES = {
    S.UNCONFIRMED: "待确认",
    S.RUNNING: "办理中",
    S.CORRECTING: "待补正",
    S.ASKING_THIRD_PARTY: "征求第三方意见",
    S.ASKING_AGENCY: "征求其他机关意见",
    S.ASKING_BOTH: "征求第三方和其他机关意见",
    S.AWAITING_FEE: "待缴费",
    S.CLOSED: "已办结",
}

KIND_NAMES = {
    K.CONFIRMED: "与申请人确认",
    K.CORRECTION_REQUESTED: "告知补正",
    K.CORRECTED: "收到补正",
    K.NOT_CORRECTED: "逾期不补正",
    K.THIRD_PARTY_ASKED: "征求第三方意见",
    K.THIRD_PARTY_REPLIED: "第三方答复",
    K.AGENCY_ASKED: "征求其他机关意见",
    K.AGENCY_REPLIED: "其他机关答复",
    K.EXTENDED: "延长答复期限",
    K.REASONS_REQUESTED: "要求说明理由",
    K.DELAYED: "确定延迟答复的期限",
    K.FEE_NOTIFIED: "收费通知",
    K.FEE_PAID: "缴费",
    K.FEE_UNPAID: "逾期不缴费",
    K.ANSWERED: "答复",
    K.WITHDRAWN: "申请人撤回",
    K.RESCINDED: "撤销误登",
}


def find_move(state: str, kind: Kind) -> Move | None:
    """What the event does in this state; None when it cannot happen there."""
    return TABLE.get((State(state), kind))


def list_kinds(state: str) -> list[Kind]:
    """What can happen in a state, a mistake being countermanded left out."""
    return [kind for (from_state, kind) in TABLE if from_state == state]


def state_after(first: State, kinds: Iterable[Kind]) -> State:
    """Where events lead that happened one after the other. Raises KeyError for one that could not happen."""
    state = first
    for kind in kinds:
        state = TABLE[state, kind].to
    return state
