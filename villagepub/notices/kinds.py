"""Every kind of notice: what the inbox says, and which WeChat message goes with it. One literal table."""

from collections.abc import Mapping
from dataclasses import dataclass

from villagepub.review.workflow import Notice

RESULT, TASK, DEADLINE, ANSWER, DIGEST = "result", "task", "deadline", "answer", "digest"
TEMPLATES = (RESULT, TASK, DEADLINE, ANSWER, DIGEST)  # a file of this name each, in config/wechat_templates

GATHER_ABOVE = 3  # messages that can be gathered: more than so many become one
DUE_SOON_DAYS = 2  # working days before the day on which a village owes something
STAGE_DUE_SOON_DAYS = 1  # before the day on which a stage of review ends
OVERDUE_STAGES = (1, 5, 10, 20)  # working days after it, each of which is told once
ESCALATE_AFTER = 5  # working days overdue: administrators are told of duties, with the leader of stages of review

SAYS_ITSELF = "{sentence}"  # whoever tells it words the sentence


@dataclass(frozen=True)
class Wording:
    """sentence: of the inbox. template: None for what is told in the inbox alone.

    outcome: in at most five Chinese characters, for a field of the type phrase.
    is_gathered: whether several may be told in one message of the morning.
    """

    sentence: str = SAYS_ITSELF
    outcome: str = "请查看"
    template: str | None = None
    is_gathered: bool = False


N = Notice

WORDINGS: Mapping[Notice, Wording] = {
    N.WAITING: Wording("《{title}》等您办理。", "待办理", TASK, is_gathered=True),
    N.FORWARDED: Wording("《{title}》转请您的站办所接办，请答复是否接办。", "请接办", TASK),
    N.RETURNED: Wording("《{title}》已退回：{comment}", "已退回", RESULT),
    N.REFUSED: Wording("《{title}》不予公开：{comment}", "不予公开", RESULT),
    N.REFERRED: Wording("《{title}》已提请上级确定：{comment}", "提请上级", RESULT),
    N.PUBLISHED: Wording("《{title}》已公开，编号 {number}。", "已公开", RESULT),
    N.WITHDRAWN: Wording("《{title}》已撤回：{comment}", "已撤回", RESULT),
    N.SUSPENDED: Wording("《{title}》已暂停公开：{comment}", "暂停公开", RESULT),
    N.RELEASED: Wording("《{title}》已恢复公开：{comment}", "恢复公开", RESULT),
    N.APPEALED: Wording("《{title}》对一处筛查结果提出申诉，请答复。", "有申诉", TASK),
    N.ANSWERED: Wording("《{title}》的一处筛查结果已答复：{comment}", "已答复", RESULT),
    N.FOUND: Wording("《{title}》按新规则重新筛查，发现须处理的内容。", "须处理", TASK),
    N.DUE_SOON: Wording(outcome="快到期", template=DEADLINE, is_gathered=True),
    N.OVERDUE: Wording(outcome="已逾期", template=DEADLINE, is_gathered=True),
    N.ESCALATED: Wording(outcome="请督办", template=DEADLINE),
    N.FEEDBACK_WAITING: Wording(outcome="待答复", template=TASK, is_gathered=True),
    N.FEEDBACK_ANSWERED: Wording(outcome="已答复", template=ANSWER),
    N.RESIDENT_CONFIRMED: Wording("{title}已确认，现在可以看到只对本村村民公开的信息。", "已确认", ANSWER),
    N.RESIDENT_DECLINED: Wording("{title}未予确认。理由：{comment}", "未予确认", ANSWER),
    N.RESIDENT_ENDED: Wording("{title}已由村里终止。理由：{comment}", "已终止", ANSWER),
    N.INCIDENT: Wording(),
    N.CALENDAR: Wording(),
    N.REPORT_DUE: Wording(),
    N.APPLICATION_DUE: Wording(),
    N.MESSAGES: Wording(),
}

VALUES: Mapping[str, str] = {  # what a template's fields may be filled with, and a sample of each for the preview
    "title": "洼路村2023年10月财务收支明细",
    "sentence": "《洼路村2023年10月财务收支明细》等您办理。",
    "outcome": "待办理",
    "comment": "请补充支出凭证的说明",
    "number": "640104100202-2023-0001",
    "place": "洼路村",
    "at": "2023年11月6日 09:00",
    "due_on": "2023年11月10日",
    "count": "4",
}
SUBJECT_VALUES: Mapping[str, str] = {  # and what its page may say beside them
    "subject_type": "disclosure",
    "subject": "01HEJ3ZQ1X9V5W7N2B4C6D8F0G",
}
UNSAID = "无"  # in place of a value that is empty: the platform takes no empty field
