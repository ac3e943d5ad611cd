"""What an entry of the audit chain keeps, as people read it. Of what has no word here, its own key is shown."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from villagepub.applications.outcomes import ENDINGS
from villagepub.applications.workflow import KIND_NAMES as EVENTS
from villagepub.applications.workflow import STATE_NAMES
from villagepub.core.audit import AuditEntry
from villagepub.exports.kinds import KINDS as EXPORTS
from villagepub.feedback.kinds import KIND_NAMES as FEEDBACK
from villagepub.layout import wording
from villagepub.ledgers.kinds import DECLARABLE, LEDGERS, Ledger
from villagepub.ledgers.schemas import PURPOSES
from villagepub.office import words
from villagepub.reports.narrative import SECTIONS

TERMS: Mapping[str, str] = {
    "afterwards": "事后补登",
    "answer": "答复",
    "answered_from": "上级答复的来源",
    "article": "条号",
    "at": "时间",
    "attachment": "附件编号",
    "basis": "依据编号",
    "before": "原来",
    "by": "更正件编号",
    "cells": "重算的格数",
    "changed": "改动之处",
    "channel": "渠道",
    "comment": "意见",
    "computed": "重算的件数",
    "created": "新写入",
    "deleted": "删去",
    "digests": "摘要",
    "disclosure": "公开信息编号",
    "division": "地方",
    "due_on": "答复期限",
    "edition": "第几版",
    "entry": "公开事项",
    "event": "经过编号",
    "events": "推送什么",
    "existed": "原已有",
    "feedback": "留言编号",
    "field": "位置",
    "fields": "内容",
    "filters": "条件",
    "finding": "提示编号",
    "first_month": "起始月份",
    "format": "格式",
    "from": "从何时起",
    "held": "待人核验",
    "hidden": "隐藏",
    "indicators": "指标的摘要",
    "job": "任务编号",
    "kind": "种类",
    "last_month": "截止月份",
    "law": "法律法规或文件",
    "ledger": "台账",
    "month": "月份",
    "moved_from": "原期限",
    "moved_to": "新期限",
    "notice": "依据的通知",
    "number": "编号",
    "office": "站办所",
    "originally_published_on": "原公开日期",
    "outcome": "办理结果",
    "period": "期间",
    "person": "人员",
    "post": "岗位编号",
    "purpose": "用途",
    "read_attachments": "看过的附件",
    "reason": "理由",
    "reasons": "写了说明的勾稽关系",
    "received": "收到的文件摘要",
    "region": "地区",
    "remark": "备注",
    "revision": "第几稿",
    "routing": "发布安排",
    "rows": "条数",
    "sections": "部分",
    "stage": "环节",
    "state": "状态",
    "stated": "填报的数",
    "submission": "第几次提交",
    "text": "文字",
    "text_check": "微信文字检查",
    "to": "转给",
    "township": "乡镇",
    "until": "到何时止",
    "version": "第几次修改",
    "wrong": "原来有误的格数",
    "village": "村",
    "villages": "村",
    "was": "原状态",
    "was_stored": "已存入",
    "year": "年度",
}
VALUES: Mapping[str, Mapping[str, str]] = {
    "events": {
        "published": "公开",
        "corrected": "更正",
        "suspended": "暂停公开",
        "released": "恢复公开",
        "withdrawn": "撤回",
    },
    "field": words.TEXTS,
    "format": {"csv": "CSV", "xlsx": "Excel"},
    "kind": {str(key): name for key, name in (EVENTS | FEEDBACK).items()}
    | {key: kind.noun for key, kind in EXPORTS.items()}
    | words.FINDING_KINDS
    | words.JOB_KINDS,
    "ledger": DECLARABLE,
    "outcome": {str(key): ending.label for key, ending in ENDINGS.items()},
    "purpose": PURPOSES,
    "sections": SECTIONS,
    "stage": words.STAGES,
    "state": {key: word for key, (word, _) in wording.STATES.items()}
    | {str(key): word for key, word in STATE_NAMES.items()},
    "text_check": {"passed": "通过", "review": "须人看", "failed": "没有结论", "not_asked": "没有检查"},
}
NAMED = ("channel", "division", "person", "to", "village", "villages")
PERIODS = ("first_month", "last_month", "month", "period")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


def named_in(entries: Iterable[AuditEntry]) -> set[str]:
    """What the entries name by a code or a number, for its name to be looked up."""
    return {str(each) for entry in entries for key in NAMED for each in _several(entry.data.get(key))}


def in_words(data: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Pairs of term and value. names: of places, people, channels and offices."""
    return list(_pairs(data, (), names, LEDGERS.get(str(data.get("ledger")))))


def _pairs(
    data: Mapping[str, Any], above: tuple[str, ...], names: Mapping[str, str], ledger: Ledger | None
) -> Iterator[tuple[str, str]]:
    columns, choices = (ledger.columns, ledger.choices) if ledger and above else ({}, {})
    for key, value in data.items():
        path = (*above, columns.get(key) or TERMS.get(key, key))
        if isinstance(value, Mapping):
            yield from _pairs(value, path, names, ledger)
        else:
            known = choices.get(key) or VALUES.get(key, {})
            yield "·".join(path), "、".join(_said(key, each, known, names) for each in _several(value)) or "无"


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None or value == "" else [value]


def _said(key: str, value: Any, known: Mapping[str, str], names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    if DAY.fullmatch(text):
        return wording.day(date.fromisoformat(text))
    if MOMENT.fullmatch(text):
        return wording.moment(datetime.fromisoformat(text))
    if key in PERIODS:
        return wording.period(text)
    return known.get(text) or (names.get(text, text) if key in NAMED else text)
