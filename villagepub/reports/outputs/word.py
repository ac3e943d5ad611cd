"""The annual report as a Word document, from the template that the office edits: ``annual.docx``."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from villagepub.core import word
from villagepub.reports.outputs.grids import Grid, Json
from villagepub.reports.outputs.printed import Printed, Section, instant_of, printed

TEMPLATE = "annual.docx"
_TWO = {  # the template's name for each number of part two, in the form's order
    "规章": ("制发", "废止", "有效"),
    "规范性文件": ("制发", "废止", "有效"),
    "行政许可": (),
    "行政处罚": (),
    "行政强制": (),
    "收费": (),
}
_APPLICANTS = ("自然人", "企业", "科研", "公益", "法律", "其他", "总计")
_ROWS = tuple(f"r{number:02}" for number in range(1, 26))
_OUTCOMES = ("维持", "纠正", "其他", "未结", "总计")
_GROUPS = ("复议", "直接起诉", "复议后起诉")


def as_docx(report: Json, templates: Path) -> bytes:
    """The report in the office's template; the same report gives the same bytes.

    templates: the folder with ``annual.docx``. Raises TemplateRefused.
    """
    return word.fill(templates / TEMPLATE, _values(printed(report)), made_at=instant_of(report))


def _values(report: Printed) -> dict[str, Any]:
    """What the template may name, in its own words."""
    return {
        "标题": "\n".join(report.title),
        "标记": report.marks,
        "页眉": "　".join(report.marks),
        "前言": report.preface,
        "总体情况": [_section(each) for each in report.one.sections],
        **_part_two(report.two),
        **_table(report.three, _ROWS, _APPLICANTS),
        **_table(report.four, _GROUPS, _OUTCOMES),
        "问题及改进": [_section(each) for each in report.five.sections],
        "其他事项": [paragraph for each in report.six.sections for paragraph in each.paragraphs],
        "落款": {"机关": report.publisher, "日期": report.signed_on},
        "定稿": report.seal,
        "修订": {
            "原因": report.reason,
            "变更": [{"项目": each.label, "修订前": each.before, "修订后": each.after} for each in report.changes],
        },
        "勾稽说明": report.checks,
        "未填报": [{"项目": each.label, "办法": each.remedy} for each in report.not_entered],
    }


def _section(section: Section) -> dict[str, Any]:
    first, *others = section.paragraphs or [""]
    return {"小标题": section.head, "首段": first, "其余段": others}


def _part_two(grid: Grid) -> dict[str, Any]:
    numbers = _numbers(grid)
    return {
        name: dict(zip(parts, islice(numbers, len(parts)), strict=True)) if parts else next(numbers)
        for name, parts in _TWO.items()
    }


def _table(grid: Grid, rows: Sequence[str], columns: Sequence[str]) -> dict[str, Any]:
    numbers = _numbers(grid)
    return {row: dict(zip(columns, islice(numbers, len(columns)), strict=True)) for row in rows}


def _numbers(grid: Grid) -> Iterator[str]:
    return (box.text for row in grid.rows for box in row if box.kind == "number")
