"""The form's rules between cells (勾稽关系), F1 to F7, judged from the cells as printed. Pure.

A rule that needs a cell which nobody entered is undecided, neither kept nor broken. Sources: the form itself (F1),
real tables (F2, F3, F5), and what follows from the meaning of the rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from villagepub.reports.form import CARRIED_IN, CARRIED_OUT, CLOSED, NEW, SUM_OF_OUTCOMES, TOTAL, Form

Json = dict[str, Any]
Cells = Mapping[tuple[str, str], Any]  # by (row, column); part four by (group, outcome); None is not entered


@dataclass(frozen=True)
class Rule:
    """hard: a report in which it is broken cannot be finalised, save where a written reason may explain it."""

    id: str
    rule: str
    scope: str
    hard: bool
    may_be_explained: bool = False


RULES = {
    rule.id: rule
    for rule in (
        Rule("F1", "第一项加第二项之和，等于第三项总计加第四项之和", "第三部分的每一列", hard=True),
        Rule("F2", "第三项的总计等于其各项之和", "第三部分的每一列", hard=True),
        Rule("F3", "总计等于自然人与各类法人或其他组织之和", "第三部分的每一行", hard=True),
        Rule("F4", "上年结转数等于上一年报告的结转下年度数", "第三部分的每一列", hard=True, may_be_explained=True),
        Rule("F5", "总计等于维持、纠正、其他结果与尚未审结之和", "第四部分的每一组", hard=True),
        Rule(
            "F6",
            "现行有效件数等于上年现行有效件数加本年制发减本年废止",
            "第二部分第（一）项的两行",
            hard=False,
            may_be_explained=True,
        ),
        Rule("F7", "每一格都是不小于 0 的整数，空格不是 0", "第三、四部分", hard=True),
        Rule("F8", "文字中的数字与表格一致；表格全部为 0 才能说没有复议、诉讼", "第一部分的文字", hard=True),
        Rule("F9", "回复率等于回应数除以收到数；没有收到的印“—”，不印 100%", "第一部分", hard=True),
        Rule("W1", "乡镇没有规章制定权，规章各数应为 0", "第二部分第（一）项", hard=False, may_be_explained=True),
        Rule(
            "W2",
            "自行填写的文字中的数字与台账一致",
            "第一、五、六部分自行填写的文字",
            hard=True,
            may_be_explained=True,
        ),
    )
}


@dataclass(frozen=True)
class Place:
    """Where a rule is broken; row and column are keys or labels of the form, None where all of them are meant."""

    row: str | None
    column: str | None
    detail: str


@dataclass(frozen=True)
class Verdict:
    """undecided: some cell that the rule needs is not entered."""

    places: tuple[Place, ...]
    undecided: bool = False

    @property
    def passed(self) -> bool | None:
        if self.places:
            return False
        return None if self.undecided else True


def as_json(rule: Rule, verdict: Verdict, *, reason: str | None = None, kept: str = "相符。") -> Json:
    """kept: what to say where the rule is kept."""
    words = {True: kept, None: "有关数字未填报，暂不能核对。"}
    places = [vars(place) for place in verdict.places]
    return {
        "id": rule.id,
        "rule": rule.rule,
        "scope": rule.scope,
        "hard": rule.hard,
        "passed": verdict.passed,
        "detail": words.get(verdict.passed) or _summary(verdict.places),
        "places": places,
        "reason": reason,
        "may_be_explained": rule.may_be_explained,
    }


def _summary(places: tuple[Place, ...]) -> str:
    return places[0].detail if len(places) == 1 else f"{places[0].detail}等 {len(places)} 处。"


def blocks(check: Json) -> bool:
    """Whether a check, as JSON, keeps a report from being final."""
    explained = check["may_be_explained"] and check["reason"]
    return check["hard"] and check["passed"] is False and not explained


# --- the rules ----------------------------------------------------------------------------------------------


def check_balance(form: Form, cells: Cells) -> Verdict:
    """F1, column by column: r01 + r02 = r24 + r25."""
    return _compare(
        cells,
        (
            (
                None,
                column.key,
                column.label,
                [(NEW, column.key), (CARRIED_IN, column.key)],
                [(CLOSED, column.key), (CARRIED_OUT, column.key)],
            )
            for column in form.columns
        ),
    )


def check_results(form: Form, cells: Cells) -> Verdict:
    """F2, column by column: r24 is the sum of the rows that say how an application ended."""
    return _compare(
        cells,
        (
            (CLOSED, column.key, column.label, [(CLOSED, column.key)], [(row, column.key) for row in form.results])
            for column in form.columns
        ),
    )


def check_kinds(form: Form, cells: Cells) -> Verdict:
    """F3, row by row: the total is the sum of the six kinds of applicant."""
    return _compare(
        cells,
        (
            (row.key, TOTAL, row.full_label, [(row.key, TOTAL)], [(row.key, kind) for kind in form.kinds])
            for row in form.rows
        ),
    )


def check_outcomes(form: Form, cells: Cells) -> Verdict:
    """F5, group by group of part four."""
    parts = [outcome for outcome in form.outcomes if outcome != SUM_OF_OUTCOMES]
    return _compare(
        cells,
        (
            (group, SUM_OF_OUTCOMES, group, [(group, SUM_OF_OUTCOMES)], [(group, part) for part in parts])
            for group in form.groups
        ),
    )


def check_carried_over(form: Form, cells: Cells, before: Mapping[str, Any] | None) -> Verdict:
    """F4, column by column. before: last year's r25 by column, None where there is no such report."""
    places, undecided = [], before is None
    for column in form.columns:
        here, there = cells.get((CARRIED_IN, column.key)), (before or {}).get(column.key)
        if not (is_count(here) and is_count(there)):
            undecided = True
        elif here != there:
            detail = f"{column.label}：本年填上年结转 {here} 件，上一年报告结转下年度 {there} 件。"
            places.append(Place(CARRIED_IN, column.key, detail))
    return Verdict(tuple(places), undecided)


def check_in_force(now: Mapping[str, tuple[Any, Any, Any]], before: Mapping[str, Any] | None) -> Verdict:
    """F6, for each row of the first table of part two.

    now: ``{row: (issued, repealed, in force)}``; before: ``{row: in force}`` of last year's report.
    """
    places, undecided = [], before is None
    for row, (issued, repealed, in_force) in now.items():
        last = (before or {}).get(row)
        if not all(map(is_count, (issued, repealed, in_force, last))):
            undecided = True
        elif in_force != last + issued - repealed:
            detail = f"{row}：上年有效 {last}＋制发 {issued}－废止 {repealed}，与现行有效 {in_force} 不符。"
            places.append(Place(row, None, detail))
    return Verdict(tuple(places), undecided)


def check_counts(form: Form, third: Cells, fourth: Cells) -> Verdict:
    """F7: every cell of parts three and four."""
    places = [
        Place(row.key, column.key, _odd(f"第三部分“{row.full_label}”{column.label}", third.get((row.key, column.key))))
        for row in form.rows
        for column in form.columns
        if not is_count(third.get((row.key, column.key)))
    ]
    places += [
        Place(group, outcome, _odd(f"第四部分“{group}”{outcome}", fourth.get((group, outcome))))
        for group in form.groups
        for outcome in form.outcomes
        if not is_count(fourth.get((group, outcome)))
    ]
    return Verdict(tuple(places))


def check_regulations(row: str, values: Iterable[Any]) -> Verdict:
    """W1: a township makes no 规章 (立法法: they are made by ministries, provinces and cities with districts)."""
    found = [value for value in values if is_count(value) and value > 0]
    return Verdict((Place(row, None, f"{row}填了 {found[0]}，请核对是否应填在行政规范性文件一行。"),) if found else ())


def is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _odd(where: str, value: Any) -> str:
    return f"{where}：未填报。" if value is None else f"{where}：“{value}”不是不小于 0 的整数。"


_Key = tuple[str, str]
_Equation = tuple[str | None, str | None, str, list[_Key], list[_Key]]  # row, column, words, left and right side


def _compare(cells: Cells, equations: Iterable[_Equation]) -> Verdict:
    """Each side of an equation is the sum of its cells."""
    places, undecided = [], False
    for row, column, words, left_keys, right_keys in equations:
        left, right = _sum(cells, left_keys), _sum(cells, right_keys)
        if left is None or right is None:
            undecided = True
        elif left != right:
            places.append(Place(row, column, f"{words}：左边 {left}，右边 {right}。"))
    return Verdict(tuple(places), undecided)


def _sum(cells: Cells, keys: list[_Key]) -> int | None:
    values = [cells.get(key) for key in keys]
    return sum(values) if all(map(is_count, values)) else None  # type: ignore[arg-type]
