"""What the interface's keys are called before people."""

from collections.abc import Mapping
from typing import Any

from villagepub.core.permissions import Role

ROLES: Mapping[str, str] = {
    Role.UPLOADER: "村务公开专人",
    Role.SECRECY_OFFICER: "保密专干",
    Role.OFFICE_REVIEWER: "站办所负责人",
    Role.LEADER: "主要领导",
    Role.ADMINISTRATOR: "信息公开工作人员",
    Role.AUDITOR: "审计管理员",
    Role.OBSERVER: "统计查看人",
}
INVITATION_STATES = {
    "open": ("未用", "info"),
    "used": ("已用", "good"),
    "revoked": ("已撤销", "plain"),
    "expired": ("已过期", "plain"),
}
JOB_STATES = {
    "queued": ("等待", "info"),
    "running": ("进行中", "info"),
    "done": ("已完成", "good"),
    "failed": ("未成功", "bad"),
    "dead": ("等人处理", "bad"),
}
JOB_KINDS = {
    "statistics.close_month": "封账并编发通报",
    "statistics.verify": "核对统计数",
    "audit.verify": "核验审计链",
    "files.sweep": "清理无主文件",
    "files.verify": "核验附件",
    "applications.remind": "依申请公开期限提醒",
    "exports.write": "写导出文件",
    "imports.take_in": "导入文件",
    "reports.files": "年度报告的文件",
    "exports.sweep": "清理到期的导出",
    "clearance.rescreen": "重新筛查",
    "calendar.arrived": "按新工作日历重算期限",
    "calendar.warn": "提醒缺少工作日历",
    "publishing.changed": "分发公开的变更",
    "channels.deliver": "向渠道推送变更",
    "notices.deliver": "送达消息",
    "notices.morning": "早上的提醒和汇总",
    "notices.consents_changed": "处理微信的订阅变化",
    "notices.message_sent": "处理微信的送达结果",
    "wechat.check_media": "请微信检查图片",
    "wechat.media_verdict": "处理微信的检查结果",
    "wechat.media_overdue": "查看逾期的检查结果",
}
EXPORT_STATES = {
    "queued": ("等待", "info"),
    "running": ("进行中", "info"),
    "ready": ("可以下载", "good"),
    "failed": ("未成功", "bad"),
    "expired": ("已到期", "plain"),
    "deleted": ("已删除", "plain"),
}
REPORT_FILES = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel"}

FINDING_KINDS = {
    "id_card": "身份证号",
    "mobile": "手机号",
    "landline": "固定电话",
    "bank_card": "银行卡号",
    "email": "电子邮箱",
    "plate": "车牌号",
    "passport": "护照号",
    "address": "住址",
    "health": "健康状况",
    "minor": "未成年人",
    "hardship": "困难情况",
    "secret_mark": "密级标志",
    "work_secret": "工作秘密",
}
TEXTS = {
    "title": "标题",
    "body": "正文",
    "change_note": "更正说明",
    "file": "附件",
    "reason": "理由",
    "comment": "审批意见",
    "handling": "处置情况",
    "text": "留言",
    "subject": "事由",
    "answer": "答复",
    "content": "申请内容",
    "note": "说明",
}
"""Where a mark of secrecy was met."""
SEVERITIES = {"block": ("阻止提交", "bad"), "warn": ("须说明理由", "warn")}
FREQUENCIES = {
    "monthly": "每月",
    "quarterly": "每季度",
    "half_yearly": "每半年",
    "yearly": "每年",
    "on_event": "有事即公开",
}
STAGES = {"secrecy": "保密审查", "office": "业务审核", "leader": "领导审批"}
"""Of the chain, as a choice."""


def job_kind(kind: str) -> str:
    """Of a kind that has no word here, its own name."""
    return JOB_KINDS.get(kind, kind)


def text_words(field: str) -> str:
    """Of a text that has no word here, its own name."""
    return "附件" if field.startswith("attachments/") else TEXTS.get(field, field)


def due_words(rule: Mapping[str, Any]) -> str:
    """A rule of the township's ``due``: ``{day, of}``, ``{month, day, of}`` or ``{working_days}``."""
    if "working_days" in rule:
        return f"事后 {rule['working_days']} 个工作日内"
    if "month" in rule:
        return f"次年 {rule['month']} 月 {rule['day']} 日前"
    return f"期满次月 {rule['day']} 日前"
