"""The sample disclosures are as many as asked for, plausible, add up, and hold nobody's data."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from villagepub.demo.samples import (
    Entry,
    Sample,
    Village,
    read_entries,
    read_villages,
    sample_disclosures,
    shares,
)
from villagepub.demo.texts import entry_texts
from villagepub.demo.texts.spans import last_day

TOWNSHIP = Path(__file__).parents[2] / "config" / "townships" / "zhangzheng"
TOTAL = 394
VILLAGES: list[Village] = read_villages(TOWNSHIP / "divisions.csv")
ENTRIES: list[Entry] = read_entries(TOWNSHIP / "catalogue.csv")
BY_CODE = {entry.code: entry for entry in ENTRIES}
SAMPLES: list[Sample] = sample_disclosures(VILLAGES, ENTRIES, TOTAL)
PERIOD_SHAPES = {
    "monthly": r"\d{4}-(0[1-9]|1[0-2])",
    "quarterly": r"\d{4}-Q[1-4]",
    "half_yearly": r"\d{4}-H[12]",
    "yearly": r"\d{4}",
    "": r"(?!)",
}


def _texts(sample: Sample) -> list[tuple[str, str]]:
    """Every title and body that the sample has in its life."""
    others = [part for part in (sample.returned, sample.correction, sample.replacement) if part]
    return [(sample.title, sample.body), *((part.title, part.body) for part in others)]


ALL_TEXTS = [text for sample in SAMPLES for text in _texts(sample)]


@dataclass
class Grid:
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects the tables of a body, its tags and its text."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.tables: list[Grid] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs
        self.tags.append(tag)
        if tag == "table":
            self.tables.append(Grid())
        if tag == "td" and len(self.tables[-1].rows[-1:]) == 0:
            self.tables[-1].rows.append([])

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr":
            self.tables[-1].rows.append([])

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.tags[-1] == "th":
            self.tables[-1].heads.append(data)
        if self.tags[-1] == "td":
            self.tables[-1].rows[-1].append(data)


def _tables(body: str) -> list[Grid]:
    tables = _Reader(body).tables
    for table in tables:
        table.rows = [row for row in table.rows if row]
    return tables


ALL_TABLES = [table for _, body in ALL_TEXTS for table in _tables(body)]


def _number(cell: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.-]+$", "", cell) or 0)


# How many


def test_as_many_samples_as_asked_for_whatever_their_course() -> None:
    assert len(SAMPLES) == TOTAL


def test_every_village_on_the_platform_has_some_and_they_differ() -> None:
    counts = Counter(sample.village for sample in SAMPLES)
    assert set(counts) == {village.code for village in VILLAGES}
    assert len(set(counts.values())) > len(VILLAGES) / 2


def test_every_entry_of_the_catalogue_appears() -> None:
    assert {sample.entry for sample in SAMPLES} == set(BY_CODE)


def test_the_courses_are_told_in_full() -> None:
    courses = Counter(sample.course for sample in SAMPLES)
    assert (courses["returned"], courses["corrected"], courses["replaced"]) == (24, 10, 6)
    for sample in SAMPLES:
        assert (sample.returned is not None) == (sample.course == "returned")
        assert (sample.correction is not None) == (sample.course == "corrected")
        assert (sample.replacement is not None) == (sample.course == "replaced")
        assert len({body for _, body in _texts(sample)}) == len(_texts(sample))


def test_a_few_have_nothing_to_report() -> None:
    nil = [sample for sample in SAMPLES if sample.nothing_to_report]
    assert 4 <= len(nil) <= 12
    assert all("无" in sample.title and sample.course == "straight" for sample in nil)


@pytest.mark.parametrize("total", [120, 250, TOTAL])
def test_other_totals_are_met_as_well(total: int) -> None:
    assert len(sample_disclosures(VILLAGES, ENTRIES, total)) == total
    assert sum(shares(VILLAGES, total)) == total


def test_more_than_the_villages_could_publish_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot have"):
        sample_disclosures(VILLAGES, ENTRIES, 5000)


def test_the_same_question_gets_the_same_answer() -> None:
    assert sample_disclosures(VILLAGES, ENTRIES, TOTAL) == SAMPLES


# When


def test_moments_rise_through_office_hours_of_both_months() -> None:
    moments = [sample.drafted_at for sample in SAMPLES]
    assert moments == sorted(set(moments))
    assert all(_in_office_hours(moment) for moment in moments)
    months = Counter(moment.month for moment in moments)
    assert set(months) == {11, 12}
    assert min(months.values()) > TOTAL / 3


def _in_office_hours(moment: datetime) -> bool:
    assert moment.utcoffset() == timedelta(hours=8)
    hour = moment.time()
    return moment.weekday() < 5 and (time(8, 30) <= hour < time(12) or time(14, 30) <= hour < time(18))


def test_the_year_leaves_time_for_every_course() -> None:
    last_start = {
        "straight": date(2023, 12, 26),
        "returned": date(2023, 12, 20),
        "corrected": date(2023, 12, 12),
        "replaced": date(2023, 12, 12),
    }
    assert all(sample.drafted_at.date() <= last_start[sample.course] for sample in SAMPLES)


def test_every_sample_has_either_a_period_or_the_day_of_an_event() -> None:
    for sample in SAMPLES:
        assert (sample.period is None) != (sample.event_on is None)


def test_periods_suit_the_frequency_and_have_ended() -> None:
    for sample in SAMPLES:
        if sample.period is None:
            continue
        entry = BY_CODE[sample.entry]
        frequency = entry.also_summarised if entry.frequency == "on_event" else entry.frequency
        assert re.fullmatch(PERIOD_SHAPES[frequency], sample.period), sample
        ahead = entry_texts(entry.code).get("ahead") and sample.period == "2023"
        assert ahead or last_day(sample.period) < sample.drafted_at.date()


def test_a_village_reports_a_period_of_an_entry_once() -> None:
    periods = Counter((sample.village, sample.entry, sample.period) for sample in SAMPLES if sample.period)
    assert set(periods.values()) == {1}


def test_events_happened_on_a_working_day_of_the_year_before_they_were_written_up() -> None:
    for sample in SAMPLES:
        if sample.event_on:
            assert BY_CODE[sample.entry].frequency == "on_event"
            assert date(2023, 1, 1) <= sample.event_on < sample.drafted_at.date()
            assert sample.event_on.weekday() < 5


# What


def test_titles_name_the_village_and_differ_within_it() -> None:
    names = {village.code: village.name for village in VILLAGES}
    titles: list[tuple[str, str]] = []
    for sample in SAMPLES:
        assert sample.title.startswith(names[sample.village])
        own = [sample.title, *([sample.replacement.title] if sample.replacement else [])]
        titles += [(sample.village, title) for title in own]
    assert len(titles) == len(set(titles))


def test_what_only_members_may_see_is_not_for_the_public() -> None:
    for sample in SAMPLES:
        private = BY_CODE[sample.entry].privacy == "P2"
        assert sample.audience == ("villagers" if private else "public")


def test_bodies_are_plain_and_end_by_saying_that_they_are_samples() -> None:
    allowed = {"p", "h3", "table", "thead", "tbody", "tr", "th", "td", "ul", "li"}
    for title, body in ALL_TEXTS:
        assert set(_Reader(body).tags) <= allowed
        assert body.endswith("<p>（样例数据，仅供演示）</p>")
        assert "{" not in title + body
        assert "None" not in title + body


def test_every_row_has_a_cell_under_every_head() -> None:
    assert len(ALL_TABLES) > TOTAL / 2
    assert all(len(row) == len(table.heads) for table in ALL_TABLES for row in table.rows)


def test_totals_are_the_sums_of_their_columns() -> None:
    checked = 0
    for table in ALL_TABLES:
        if table.rows[-1][0] == "合计":
            for index, total in enumerate(table.rows[-1][1:], 1):
                if total != "—":
                    checked += 1
                    assert sum(_number(row[index]) for row in table.rows[:-1]) == _number(total)
    assert checked > TOTAL / 3


def test_accounts_carry_their_balance() -> None:
    accounts = [table for table in ALL_TABLES if table.rows[0][0] == "上期结余"]
    assert len(accounts) > TOTAL / 6
    for table in accounts:
        opening, *lines, totals, closing = table.rows
        received, paid = (sum(_number(row[index].strip("—")) for row in lines) for index in (3, 4))
        assert (received, paid) == (_number(totals[3]), _number(totals[4]))
        assert _number(opening[5]) + received - paid == _number(closing[5]) > 0


def test_a_month_opens_with_what_the_month_before_left() -> None:
    closings, openings = {}, {}
    for sample in SAMPLES:
        if sample.entry == "C02" and sample.period:
            month, rows = int(sample.period[-2:]), _tables(sample.body)[0].rows
            openings[sample.village, month] = rows[0][5]
            closings[sample.village, month + 1] = rows[-1][5]
    both = openings.keys() & closings.keys()
    assert both
    assert all(openings[key] == closings[key] for key in both)


def test_quantity_times_standard_is_the_amount() -> None:
    checked = 0
    for table in ALL_TABLES:
        for index, head in enumerate(table.heads):
            if head.startswith("标准（元/"):
                for row in table.rows[:-1]:
                    checked += 1
                    exact = _number(row[index - 1]) * _number(row[index])
                    assert exact.quantize(Decimal("0.01")) == _number(row[index + 1])
    assert checked > TOTAL / 3


def test_what_is_owed_moves_from_opening_to_closing_balance() -> None:
    for table in ALL_TABLES:
        if table.heads[2:3] == ["期初余额（元）"]:
            for row in table.rows:
                opening, more, less, closing = (_number(cell) for cell in row[2:6])
                assert opening + more - less == closing >= 0


@pytest.mark.slow
def test_nobodys_numbers_appear_even_when_cells_run_together() -> None:
    for title, body in ALL_TEXTS:
        for glue in ("", " "):
            text = glue.join([title, *_Reader(body).words])
            joined = re.sub(r"(?<=\d)[\s-]+(?=\d)", "", text)
            assert not re.search(r"\d{15}", joined)
            assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", joined)


def test_no_words_of_secrecy_illness_or_house_numbers() -> None:
    forbidden = r"[机绝秘]密|内部资料|会议纪要|抄送|残疾|精神|诊断|病|孤儿|组\s*\d+\s*[号户]|账号|卡号|开户行"
    for title, body in ALL_TEXTS:
        assert not re.search(forbidden, title + " ".join(_Reader(body).words))
