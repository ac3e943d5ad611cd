"""F1 to F7 and W1: kept by a right table, broken by one wrong number in any place, undecided while it is empty."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.base import PROJECT
from villagepub.reports import checks
from villagepub.reports.checks import RULES, Verdict
from villagepub.reports.form import CARRIED_IN, CARRIED_OUT, CLOSED, NEW, TOTAL, Form, load_form

FORMS = {
    name: load_form(PROJECT / "config" / "reports" / f"{name}.json") for name in ("annual-form", "annual-form-2019")
}
FORM = FORMS["annual-form"]
BOTH_FORMS = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
Cells = dict[tuple[str, str], Any]


def third(form: Form = FORM) -> Cells:
    """A right part three in which every row has something and no two columns are alike."""
    cells: Cells = {}
    for place, kind in enumerate(form.kinds, 1):
        for row in form.results:
            cells[row, kind] = place
        cells[CLOSED, kind] = place * len(form.results)
        cells[CARRIED_IN, kind], cells[CARRIED_OUT, kind] = place + 1, place + 2
        cells[NEW, kind] = cells[CLOSED, kind] + 1
    for row in form.rows:
        cells[row.key, TOTAL] = sum(cells[row.key, kind] for kind in form.kinds)
    return cells


def fourth(form: Form = FORM) -> Cells:
    cells: Cells = {}
    for place, group in enumerate(form.groups, 1):
        *parts, total = form.outcomes
        cells |= {(group, part): place * (number + 1) for number, part in enumerate(parts)}
        cells[group, total] = sum(cells[group, part] for part in parts)
    return cells


Check = Callable[[Form, Cells], Verdict]
OF_PART_THREE: dict[str, Check] = {
    "F1": checks.check_balance,
    "F2": checks.check_results,
    "F3": checks.check_kinds,
}


@BOTH_FORMS
@pytest.mark.parametrize("rule", OF_PART_THREE)
def test_a_right_table_keeps_every_formula(form: Form, rule: str) -> None:
    assert OF_PART_THREE[rule](form, third(form)) == Verdict(())


def _concerned(form: Form, rule: str) -> Iterator[tuple[tuple[str, str], tuple[str | None, str | None]]]:
    """Every cell that a formula reads, and the place where it is then broken."""
    for row in form.rows:
        for column in form.columns:
            cell = row.key, column.key
            if rule == "F1" and row.key in (NEW, CARRIED_IN, CLOSED, CARRIED_OUT):
                yield cell, (None, column.key)
            if rule == "F2" and row.key in (*form.results, CLOSED):
                yield cell, (CLOSED, column.key)
            if rule == "F3":
                yield cell, (row.key, TOTAL)


@BOTH_FORMS
@pytest.mark.parametrize(("rule", "cells"), [("F1", 4 * 7), ("F2", 22 * 7), ("F3", 25 * 7)])
@pytest.mark.parametrize("by", [1, -1])
def test_one_wrong_number_breaks_its_formula_in_its_place(form: Form, rule: str, cells: int, by: int) -> None:
    rows_fewer = 25 - len(form.rows)
    concerned = list(_concerned(form, rule))
    assert len(concerned) == cells - (rows_fewer * 7 if rule != "F1" else 0)
    for cell, (row, column) in concerned:
        table = third(form)
        table[cell] += by
        verdict = OF_PART_THREE[rule](form, table)
        assert [(place.row, place.column) for place in verdict.places] == [(row, column)], cell
        assert verdict.passed is False
        assert str(table[cell]) in verdict.places[0].detail or rule != "F3" or cell[1] != TOTAL


@pytest.mark.parametrize("rule", OF_PART_THREE)
def test_what_is_not_entered_is_neither_kept_nor_broken(rule: str) -> None:
    for cell, _ in _concerned(FORM, rule):
        verdict = OF_PART_THREE[rule](FORM, third() | {cell: None})
        assert (verdict.passed, verdict.places) == (None, ()), cell


@given(st.dictionaries(st.sampled_from(sorted(third())), st.integers(0, 5)))
def test_each_formula_is_its_sum_and_nothing_else(changes: Cells) -> None:
    table = third() | changes
    balanced = all(
        table[NEW, c.key] + table[CARRIED_IN, c.key] == table[CLOSED, c.key] + table[CARRIED_OUT, c.key]
        for c in FORM.columns
    )
    closed = all(table[CLOSED, c.key] == sum(table[row, c.key] for row in FORM.results) for c in FORM.columns)
    added = all(table[r.key, TOTAL] == sum(table[r.key, kind] for kind in FORM.kinds) for r in FORM.rows)
    assert [OF_PART_THREE[rule](FORM, table).passed for rule in OF_PART_THREE] == [balanced, closed, added]


def test_the_columns_are_checked_by_themselves() -> None:
    """A mistake that another column makes up for is two mistakes."""
    table = third()
    table[NEW, "commercial"] += 1
    table[NEW, "research"] -= 1
    verdict = checks.check_balance(FORM, table)
    assert [place.column for place in verdict.places] == ["commercial", "research"]
    assert checks.check_kinds(FORM, table).passed is True


def test_f4_in_each_column() -> None:
    before = {column.key: third()[CARRIED_IN, column.key] for column in FORM.columns}
    assert checks.check_carried_over(FORM, third(), before).passed is True
    assert checks.check_carried_over(FORM, third(), None).passed is None
    for column in FORM.columns:
        wrong = checks.check_carried_over(FORM, third(), before | {column.key: before[column.key] + 1})
        assert [(place.row, place.column) for place in wrong.places] == [(CARRIED_IN, column.key)]
        assert column.label in wrong.places[0].detail
        assert checks.check_carried_over(FORM, third(), before | {column.key: None}).passed is None
        assert checks.check_carried_over(FORM, third() | {(CARRIED_IN, column.key): None}, before).passed is None


def test_f5_in_each_cell_of_each_group() -> None:
    assert checks.check_outcomes(FORM, fourth()).passed is True
    for group, outcome in fourth():
        table = fourth()
        table[group, outcome] += 1
        verdict = checks.check_outcomes(FORM, table)
        assert [(place.row, place.column) for place in verdict.places] == [(group, "总计")]
        assert checks.check_outcomes(FORM, fourth() | {(group, outcome): None}).passed is None


def test_f6_in_both_rows() -> None:
    rows, before = {"规章": (0, 0, 0), "行政规范性文件": (3, 1, 9)}, {"规章": 0, "行政规范性文件": 7}
    assert checks.check_in_force(rows, before).passed is True
    assert checks.check_in_force(rows, None).passed is None
    for row, (issued, repealed, in_force) in rows.items():
        for wrong in ((issued + 1, repealed, in_force), (issued, repealed + 1, in_force), (issued, repealed, 4)):
            verdict = checks.check_in_force(rows | {row: wrong}, before)
            assert [place.row for place in verdict.places] == [row]
        assert checks.check_in_force(rows, before | {row: before[row] + 1}).passed is False
        assert checks.check_in_force(rows | {row: (None, repealed, in_force)}, before).passed is None
    assert checks.check_in_force({"规章": (0, 0, 0), "行政规范性文件": (0, 0, 0)}, {"规章": 0}).passed is None


@pytest.mark.parametrize("bad", [-1, None, 1.5, "3", True])
def test_f7_in_each_of_the_190_cells(bad: Any) -> None:
    assert checks.check_counts(FORM, third(), fourth()).passed is True
    for cell in third():
        verdict = checks.check_counts(FORM, third() | {cell: bad}, fourth())
        assert [(place.row, place.column) for place in verdict.places] == [cell]
        assert ("未填报" in verdict.places[0].detail) is (bad is None)
    for cell in fourth():
        verdict = checks.check_counts(FORM, third(), fourth() | {cell: bad})
        assert [(place.row, place.column) for place in verdict.places] == [cell]


def test_nothing_entered_is_not_nothing_received() -> None:
    assert len(checks.check_counts(FORM, {}, {}).places) == 25 * 7 + 15
    zero = dict.fromkeys(third(), 0), dict.fromkeys(fourth(), 0)
    assert checks.check_counts(FORM, *zero).passed is True


@pytest.mark.parametrize(("values", "passed"), [((0, 0, 0), True), ((None,) * 3, True), ((0, 0, 6), False)])
def test_a_township_makes_no_regulations(values: tuple[Any, ...], passed: bool) -> None:
    assert checks.check_regulations("规章", values).passed is passed


def test_a_real_table_keeps_the_formulas() -> None:
    """The totals and natural persons of a city's table for 2025, and its part four."""
    column = {NEW: 14069, CARRIED_IN: 560, CLOSED: 13810, CARRIED_OUT: 819}
    persons = {NEW: 13612, CARRIED_IN: 535, CLOSED: 13364, CARRIED_OUT: 783}
    cells = {(row, TOTAL): number for row, number in column.items()}
    cells |= {(row, "natural_person"): number for row, number in persons.items()}
    assert checks.check_balance(FORM, cells) == Verdict((), undecided=True)  # the other columns are not quoted
    cells[NEW, "natural_person"] -= 1
    assert [place.column for place in checks.check_balance(FORM, cells).places] == ["natural_person"]
    numbers = [(376, 97, 196, 121, 790), (16, 1, 12, 27, 56), (74, 1, 30, 51, 156)]
    table = {
        (group, outcome): number
        for group, row in zip(FORM.groups, numbers, strict=True)
        for outcome, number in zip(FORM.outcomes, row, strict=True)
    }
    assert checks.check_outcomes(FORM, table).passed is True


def test_the_rules_are_those_of_the_form() -> None:
    content = json.loads((PROJECT / "config" / "reports" / "annual-form.json").read_text(encoding="utf-8"))
    assert {each["id"]: each["hard"] for each in content["checks"]} == {
        rule.id: rule.hard for rule in RULES.values() if rule.id.startswith("F")
    }
    assert [rule.id for rule in RULES.values() if rule.hard and rule.may_be_explained] == ["F4", "W2"]


@pytest.mark.parametrize(
    ("rule", "broken", "reason", "blocking"),
    [
        ("F1", True, None, True),
        ("F1", True, "说明", True),
        ("F4", True, None, True),
        ("F4", True, "机构划转", False),
        ("F6", True, None, False),
        ("W1", True, None, False),
        ("W2", True, None, True),
        ("W2", True, "说明", False),
        ("F1", False, None, False),
        ("F4", None, None, False),
    ],
)
def test_what_keeps_a_report_from_being_final(
    rule: str, broken: bool | None, reason: str | None, blocking: bool
) -> None:
    places = (checks.Place(None, None, "不符"),) if broken else ()
    verdict = Verdict(places, undecided=broken is None)
    assert checks.blocks(checks.as_json(RULES[rule], verdict, reason=reason)) is blocking
