"""The annual report as data, as the outputs receive it: final, draft, sample, revised.

The numbers of parts two to four differ from cell to cell, so that one in the wrong place is seen.
"""

import json
from copy import deepcopy
from typing import Any

from config.base import PROJECT

Json = dict[str, Any]

FORM: Json = json.loads((PROJECT / "config" / "reports" / "annual-form.json").read_text(encoding="utf-8"))
AS_OF = "2024-01-29T09:00:00+08:00"
DIGEST = "sm3:" + "0123456789abcdef" * 4
_TEXTS = {
    "主动公开": (
        "2023年，掌政镇通过政府网站管理平台主动公开信息117条，通过村务公开小程序主动公开信息394条，发布微博67条、"
        "微信公众号358条；接到微博投诉24件，回应24件，回复率100%。"
    ),
    "依申请公开": "2023年，共收到政府信息公开申请1件，上年结转0件，结转下年度办理0件。",
    "政府信息管理": "一是加强组织领导，健全工作机制。\n二是拓宽公开渠道，提升信息质量。\n三是完善公开平台。",
    "政府信息公开平台建设": "2023年11月，银川市村务公开小程序上线，掌政镇11个村纳入村务信息公开平台。",
    "监督保障": "镇村两级负责人参加村务公开小程序培训2次。工作考核、社会评议、责任追究：未发生。",
}


def figure(key: str, label: str, value: int | str | None, path: str = "/api/v1/ledgers/posts?year=2023") -> Json:
    query = {"ledger": "posts", "filters": {"year": "2023"}, "path": path, "also": []}
    return {"key": key, "label": label, "value": value, "entered": value is not None, "as_of": AS_OF, "query": query}


def cell(value: int | str | None, path: str | None = None) -> Json:
    query = {"ledger": "applications", "filters": {}, "path": path} if path else None
    return {"value": value, "entered": value is not None, "query": query}


def final() -> Json:
    """Complete and signed, the first version."""
    return {
        "division": "640104100000",
        "year": 2023,
        "title": "银川市兴庆区掌政镇2023年政府信息公开工作年度报告",
        "publisher": "兴庆区掌政镇人民政府",
        "basis": FORM["basis"],
        "basis_title": f"《…的通知》（{FORM['basis']}）",
        "period": {"from": "2023-01-01", "to": "2023-12-31"},
        "as_of": AS_OF,
        "state": "final",
        "revision": 1,
        "changes": [],
        "reason": None,
        "digest": DIGEST,
        "signed_by": "掌政镇镇长",
        "signed_on": "2024-01-29",
        "finalised_at": "2024-01-29T02:30:00Z",
        "sample": None,
        "contact": {
            "office": "综合办公室",
            "telephone": "0951-6121130",
            "fax": "0951-6121130",
            "website": "http://www.xqq.gov.cn/",
        },
        "preface": (
            "根据《中华人民共和国政府信息公开条例》规定和《国务院办公厅政府信息与政务公开办公室关于印发〈中华人民共和国"
            "政府信息公开工作年度报告格式〉的通知》（国办公开办函〔2021〕30号）要求，现发布《银川市兴庆区掌政镇2023年"
            "政府信息公开工作年度报告》，本报告统计数据从2023年1月1日至12月31日。"
        ),
        "part_one": _part_one(),
        "part_two": _part_two(),
        "part_three": _part_three(),
        "part_four": _part_four(),
        "part_five": {
            "title": FORM["parts"][4],
            "problems": "一是对主动公开的信息内容的理解和把握不够。\n二是统筹协调的能力有待加强。",
            "improvements": "一是深化政务公开标准化规范化。\n二是加强政务公开工作宣传力度。",
            "last_year": None,
        },
        "part_six": {
            "title": FORM["parts"][5],
            "fees": {"text": "2023年收取信息处理费0元。", "amount": figure("fees", "信息处理费", "0.00")},
            "text": None,
            "contact_text": "如有疑问或意见建议，可与综合办公室联系。电话：0951-6121130。",
        },
        "checks": [
            {
                "id": name["id"],
                "rule": name["rule"],
                "scope": name["scope"],
                "hard": name["hard"],
                "passed": True,
                "detail": "各处相符。",
                "places": [],
                "reason": None,
                "may_be_explained": not name["hard"],
            }
            for name in FORM["checks"]
        ],
        "not_entered": [],
    }


def draft() -> Json:
    """What the township's own report of 2023 leaves open is not entered, and so nobody can sign it."""
    report = final()
    report |= {"state": "draft", "revision": None, "digest": None, "signed_by": None, "signed_on": None}
    report["finalised_at"] = None
    for row in report["part_three"]["rows"]:
        row["cells"] = [cell(None) for _ in row["cells"]]
    report["part_four"]["groups"][2]["cells"][3] = cell(None)
    report["part_two"]["tables"][3]["rows"][0]["cells"][0] = cell(None)
    report["part_one"]["channels"][4] = figure("notice_board", "政府信息公开栏", None)
    report["part_one"]["sections"][4] |= {"text": "", "missing": ["责任追究结果"]}
    report["part_five"]["problems"] = None
    report["part_six"]["fees"] = {"text": "", "amount": figure("fees", "信息处理费", None)}
    report["checks"][0] |= {
        "passed": False,
        "detail": "自然人一列：1 + 0 ≠ 2。",
        "places": [{"row": "r01", "column": "natural_person", "detail": "1 + 0 ≠ 2"}],
    }
    report["checks"][1] |= {"passed": None, "detail": "未填报，无法核对。"}
    report["not_entered"] = [
        {"field": "part_three", "label": "第三部分各格", "remedy": "请在依申请公开台账中补登申请人类别和办理结果。"},
        {"field": "fees", "label": "信息处理费", "remedy": "请登记，或声明全年没有收取。"},
    ]
    return report


def sample() -> Json:
    """Complete and signed, but of made-up data."""
    return final() | {"sample": "样例数据"}


def revised() -> Json:
    """The second version, with what it changed, why, and a soft formula that was explained."""
    report = final()
    report |= {"revision": 2, "reason": "补登一件漏报的申请"}
    report["changes"] = [
        {"field": "part_three.r01.natural_person", "label": "本年新收·自然人", "before": 0, "after": 101},
        {"field": "part_five.problems", "label": "存在的主要问题", "before": None, "after": "一是理解和把握不够。"},
    ]
    report["checks"][5] |= {"passed": False, "detail": "规章：相差 1 件。", "reason": "清理时失效一件"}
    return report


def hostile(text: str) -> Json:
    """A report in which every text that people write is the given one."""
    report = deepcopy(revised())
    report |= {"title": text, "publisher": text, "preface": text, "signed_by": text, "reason": text, "sample": text}
    for section in report["part_one"]["sections"]:
        section["text"] = text
    report["part_one"]["channels"][0]["label"] = text
    report["part_five"] |= {"problems": text, "improvements": text}
    report["part_six"] |= {"text": text, "contact_text": text}
    report["changes"][0] |= {"label": text, "before": text, "after": text}
    report["checks"][5]["reason"] = text
    return report


def _part_one() -> Json:
    channels = [
        figure("website", "政府网站", 117, "/api/v1/ledgers/channel-posts?channel=website&year=2023"),
        figure("mini_program", "村务公开小程序", 394, "/api/v1/statistics/monthly?from=2023-01&to=2023-12"),
        figure("weibo", "微博", 67),
        figure("wechat_official_account", "微信公众号", 358),
        figure("notice_board", "政府信息公开栏", 0),
    ]
    complaint = {
        "source": "weibo",
        "label": "微博",
        "received": figure("received", "微博投诉收到件数", 24),
        "answered": figure("answered", "微博投诉回应件数", 24),
        "rate": figure("rate", "微博投诉回复率", "100%"),
    }
    return {
        "title": FORM["parts"][0],
        "sections": [
            {"key": f"s{place}", "head": f"（{'一二三四五'[place]}）{head}", "text": _TEXTS[head], "missing": []}
            for place, head in enumerate(FORM["part_1_heads"])
        ],
        "channels": channels,
        "complaints": [complaint],
        "applications": [figure("received", "本年新收政府信息公开申请", 1)],
        "reconsiderations": [figure("reconsiderations", "行政复议", 0), figure("litigations", "行政诉讼", 0)],
        "villages_on_platform": figure("villages_on_platform", "纳入村务公开小程序的村", 11),
        "trainings": figure("trainings", "村务公开培训次数", 2),
        "results": [figure("accountability", "责任追究", 0)],
        "inspections": [],
    }


def _part_two() -> Json:
    numbers = iter(range(21, 31))
    tables = []
    for table in FORM["part_2"]:
        money = "万元" in table["columns"][-1]
        rows = [
            {
                "label": label,
                "cells": [cell(f"{next(numbers)}.50" if money else next(numbers)) for _ in table["columns"][1:]],
            }
            for label in table["rows"]
        ]
        tables.append({"heading": table["heading"], "columns": table["columns"], "rows": rows})
    return {"title": FORM["parts"][1], "tables": tables}


def _part_three() -> Json:
    """Row 1 holds 101 to 107, row 25 holds 2501 to 2507."""
    form = FORM["part_3"]
    rows = [
        row
        | {"cells": [cell(place * 100 + column, f"/api/v1/applications?row={row['key']}") for column in range(1, 8)]}
        for place, row in enumerate(form["rows"], 1)
    ]
    return {
        "title": FORM["parts"][2],
        "note": form["note"],
        "column_heading": form["column_heading"],
        "columns": form["columns"],
        "rows": rows,
    }


def _part_four() -> Json:
    groups = [
        {"label": label, "cells": [cell(9000 + 10 * place + column) for column in range(1, 6)]}
        for place, label in enumerate(FORM["part_4"]["groups"], 1)
    ]
    return {"title": FORM["parts"][3], "groups": groups, "columns": FORM["part_4"]["columns"]}
