"""What is found out about closed months is told once, in the month of the finding."""

from dataclasses import replace

import pytest

from villagepub.statistics.adjustments import Adjustment, adjustments
from villagepub.statistics.indicators import Item

VILLAGE = "640104100202"
LATE = Item("completeness", "2023-11", VILLAGE, "C02-2023-10", 0, 1, "overdue", entry="C02", period="2023-10")
DONE = replace(LATE, counted=1, status="late")


def told(found: list[Adjustment]) -> list[tuple[object, ...]]:
    return [(each.of_month, each.status_before, each.counted, each.of, each.status) for each in found]


def test_nothing_new_is_nothing_to_tell() -> None:
    assert adjustments([LATE], [], [LATE]) == []


def test_what_counts_otherwise_today_is_told_with_before_and_after() -> None:
    assert told(adjustments([LATE], [], [DONE])) == [("2023-11", "overdue", 1, 1, "late")]


def test_it_is_told_once() -> None:
    first = adjustments([LATE], [], [DONE])
    assert adjustments([LATE], first, [DONE]) == []


def test_what_goes_back_is_told_again() -> None:
    first = adjustments([LATE], [], [DONE])
    second = adjustments([LATE], first, [LATE])
    assert told(second) == [("2023-11", "late", 0, 1, "overdue")]
    assert adjustments([LATE], [*first, *second], [LATE]) == []


@pytest.mark.parametrize(
    ("known", "now", "found"),
    [
        ([], [DONE], [("2023-11", "not_there", 1, 1, "late")]),
        ([DONE], [], [("2023-11", "late", 0, 0, "not_there")]),
    ],
)
def test_what_comes_and_what_goes(known: list[Item], now: list[Item], found: list[tuple[object, ...]]) -> None:
    assert told(adjustments(known, [], now)) == found


def test_another_word_for_the_same_number_is_not_told() -> None:
    timely = replace(LATE, indicator="timeliness")
    assert adjustments([timely], [], [replace(timely, status="late")]) == []


def test_a_later_declaration_changes_no_number() -> None:
    declared = Item("response", "2023-11", "640104100000", "declared-2023-11", 0, 0, "declared")
    assert adjustments([], [], [declared]) == []


def test_an_adjustment_survives_being_stored() -> None:
    [found] = adjustments([LATE], [], [DONE])
    assert Adjustment(**found.as_json()) == found
