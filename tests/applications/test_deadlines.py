"""The clock for answering, over 2019 to 2026: every rule of 条例 arts. 30–35 against dates counted elsewhere.

The expected days come from a plain walk over the days, one by one, that shares the calendars with the program and none
of its arithmetic.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.applications.calendars import NATIONAL, NINGXIA
from villagepub.applications.course import Happening
from villagepub.applications.deadline import AnswerClock, answer_clock, is_on_time
from villagepub.applications.receipt import received_on
from villagepub.applications.workflow import Kind
from villagepub.core.clock import SHANGHAI, start_of
from villagepub.core.workdays import WorkCalendar, working_days_before


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _clock(received: str, *happenings: Happening, calendar: WorkCalendar = NINGXIA) -> AnswerClock:
    return answer_clock(_day(received), happenings, regional=calendar, national=NATIONAL)


def _at(kind: Kind, on: str, *, until: str = "", days: int = 0, delivered: str = "") -> Happening:
    return Happening(kind, _day(on), _day(until) if until else None, days, _day(delivered) if delivered else None)


def _asked(on: str, delivered: str = "") -> Happening:
    return _at(Kind.THIRD_PARTY_ASKED, on, delivered=delivered)


def _replied(on: str, delivered: str = "") -> Happening:
    return _at(Kind.THIRD_PARTY_REPLIED, on, delivered=delivered)


def _agency(asked: str, replied: str) -> tuple[Happening, Happening]:
    return _at(Kind.AGENCY_ASKED, asked), _at(Kind.AGENCY_REPLIED, replied)


def _extended(on: str, days: int) -> Happening:
    return _at(Kind.EXTENDED, on, days=days)


TWENTY = [  # received, due by the State Council's days, due in 宁夏
    ("2019-01-25", "2019-02-27", "2019-02-27"),  # 春节, 2-02 and 2-03 worked
    ("2019-04-18", "2019-05-17", "2019-05-17"),  # 五一 by the amended notice, 4-28 and 5-05 worked
    ("2019-05-30", "2019-06-28", "2019-07-02"),  # 端午, 开斋节
    ("2019-07-25", "2019-08-22", "2019-08-26"),  # 古尔邦节
    ("2019-09-06", "2019-10-11", "2019-10-11"),  # 中秋, 国庆
    ("2019-12-20", "2020-01-19", "2020-01-19"),  # due on a Sunday that is worked, across the year's end
    ("2020-01-10", "2020-02-14", "2020-02-14"),  # 春节 made longer in 2020
    ("2020-05-15", "2020-06-12", "2020-06-16"),  # 开斋节
    ("2020-07-15", "2020-08-12", "2020-08-14"),  # 古尔邦节
    ("2020-09-18", "2020-10-22", "2020-10-22"),  # eight days of 国庆 and 中秋
    ("2020-12-15", "2021-01-13", "2021-01-13"),
    ("2021-01-25", "2021-02-25", "2021-02-25"),
    ("2021-04-30", "2021-06-01", "2021-06-03"),  # 五一, 开斋节
    ("2021-07-12", "2021-08-09", "2021-08-11"),
    ("2021-09-10", "2021-10-14", "2021-10-14"),
    ("2021-12-28", "2022-01-26", "2022-01-26"),
    ("2022-01-20", "2022-02-22", "2022-02-22"),
    ("2022-03-25", "2022-04-24", "2022-04-24"),  # due on a Sunday that is worked
    ("2022-07-01", "2022-07-29", "2022-08-02"),
    ("2022-09-05", "2022-10-09", "2022-10-09"),  # due on a Sunday that is worked
    ("2022-12-16", "2023-01-16", "2023-01-16"),
    ("2023-01-10", "2023-02-10", "2023-02-10"),
    ("2023-06-12", "2023-07-11", "2023-07-13"),
    ("2023-09-15", "2023-10-19", "2023-10-19"),
    ("2023-12-29", "2024-01-29", "2024-01-29"),
    ("2024-01-29", "2024-02-29", "2024-02-29"),
    ("2024-09-10", "2024-10-14", "2024-10-14"),
    ("2025-01-20", "2025-02-21", "2025-02-21"),
    ("2025-09-12", "2025-10-16", "2025-10-16"),
    ("2025-12-12", "2026-01-12", "2026-01-12"),
    ("2026-01-30", "2026-03-05", "2026-03-05"),
    ("2026-02-06", "2026-03-12", "2026-03-12"),
    ("2026-09-15", "2026-10-19", "2026-10-19"),
    ("2026-11-30", "2026-12-28", "2026-12-28"),
]


@pytest.mark.parametrize(("received", "national", "regional"), TWENTY)
def test_twenty_working_days(received: str, national: str, regional: str) -> None:
    clock = _clock(received)
    assert (str(clock.national_due_on), str(clock.due_on), clock.status) == (national, regional, "fixed")
    assert str(clock.remind_on) == min(national, regional)
    told = [reason.text for reason in clock.reasons if reason.article.endswith("第四条")]
    assert bool(told) is (national != regional)


MOVED = [  # name, received, what happened, due by the State Council's days
    ("a reply ends the pause", "2023-09-15", [_asked("2023-09-20"), _replied("2023-10-09")], "2023-11-01"),
    (
        "silence is counted to its lapse, from delivery",
        "2024-01-29",
        [_asked("2024-02-02", "2024-02-05")],
        "2024-03-25",
    ),
    ("silence is counted from sending while delivery is not known", "2024-01-29", [_asked("2024-02-02")], "2024-03-21"),
    (
        "a reply after the lapse draws nothing out",
        "2024-01-29",
        [_asked("2024-02-02", "2024-02-05"), _replied("2024-03-20")],
        "2024-03-25",
    ),
    (
        "delivery may become known with the reply",
        "2024-01-29",
        [_asked("2024-02-02"), _replied("2024-03-20", "2024-02-05")],
        "2024-03-25",
    ),
    ("another agency pauses the same", "2025-01-20", [*_agency("2025-01-24", "2025-02-10")], "2025-03-04"),
    (
        "days awaited twice at once are not counted once",
        "2023-11-06",
        [
            _asked("2023-11-08"),
            _at(Kind.AGENCY_ASKED, "2023-11-10"),
            _replied("2023-11-20"),
            _at(Kind.AGENCY_REPLIED, "2023-11-24"),
        ],
        "2023-12-20",
    ),
    (
        "one question inside another adds nothing",
        "2023-11-06",
        [
            _asked("2023-11-08"),
            _at(Kind.AGENCY_ASKED, "2023-11-10"),
            _at(Kind.AGENCY_REPLIED, "2023-11-15"),
            _replied("2023-11-24"),
        ],
        "2023-12-20",
    ),
    (
        "two questions after another",
        "2022-09-05",
        [_asked("2022-09-07"), _replied("2022-09-14"), *_agency("2022-09-20", "2022-10-10")],
        "2022-10-28",
    ),
    ("a reply on the same day", "2023-11-06", [_asked("2023-11-08"), _replied("2023-11-08")], "2023-12-04"),
    ("a reply on a Sunday", "2023-11-06", [_asked("2023-11-10"), _replied("2023-11-12")], "2023-12-04"),
    ("asked on the last day", "2023-11-06", [_asked("2023-12-04"), _replied("2023-12-08")], "2023-12-08"),
    ("asked after the last day", "2023-11-06", [_asked("2023-12-05"), _replied("2023-12-08")], "2023-12-04"),
    ("extended by twenty", "2023-11-06", [_extended("2023-12-01", 20)], "2024-01-02"),
    ("extended by five", "2021-09-10", [_extended("2021-10-11", 5)], "2021-10-21"),
    ("extended over 春节", "2023-12-29", [_extended("2024-01-26", 20)], "2024-02-29"),
    ("extended over 国庆", "2026-10-10", [_extended("2026-11-02", 20)], "2026-12-04"),
    (
        "paused and extended",
        "2023-09-15",
        [_asked("2023-09-20"), _replied("2023-10-09"), _extended("2023-10-30", 10)],
        "2023-11-15",
    ),
    (
        "extended while paused",
        "2023-09-15",
        [_asked("2023-09-20"), _extended("2023-09-25", 10), _replied("2023-10-09")],
        "2023-11-15",
    ),
    (
        "a correction restarts at nought",
        "2023-11-06",
        [_at(Kind.CORRECTION_REQUESTED, "2023-11-09", until="2023-11-24"), _at(Kind.CORRECTED, "2023-11-15")],
        "2023-12-13",
    ),
    (
        "a correction on the eve of a feast",
        "2019-05-15",
        [_at(Kind.CORRECTION_REQUESTED, "2019-05-20", until="2019-06-05"), _at(Kind.CORRECTED, "2019-05-30")],
        "2019-06-28",
    ),
    (
        "a pause after a restart",
        "2023-11-06",
        [
            _at(Kind.CORRECTION_REQUESTED, "2023-11-09", until="2023-11-24"),
            _at(Kind.CORRECTED, "2023-11-15"),
            _asked("2023-11-20"),
            _replied("2023-11-27"),
        ],
        "2023-12-20",
    ),
    (
        "a payment restarts on the day after",
        "2024-01-22",
        [_at(Kind.FEE_NOTIFIED, "2024-02-01"), _at(Kind.FEE_PAID, "2024-02-09")],
        "2024-03-14",
    ),
    (
        "a restart forgets an extension",
        "2024-01-02",
        [_extended("2024-01-22", 20), _at(Kind.FEE_NOTIFIED, "2024-02-01"), _at(Kind.FEE_PAID, "2024-02-09")],
        "2024-03-14",
    ),
    (
        "a reasonable delay is a day of the agency's own",
        "2023-11-06",
        [_at(Kind.REASONS_REQUESTED, "2023-11-08"), _at(Kind.DELAYED, "2023-11-20", until="2024-03-01")],
        "2024-03-01",
    ),
    ("a question for reasons moves nothing", "2023-11-06", [_at(Kind.REASONS_REQUESTED, "2023-11-08")], "2023-12-04"),
    ("the region's days inside a pause", "2023-06-12", [_asked("2023-06-20"), _replied("2023-07-03")], "2023-07-21"),
    ("an answer leaves the day where it was", "2023-11-06", [_at(Kind.ANSWERED, "2023-11-20")], "2023-12-04"),
]


@pytest.mark.parametrize(("received", "happened", "due"), [case[1:] for case in MOVED], ids=[case[0] for case in MOVED])
def test_what_moves_the_day(received: str, happened: list[Happening], due: str) -> None:
    clock = _clock(received, *happened)
    assert str(clock.national_due_on) == due
    assert clock.reasons[0].days == 20
    assert [reason.due_on for reason in clock.reasons][-1] == clock.due_on


def test_at_least_forty_cases() -> None:
    assert len(TWENTY) + len(MOVED) > 40


@pytest.mark.parametrize(
    ("happened", "status"),
    [
        ([], "fixed"),
        ([_asked("2023-11-08")], "paused"),
        ([_at(Kind.CORRECTION_REQUESTED, "2023-11-08", until="2023-11-24")], "paused"),
        ([_at(Kind.FEE_NOTIFIED, "2023-11-08")], "paused"),
        ([_at(Kind.FEE_NOTIFIED, "2023-11-08"), _at(Kind.FEE_PAID, "2023-11-10")], "fixed"),
        ([_at(Kind.WITHDRAWN, "2023-11-08")], "closed"),
    ],
)
def test_how_certain_the_day_is(happened: list[Happening], status: str) -> None:
    assert _clock("2023-11-06", *happened).status == status


def test_nothing_is_due_while_the_clock_stands() -> None:
    for stopped in (
        _at(Kind.FEE_NOTIFIED, "2023-11-08"),
        _at(Kind.CORRECTION_REQUESTED, "2023-11-08", until="2023-11-24"),
    ):
        clock = _clock("2023-11-06", stopped)
        assert (clock.due_on, clock.national_due_on, clock.remind_on) == (None, None, None)
    unconfirmed = answer_clock(None, [], regional=NINGXIA, national=NATIONAL)
    assert (unconfirmed.due_on, unconfirmed.status) == (None, "not_started")


def test_a_year_that_nobody_announced_is_provisional_and_reminded_of_sooner() -> None:
    clock = _clock("2026-12-10")
    assert (clock.status, str(clock.due_on), clock.missing_years) == ("provisional", "2027-01-07", (2027,))
    assert str(clock.remind_on) == "2027-01-05"
    assert "2027 年的放假安排尚未公布" in clock.reasons[-1].text
    announced = replace(NATIONAL, years=NATIONAL.years | {2027}, days_off=NATIONAL.days_off | {date(2027, 1, 1)})
    later = answer_clock(_day("2026-12-10"), [], regional=announced, national=announced)
    assert (later.status, str(later.due_on), later.missing_years) == ("fixed", "2027-01-08", ())


def test_only_years_on_the_way_make_it_provisional() -> None:
    asked = [_asked("2026-12-01")]
    assert _clock("2026-11-16", *asked).missing_years == (2027,)
    assert _clock("2026-11-16", *asked, _replied("2026-12-02")).missing_years == ()


def test_every_pause_adds_its_working_days_and_says_so() -> None:
    for length in range(16):
        reply = date(2023, 9, 20) + timedelta(days=length)
        clock = _clock("2023-09-15", _asked("2023-09-20"), Happening(Kind.THIRD_PARTY_REPLIED, reply))
        worked = sum(NINGXIA.is_working_day(date(2023, 9, 21) + timedelta(days=n)) for n in range(length))
        assert clock.reasons[1].days == worked
        assert f"{worked} 个工作日不计入" in clock.reasons[1].text
        assert working_days_before(NINGXIA, clock.due_on or date.min, worked) == date(2023, 10, 19)


def test_days_off_and_days_worked_on_the_way_are_named() -> None:
    texts = [reason.text for reason in _clock("2023-09-15").reasons]
    assert (
        texts[1]
        == "其间放假不计：2023年9月29日、2023年10月2日、2023年10月3日、2023年10月4日、2023年10月5日、2023年10月6日。"
    )
    assert texts[2] == "其间周末上班计入：2023年10月7日、2023年10月8日。"


def test_an_extension_is_said_to_be_lost_once() -> None:
    correction = _at(Kind.CORRECTION_REQUESTED, "2023-11-09", until="2023-11-24"), _at(Kind.CORRECTED, "2023-11-15")
    fee = _at(Kind.FEE_NOTIFIED, "2023-11-16"), _at(Kind.FEE_PAID, "2023-11-17")
    reasons = _clock("2023-11-06", _extended("2023-11-08", 5), *correction, *fee).reasons
    restarts = [reason.text for reason in reasons if "重新计算 20" in reason.text]
    assert ["延长不再计入" in text for text in restarts] == [True, False]


def test_the_periods_beside_the_answer() -> None:
    def sides(*happened: Happening) -> dict[str, tuple[str, str | None]]:
        clocks = _clock("2023-11-06", *happened).side_clocks
        return {each.key: (str(each.due_on), each.ended_on and str(each.ended_on)) for each in clocks}

    asked = _at(Kind.CORRECTION_REQUESTED, "2023-11-08", until="2023-11-24")
    assert sides() == {"correction_request": ("2023-11-15", None)}
    assert sides(asked)["correction"] == ("2023-11-24", None)
    assert sides(asked)["correction_request"] == ("2023-11-15", "2023-11-08")
    assert sides(asked, _at(Kind.CORRECTED, "2023-11-20"))["correction"] == ("2023-11-24", "2023-11-20")
    assert sides(_asked("2023-11-08", "2023-11-09"))["third_party"] == ("2023-11-30", None)
    assert sides(*_agency("2023-11-08", "2023-11-10"))["agency"] == ("2023-11-29", "2023-11-10")
    assert sides(_at(Kind.FEE_NOTIFIED, "2023-11-07"))["fee"] == ("2023-12-05", None)
    assert {end for _, end in sides(asked, _at(Kind.WITHDRAWN, "2023-11-21")).values()} == {"2023-11-08", "2023-11-21"}


@pytest.mark.parametrize(
    ("due", "closed", "missing", "verdict"),
    [
        ("2023-12-04", "2023-12-04", (), True),
        ("2023-12-04", "2023-12-05", (), False),
        ("2027-01-07", "2027-01-08", (2027,), None),
        ("2027-01-07", "2026-12-20", (2027,), None),
        ("2023-12-04", None, (), None),
        (None, "2023-12-04", (), None),
    ],
)
def test_no_verdict_without_a_certain_day(
    due: str | None, closed: str | None, missing: tuple[int, ...], verdict: bool | None
) -> None:
    days = [None if day is None else _day(day) for day in (due, closed)]
    assert is_on_time(days[0], days[1], missing, ()) is verdict


def test_the_day_of_receipt_by_channel() -> None:
    """Art. 31, and a day ends at midnight of Beijing."""
    submitted, confirmed = start_of(date(2023, 11, 6)), start_of(date(2023, 11, 9)) - timedelta(seconds=1)
    assert submitted.astimezone(SHANGHAI).hour == 0
    days = {
        channel: received_on(channel, submitted, confirmed)
        for channel in ("in_person", "signed_mail", "ordinary_mail", "online", "fax")
    }
    assert days == {
        "in_person": date(2023, 11, 6),
        "signed_mail": date(2023, 11, 6),
        "ordinary_mail": date(2023, 11, 8),
        "online": date(2023, 11, 8),
        "fax": date(2023, 11, 8),
    }
    assert received_on("online", submitted, None) is None


@pytest.mark.parametrize(
    "late",
    [
        [_at(Kind.CORRECTION_REQUESTED, "2023-12-20", until="2024-01-05"), _at(Kind.CORRECTED, "2023-12-21")],
        [_at(Kind.FEE_NOTIFIED, "2023-12-05"), _at(Kind.FEE_PAID, "2023-12-06")],
    ],
)
def test_what_has_run_out_does_not_begin_again(late: list[Happening]) -> None:
    """Nobody makes a late answer timely by asking for something after the last day."""
    clock = _clock("2023-11-06", *late)
    assert str(clock.due_on) == "2023-12-04"
    assert any("答复期限已过，不再停止和重新起算" in reason.text for reason in clock.reasons)
    assert is_on_time(clock.due_on, _day("2023-12-22"), (), ()) is False
    in_time = [replace(each, on=_day("2023-12-04")) for each in late]
    assert clock.due_on != _clock("2023-11-06", *in_time).due_on


def test_the_period_of_a_fee_begins_when_its_notice_was_received() -> None:
    notified = _at(Kind.FEE_NOTIFIED, "2023-11-07")
    sides = _clock("2023-11-06", notified, _at(Kind.FEE_UNPAID, "2023-12-12", delivered="2023-11-13")).side_clocks
    [fee] = [side for side in sides if side.key == "fee"]
    assert (str(fee.due_on), str(fee.ended_on)) == ("2023-12-11", "2023-12-12")
