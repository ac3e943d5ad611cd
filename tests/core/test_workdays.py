"""Working days of 2023–2026, deadlines, office hours."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from villagepub.core.workdays import (
    Deadline,
    WorkCalendar,
    WorkingHours,
    add_working_days,
    load_calendar,
    working_seconds,
)

CALENDARS = Path(__file__).parents[2] / "config" / "calendars"
NATIONAL = load_calendar(CALENDARS)
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = WorkingHours.parse(["08:30-12:00", "14:30-18:30"])


def test_the_announced_years_are_a_full_row() -> None:
    assert NATIONAL.years >= {2023, 2024, 2025, 2026}


@pytest.mark.parametrize(
    ("year", "worked", "weekends_worked", "weekdays_off"),
    [(2023, 249, 7, 18), (2024, 251, 8, 19), (2025, 248, 5, 18), (2026, 248, 6, 19)],
)
def test_each_year_has_its_count_of_working_days(
    year: int, worked: int, weekends_worked: int, weekdays_off: int
) -> None:
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    assert sum(map(NATIONAL.is_working_day, days)) == worked
    assert sum(day in NATIONAL.days_worked for day in days) == weekends_worked
    assert sum(day in NATIONAL.days_off for day in days) == weekdays_off


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        ("2023-01-28", True), ("2023-01-27", False), ("2023-01-30", True), ("2023-10-01", False),
        ("2024-02-09", True), ("2024-02-18", True), ("2024-10-07", False), ("2024-10-12", True),
        ("2025-01-26", True), ("2025-02-08", True), ("2025-10-08", False), ("2025-10-09", True),
        ("2026-02-23", False), ("2026-02-14", True), ("2026-09-20", True), ("2026-01-03", False),
    ],
)  # fmt: skip
def test_make_up_days_are_worked_and_holidays_are_not(day: str, is_worked: bool) -> None:
    assert NATIONAL.is_working_day(date.fromisoformat(day)) is is_worked


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ("2023-01-10", 7, "2023-01-19"), ("2023-01-10", 15, "2023-02-03"),
        ("2023-01-10", 20, "2023-02-10"), ("2023-01-10", 40, "2023-03-10"),
        ("2023-09-15", 7, "2023-09-26"), ("2023-09-15", 15, "2023-10-12"),
        ("2023-09-15", 20, "2023-10-19"), ("2023-09-15", 40, "2023-11-16"),
        ("2023-12-29", 7, "2024-01-10"), ("2023-12-29", 15, "2024-01-22"),
        ("2023-12-29", 20, "2024-01-29"), ("2023-12-29", 40, "2024-02-29"),
        ("2024-01-29", 7, "2024-02-06"), ("2024-01-29", 15, "2024-02-22"),
        ("2024-01-29", 20, "2024-02-29"), ("2024-01-29", 40, "2024-03-28"),
        ("2024-09-10", 7, "2024-09-20"), ("2024-09-10", 15, "2024-10-08"),
        ("2024-09-10", 20, "2024-10-14"), ("2024-09-10", 40, "2024-11-11"),
        ("2025-01-20", 7, "2025-02-05"), ("2025-01-20", 15, "2025-02-14"),
        ("2025-01-20", 20, "2025-02-21"), ("2025-01-20", 40, "2025-03-21"),
        ("2026-02-06", 7, "2026-02-24"), ("2026-02-06", 15, "2026-03-05"),
        ("2026-02-06", 20, "2026-03-12"), ("2026-02-06", 40, "2026-04-10"),
        # counting weekdays alone would be too early in September 2023 and too late here
        ("2024-05-06", 5, "2024-05-11"), ("2025-02-05", 3, "2025-02-08"),
        ("2023-06-12", 20, "2023-07-11"),
    ],
)  # fmt: skip
def test_deadlines(received: str, days: int, expected: str) -> None:
    deadline = add_working_days(NATIONAL, date.fromisoformat(received), days)
    assert deadline == Deadline(date.fromisoformat(expected), provisional=False, missing_years=())


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2024-05-10", "2024-05-10"),  # worked
        ("2024-05-11", "2024-05-11"),  # a Saturday that is worked
        ("2024-05-12", "2024-05-13"),  # a Sunday
        ("2024-10-01", "2024-10-08"),  # a holiday
    ],
)
def test_no_days_give_the_day_itself_or_the_next_worked(received: str, expected: str) -> None:
    assert add_working_days(NATIONAL, date.fromisoformat(received), 0).on == date.fromisoformat(expected)


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="不能为负数"):
        add_working_days(NATIONAL, date(2024, 1, 1), -1)


@given(st.dates(date(2023, 1, 1), date(2026, 6, 30)), st.integers(1, 60))
def test_a_deadline_is_a_working_day_with_that_many_after_receipt(received: date, days: int) -> None:
    on = add_working_days(NATIONAL, received, days).on
    after = [received + timedelta(days=n) for n in range(1, (on - received).days + 1)]
    assert NATIONAL.is_working_day(on)
    assert sum(map(NATIONAL.is_working_day, after)) == days


KNOWN = WorkCalendar(frozenset({2023, 2025}), frozenset(), frozenset())


def test_a_year_not_announced_gives_a_provisional_day() -> None:
    calendar = WorkCalendar(frozenset({2026}), NATIONAL.days_off, NATIONAL.days_worked)
    crossing = add_working_days(calendar, date(2026, 12, 10), 20)
    assert crossing == Deadline(date(2027, 1, 7), provisional=True, missing_years=(2027,))
    assert add_working_days(calendar, date(2026, 12, 30), 1) == Deadline(date(2026, 12, 31), False, ())


def test_only_days_that_are_looked_at_make_it_provisional() -> None:
    assert add_working_days(KNOWN, date(2024, 12, 31), 1) == Deadline(date(2025, 1, 1), False, ())
    assert add_working_days(KNOWN, date(2024, 12, 31), 0).missing_years == (2024,)
    assert add_working_days(KNOWN, date(2023, 12, 29), 300).missing_years == (2024,)
    assert add_working_days(KNOWN, date(2023, 12, 29), 700).missing_years == (2024, 2026)


def test_the_regions_days_are_off_as_well() -> None:
    ningxia = load_calendar(CALENDARS, [date(2023, 6, 29), date(2023, 6, 30)])
    assert add_working_days(ningxia, date(2023, 6, 12), 20).on == date(2023, 7, 13)
    assert not ningxia.is_working_day(date(2023, 6, 29))


def test_the_regions_day_wins_over_a_make_up_day_and_announces_no_year() -> None:
    regional = load_calendar(CALENDARS, [date(2023, 4, 23), date(2099, 3, 2)])
    assert not regional.is_working_day(date(2023, 4, 23))
    assert not regional.is_working_day(date(2099, 3, 2))
    assert 2099 not in regional.years


GOOD = "year: 2030\nnotice: 某号\ndays_off:\n  - 2030-01-01\ndays_worked:\n  - 2030-01-05\n"


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "2030.yaml").write_text(GOOD, encoding="utf-8")
    calendar = load_calendar(tmp_path)
    assert calendar == WorkCalendar(frozenset({2030}), frozenset({date(2030, 1, 1)}), frozenset({date(2030, 1, 5)}))


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (GOOD.replace("year: 2030", "year: 2031"), "与文件名的年份相同"),
        (GOOD.replace("year: 2030\n", ""), "与文件名的年份相同"),
        (GOOD.replace("notice: 某号\n", ""), "请填写放假通知的文号"),
        (GOOD.replace("2030-01-01", "2031-01-01"), "其他年份"),
        (GOOD.replace("2030-01-01", "一月一日"), "日期列表"),
        (GOOD.replace("2030-01-01", "2030-01-01 08:00:00"), "日期列表"),
        (GOOD.replace("2030-01-01", "2030-01-01\n  - 2030-01-01"), "重复"),
        (GOOD.replace("2030-01-05", "2030-01-04"), "不是周末"),
        (GOOD.replace("2030-01-01", "2030-01-05"), "既放假又上班"),
        (GOOD.replace("days_off:\n  - 2030-01-01\n", "days_off: []\n"), "尚未公布"),
        (GOOD.replace("days_worked:\n  - 2030-01-05\n", ""), "days_worked 须是"),
        ("[1, 2]", "与文件名的年份相同"),
        ("a: [", "YAML"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, content: str, remedy: str) -> None:
    (tmp_path / "2030.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=rf"2030\.yaml.*{remedy}"):
        load_calendar(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2030.yaml").write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(ValueError, match="UTF-8"):
        load_calendar(tmp_path)


def test_a_file_not_named_after_a_year_is_refused(tmp_path: Path) -> None:
    (tmp_path / "abc.yaml").write_text(GOOD.replace("year: 2030", "year: abc"), encoding="utf-8")
    with pytest.raises(ValueError, match="与文件名的年份相同"):
        load_calendar(tmp_path)


def test_a_folder_without_calendars_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="没有工作日历"):
        load_calendar(tmp_path / "none")


# --- hours ------------------------------------------------------------------------------------------------


def test_hours_are_parsed() -> None:
    assert HOURS.spans == ((time(8, 30), time(12)), (time(14, 30), time(18, 30)))
    assert WorkingHours.parse(["08:00-12:00", "12:00-16:00"]).spans[1] == (time(12), time(16))


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ([], "至少须有一段"),
        (["08:30"], "看不懂"),
        (["8:30-12:00"], "看不懂"),
        (["08:30-24:00"], "看不懂"),
        (["08:30-12:60"], "看不懂"),
        (["08:30–12:00"], "看不懂"),
        (["08:30-12:00\n"], "看不懂"),
        (["12:00-08:30"], "须晚于开始"),
        (["12:00-12:00"], "须晚于开始"),
        (["08:30-12:00", "11:59-18:00"], "不能重叠"),
        (["14:30-18:00", "08:30-12:00"], "按先后排列"),
    ],
)
def test_wrong_hours_are_refused_in_chinese(texts: list[str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        WorkingHours.parse(texts)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2024-05-10 08:30", "2024-05-10 12:00", 210),
        ("2024-05-10 00:00", "2024-05-11 00:00", 450),
        ("2024-05-10 12:00", "2024-05-10 14:30", 0),
        ("2024-05-10 11:00", "2024-05-10 15:00", 90),
        ("2024-05-10 18:00", "2024-05-11 09:00", 60),  # the Saturday is worked
        ("2024-05-11 18:00", "2024-05-13 09:00", 60),  # the Sunday is not
        ("2024-09-30 18:00", "2024-10-08 09:00", 60),
        ("2024-10-01 09:00", "2024-10-07 17:00", 0),
        ("2024-05-10 09:00", "2024-05-10 09:00", 0),
        ("2024-05-10 10:00", "2024-05-10 09:00", 0),
        ("2024-05-13 10:00", "2024-05-10 09:00", 0),
    ],
)
def test_working_seconds(start: str, end: str, minutes: int) -> None:
    assert working_seconds(NATIONAL, HOURS, at(start), at(end)) == minutes * 60


def test_instants_of_other_zones_are_counted_in_shanghai() -> None:
    start = datetime(2024, 5, 10, 0, 30, tzinfo=UTC)
    end = datetime(2024, 5, 10, 9, 0, 30, 999_999, tzinfo=timezone(timedelta(hours=7)))
    assert working_seconds(NATIONAL, HOURS, start, end) == 90 * 60 + 30


def test_instants_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="时区"):
        working_seconds(NATIONAL, HOURS, datetime(2024, 5, 10), at("2024-05-11"))  # noqa: DTZ001
    with pytest.raises(ValueError, match="时区"):
        working_seconds(NATIONAL, HOURS, at("2024-05-11"), datetime(2024, 5, 12))  # noqa: DTZ001


instants = st.datetimes(datetime(2024, 9, 20), datetime(2024, 10, 15), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def office_hours(draw: st.DrawFn) -> WorkingHours:
    marks = sorted(draw(st.lists(st.integers(0, 1439), min_size=2, max_size=6, unique=True)))
    texts = [f"{mark // 60:02}:{mark % 60:02}" for mark in marks[: len(marks) // 2 * 2]]
    return WorkingHours.parse([f"{a}-{b}" for a, b in zip(texts[::2], texts[1::2], strict=True)])


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(office_hours(), instants, instants)
def test_it_agrees_with_counting_minute_by_minute(hours: WorkingHours, start: datetime, end: datetime) -> None:
    start, end = (moment.replace(second=0, microsecond=0) for moment in (start, end))
    minutes = 0
    moment = start
    while moment < end:
        here = moment.astimezone(SHANGHAI)
        is_open = any(begins <= here.time() < ends for begins, ends in hours.spans)
        minutes += is_open and NATIONAL.is_working_day(here.date())
        moment += timedelta(minutes=1)
    assert working_seconds(NATIONAL, hours, start, end) == minutes * 60
