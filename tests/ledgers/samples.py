"""A good row for each ledger, right at the moment when tests begin, and where its doors are."""

from io import BytesIO
from typing import Any

from villagepub.ledgers.kinds import LEDGERS

ROWS: dict[str, dict[str, Any]] = {
    "channel-posts": {
        "channel": "weibo",
        "title": "一事一议公告",
        "posted_on": "2023-11-06",
        "url": "https://weibo.com/1",
    },
    "channel-tallies": {"channel": "weibo", "period": "2022", "count": 67, "evidence": "微博后台截图"},
    "complaints": {"source": "weibo", "received_at": "2023-11-06T08:30:00+08:00", "subject": "路灯不亮"},
    "complaint-tallies": {"source": "weibo", "period": "2022", "received": 24, "answered": 24, "evidence": "投诉台账"},
    "trainings": {"held_on": "2023-11-02", "topic": "小程序操作", "attendees": 24, "level": "镇村两级"},
    "documents": {
        "kind": "normative_document",
        "title": "掌政镇村务公开管理办法",
        "number": "掌政发〔2023〕9号",
        "issued_on": "2023-03-01",
        "valid_until": "2028-02-29",
        "repealed_on": None,
    },
    "administrative-acts": {"kind": "fee", "year": 2023, "count": None, "amount": "12.5", "evidence": "财政票据"},
    "inspections": {
        "source": "区政务公开办第三季度检查",
        "found_on": "2023-09-28",
        "item": "公开栏两个月没有更新",
        "responsible": "综合办公室",
        "due_on": "2023-10-31",
        "closed_on": None,
        "evidence": None,
    },
    "accountability": {
        "kind": "assessment",
        "held_on": "2023-10-20",
        "subject": "2023年上半年政务公开工作考核",
        "result": "良好",
        "disclosure": None,
    },
    "reconsiderations": {
        "kind": "reconsideration",
        "filed_on": "2023-05-08",
        "authority": "兴庆区人民政府",
        "subject": "不服不予公开的答复",
        "application": None,
        "outcome": "upheld",
        "concluded_on": "2023-07-03",
    },
}


def path_of(ledger: str, *parts: str) -> str:
    return "/".join([f"/api/v1{LEDGERS[ledger].path}", *parts])


def declarations_of(ledger: str) -> str:
    return f"/api/v1/ledgers/{ledger}/declarations"


def file(data: bytes, name: str = "台账.csv") -> dict[str, Any]:
    """What a client sends with an import."""
    return {"data": {"file": (BytesIO(data), name)}, "content_type": "multipart/form-data"}
