"""What each village owes for each period, by when, and how it stands."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask

from tests.clients import Client, TestClock
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, decide, draft, publish, put, submit
from villagepub.catalogue.duties import owed_by
from villagepub.catalogue.models import CatalogueEntry
from villagepub.catalogue.terms import Frequency
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Division

RULES = {
    "monthly": {"day": 10, "of": "next_month"},
    "quarterly": {"day": 20, "of": "next_month"},
    "half_yearly": {"day": 20, "of": "next_month"},
    "yearly": {"month": 1, "day": 31, "of": "next_year"},
    "on_event": {"working_days": 5},
}
MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
MONTHLY, QUARTERLY, HALF_YEARLY = (
    ["C02"],
    ["A04", "B05", "C03", "C04", "E04", "G03", "G04", "G05", "H03", "H04"],
    ["A02"],
)
YEARLY = ["A01", "A05", "B06", "C01", "C05", "D01", "F01", "F02"]
SUMMARISED = ["B01", "E01", "G01"]


# --- counted day by day, without the program's own periods ------------------------------------------


def period_that_ends_on(day: date, months: int) -> str | None:
    """The name of the period of so many months whose last day this is."""
    if day.day != monthrange(day.year, day.month)[1] or day.month % months:
        return None
    names = {
        1: f"{day.year}-{day.month:02}",
        3: f"{day.year}-Q{day.month // 3}",
        6: f"{day.year}-H{day.month // 6}",
        12: f"{day.year}",
    }
    return names[months]


def due_day(last_day: date, frequency: str) -> date:
    first = last_day + timedelta(days=1)
    return first.replace(day={"monthly": 10, "quarterly": 20, "half_yearly": 20, "yearly": 31}[frequency])


def owed(frequency: str, joined: date, until: date) -> Iterator[tuple[str, date]]:
    for number in range((until - joined).days + 1):
        day = joined + timedelta(days=number)
        if period := period_that_ends_on(day, MONTHS[frequency]):
            yield period, due_day(day, frequency)


def test_owed_is_every_period_that_ends_once_the_village_has_joined() -> None:
    until = date(2025, 3, 1)
    days_of_joining = [
        date(year, month, day)
        for year, month in product((2023, 2024), range(1, 13))
        for day in (1, 2, 15, monthrange(year, month)[1])
    ]
    for frequency, joined in product(MONTHS, days_of_joining):
        village = Division(code=VILLAGE, name="", level="village", on_platform_from=joined)
        entry = CatalogueEntry(code="C02", frequency=frequency)
        found = [(duty.period, duty.due_on) for duty in owed_by(village, [entry], RULES, until)]
        assert found == list(owed(frequency, joined, until)), (frequency, joined)


def test_an_event_owes_nothing_periodic_but_its_summaries() -> None:
    village = Division(code=VILLAGE, name="", level="village", on_platform_from=date(2023, 5, 17))
    until = date(2025, 3, 1)
    for summary in (None, *MONTHS):
        entry = CatalogueEntry(code="B01", frequency=Frequency.ON_EVENT, also_summarised=summary)
        found = [(duty.period, duty.due_on) for duty in owed_by(village, [entry], RULES, until)]
        assert found == (list(owed(summary, date(2023, 5, 17), until)) if summary else []), summary


def test_a_village_that_has_not_joined_owes_nothing() -> None:
    village = Division(code=VILLAGE, name="", level="village", on_platform_from=None)
    assert list(owed_by(village, [CatalogueEntry(code="C02", frequency="monthly")], RULES, date(2030, 1, 1))) == []


# --- over HTTP ---------------------------------------------------------------------------------------


def duties(client: Client, division: str = VILLAGE, **filters: str) -> list[Json]:
    query = "&".join(["limit=100", f"division={division}", *(f"{name}={value}" for name, value in filters.items())])
    found, cursor = [], ""
    while True:
        answer = client.get(f"/duties?{query}{cursor}")
        assert answer.status_code == 200, answer.json
        found += answer.json["data"]
        if answer.json["next_cursor"] is None:
            return found
        cursor = f"&cursor={answer.json['next_cursor']}"


def duty(as_: As, entry: str = "C02", period: str = "2023-11", village: str = VILLAGE) -> Json:
    wanted = (entry, period)
    (found,) = [each for each in duties(as_("leader"), village) if (each["entry"], each["period"]) == wanted]
    return found


def status(as_: As, **which: str) -> str:
    return str(duty(as_, **which)["status"])


def test_a_new_village_owes_nothing_before_its_first_month_is_over(as_: As, moment: TestClock) -> None:
    moment.set("2023-11-30 23:59:59")
    assert duties(as_("leader"), TOWNSHIP) == []
    moment.set("2023-12-01 00:00")
    found = duties(as_("leader"), TOWNSHIP)
    assert {(each["entry"], each["period"], each["due_on"], each["status"]) for each in found} == {
        ("C02", "2023-11", "2023-12-10", "pending")
    }
    assert len(found) == 11  # the villages that have joined


def test_what_a_village_owes_for_its_first_year(as_: As, moment: TestClock) -> None:
    moment.set("2024-02-01 09:00")
    found = duties(as_("leader"))
    expected = [(entry, period, "monthly") for entry in MONTHLY for period in ("2023-11", "2023-12", "2024-01")]
    expected += [(entry, "2023-Q4", "quarterly") for entry in QUARTERLY + SUMMARISED]
    expected += [(entry, "2023-H2", "half_yearly") for entry in HALF_YEARLY]
    expected += [(entry, "2023", "yearly") for entry in YEARLY]
    assert sorted((each["entry"], each["period"]) for each in found) == sorted(pair[:2] for pair in expected)
    due = {each["period"]: each["due_on"] for each in found}
    assert due == {
        "2023-11": "2023-12-10",
        "2023-12": "2024-01-10",
        "2024-01": "2024-02-10",
        "2023-Q4": "2024-01-20",
        "2023-H2": "2024-01-20",
        "2023": "2024-01-31",
    }
    assert {each["village"] for each in found} == {VILLAGE}
    assert not any(each["due_is_provisional"] for each in found)


def test_a_village_that_joins_in_the_middle_owes_the_running_periods(app: Flask, as_: As, moment: TestClock) -> None:
    joins(app, "640104100212", date(2024, 1, 1))
    moment.set("2024-02-01 09:00")
    assert [each["period"] for each in duties(as_("leader"), "640104100212")] == ["2024-01"]
    joins(app, "640104100212", date(2023, 12, 31))
    found = {each["period"] for each in duties(as_("leader"), "640104100212")}
    assert found == {"2023-12", "2023-Q4", "2023-H2", "2023", "2024-01"}


def joins(app: Flask, village: str, day: date) -> None:
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        divisions.get_division(village).on_platform_from = day


def test_nothing_is_overdue_before_the_last_day_is_over(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-10 23:59:59")
    assert status(as_) == "pending"
    moment.set("2023-12-11 00:00")
    assert status(as_) == "overdue"


@pytest.mark.slow
def test_published_in_the_last_second_is_in_time(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-10 23:59:59")
    published = publish(as_, period="2023-11")
    moment.set("2023-12-11 00:00")
    late = publish(as_, village=NEIGHBOUR, period="2023-11")
    assert duty(as_) | {"due_on": ""} == {
        "village": VILLAGE,
        "entry": "C02",
        "period": "2023-11",
        "due_on": "",
        "due_is_provisional": False,
        "due_caveats": [],
        "status": "fulfilled",
        "reason": None,
        "disclosure": published["id"],
    }
    neighbour = duty(as_, village=NEIGHBOUR)
    assert (neighbour["status"], neighbour["disclosure"]) == ("late", late["id"])


def test_a_period_published_before_it_is_over_is_fulfilled_when_it_is_owed(as_: As, moment: TestClock) -> None:
    publish(as_, period="2023-11")
    assert duties(as_("leader")) == []
    moment.set("2023-12-01 00:00")
    assert status(as_) == "fulfilled"


def test_nothing_to_report_fulfils_once_it_is_published_and_not_before(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-05 09:00")
    item = draft(as_, period="2023-11", nothing_to_report=True)
    assert status(as_) == "pending"
    item = submit(as_, item)
    while item["state"] == "in_review":
        assert status(as_) == "pending"
        item = decide(as_, item)
    assert status(as_) == "fulfilled"


@pytest.mark.slow
def test_a_correction_does_not_move_the_first_publication(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-05 09:00")
    original = publish(as_, period="2023-11")
    moment.set("2023-12-20 09:00")
    correction = correct(as_, original)
    found = duty(as_)
    assert (found["status"], found["disclosure"]) == ("fulfilled", correction["id"])


def correct(as_: As, original: Json) -> Json:
    """The correction of a published item, itself published."""
    uploader = as_(f"uploader-{original['village']}")
    note = {"change_note": "更正合计"}
    correction = uploader.post(f"/disclosures/{original['id']}/corrections", note).json
    changed = {"period": original["period"], "event_on": original["event_on"], "title": "更正后的标题"}
    correction = submit(as_, put(as_, correction, **changed))
    while correction["state"] == "in_review":
        correction = decide(as_, correction)
    assert correction["state"] == "published"
    return correction


@pytest.mark.slow
def test_the_withdrawal_of_a_correction_undoes_it(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-05 09:00")
    withdraw(as_, correct(as_, publish(as_, period="2023-11")))
    assert status(as_) == "pending"


def withdraw(as_: As, disclosure: Json) -> None:
    answer = as_("leader").post(f"/disclosures/{disclosure['id']}/withdraw", {"reason": "样例"})
    assert answer.status_code == 200, answer.json


@pytest.mark.slow
def test_a_withdrawal_undoes_it_and_a_new_item_fulfils_it_again(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-05 09:00")
    withdraw(as_, publish(as_, period="2023-11"))
    assert (status(as_), duty(as_)["disclosure"]) == ("pending", None)
    moment.set("2023-12-11 00:00")
    assert status(as_) == "overdue"
    publish(as_, period="2023-11")
    assert status(as_) == "late"


def test_a_suspended_item_still_counts_until_the_leader_decides(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-05 09:00")
    item = publish(as_, period="2023-11")
    assert as_("secrecy").post(f"/disclosures/{item['id']}/suspend", {"reason": "样例"}).status_code == 200
    assert status(as_) == "fulfilled"
    withdraw(as_, item)
    assert status(as_) == "pending"


class TestExcusing:
    BODY: dict[str, Any] = {"village": VILLAGE, "entry": "C02", "period": "2023-11", "reason": "本期未设账"}  # noqa: RUF012

    def test_says_why_a_duty_does_not_apply(self, as_: As, moment: TestClock) -> None:
        assert as_("admin").post("/duties/excused", self.BODY).status_code == 201
        moment.set("2023-12-11 00:00")
        assert (status(as_), duty(as_)["reason"]) == ("not_applicable", "本期未设账")
        assert status(as_, village=NEIGHBOUR) == "overdue"
        again = as_("admin").post("/duties/excused", self.BODY)
        assert (again.status_code, again.json["code"]) == (409, "already_exists")

    def test_needs_a_duty_that_exists_and_a_reason(self, as_: As) -> None:
        wrong = [
            {"entry": "Z99"},
            {"entry": "C03"},
            {"period": "2023-Q4"},
            {"period": "2023-13"},
            {"reason": ""},
            {"village": "640104100212"},
            {"village": TOWNSHIP},
            {"entry": "B02", "period": "2023-11"},
        ]
        answers = [as_("admin").post("/duties/excused", self.BODY | change) for change in wrong]
        assert [answer.status_code for answer in answers] == [422] * len(wrong)
        assert as_("admin").post("/duties/excused", self.BODY | {"village": "640104100999"}).status_code == 422
        assert as_("admin").post("/duties/excused", self.BODY | {"village": "640104101200"}).status_code == 404

    def test_is_for_the_administrator(self, as_: As) -> None:
        names = ("leader", "secrecy", "office-finance", "auditor", f"uploader-{VILLAGE}")
        assert {as_(name).post("/duties/excused", self.BODY).status_code for name in names} == {403}
        assert as_("daxin-admin").post("/duties/excused", self.BODY).status_code == 404


def of_day(as_: As, day: str) -> dict[str, str]:
    """``{disclosure: status}`` of what happened on a day."""
    return {each["disclosure"]: each["status"] for each in duties(as_("leader")) if each["period"] == day}


class TestEvents:
    def test_an_event_is_owed_five_working_days_after_it(self, as_: As, moment: TestClock) -> None:
        item = draft(as_, entry="B02", period=None, event_on="2023-11-03")  # a Friday
        found = duty(as_, "B02", "2023-11-03")
        assert (found["due_on"], found["status"], found["disclosure"]) == ("2023-11-10", "pending", item["id"])
        assert not found["due_is_provisional"]
        moment.set("2023-11-10 23:59:59")
        assert duty(as_, "B02", "2023-11-03")["status"] == "pending"
        moment.set("2023-11-11 00:00")
        assert duty(as_, "B02", "2023-11-03")["status"] == "overdue"

    @pytest.mark.slow
    def test_it_is_fulfilled_in_time_or_late(self, as_: As, moment: TestClock) -> None:
        moment.set("2023-11-10 23:59:59")
        in_time = publish(as_, entry="C06", period=None, event_on="2023-11-03")
        moment.set("2023-11-11 00:00")
        late = publish(as_, entry="C06", period=None, event_on="2023-11-03")
        found = of_day(as_, "2023-11-03")
        assert found == {in_time["id"]: "fulfilled", late["id"]: "late"}
        moment.set("2023-12-20 09:00")
        correction = correct(as_, in_time)
        found = of_day(as_, "2023-11-03")
        assert found == {correction["id"]: "fulfilled", late["id"]: "late"}

    def test_the_day_is_provisional_while_a_year_on_the_way_is_not_announced(self, as_: As, moment: TestClock) -> None:
        moment.set("2026-12-28 09:00")
        draft(as_, entry="B02", period=None, event_on="2026-12-28")
        found = duty(as_, "B02", "2026-12-28")
        assert (found["due_on"], found["due_is_provisional"]) == ("2027-01-04", True)
        assert [caveat[:7] for caveat in found["due_caveats"]] == ["2027 年的", "宁夏 2026", "宁夏 2027"]
        draft(as_, entry="C06", period=None, event_on="2026-12-24")
        found = duty(as_, "C06", "2026-12-24")
        assert (found["due_on"], found["due_is_provisional"]) == ("2026-12-31", False)

    def test_a_deleted_draft_and_a_withdrawn_item_owe_nothing_more(self, as_: As) -> None:
        item = draft(as_, entry="B02", period=None, event_on="2023-11-03")
        uploader = as_(f"uploader-{VILLAGE}")
        path = f"/disclosures/{item['id']}"
        etag = {"If-Match": uploader.get(path).headers["ETag"]}
        assert uploader.delete(path, headers=etag).status_code == 204
        withdraw(as_, publish(as_, entry="C06", period=None, event_on="2023-11-03"))
        assert duties(as_("leader")) == []

    def test_a_summary_of_the_quarter_is_owed_besides(self, as_: As, moment: TestClock) -> None:
        moment.set("2024-01-02 09:00")
        publish(as_, entry="C06", period=None, event_on="2023-12-29")
        draft(as_, entry="E01", period=None, event_on="2023-12-29")
        found = [(each["period"], each["due_on"]) for each in duties(as_("leader")) if each["entry"] == "E01"]
        assert found == [("2023-12-29", "2024-01-08"), ("2023-Q4", "2024-01-20")]


@pytest.mark.slow
def test_they_are_filtered_by_period_and_status(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-05 09:00")
    publish(as_, period="2023-11")
    moment.set("2024-01-15 09:00")
    leader = as_("leader")
    assert {each["status"] for each in duties(leader, period="2023-12")} == {"overdue"}
    fulfilled = duties(leader, TOWNSHIP, status="fulfilled")
    assert [(each["village"], each["period"]) for each in fulfilled] == [(VILLAGE, "2023-11")]
    assert len(duties(leader, TOWNSHIP, status="overdue", period="2023-11")) == 10
    everything = duties(leader, TOWNSHIP)
    by_status = [duties(leader, TOWNSHIP, status=name) for name in ("pending", "fulfilled", "late", "overdue")]
    assert sum(len(part) for part in by_status) == len(everything)
    for query in ("status=done", "period=2023-Q5", "limit=0", "limit=101"):
        assert leader.get(f"/duties?division={VILLAGE}&{query}").status_code == 422, query


def test_they_are_read_page_by_page_in_order(as_: As, moment: TestClock) -> None:
    moment.set("2024-02-01 09:00")
    draft(as_, entry="B01", period=None, event_on="2023-12-29")
    everything = duties(as_("leader"), TOWNSHIP)
    found, cursor = [], ""
    while True:
        page = as_("leader").get(f"/duties?division={TOWNSHIP}&limit=37{cursor}").json
        found += page["data"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == everything
    keys = [(each["village"], each["entry"], each["period"]) for each in found]
    assert keys == sorted(set(keys))
    assert len(found) == 11 * 25 + 1


def test_who_may_read_them(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-05 09:00")
    for name in ("leader", "secrecy", "office-finance", "admin", "auditor"):
        assert len(duties(as_(name), TOWNSHIP)) == 11, name
    uploader = as_(f"uploader-{VILLAGE}")
    assert len(duties(uploader)) == 1
    for outside in (TOWNSHIP, NEIGHBOUR, "640104101000", "640104100999"):
        assert uploader.get(f"/duties?division={outside}").status_code == 404, outside
    assert as_("daxin-leader").get(f"/duties?division={VILLAGE}").status_code == 404
