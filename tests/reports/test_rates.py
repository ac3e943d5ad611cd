"""回复率: exact, never flattering, and checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.reports.rates import Answers, check_rates, rate_of


@pytest.mark.parametrize(
    ("answered", "received", "rate"),
    [
        (24, 24, "100%"),
        (0, 0, "—"),
        (0, 24, "0%"),
        (12, 24, "50%"),
        (2, 3, "66.7%"),
        (1, 3, "33.3%"),
        (1, 8, "12.5%"),
        (199, 200, "99.5%"),
        (1999, 2000, "99.9%"),
        (999_999, 1_000_000, "99.9%"),
        (1, 1000, "0.1%"),
    ],
)
def test_rates(answered: int, received: int, rate: str) -> None:
    assert rate_of(answered, received) == rate


@given(st.integers(1, 10**9), st.data())
def test_only_all_is_a_hundred_percent(received: int, data: st.DataObject) -> None:
    answered = data.draw(st.integers(0, received))
    rate = rate_of(answered, received)
    assert (rate == "100%") is (answered == received)
    assert abs(float(rate.removesuffix("%")) - 100 * answered / received) <= 0.1


def test_the_check_recomputes_what_is_printed() -> None:
    check = check_rates([Answers("微博", 24, 24, "100%"), Answers("电话", 0, 0, "—")])
    assert (check["id"], check["passed"], check["hard"], check["places"]) == ("F9", True, True, [])
    assert check["detail"] == "微博：24 ÷ 24 = 100%；电话：0 ÷ 0 = —"


@pytest.mark.parametrize(
    "printed",
    [Answers("微博", 0, 0, "100%"), Answers("微博", 24, 25, "100%"), Answers("微博", 24, 23, "100%")],
)
def test_a_flattering_rate_does_not_pass(printed: Answers) -> None:
    check = check_rates([Answers("电话", 1, 1, "100%"), printed])
    assert check["passed"] is False
    assert [place["row"] for place in check["places"]] == ["微博"]


def test_what_is_not_entered_is_said() -> None:
    check = check_rates([Answers("微博", None, None, None)])
    assert check["passed"] is None
    assert check["detail"] == "微博：未填报"
