"""The life of a disclosure: one literal table.

Every door, guard, document and test reads it. A row says what a state allows: which roles may do it, where it
leads, whether a comment is required, and who is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from villagepub.core.permissions import Role


class State(StrEnum):
    DRAFT = "draft"  # 草稿
    IMPORTED = "imported"  # 历史导入：计数，未经审批，公众不可见
    IN_REVIEW = "in_review"  # 审批中
    RETURNED = "returned"  # 已退回，修改后可再提交
    REFERRED = "referred"  # 已提请上级或保密行政管理部门确定
    REFUSED = "refused"  # 不予公开
    PUBLISHED = "published"  # 已公开
    SUPERSEDED = "superseded"  # 已由更正件替代
    SUSPENDED = "suspended"  # 已暂停公开
    WITHDRAWN = "withdrawn"  # 已撤回


class Action(StrEnum):
    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    RECALL = "recall"
    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"
    REFER = "refer"
    FORWARD = "forward"
    ACCEPT_FORWARD = "accept_forward"
    DECLINE_FORWARD = "decline_forward"
    RELEASE_REFERRAL = "release_referral"
    REFUSE_REFERRAL = "refuse_referral"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    SUSPEND = "suspend"
    RELEASE = "release"


class Notice(StrEnum):
    """Who is told what."""

    WAITING = "waiting"  # 下一环节：有待办
    RETURNED = "returned"  # 村：已退回
    REFUSED = "refused"  # 村：不予公开
    REFERRED = "referred"  # 村：已提请上级确定
    PUBLISHED = "published"  # 村：已公开
    FORWARDED = "forwarded"  # 另一站办所：请接办
    WITHDRAWN = "withdrawn"  # 村：已撤回
    SUSPENDED = "suspended"  # 村与领导：已暂停公开
    RELEASED = "released"  # 村：已恢复公开
    APPEALED = "appealed"  # 保密专干：有申诉待答复
    ANSWERED = "answered"  # 村：申诉已答复
    DUE_SOON = "due_soon"  # 村或环节：快到期
    OVERDUE = "overdue"  # 村或环节：已逾期
    ESCALATED = "escalated"  # 领导与管理员：逾期仍未办理
    FEEDBACK_WAITING = "feedback_waiting"  # 村：群众留言待答复
    FEEDBACK_ANSWERED = "feedback_answered"  # 留言人：已答复
    RESIDENT_CONFIRMED = "resident_confirmed"  # 村民：身份已确认
    RESIDENT_DECLINED = "resident_declined"  # 申请人：身份未予确认
    RESIDENT_ENDED = "resident_ended"  # 村民：村里终止了身份
    FOUND = "found"  # 管理员：重新筛查发现问题
    INCIDENT = "incident"  # 指定的人：拦截到密级标志
    CALENDAR = "calendar"  # 管理员：放假通知未录入
    REPORT_DUE = "report_due"  # 管理员：年度报告快到期或已逾期
    APPLICATION_DUE = "application_due"  # 管理员：依申请公开的期限
    MESSAGES = "messages"  # 管理员：微信消息发不出去


class StageName(StrEnum):
    SECRECY = "secrecy"
    OFFICE = "office"
    LEADER = "leader"


@dataclass(frozen=True)
class Stage:
    name: StageName
    role: Role


CHAIN = (
    Stage(StageName.SECRECY, Role.SECRECY_OFFICER),
    Stage(StageName.OFFICE, Role.OFFICE_REVIEWER),
    Stage(StageName.LEADER, Role.LEADER),
)

CHECKLIST = ("political", "policy", "wording", "secrecy")  # 政治关、政策关、文字关、保密


@dataclass(frozen=True)
class Move:
    """What an action does.

    to: the next state; for an approval that of the last stage, the earlier ones stay in review.
    roles: who may do it; empty where the stage's own role decides.
    comment: whether a reason is compulsory.
    """

    to: State
    roles: frozenset[Role] = frozenset()
    comment: bool = False
    notice: Notice | None = None


UPLOADER = frozenset({Role.UPLOADER})
SECRECY = frozenset({Role.SECRECY_OFFICER})
LEADER = frozenset({Role.LEADER})
WITHDRAWERS = frozenset({Role.ADMINISTRATOR, Role.LEADER})
SUSPENDERS = frozenset({Role.SECRECY_OFFICER, Role.ADMINISTRATOR})
OFFICE = frozenset({Role.OFFICE_REVIEWER})
STAGE = frozenset[Role]()  # the role of the stage that the case is at

S, A, N = State, Action, Notice

TABLE: Mapping[tuple[State, Action], Move] = {
    (S.DRAFT, A.EDIT): Move(S.DRAFT, UPLOADER),
    (S.DRAFT, A.DELETE): Move(S.DRAFT, UPLOADER),
    (S.DRAFT, A.SUBMIT): Move(S.IN_REVIEW, UPLOADER, notice=N.WAITING),
    (S.IMPORTED, A.EDIT): Move(S.IMPORTED, UPLOADER),
    (S.IMPORTED, A.SUBMIT): Move(S.IN_REVIEW, UPLOADER, notice=N.WAITING),
    (S.IMPORTED, A.WITHDRAW): Move(S.WITHDRAWN, WITHDRAWERS, comment=True, notice=N.WITHDRAWN),
    (S.RETURNED, A.EDIT): Move(S.RETURNED, UPLOADER),
    (S.RETURNED, A.DELETE): Move(S.RETURNED, UPLOADER),
    (S.RETURNED, A.SUBMIT): Move(S.IN_REVIEW, UPLOADER, notice=N.WAITING),
    (S.IN_REVIEW, A.RECALL): Move(S.DRAFT, UPLOADER),  # 历史导入的回到历史导入
    (S.IN_REVIEW, A.APPROVE): Move(S.PUBLISHED, STAGE, notice=N.PUBLISHED),
    (S.IN_REVIEW, A.RETURN): Move(S.RETURNED, STAGE, comment=True, notice=N.RETURNED),
    (S.IN_REVIEW, A.REFUSE): Move(S.REFUSED, STAGE, comment=True, notice=N.REFUSED),
    (S.IN_REVIEW, A.REFER): Move(S.REFERRED, STAGE, comment=True, notice=N.REFERRED),
    (S.IN_REVIEW, A.FORWARD): Move(S.IN_REVIEW, OFFICE, comment=True, notice=N.FORWARDED),
    (S.IN_REVIEW, A.ACCEPT_FORWARD): Move(S.IN_REVIEW, OFFICE),
    (S.IN_REVIEW, A.DECLINE_FORWARD): Move(S.IN_REVIEW, OFFICE, comment=True, notice=N.WAITING),
    (S.REFERRED, A.RELEASE_REFERRAL): Move(S.IN_REVIEW, SECRECY, comment=True, notice=N.WAITING),
    (S.REFERRED, A.REFUSE_REFERRAL): Move(S.REFUSED, SECRECY, comment=True, notice=N.REFUSED),
    (S.PUBLISHED, A.CORRECT): Move(S.PUBLISHED, UPLOADER),
    (S.PUBLISHED, A.WITHDRAW): Move(S.WITHDRAWN, WITHDRAWERS, comment=True, notice=N.WITHDRAWN),
    (S.PUBLISHED, A.SUSPEND): Move(S.SUSPENDED, SUSPENDERS, comment=True, notice=N.SUSPENDED),
    (S.SUSPENDED, A.WITHDRAW): Move(S.WITHDRAWN, LEADER, comment=True, notice=N.WITHDRAWN),
    (S.SUSPENDED, A.RELEASE): Move(S.PUBLISHED, LEADER, comment=True, notice=N.RELEASED),
}

STATE_NAMES = {
    S.DRAFT: "草稿",
    S.IMPORTED: "历史导入",
    S.IN_REVIEW: "审批中",
    S.RETURNED: "已退回",
    S.REFERRED: "已提请上级确定",
    S.REFUSED: "不予公开",
    S.PUBLISHED: "已公开",
    S.SUPERSEDED: "已更正",
    S.SUSPENDED: "暂停公开",
    S.WITHDRAWN: "已撤回",
}

STAGE_NAMES = {
    StageName.SECRECY: "保密审查",
    StageName.OFFICE: "业务审核",
    StageName.LEADER: "领导审批",
}


def find_move(state: str, action: Action) -> Move | None:
    """What the action does in this state; None when the state does not allow it."""
    return TABLE.get((State(state), action))
