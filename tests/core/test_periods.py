"""Periods: how they are written, where they begin and end, which lie between two days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.core.periods import (
    Period,
    PeriodKind,
    last_month,
    month_before,
    month_bounds,
    month_of,
    months_between,
    periods_between,
)

MONTHLY, QUARTERLY = PeriodKind.MONTHLY, PeriodKind.QUARTERLY
HALF_YEARLY, YEARLY = PeriodKind.HALF_YEARLY, PeriodKind.YEARLY

days = st.dates(date(1901, 1, 1), date(2198, 12, 31))
kinds = st.sampled_from(PeriodKind)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2023-01", "2023年1月"),
        ("2023-Q4", "2023年第4季度"),
        ("2023-H1", "2023年上半年"),
        ("2023-H2", "2023年下半年"),
        ("2023", "2023年"),
    ],
)
def test_a_period_has_a_name_in_words(text: str, words: str) -> None:
    assert Period.parse(text).in_words == words


@pytest.mark.parametrize(
    ("text", "kind", "first", "last", "following"),
    [
        ("2023-11", MONTHLY, date(2023, 11, 1), date(2023, 11, 30), "2023-12"),
        ("2023-12", MONTHLY, date(2023, 12, 1), date(2023, 12, 31), "2024-01"),
        ("2024-02", MONTHLY, date(2024, 2, 1), date(2024, 2, 29), "2024-03"),
        ("2023-02", MONTHLY, date(2023, 2, 1), date(2023, 2, 28), "2023-03"),
        ("2100-02", MONTHLY, date(2100, 2, 1), date(2100, 2, 28), "2100-03"),
        ("2023-Q1", QUARTERLY, date(2023, 1, 1), date(2023, 3, 31), "2023-Q2"),
        ("2023-Q4", QUARTERLY, date(2023, 10, 1), date(2023, 12, 31), "2024-Q1"),
        ("2023-H1", HALF_YEARLY, date(2023, 1, 1), date(2023, 6, 30), "2023-H2"),
        ("2023-H2", HALF_YEARLY, date(2023, 7, 1), date(2023, 12, 31), "2024-H1"),
        ("2023", YEARLY, date(2023, 1, 1), date(2023, 12, 31), "2024"),
    ],
)
def test_a_period_knows_its_days(text: str, kind: PeriodKind, first: date, last: date, following: str) -> None:
    period = Period.parse(text)
    assert (period.kind, period.first_day, period.last_day) == (kind, first, last)
    assert str(period) == text
    assert str(period.next()) == following


@pytest.mark.parametrize(
    "text",
    [
        "", "2023-", "2023-00", "2023-13", "2023-1", "2023-001", "2023-Q0", "2023-Q5", "2023-Q01", "2023-H0",
        "2023-H3", "2023-q4", "2023-h2", "23-11", "2023/11", "202311", "2023-11-01", " 2023-11", "2023-11 ",
        "2023-11\n", "２０２３-11", "2023年11月", "0000", "1899", "2200-01", "9999-12", "2023Q4", "2023-Q",
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(ValueError, match=r"请.*2023|请核对年份"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("kind", "number"), [(MONTHLY, 13), (QUARTERLY, 5), (HALF_YEARLY, 3), (YEARLY, 2), (MONTHLY, 0)]
)
def test_a_year_has_no_more_periods_than_it_has(kind: PeriodKind, number: int) -> None:
    with pytest.raises(ValueError, match="没有这个周期"):
        Period(kind, 2023, number)


def test_nothing_comes_after_the_last_year() -> None:
    with pytest.raises(ValueError, match="2199"):
        Period.parse("2199-12").next()


@given(kinds, days)
def test_the_period_of_a_day_holds_it_and_reads_back(kind: PeriodKind, day: date) -> None:
    period = Period.of(kind, day)
    assert period.first_day <= day <= period.last_day
    assert Period.parse(str(period)) == period


@given(kinds, days)
def test_periods_follow_without_gap(kind: PeriodKind, day: date) -> None:
    period = Period.of(kind, day)
    assert period.next().first_day == period.last_day + timedelta(days=1)
    assert period < period.next()


def test_periods_are_in_the_order_of_their_days() -> None:
    texts = ["2024-01", "2023", "2023-Q1", "2023-01", "2023-H1", "2023-12", "2023-H2"]
    in_order = ["2023-01", "2023-Q1", "2023-H1", "2023", "2023-H2", "2023-12", "2024-01"]
    assert [str(period) for period in sorted(map(Period.parse, texts))] == in_order


def test_a_period_is_not_compared_with_anything_else() -> None:
    with pytest.raises(TypeError):
        assert Period.parse("2023") < "2024"  # type: ignore[operator]
    assert Period.parse("2023") != "2023"
    assert len({Period.parse("2023-Q1"), Period.parse("2023-Q1")}) == 1


@pytest.mark.parametrize(
    ("kind", "first", "last", "expected"),
    [
        (MONTHLY, date(2023, 11, 30), date(2023, 12, 31), ["2023-11", "2023-12"]),
        (MONTHLY, date(2023, 11, 30), date(2023, 12, 30), ["2023-11"]),
        (MONTHLY, date(2023, 12, 1), date(2023, 12, 30), []),
        (MONTHLY, date(2023, 12, 31), date(2023, 12, 31), ["2023-12"]),
        (QUARTERLY, date(2023, 3, 31), date(2024, 3, 30), ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4"]),
        (HALF_YEARLY, date(2023, 2, 1), date(2023, 12, 31), ["2023-H1", "2023-H2"]),
        (YEARLY, date(2023, 1, 1), date(2023, 12, 30), []),
        (YEARLY, date(2022, 6, 1), date(2023, 12, 31), ["2022", "2023"]),
        (MONTHLY, date(2024, 1, 1), date(2023, 1, 1), []),
        (YEARLY, date(2199, 1, 1), date(2300, 1, 1), ["2199"]),
    ],
)
def test_periods_between_end_within_both_days(kind: PeriodKind, first: date, last: date, expected: list[str]) -> None:
    assert [str(period) for period in periods_between(kind, first, last)] == expected


def test_months_between_counts_both_ends() -> None:
    assert months_between("2023-11", "2024-02") == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert months_between("2023-11", "2023-11") == ["2023-11"]
    assert months_between("2023-12", "2023-11") == []


@pytest.mark.parametrize(
    ("month", "number", "before"),
    [("2023-11", 1, "2023-10"), ("2024-01", 1, "2023-12"), ("2024-12", 12, "2023-12"), ("2023-11", 0, "2023-11")],
)
def test_the_month_that_lies_so_many_before(month: str, number: int, before: str) -> None:
    assert month_before(month, number) == before


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2023, 12, 5), "2023-11"),
        (date(2024, 1, 1), "2023-12"),
        (date(2024, 3, 31), "2024-02"),
    ],
)
def test_last_month_is_the_one_before_today_s(today: date, month: str) -> None:
    assert last_month(today) == month


@pytest.mark.parametrize("text", ["2023", "2023-Q1", "2023-H1", "2023-13", "x"])
def test_a_month_is_asked_for(text: str) -> None:
    with pytest.raises(ValueError, match="2023-11"):
        months_between(text, "2024-01")
    with pytest.raises(ValueError, match="2023-11"):
        month_bounds(text)
    with pytest.raises(ValueError, match="2023-11"):
        month_before(text)


def test_the_month_of_an_instant_is_counted_in_shanghai() -> None:
    assert month_of(datetime(2023, 11, 30, 15, 59, 59, tzinfo=UTC)) == "2023-11"
    assert month_of(datetime(2023, 11, 30, 16, tzinfo=UTC)) == "2023-12"
    with pytest.raises(ValueError, match="时区"):
        month_of(datetime(2023, 11, 30))  # noqa: DTZ001


def test_the_bounds_of_a_month_are_instants_in_utc() -> None:
    start, end = month_bounds("2023-11")
    assert (start, end) == (datetime(2023, 10, 31, 16, tzinfo=UTC), datetime(2023, 11, 30, 16, tzinfo=UTC))
    assert start.utcoffset() == timedelta()


@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_instant_lies_in_the_bounds_of_its_month(instant: datetime) -> None:
    start, end = month_bounds(month_of(instant))
    assert start <= instant < end
