"""Reading a past report from JSON: this program's own export, or the compact form. Pure."""

import json
from typing import Any

from villagepub.reports.past_content import PARTS, Fault
from villagepub.reports.years import Origin, numbers_of

Json = dict[str, Any]


class Unreadable(Exception):
    """A file that is no report, and why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("；".join(fault.message for fault in faults))
        self.faults = list(faults)


def read_json(data: bytes, *, township: str, year: int) -> tuple[Json, str]:
    """The content as ``PastReport`` keeps it, and the sentences of 一（二） where the file has them, else ``""``.

    Raises Unreadable for a file that is no JSON object, of another township or of another year.
    """
    report = _parsed(data)
    for name, wanted in (("division", township), ("year", year)):
        if report.get(name, wanted) != wanted:
            raise Unreadable(Fault(name, f"文件写的是 {report[name]}，与要导入的 {wanted} 不符，请核对。"))
    if isinstance(report.get("part_three"), dict) and "rows" in report["part_three"]:
        return _of_export(report)
    return _of_compact(report), ""


def _parsed(data: bytes) -> Json:
    try:
        report = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable(Fault("file", "不是 UTF-8 编码的 JSON 文件，请核对文件。")) from None
    if not isinstance(report, dict):
        raise Unreadable(Fault("file", "JSON 的最外层须是一个对象。"))
    return report


def _of_export(report: Json) -> tuple[Json, str]:
    try:
        numbers = vars(numbers_of(report, Origin.IMPORTED))
        sections = {each["key"]: each["text"] for each in report["part_one"]["sections"]}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unreadable(Fault("file", "像是本系统导出的年度报告，但不完整，请重新导出。")) from None
    return {part: numbers[part] for part in PARTS}, str(sections.get("applications", ""))


def _of_compact(report: Json) -> Json:
    unknown = sorted(set(report) - {*PARTS, "division", "year", "form"})
    if unknown:
        raise Unreadable(*(Fault(name, "没有这一项，请核对名称。") for name in unknown))
    content = {part: report.get(part) or {} for part in PARTS}
    wrong = [part for part in PARTS if not isinstance(content[part], dict)]
    if wrong:
        raise Unreadable(*(Fault(part, "须是一个对象。") for part in wrong))
    if not any(content.values()):
        raise Unreadable(Fault("file", f"文件里没有年度报告的内容，须有 {'、'.join(PARTS)} 中的至少一项。"))
    return content
