"""Scores: exact, fair to those who owed nothing, and never flattering."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.bulletins.scoring import DEFAULT_WEIGHTS, Contender, by_name, rank, score_of, weights_of
from villagepub.core.rates import rate_of
from villagepub.statistics.indicators import Indicator, Measure, Measures

NOTHING = (0, 0)


def measured(
    timely: tuple[int, int] = NOTHING,
    complete: tuple[int, int] = NOTHING,
    response: tuple[int, int] = NOTHING,
    returned: tuple[int, int] = NOTHING,
    slips: int = 0,
) -> Measures:
    shares = {
        Indicator.TIMELINESS: timely,
        Indicator.COMPLETENESS: complete,
        Indicator.COVERAGE: (0, 1),
        Indicator.RESPONSE: response,
        Indicator.RESPONSE_ON_TIME: NOTHING,
        Indicator.RETURNS: returned,
    }
    found = {indicator: Measure(n, d, rate_of(n, d)) for indicator, (n, d) in shares.items()}
    return found | {Indicator.PRIVACY_SLIPS: Measure(slips, None, None)}


SCORES = [
    # timely, complete, response, returned, score
    ((1, 1), (1, 1), (1, 1), (0, 1), Fraction(100)),
    ((0, 1), (0, 1), (0, 1), (1, 1), Fraction(0)),
    ((1, 2), (1, 1), (1, 1), (0, 1), Fraction(165, 2)),  # 17.5 of 35
    ((1, 1), (1, 1), (1, 1), (1, 4), Fraction(95)),  # a quarter returned: 15 of 20
    ((1, 1), (0, 1), NOTHING, NOTHING, Fraction(3500, 65)),  # 35 of 65 that could be had
    (NOTHING, NOTHING, NOTHING, (0, 3), Fraction(100)),
    (NOTHING, NOTHING, (1, 2), NOTHING, Fraction(50)),
]


@pytest.mark.parametrize(("timely", "complete", "response", "returned", "score"), SCORES)
def test_scores(
    timely: tuple[int, int],
    complete: tuple[int, int],
    response: tuple[int, int],
    returned: tuple[int, int],
    score: Fraction,
) -> None:
    assert score_of(measured(timely, complete, response, returned), DEFAULT_WEIGHTS) == score


def test_who_owed_nothing_has_no_score_rather_than_full_marks_or_none() -> None:
    assert score_of(measured(), DEFAULT_WEIGHTS) is None


def test_what_has_no_weight_counts_for_nothing() -> None:
    weights = {"timeliness": 100, "completeness": 0, "response": 0, "quality": 0}
    assert score_of(measured((1, 1), (0, 1), (0, 1), (1, 1)), weights) == 100
    assert score_of(measured(complete=(0, 1)), weights) is None


def test_coverage_has_no_weight() -> None:
    assert "coverage" not in DEFAULT_WEIGHTS
    assert sum(DEFAULT_WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("scoring", "weights"),
    [
        ({}, DEFAULT_WEIGHTS),
        ({"timeliness": 100}, {"timeliness": 100, "completeness": 0, "response": 0, "quality": 0}),
    ],
)
def test_a_township_without_weights_has_the_usual_ones(scoring: dict[str, int], weights: dict[str, int]) -> None:
    assert weights_of(scoring) == weights


def contender(name: str, timely: tuple[int, int], slips: int = 0) -> Contender:
    return Contender(name, name, measured(timely, slips=slips))


def shown(*contenders: Contender) -> list[tuple[str, str, str]]:
    return [(each.village, each.text, each.rank_text) for each in rank(contenders, DEFAULT_WEIGHTS)]


def test_the_best_comes_first_equals_share_a_rank_in_the_order_of_their_names() -> None:
    found = shown(
        contender("镇河村", (1, 2)),
        contender("春林村", (1, 2)),
        contender("洼路村", (1, 1)),
        contender("永南村", (1, 4)),
    )
    assert found == [
        ("洼路村", "100.0", "1"),
        ("春林村", "50.0", "2"),
        ("镇河村", "50.0", "2"),
        ("永南村", "25.0", "4"),
    ]


def test_what_is_printed_alike_ranks_alike() -> None:
    assert [row[2] for row in shown(contender("甲", (3333, 10000)), contender("乙", (3334, 10000)))] == ["1", "1"]


def test_a_slip_is_a_veto_whatever_the_score() -> None:
    found = shown(contender("甲", (1, 1), slips=1), contender("乙", (0, 1)), contender("丙", NOTHING))
    assert found == [("乙", "0.0", "1"), ("丙", "—", "—"), ("甲", "—", "否决")]


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(1999, 2000, "99.9"), (1, 3, "33.3"), (2, 3, "66.7"), (1, 1, "100.0")]
)
def test_a_score_is_rounded_but_never_up_to_full_marks(part: int, whole: int, text: str) -> None:
    assert shown(contender("甲", (part, whole)))[0][1] == text


def test_names_are_in_the_order_of_their_pinyin() -> None:
    assert sorted(["镇河村", "茂盛村", "春林村", "洼路村"], key=by_name) == ["春林村", "茂盛村", "洼路村", "镇河村"]


SHARE = st.integers(0, 50).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(SHARE, SHARE, SHARE, SHARE, st.permutations([35, 30, 15, 20]))
def test_a_score_lies_between_nothing_and_full_marks(
    timely: tuple[int, int],
    complete: tuple[int, int],
    response: tuple[int, int],
    returned: tuple[int, int],
    order: list[int],
) -> None:
    weights = dict(zip(DEFAULT_WEIGHTS, order, strict=True))
    score = score_of(measured(timely, complete, response, returned), weights)
    owed = [whole for _, whole in (timely, complete, response, returned)]
    assert (score is None) == (not any(owed))
    assert score is None or 0 <= score <= 100
