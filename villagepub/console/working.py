"""Long work in words: what a job does, how far it is, and where its result is to be had."""

from collections.abc import Mapping
from dataclasses import dataclass

from villagepub.exports.operations import WRITE
from villagepub.jobs.models import Job

TITLES: Mapping[str, str] = {
    "statistics.close_month": "封账",
    "statistics.verify": "核对统计",
    "audit.verify": "核对审计链",
    "files.sweep": "清理没有传完的附件",
    "files.verify": "核对附件",
    "applications.remind": "提醒依申请公开的期限",
    "exports.write": "导出",
    "exports.sweep": "清理到期的导出文件",
    "clearance.rescreen": "重新筛查",
    "calendar.arrived": "放假安排变动后重算期限",
    "calendar.warn": "提醒录入放假安排",
    "publishing.changed": "告知公开信息的变动",
    "channels.deliver": "送达推送",
    "wechat.check_media": "核查公开的图片",
    "wechat.media_verdict": "处理图片核查结果",
    "wechat.media_overdue": "查找没有结果的图片核查",
    "notices.morning": "早间提醒和汇总",
    "notices.deliver": "发送微信消息",
    "notices.message_sent": "记下微信消息的结果",
    "notices.consents_changed": "记下消息订阅的变动",
}
DONE = "done"
STATES: Mapping[str, tuple[str, str]] = {
    "queued": ("排队中", "plain"),
    "running": ("进行中", "info"),
    DONE: ("已完成", "good"),
    "failed": ("没有成功", "bad"),
    "dead": ("多次没有成功，已停下", "bad"),
}
RESULTS: Mapping[str, str] = {
    "rows": "行数",
    "looked_at": "已筛查",
    "found": "发现问题",
    "suspended": "暂停公开",
    "created": "写入",
    "reminded": "提醒",
    "queued": "排队发送",
    "swept": "清理",
    "month": "月份",
}


@dataclass(frozen=True)
class Progress:
    """is_open: whether it may still go on. result: pairs of words and numbers. export: whose file is ready."""

    title: str
    state: str
    tone: str
    is_open: bool
    result: tuple[tuple[str, str], ...]
    export: str | None


def progress_of(job: Job) -> Progress:
    state, tone = STATES[job.state]
    result = job.result or {}
    return Progress(
        title=TITLES.get(job.kind, job.kind),
        state=state,
        tone=tone,
        is_open=job.finished_at is None,
        result=tuple((words, str(result[name])) for name, words in RESULTS.items() if name in result),
        export=str(result["export"]) if job.kind == WRITE and job.state == DONE else None,
    )
