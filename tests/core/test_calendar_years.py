"""Files of years, the nation's and regions': read whole, refused with every fault, kept without loss."""

from pathlib import Path

import pytest

from config.base import PROJECT
from villagepub.core.calendar_years import NATION, CalendarRefused, CalendarYear, read_folder, read_year

CALENDARS = PROJECT / "config" / "calendars"
NATIONAL = "year: 2030\nnotice: 某号\ndays_off: [2030-01-01]\ndays_worked: [2030-01-05]\n"
REGIONAL = 'region: "640000000000"\nname: 宁夏\nholidays: [开斋节]\n' + NATIONAL


def read(text: str) -> CalendarYear:
    return read_year("新.yaml", text.encode())


def test_the_shipped_years() -> None:
    years = {(year.region, year.year) for year in read_folder(CALENDARS)}
    assert {(NATION, number) for number in range(2019, 2027)} <= years
    assert {("640000000000", number) for number in range(2019, 2024)} <= years


def test_every_shipped_year_that_was_not_seen_in_the_original_says_so() -> None:
    for year in read_folder(CALENDARS):
        assert year.notice
        assert year.is_national or "核对" in str(year.source)


def test_every_shipped_year_of_the_nation_says_when_it_was_announced() -> None:
    announced = {year.year: year.announced_on for year in read_folder(CALENDARS) if year.is_national}
    assert {year: day is not None and day.year == year - 1 for year, day in announced.items()} == dict.fromkeys(
        range(2019, 2027), True
    )


def test_a_year_is_stored_without_loss() -> None:
    for year in read_folder(CALENDARS):
        assert CalendarYear.from_json(year.as_json()) == year


def test_a_regions_year_may_be_without_a_weekday_off() -> None:
    year = read(REGIONAL.replace("days_off: [2030-01-01]", "days_off: []"))
    assert (year.region, year.name, year.holidays, year.days_off) == ("640000000000", "宁夏", ("开斋节",), frozenset())


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        (NATIONAL.replace("2030", "1830"), "2000 至 2099"),
        (NATIONAL.replace("year: 2030", "year: '2030'"), "2000 至 2099"),
        (NATIONAL.replace("days_off", "day_off"), "看不懂的项 day_off"),
        (NATIONAL + "name: 宁夏\n", "看不懂的项 name"),
        (NATIONAL + "announced_on: 去年\n", "announced_on 须是日期"),
        (NATIONAL + "source: 3\n", "缺少 source"),
        (NATIONAL + "amendments: 乙号\n", "amendments 须是"),
        (NATIONAL + "amendments: [{notice: 乙号}]\n", "amendments 须是"),
        (NATIONAL + "amendments: [{notice: 乙号, days: [2030-01-02]}]\n", "2030-01-02 既不在 days_off"),
        (REGIONAL.replace('"640000000000"', "640000000000"), "加引号的 12 位区划代码"),
        (REGIONAL.replace("640000000000", "64"), "12 位区划代码"),
        (REGIONAL.replace("name: 宁夏\n", ""), "地区的简称"),
        (REGIONAL.replace("holidays: [开斋节]\n", ""), "列出地区的节日"),
        (NATIONAL + "amendments: [{notice: 乙号, days: [[1]]}]\n", "既不在 days_off"),
        ("&a [*a]", "year 须是"),
        ("year: *a", "YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_the_remedy(text: str, remedy: str) -> None:
    with pytest.raises(CalendarRefused, match=rf"新\.yaml.*{remedy}"):
        read(text)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(CalendarRefused) as refused:
        read("year: 2030\ndays_off: [2031-01-01]\ndays_worked: [2030-01-04]\nextra: 1\n")
    lines = str(refused.value).split("\n")
    assert len(lines) == 5
    assert all(line.startswith("工作日历 新.yaml ") for line in lines)


def test_a_regions_file_lies_in_the_folder_of_its_code(tmp_path: Path) -> None:
    (tmp_path / "2030.yaml").write_text(NATIONAL, encoding="utf-8")
    (tmp_path / "650000000000").mkdir()
    (tmp_path / "650000000000" / "2030.yaml").write_text(REGIONAL, encoding="utf-8")
    with pytest.raises(CalendarRefused, match="region 须与所在文件夹相同"):
        read_folder(tmp_path)
