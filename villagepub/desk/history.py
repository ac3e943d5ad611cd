"""What was done with an item, in words: the entries of the audit chain as a timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from villagepub.accounts import queries as accounts
from villagepub.core import audit
from villagepub.core.audit import AuditEntry
from villagepub.disclosures.models import Disclosure
from villagepub.extensions import db
from villagepub.review.workflow import STAGE_NAMES, StageName

TITLES: Mapping[str, str] = {
    "disclosure.created": "新建草稿",
    "disclosure.edited": "修改内容",
    "disclosure.deleted": "删除草稿",
    "disclosure.imported": "历史导入",
    "disclosure.attached": "上传附件",
    "disclosure.detached": "删除附件",
    "disclosure.upload_begun": "开始上传附件",
    "disclosure.upload_abandoned": "附件没有传完，已清理",
    "disclosure.correction_begun": "起草更正件",
    "disclosure.submitted": "提交审批",
    "disclosure.recalled": "收回修改",
    "disclosure.published": "公开",
    "disclosure.superseded": "由更正件替代",
    "disclosure.withdrawn": "撤回",
    "disclosure.suspended": "暂停公开",
    "disclosure.released": "恢复公开",
    "review.approve": "同意",
    "review.return": "退回",
    "review.refuse": "不予公开",
    "review.refer": "提请上级确定",
    "review.forwarded": "转请另一站办所接办",
    "review.forward_accepted": "接办",
    "review.forward_declined": "不接办",
    "review.referral_released": "上级答复：可以公开，重新审批",
    "review.referral_refused": "上级答复：不予公开",
    "review.due_moved": "期限随放假安排变动",
    "finding.acknowledged": "对一处提示说明理由",
    "finding.appealed": "对一处筛查结果提出申诉",
    "finding.overruled": "放行一处筛查结果",
    "finding.upheld": "维持一处筛查结果",
    "publication.until_moved": "公示期随放假安排变动",
}


@dataclass(frozen=True)
class Event:
    """One act. text: what the person said about it."""

    title: str
    at: datetime
    who: str
    text: str


def history_of(disclosure: Disclosure) -> list[Event]:
    """Everything that was done, the first act first."""
    entries = audit.list_about(db.session(), disclosure.id)
    absent = accounts.names_of(entry.stands_in_for for entry in entries if entry.stands_in_for)
    return [_event(entry, absent) for entry in entries]


def latest(events: Sequence[Event], most: int) -> list[Event]:
    """The last ones, the newest first."""
    return list(reversed(events[-most:]))


def _event(entry: AuditEntry, absent: Mapping[str, str]) -> Event:
    title = TITLES.get(entry.action, "其他变动")
    if stage := entry.data.get("stage"):
        title = f"{STAGE_NAMES[StageName(stage)]}：{title}"
    return Event(title, entry.at, _who(entry, absent), _said(entry))


def _who(entry: AuditEntry, absent: Mapping[str, str]) -> str:
    if entry.person_id is None:
        return "系统"
    post = f"（{entry.post_title}）" if entry.post_title and entry.post_title != entry.actor_name else ""
    stands_in = f"，代{absent[entry.stands_in_for]}办理" if entry.stands_in_for else ""
    return f"{entry.actor_name}{post}{stands_in}"


def _said(entry: AuditEntry) -> str:
    data = entry.data
    if number := data.get("number"):
        return f"编号 {number}"
    if moved := data.get("moved_to"):
        return f"由 {data['moved_from']} 改为 {moved}"
    return str(data.get("comment") or data.get("reason") or "")
