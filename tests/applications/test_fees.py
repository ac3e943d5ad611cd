"""The two tier tables of 国办函〔2020〕109号 at every edge."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.applications.fees import fee_by_items, fee_by_pages


@pytest.mark.parametrize(
    ("items", "fee"),
    [
        (0, 0),
        (1, 0),
        (10, 0),
        (11, 100),
        (30, 2000),
        (31, 2200),
        (40, 4000),
        (41, 4300),
        (50, 7000),
        (51, 7400),
        (60, 11000),
        (61, 11500),
        (70, 16000),
        (71, 16600),
    ],
)
def test_by_items(items: int, fee: int) -> None:
    assert fee_by_items(items) == Decimal(fee)


@pytest.mark.parametrize(
    ("pages", "fee"),
    [(0, 0), (30, 0), (31, 10), (100, 700), (101, 720), (200, 2700), (201, 2740), (250, 4700), (1000, 34700)],
)
def test_by_pages(pages: int, fee: int) -> None:
    assert fee_by_pages(pages) == Decimal(fee)


@given(st.lists(st.integers(1, 60), max_size=6))
def test_what_a_month_costs_does_not_depend_on_how_it_was_split(parts: list[int]) -> None:
    charged, already = Decimal(0), 0
    for items in parts:
        charged += fee_by_items(items, already)
        already += items
    assert charged == fee_by_items(already)


def test_no_fee_for_less_than_nothing() -> None:
    for fee in (fee_by_items, fee_by_pages):
        with pytest.raises(ValueError, match="负数"):
            fee(-1)
