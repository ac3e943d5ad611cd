"""The rules of the indicators, kind of row by kind of row: what counts above the line, what below, and what not."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagepub.clearance.models import KnownFinding
from villagepub.core import clock
from villagepub.disclosures.fulfilment import Duty, DutyStatus
from villagepub.ledgers.models import Complaint, ComplaintTally
from villagepub.review.queries import Submission
from villagepub.statistics import indicator_rules as rules
from villagepub.statistics.indicators import Indicator, Item, Measure, measures, over_months

VILLAGE, NEIGHBOUR, TOWNSHIP = "640104100202", "640104100203", "640104100000"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


def counts(items: list[Item]) -> list[tuple[int, int]]:
    return [(item.counted, item.of) for item in items]


# --- 及时率, 完整率 -----------------------------------------------------------------------------------------

PERIODIC = [
    # status, 及时率, 完整率
    (DutyStatus.FULFILLED, (1, 1), (1, 1)),
    (DutyStatus.LATE, (0, 1), (1, 1)),
    (DutyStatus.OVERDUE, (0, 1), (0, 1)),
    (DutyStatus.PENDING, (0, 0), (0, 0)),
    (DutyStatus.NOT_APPLICABLE, (0, 0), (0, 0)),
]


@pytest.mark.parametrize(("status", "timely", "complete"), PERIODIC)
def test_a_periodic_duty_counts_in_both_rates(
    status: DutyStatus, timely: tuple[int, int], complete: tuple[int, int]
) -> None:
    duty = Duty(VILLAGE, "C02", "2023-11", date(2023, 12, 10), status)
    found = list(rules.of_duties([duty], {}))
    assert [item.indicator for item in found] == [Indicator.TIMELINESS, Indicator.COMPLETENESS]
    assert counts(found) == [timely, complete]
    assert {item.month for item in found} == {"2023-12"}


@pytest.mark.parametrize(("status", "timely", "complete"), PERIODIC)
def test_an_event_is_in_time_or_not_but_makes_nothing_complete(
    status: DutyStatus, timely: tuple[int, int], complete: tuple[int, int]
) -> None:
    duty = Duty(VILLAGE, "C06", "2023-11-06", date(2023, 11, 13), status, disclosure="A", is_of_event=True)
    [item] = rules.of_duties([duty], {})
    assert (item.indicator, item.counted, item.of) == (Indicator.TIMELINESS, *timely)


@pytest.mark.parametrize("status", DutyStatus)
def test_a_provisional_day_gives_no_verdict(status: DutyStatus) -> None:
    duty = Duty(VILLAGE, "C06", "2026-12-31", date(2027, 1, 8), status, "A", due_is_provisional=True, is_of_event=True)
    [item] = rules.of_duties([duty], {})
    assert (item.counted, item.of, item.counts_in) == (0, 0, "none")
    assert measures([item], ledger_is_entered=True)[Indicator.TIMELINESS] == Measure(0, 0, "—", provisional=1)


def test_a_corrected_event_keeps_the_name_of_its_original() -> None:
    duty = Duty(VILLAGE, "C06", "2023-11-06", date(2023, 11, 13), DutyStatus.LATE, "C", is_of_event=True)
    [before] = rules.of_duties([duty], {})
    [after] = rules.of_duties([duty], {"C": "A"})
    assert (before.key, after.key) == ("C06-C", "C06-A")


@given(st.lists(st.tuples(st.sampled_from(DutyStatus), st.booleans(), st.booleans()), max_size=20))
def test_no_rate_is_above_one_and_late_never_helps(rows: list[tuple[DutyStatus, bool, bool]]) -> None:
    duties = [
        Duty(VILLAGE, f"C{n:02}", "2023-11", date(2023, 12, 10), status, "A", None, provisional and event, event)
        for n, (status, provisional, event) in enumerate(rows)
    ]
    found = measures(rules.of_duties(duties, {}), ledger_is_entered=True)
    for indicator in (Indicator.TIMELINESS, Indicator.COMPLETENESS):
        assert 0 <= (found[indicator].numerator or 0) <= (found[indicator].denominator or 0)
    in_time = sum(status == DutyStatus.FULFILLED and not (p and e) for status, p, e in rows)
    assert found[Indicator.TIMELINESS].numerator == in_time


# --- 覆盖率 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("joined", "today", "of"),
    [
        ("2023-11-01", "2024-01-05", 1),
        ("2023-11-30", "2024-01-05", 1),  # in the middle of the month, on its last day even
        ("2023-12-01", "2024-01-05", 0),  # after its last day
        ("2023-11-20", "2023-11-20", 1),
        ("2023-11-21", "2023-11-20", 0),  # not yet, as of today
    ],
)
def test_the_villages_are_those_on_the_platform_on_the_last_day(joined: str, today: str, of: int) -> None:
    found = list(rules.of_coverage({VILLAGE: date.fromisoformat(joined)}, {}, ["2023-11"], date.fromisoformat(today)))
    assert counts(found) == [(0, 1)] * of


@pytest.mark.parametrize(("published", "counted"), [(0, 0), (1, 1), (9, 1)])
def test_a_village_is_covered_by_one_publication(published: int, counted: int) -> None:
    joined = {VILLAGE: date(2023, 11, 1), NEIGHBOUR: date(2023, 11, 1)}
    found = rules.of_coverage(joined, {(VILLAGE, "2023-11"): published}, ["2023-11"], date(2023, 12, 5))
    measure = measures(found, ledger_is_entered=True)[Indicator.COVERAGE]
    assert (measure.numerator, measure.denominator) == (counted, 2)


def test_a_quarter_is_covered_by_any_of_its_months_and_has_the_villages_of_its_last() -> None:
    joined = {VILLAGE: date(2023, 10, 1), NEIGHBOUR: date(2023, 12, 1)}
    months = ["2023-10", "2023-11", "2023-12"]
    items = rules.of_coverage(joined, {(VILLAGE, "2023-10"): 3}, months, date(2024, 1, 5))
    found = over_months(items)
    assert [(item.division, item.counted, item.of) for item in found] == [(VILLAGE, 1, 1), (NEIGHBOUR, 0, 1)]


def test_a_village_that_left_before_the_last_month_is_not_of_the_quarter() -> None:
    gone = Item(Indicator.COVERAGE, "2023-10", NEIGHBOUR, "village", 1, 1, "published")
    stays = [Item(Indicator.COVERAGE, month, VILLAGE, "village", 0, 1, "published") for month in ("2023-10", "2023-11")]
    assert [item.division for item in over_months([gone, *stays])] == [VILLAGE]


# --- 回应率, 按期回应率 --------------------------------------------------------------------------------------


def complaint(received: str, answered: str | None) -> Complaint:
    return Complaint(
        id="A", township=TOWNSHIP, received_at=at(received), answered_at=at(answered) if answered else None
    )


@pytest.mark.parametrize(
    ("received", "answered", "month", "counted"),
    [
        ("2023-11-06 09:00", None, "2023-11", 0),
        ("2023-11-06 09:00", "2023-11-06 09:01", "2023-11", 1),
        ("2023-11-06 09:00", "2024-05-01 09:00", "2023-11", 1),  # however late: another rate says when
        ("2023-11-30 23:59", "2023-12-01 00:01", "2023-11", 1),
        ("2023-12-01 00:00", None, "2023-12", 0),
    ],
)
def test_a_complaint_counts_in_the_month_of_its_receipt(
    received: str, answered: str | None, month: str, counted: int
) -> None:
    [item] = rules.of_complaints([complaint(received, answered)])
    assert (item.month, item.counted, item.of) == (month, counted, 1)


@pytest.mark.parametrize(
    ("answered", "today", "counted", "of"),
    [
        ("2023-11-26 23:59", "2024-01-05", 1, 1),  # received on 6 November, 20 days
        ("2023-11-27 00:00", "2024-01-05", 0, 1),
        (None, "2023-11-26", 0, 0),  # the last day is not over
        (None, "2023-11-27", 0, 1),
    ],
)
def test_an_answer_is_in_time_until_the_end_of_the_last_day(
    answered: str | None, today: str, counted: int, of: int
) -> None:
    row = complaint("2023-11-06 09:00", answered)
    [item] = rules.of_answers_due([row], {TOWNSHIP: 20}, date.fromisoformat(today))
    assert (item.month, item.due_on, item.counted, item.of) == ("2023-11", "2023-11-26", counted, of)


def test_an_answer_counts_in_the_month_in_which_it_fell_due() -> None:
    [item] = rules.of_answers_due([complaint("2023-11-20 09:00", None)], {TOWNSHIP: 20}, date(2024, 1, 5))
    assert (item.month, item.due_on) == ("2023-12", "2023-12-10")


@pytest.mark.parametrize("answer_days", [{}, {TOWNSHIP: None}])
def test_a_township_without_a_rule_gets_no_verdict_on_time(answer_days: dict[str, int | None]) -> None:
    assert list(rules.of_answers_due([complaint("2023-11-20 09:00", None)], answer_days, date(2024, 1, 5))) == []


def test_a_tally_answers_how_many_and_not_when() -> None:
    tally = ComplaintTally(id="A", township=TOWNSHIP, period="2023-11", received=24, answered=20)
    [item] = rules.of_tallies([tally])
    assert (item.counted, item.of, item.counts_in) == (20, 24, "part")
    found = measures([item], ledger_is_entered=True)
    assert found[Indicator.RESPONSE] == Measure(20, 24, "83.3%")
    assert found[Indicator.RESPONSE_ON_TIME] == Measure(0, 0, "—")


def test_no_complaint_is_unknown_until_the_ledger_is_declared() -> None:
    unknown = measures([], ledger_is_entered=False)
    none = measures(rules.of_declarations([(TOWNSHIP, 2023)], ["2023-11"]), ledger_is_entered=True)
    for indicator in (Indicator.RESPONSE, Indicator.RESPONSE_ON_TIME):
        assert unknown[indicator] == Measure(None, None, "未填报")
        assert none[indicator] == Measure(0, 0, "—")


def test_a_declaration_is_of_its_own_year() -> None:
    assert list(rules.of_declarations([(TOWNSHIP, 2022)], ["2023-11"])) == []


# --- 退回率, 隐私差错 ----------------------------------------------------------------------------------------


def submission(disclosure: str, opened: str, *, returned: bool) -> Submission:
    return Submission(disclosure, VILLAGE, "C02", at(opened), returned)


@pytest.mark.parametrize(
    ("outcomes", "counted"), [([False], 0), ([True], 1), ([True, False], 1), ([False, True], 1), ([True, True], 1)]
)
def test_an_item_is_returned_when_any_of_its_submissions_was(outcomes: list[bool], counted: int) -> None:
    rows = [submission("A", f"2023-11-{n + 6:02} 09:00", returned=outcome) for n, outcome in enumerate(outcomes)]
    assert counts(list(rules.of_submissions(rows))) == [(counted, 1)]


def test_an_item_submitted_in_two_months_counts_once_in_their_quarter() -> None:
    rows = [submission("A", "2023-11-30 09:00", returned=True), submission("A", "2023-12-01 09:00", returned=False)]
    months = list(rules.of_submissions(rows))
    assert [(item.month, item.counted) for item in months] == [("2023-11", 1), ("2023-12", 0)]
    assert counts(over_months(months)) == [(1, 1)]


@pytest.mark.parametrize(
    ("found_at", "published_at", "slips"),
    [
        ("2023-11-06 09:01", "2023-11-06 09:00", 1),
        ("2023-11-06 09:00", "2023-11-06 09:00", 0),
        ("2023-11-06 08:59", "2023-11-06 09:00", 0),  # was known, and let pass
        ("2023-11-06 09:01", None, 0),  # never was public
    ],
)
def test_a_slip_is_found_after_publication(found_at: str, published_at: str | None, slips: int) -> None:
    finding = KnownFinding(disclosure_id="A", village=VILLAGE, found_at=at(found_at))
    found = list(rules.of_slips([finding], {"A": at(published_at) if published_at else None}))
    assert [(item.month, item.counted, item.of, item.counts_in) for item in found] == [
        ("2023-11", 1, 0, "numerator")
    ] * slips


def test_two_passages_of_one_item_are_one_slip() -> None:
    findings = [KnownFinding(disclosure_id="A", village=VILLAGE, found_at=at(f"2023-11-0{n} 09:00")) for n in (7, 8)]
    found = rules.of_slips(findings, {"A": at("2023-11-06 09:00")})
    assert measures(found, ledger_is_entered=True)[Indicator.PRIVACY_SLIPS] == Measure(1, None, None)


# --- the whole and its parts --------------------------------------------------------------------------------

ITEMS = st.lists(
    st.builds(
        lambda village, key, counted, of: Item("timeliness", "2023-11", village, key, min(counted, of), of, "late"),
        st.sampled_from([VILLAGE, NEIGHBOUR]),
        st.text("abc", min_size=1, max_size=3),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=20,
    unique_by=lambda item: item.place,
)


@given(ITEMS)
def test_the_whole_is_the_sum_of_its_villages(items: list[Item]) -> None:
    whole = measures(items, ledger_is_entered=True)[Indicator.TIMELINESS]
    parts = [
        measures([i for i in items if i.division == village], ledger_is_entered=True)[Indicator.TIMELINESS]
        for village in (VILLAGE, NEIGHBOUR)
    ]
    assert whole.numerator == sum(part.numerator or 0 for part in parts)
    assert whole.denominator == sum(part.denominator or 0 for part in parts)


@given(ITEMS)
def test_one_month_by_itself_is_as_it_is(items: list[Item]) -> None:
    assert over_months(items) == sorted(items, key=lambda item: item.place)


@given(ITEMS)
def test_an_item_survives_being_stored(items: list[Item]) -> None:
    assert [Item(**item.as_json()) for item in items] == items
