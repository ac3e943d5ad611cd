"""A report made elsewhere as numbers and words, and what is wrong with it. Pure.

The shape is that of ``PastReport.content``. Each value is an integer from 0 on, or None where the report does not
state it; money is a decimal text; the older form's 本年增/减 may be below 0.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from villagepub.reports import checks
from villagepub.reports.checks import Place, Verdict, is_count
from villagepub.reports.form import CLOSED, Form
from villagepub.reports.narrative import SECTIONS

Json = dict[str, Any]
PARTS = ("part_one", "part_two", "part_three", "part_four", "narrative")
_FIGURE = re.compile(
    r"channels\.[a-z][a-z0-9_-]*|complaints\.[a-z_]+\.(received|answered)|results\.[a-z_]+|inspections\.[a-z_]+"
    r"|villages_on_platform|trainings"
)
_LONGEST_TEXT = 20_000

LARGEST_COUNT = 1_000_000_000
_MONEY = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?")  # 万元


@dataclass(frozen=True)
class Fault:
    """place: the field, such as ``part_three.r05.commercial``, or ``file``."""

    place: str
    message: str


def faults_of(content: Json, form: Form) -> Iterator[Fault]:
    """What cannot be so: fields that the form has not, values that are no counts, and broken F1, F2, F3 and F5."""
    shape = list(_shape(content, form))
    yield from shape
    if not shape:
        yield from _formulas(content, form)


def _shape(content: Json, form: Form) -> Iterator[Fault]:
    yield from _figures(content["part_one"])
    yield from _second(content["part_two"], form)
    yield from _third(content["part_three"], form)
    yield from _fourth(content["part_four"], form)
    yield from _narrative(content["narrative"])


def _figures(part: Any) -> Iterator[Fault]:
    for name, value in _members(part):
        if not _FIGURE.fullmatch(name):
            yield Fault(f"part_one.{name}", "没有这个数字，请核对名称。")
        elif not _is_stated_count(value):
            yield Fault(f"part_one.{name}", _not_a_count(value))


def _second(part: Any, form: Form) -> Iterator[Fault]:
    columns = {row: table.columns for table in form.tables for row in table.rows}
    for row, values in _members(part):
        if row not in columns:
            yield Fault(f"part_two.{row}", "这一年的格式没有这一行，请核对。")
        elif not isinstance(values, list) or len(values) != len(columns[row]):
            yield Fault(f"part_two.{row}", f"须依次填写 {len(columns[row])} 个数：{'、'.join(columns[row])}。")
        else:
            for column, value in zip(columns[row], values, strict=True):
                if not _fits(column, value):
                    yield Fault(f"part_two.{row}.{column}", _not_a_count(value))


def _third(part: Any, form: Form) -> Iterator[Fault]:
    rows, columns = {row.key for row in form.rows}, {column.key for column in form.columns}
    for row, values in _members(part):
        if row not in rows or not isinstance(values, Mapping):
            yield Fault(f"part_three.{row}", "这一年的格式没有这一行，或没有按列填写，请核对。")
            continue
        for column, value in values.items():
            if column not in columns:
                yield Fault(f"part_three.{row}.{column}", "第三部分没有这一列，请核对。")
            elif not _is_stated_count(value):
                yield Fault(f"part_three.{row}.{column}", _not_a_count(value))


def _fourth(part: Any, form: Form) -> Iterator[Fault]:
    for group, values in _members(part):
        if group not in form.groups or not isinstance(values, list) or len(values) != len(form.outcomes):
            yield Fault(f"part_four.{group}", f"须按组依次填写 {len(form.outcomes)} 个数：{'、'.join(form.outcomes)}。")
            continue
        for outcome, value in zip(form.outcomes, values, strict=True):
            if not _is_stated_count(value):
                yield Fault(f"part_four.{group}.{outcome}", _not_a_count(value))


def _narrative(part: Any) -> Iterator[Fault]:
    for section, text in _members(part):
        if section not in SECTIONS:
            yield Fault(f"narrative.{section}", f"没有这一项，可填：{'、'.join(SECTIONS)}。")
        elif not isinstance(text, str) or len(text) > _LONGEST_TEXT:
            yield Fault(f"narrative.{section}", f"须是文字，不超过 {_LONGEST_TEXT} 个字符。")


def _formulas(content: Json, form: Form) -> Iterator[Fault]:
    third, fourth = cells_of(content, form)
    of_third = {"F1": checks.check_balance, "F2": checks.check_results, "F3": checks.check_kinds}
    for rule, check in of_third.items():
        yield from _broken(rule, "part_three", check(form, third))
    yield from _broken("F5", "part_four", checks.check_outcomes(form, fourth))


def _broken(rule: str, part: str, verdict: Verdict) -> Iterator[Fault]:
    for place in verdict.places:
        yield Fault(_field(part, place), f"{rule} 不符（{checks.RULES[rule].rule}）。{place.detail}")


def _field(part: str, place: Place) -> str:
    return f"{part}.{place.row or CLOSED}.{place.column}"


def cells_of(content: Json, form: Form) -> tuple[checks.Cells, checks.Cells]:
    """Parts three and four as the checks take them."""
    third = {(row, column): value for row, values in content["part_three"].items() for column, value in values.items()}
    fourth = {
        (group, outcome): value
        for group, values in content["part_four"].items()
        for outcome, value in zip(form.outcomes, values, strict=True)
    }
    return third, fourth


def _members(part: Any) -> Iterator[tuple[str, Any]]:
    yield from part.items()


def _is_stated_count(value: Any) -> bool:
    return value is None or (is_count(value) and value <= LARGEST_COUNT)


def _fits(column: str, value: Any) -> bool:
    """Whether a value can stand in a column of part two."""
    if "金额" in column:
        return value is None or _is_money(value)
    if "增/减" in column:
        return value is None or (isinstance(value, int) and not isinstance(value, bool))
    return _is_stated_count(value)


def _is_money(value: Any) -> bool:
    return isinstance(value, str) and _MONEY.fullmatch(value) is not None


def _not_a_count(value: Any) -> str:
    return f"“{str(value)[:30]}”不是不小于 0 的数，请改正；没有写明的留空。"
