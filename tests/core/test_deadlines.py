"""Deadlines of 2019–2026 by the nation's days and by those of 宁夏, and what a later notice may move."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.base import PROJECT
from villagepub.core.calendar_years import NATION, CalendarYear, read_folder
from villagepub.core.workdays import WorkCalendar, add_working_days, explain

YEARS = read_folder(PROJECT / "config" / "calendars")
NATIONAL = WorkCalendar.of(year for year in YEARS if year.is_national)
NINGXIA = WorkCalendar.of(YEARS)
REGION = "640000000000"


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "days", "national", "ningxia"),
    [
        ("2019-01-25", 7, "2019-02-03", "2019-02-03"),
        ("2019-01-25", 20, "2019-02-27", "2019-02-27"),
        ("2019-04-22", 5, "2019-04-28", "2019-04-28"),
        ("2019-04-22", 7, "2019-04-30", "2019-04-30"),
        ("2019-04-26", 3, "2019-04-30", "2019-04-30"),
        ("2019-05-31", 3, "2019-06-05", "2019-06-10"),
        ("2019-05-28", 7, "2019-06-06", "2019-06-11"),
        ("2019-08-05", 7, "2019-08-14", "2019-08-16"),
        ("2019-08-05", 15, "2019-08-26", "2019-08-28"),
        ("2019-09-25", 7, "2019-10-10", "2019-10-10"),
        ("2019-12-27", 15, "2020-01-19", "2020-01-19"),
        ("2019-12-31", 1, "2020-01-02", "2020-01-02"),
        ("2020-01-17", 1, "2020-01-19", "2020-01-19"),
        ("2020-01-20", 7, "2020-02-06", "2020-02-06"),
        ("2020-01-20", 15, "2020-02-18", "2020-02-18"),
        ("2020-01-22", 20, "2020-02-27", "2020-02-27"),
        ("2020-04-24", 7, "2020-05-07", "2020-05-07"),
        ("2020-05-18", 7, "2020-05-27", "2020-05-29"),
        ("2020-06-19", 7, "2020-07-01", "2020-07-01"),
        ("2020-07-23", 7, "2020-08-03", "2020-08-05"),
        ("2020-07-01", 20, "2020-07-29", "2020-07-29"),
        ("2020-09-25", 7, "2020-10-12", "2020-10-12"),
        ("2020-12-24", 7, "2021-01-05", "2021-01-05"),
        ("2021-02-05", 1, "2021-02-07", "2021-02-07"),
        ("2021-02-05", 7, "2021-02-20", "2021-02-20"),
        ("2021-02-01", 20, "2021-03-04", "2021-03-04"),
        ("2021-04-23", 7, "2021-05-06", "2021-05-06"),
        ("2021-05-06", 5, "2021-05-12", "2021-05-12"),
        ("2021-05-06", 20, "2021-06-02", "2021-06-04"),
        ("2021-07-12", 7, "2021-07-21", "2021-07-23"),
        ("2021-09-14", 7, "2021-09-24", "2021-09-24"),
        ("2021-09-14", 20, "2021-10-18", "2021-10-18"),
        ("2021-12-24", 7, "2022-01-05", "2022-01-05"),
        ("2022-01-26", 5, "2022-02-07", "2022-02-07"),
        ("2022-01-26", 20, "2022-02-28", "2022-02-28"),
        ("2022-03-30", 5, "2022-04-07", "2022-04-07"),
        ("2022-04-22", 7, "2022-05-05", "2022-05-05"),
        ("2022-04-20", 20, "2022-05-19", "2022-05-19"),
        ("2022-07-04", 7, "2022-07-13", "2022-07-15"),
        ("2022-06-20", 20, "2022-07-18", "2022-07-20"),
        ("2022-09-26", 15, "2022-10-20", "2022-10-20"),
        ("2022-12-28", 7, "2023-01-09", "2023-01-09"),
        ("2023-04-14", 7, "2023-04-24", "2023-04-24"),
        ("2023-06-12", 20, "2023-07-11", "2023-07-13"),
        ("2023-06-21", 7, "2023-07-03", "2023-07-05"),
        ("2023-06-16", 15, "2023-07-10", "2023-07-12"),
        ("2023-12-26", 20, "2024-01-24", "2024-01-24"),
        ("2024-02-02", 7, "2024-02-18", "2024-02-18"),
        ("2024-04-03", 15, "2024-04-25", "2024-04-25"),
        ("2024-09-10", 20, "2024-10-14", "2024-10-14"),
        ("2024-12-25", 15, "2025-01-16", "2025-01-16"),
        ("2025-01-23", 3, "2025-01-27", "2025-01-27"),
        ("2025-01-23", 20, "2025-02-26", "2025-02-26"),
        ("2025-04-24", 7, "2025-05-07", "2025-05-07"),
        ("2025-09-26", 7, "2025-10-13", "2025-10-13"),
        ("2025-12-26", 15, "2026-01-19", "2026-01-19"),
        ("2026-02-11", 7, "2026-02-27", "2026-02-27"),
        ("2026-02-11", 20, "2026-03-17", "2026-03-17"),
        ("2026-04-30", 7, "2026-05-13", "2026-05-13"),
        ("2026-09-18", 7, "2026-09-29", "2026-09-29"),
        ("2026-09-24", 15, "2026-10-22", "2026-10-22"),
    ],
)
def test_deadlines_of_eight_years(received: str, days: int, national: str, ningxia: str) -> None:
    assert add_working_days(NATIONAL, day(received), days).on == day(national)
    assert add_working_days(NINGXIA, day(received), days).on == day(ningxia)


@pytest.mark.parametrize(
    ("year", "worked", "weekends_worked", "weekdays_off"),
    [(2019, 250, 6, 17), (2020, 249, 6, 19), (2021, 250, 7, 18), (2022, 249, 7, 18)],
)
def test_the_earlier_years_have_their_counts_of_days(
    year: int, worked: int, weekends_worked: int, weekdays_off: int
) -> None:
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    assert sum(map(NATIONAL.is_working_day, days)) == worked
    assert sum(day in NATIONAL.days_worked for day in days) == weekends_worked
    assert sum(day in NATIONAL.days_off for day in days) == weekdays_off


# --- what is not known --------------------------------------------------------------------------------------


def test_a_year_whose_regional_notice_is_missing_stands_and_says_so() -> None:
    deadline = add_working_days(NINGXIA, day("2023-12-26"), 20)
    assert (deadline.on, deadline.provisional, deadline.missing_years) == (day("2024-01-24"), False, ())
    assert [(gap.region.code, gap.year) for gap in deadline.regional_gaps] == [(REGION, 2024)]
    [caveat] = deadline.caveats
    assert "宁夏 2024 年开斋节、古尔邦节放假通知未录入" in caveat
    assert "按全国安排" in caveat
    assert add_working_days(NINGXIA, day("2023-06-12"), 20).caveats == ()
    assert add_working_days(NATIONAL, day("2023-12-26"), 20).caveats == ()


def test_a_region_is_not_asked_for_the_years_before_its_first_notice() -> None:
    late = WorkCalendar.of(year for year in YEARS if year.is_national or year.year > 2020)
    assert add_working_days(late, day("2020-06-01"), 20).regional_gaps == ()
    assert add_working_days(late, day("2018-06-01"), 5).missing_years == (2018,)


def test_a_year_nobody_knows_is_provisional_and_names_the_region_too() -> None:
    deadline = add_working_days(NINGXIA, day("2026-12-10"), 20)
    assert (deadline.on, deadline.provisional, deadline.missing_years) == (day("2027-01-07"), True, (2027,))
    assert [gap.year for gap in deadline.regional_gaps] == [2026, 2027]
    assert deadline.caveats[0] == "2027 年的放假通知尚未公布或未录入，到期日是暂定的，录入后自动重算。"


# --- why ----------------------------------------------------------------------------------------------------


def test_every_day_on_the_way_is_explained_by_its_notice() -> None:
    assert [change.sentence for change in explain(NINGXIA, day("2023-06-19"), 9)] == [
        "2023-06-22（星期四）放假：国办发明电〔2022〕16号",
        "2023-06-23（星期五）放假：国办发明电〔2022〕16号",
        "2023-06-25（星期日）上班：国办发明电〔2022〕16号",
        "2023-06-29（星期四）放假：宁夏，宁夏回族自治区人民政府办公厅关于 2023 年部分节假日安排的通知",
        "2023-06-30（星期五）放假：宁夏，宁夏回族自治区人民政府办公厅关于 2023 年部分节假日安排的通知",
    ]
    assert explain(NATIONAL, day("2023-07-03"), 5) == ()


@pytest.mark.parametrize(
    ("on", "notice"),
    [
        ("2019-04-30", None),
        ("2019-05-01", "国办发明电〔2018〕15号"),
        ("2019-05-02", "国办发明电〔2019〕3号"),
        ("2019-05-05", "国办发明电〔2019〕3号"),
        ("2020-01-30", "国办发明电〔2019〕16号"),
        ("2020-01-31", "国办发明电〔2020〕1号"),
        ("2020-02-01", None),
    ],
)
def test_a_day_that_was_changed_later_names_the_later_notice(on: str, notice: str | None) -> None:
    change = NATIONAL.change_of(day(on))
    assert (change and change.notice) == notice


received = st.dates(date(2019, 1, 1), date(2026, 10, 1))


@given(received, st.integers(1, 60))
def test_the_explained_days_are_all_that_parts_it_from_weekdays(start: date, days: int) -> None:
    on = add_working_days(NINGXIA, start, days).on
    after = [start + timedelta(days=n) for n in range(1, (on - start).days + 1)]
    changes = explain(NINGXIA, start, days)
    moved = sum(1 if change.is_worked else -1 for change in changes)
    assert sum(day.weekday() < 5 for day in after) + moved == days


# --- what arrives -------------------------------------------------------------------------------------------


def test_the_regions_order_wins_over_the_nations_and_the_places_own_over_both() -> None:
    weekend = day("2023-04-23")  # a Sunday that the nation works
    regional = CalendarYear(
        REGION, 2023, "某号", frozenset({weekend}), frozenset({day("2023-04-22")}), "宁夏", ("开斋节",)
    )
    calendar = WorkCalendar.of([regional, *(year for year in YEARS if year.is_national)], [day("2023-04-24")])
    assert [calendar.is_working_day(weekend + timedelta(days=n)) for n in (-1, 0, 1, 2)] == [True, False, False, True]
    change = calendar.change_of(day("2023-04-24"))
    assert change is not None
    assert "乡镇文件" in change.sentence


def test_the_edition_changes_with_a_day_a_notice_or_a_year_and_with_nothing_else() -> None:
    def edition(*years: CalendarYear, own: tuple[date, ...] = ()) -> str:
        return WorkCalendar.of(years, own).edition

    first = CalendarYear(NATION, 2030, "甲号", frozenset({day("2030-01-01")}), frozenset())
    more = CalendarYear(NATION, 2030, "甲号", frozenset({day("2030-01-01"), day("2030-01-02")}), frozenset())
    noted = CalendarYear(NATION, 2030, "乙号", frozenset({day("2030-01-01")}), frozenset())
    quiet = CalendarYear(REGION, 2030, "丙号", frozenset(), frozenset(), "宁夏", ("开斋节",))
    editions = [
        edition(first),
        edition(more),
        edition(noted),
        edition(first, quiet),
        edition(first, own=(day("2030-01-03"),)),
    ]
    assert len(set(editions)) == 5
    assert edition(first) == edition(CalendarYear(NATION, 2030, "甲号", frozenset({day("2030-01-01")}), frozenset()))
    assert WorkCalendar.of(YEARS).edition == WorkCalendar.of(reversed(YEARS)).edition


@st.composite
def years_of(draw: st.DrawFn, number: int, region: str) -> CalendarYear:
    """Any notice of one year."""
    first = date(number, 1, 1)
    days = draw(st.sets(st.integers(0, 364), min_size=1, max_size=40))
    chosen = {first + timedelta(days=n): draw(st.booleans()) for n in sorted(days)}
    return CalendarYear(
        region,
        number,
        "某号",
        frozenset(day for day, off in chosen.items() if off),
        frozenset(day for day, off in chosen.items() if not off and day.weekday() > 4),
        "" if region == NATION else "宁夏",
        () if region == NATION else ("开斋节",),
    )


limits = st.tuples(st.dates(date(2023, 1, 1), date(2027, 12, 31)), st.integers(0, 60))


@pytest.mark.slow
@settings(deadline=None)
@given(st.data(), st.integers(2023, 2027), st.lists(limits, min_size=1, max_size=20))
def test_a_year_that_arrives_moves_only_what_said_that_it_was_missing(
    data: st.DataObject, number: int, asked: list[tuple[date, int]]
) -> None:
    before = WorkCalendar.of(year for year in YEARS if year.year < number)
    national = WorkCalendar.of([*(year for year in YEARS if year.year < number), data.draw(years_of(number, NATION))])
    regional = WorkCalendar.of([*(year for year in YEARS if year.year < number), data.draw(years_of(number, REGION))])
    for start, days in asked:
        was = add_working_days(before, start, days)
        if number not in was.missing_years:
            assert add_working_days(national, start, days).on == was.on
        if number not in [gap.year for gap in was.regional_gaps]:
            assert add_working_days(regional, start, days).on == was.on
        if not was.provisional:
            now = add_working_days(national, start, days)
            assert (now.on, now.provisional) == (was.on, False)
