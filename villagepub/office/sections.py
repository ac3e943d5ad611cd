"""The sections of the office as one table: what a person may see of them is what the own posts allow."""

from dataclasses import dataclass

from villagepub.core.actor import Actor
from villagepub.core.permissions import GRANTS, Permission

HOME = "/console/office"


@dataclass(frozen=True)
class Section:
    """permission: who may read it; None for whoever is signed in."""

    text: str
    address: str
    permission: Permission
    words: str


SECTIONS = {
    section.address: section
    for section in (
        Section("人员", "/console/people", Permission.READ_PEOPLE, "新增、停用、邀请，解除微信，重置动态口令。"),
        Section("岗位", "/console/posts", Permission.READ_PEOPLE, "谁在岗，任命、交接、代办，先后由谁担任。"),
        Section("邀请", "/console/invitations", Permission.READ_PEOPLE, "未用的邀请，撤销，打印各村的邀请单。"),
        Section("村和社区", "/console/villages", Permission.READ_PEOPLE, "何时上线，现在谁上传，最近公开了什么。"),
        Section("公开目录", "/console/catalogue", Permission.READ_DUTIES, "公开什么、多久一次、依据和主管站办所。"),
        Section("筛查词和提示", "/console/words", Permission.READ_FINDINGS, "添加和停用词，重新筛查，还须处理的提示。"),
        Section("密级标志事件", "/console/incidents", Permission.READ_INCIDENTS, "拦截到的密级标志和处置情况。"),
        Section("台账", "/console/ledgers", Permission.READ_LEDGERS, "登记、修改、作废，导入、导出，申报填报完毕。"),
        Section(
            "依申请公开", "/console/applications", Permission.READ_APPLICATIONS, "登记申请，办理经过，期限和文书。"
        ),
        Section("年度报告", "/console/reports", Permission.READ_REPORTS, "核对、缺项、文字，下载，定稿。"),
        Section("导出", "/console/exports", Permission.EXPORT, "提出导出，查看进度，下载。"),
        Section("后台任务", "/console/jobs", Permission.READ_LEDGERS, "进行到哪里，未成功的重试。"),
        Section("审计", "/console/audit", Permission.READ_AUDIT, "谁在何时做了什么，核验审计链。"),
    )
}


def sections_of(actor: Actor) -> list[Section]:
    """Those that this person may open, in the order of the table."""
    roles = {holding.role for holding in actor.holdings}
    return [each for each in SECTIONS.values() if roles & GRANTS[each.permission]]


def may(actor: Actor, permission: Permission) -> bool:
    """Whether any post of this person allows it: to show a button or not, the operation asks again."""
    return any(holding.role in GRANTS[permission] for holding in actor.holdings)
