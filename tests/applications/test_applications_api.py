"""Applications over HTTP: registering, what happens to them, mistakes, and who may."""

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from tests.applications.desk import (
    APPLICANT,
    afterwards,
    body,
    happen,
    read,
    record,
    register,
    rescind,
    texts,
    try_event,
)
from tests.clients import TestClock
from tests.console import sql
from tests.journeys import TOWNSHIP, VILLAGE, As, Json
from villagepub.applications.numbers import next_serial
from villagepub.core import tenancy
from villagepub.core.transactions import transaction

OTHER_TOWNSHIP = "640104101000"


def test_an_application_gets_a_number_and_a_clock(as_: As) -> None:
    answer = as_("admin").post("/applications", body())
    assert answer.status_code == 201
    application = answer.json
    assert answer.headers["Location"] == f"/api/v1/applications/{application['id']}"
    assert application["number"] == f"{TOWNSHIP}-2023-A0001"
    assert (application["state"], application["received_on"], application["due_on"]) == (
        "running",
        "2023-11-06",
        "2023-12-04",
    )
    assert (application["due_status"], application["on_time"]) == ("fixed", None)
    assert application["due_reasons"][0]["days"] == 20
    assert [(each["old_due_on"], each["new_due_on"]) for each in application["due_changes"]] == [(None, "2023-12-04")]
    assert "correction_requested" in application["next_kinds"]


def test_numbers_have_no_gaps_and_belong_to_a_township_and_a_year(as_: As) -> None:
    refused = as_("admin").post("/applications", body(submitted_at="2023-11-07T08:30:00+08:00"))
    assert refused.status_code == 422
    numbers = [register(as_)["number"], register(as_)["number"], record(as_, 2022)["number"]]
    assert [number[13:] for number in numbers] == ["2023-A0001", "2023-A0002", "2022-A0001"]
    other = as_("daxin-admin").post("/applications", body())
    assert other.json["number"] == f"{OTHER_TOWNSHIP}-2023-A0001"


@pytest.mark.parametrize("channel", ["ordinary_mail", "online", "fax"])
def test_the_clock_waits_for_confirmation(as_: As, moment: TestClock, channel: str) -> None:
    waiting = register(as_, channel=channel)
    assert (waiting["state"], waiting["received_on"], waiting["due_on"]) == ("unconfirmed", None, None)
    assert waiting["due_status"] == "not_started"
    moment.forward(minutes=5)
    confirmed = happen(as_, waiting, "confirmed", "2023-11-06 09:02")
    assert (confirmed["state"], confirmed["received_on"], confirmed["due_on"]) == (
        "running",
        "2023-11-06",
        "2023-12-04",
    )
    at_once = register(as_, channel=channel, confirmed_at="2023-11-06T08:50:00+08:00")
    assert (at_once["received_on"], at_once["confirmed_at"]) == ("2023-11-06", "2023-11-06T08:50:00+08:00")
    assert [event["kind"] for event in at_once["events"]] == ["confirmed"]


WRONG: list[tuple[Json, str]] = [
    ({"submitted_at": "2023-11-06T09:30:00+08:00"}, "submitted_at"),
    ({"submitted_at": None}, "submitted_at"),
    ({"channel": None}, "channel"),
    ({"channel": "telephone"}, "channel"),
    ({"applicant_kind": None}, "applicant_kind"),
    ({"applicant_name": None}, "applicant_name"),
    ({"subject": None}, "subject"),
    ({"received_on": "2023-11-06"}, "received_on"),
    ({"confirmed_at": "2023-11-06T08:40:00+08:00"}, "confirmed_at"),
    ({"channel": "online", "confirmed_at": "2023-11-06T08:00:00+08:00"}, "confirmed_at"),
    ({"channel": "online", "confirmed_at": "2023-11-06T19:00:00+08:00"}, "confirmed_at"),
    ({"year": 2023}, "year"),
    ({"outcome": "disclosed"}, "outcome"),
    ({"recorded_afterwards": True}, "year"),
    ({"recorded_afterwards": True, "year": 2024}, "year"),
    ({"recorded_afterwards": True, "year": 2022}, "year"),
    ({"recorded_afterwards": True, "year": 2023, "answered_on": "2023-11-05"}, "answered_on"),
    ({"recorded_afterwards": True, "year": 2023, "answered_on": "2023-11-07"}, "answered_on"),
]


def test_what_cannot_be_registered(as_: As) -> None:
    for changes, field in WRONG:
        refused = as_("admin").post("/applications", body(**changes))
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field]), changes
    assert as_("admin").get("/applications").json["data"] == []


def test_one_recorded_afterwards_may_leave_things_open_and_be_filled_in(as_: As) -> None:
    application = record(as_, 2022)
    assert (application["state"], application["received_year"], application["closed_year"]) == ("closed", 2022, 2022)
    assert (application["applicant_kind"], application["outcome"], application["row"]) == (None, None, None)
    path = f"/applications/{application['id']}"
    filled = as_("admin").put(path, texts(outcome="partial", answered_on="2023-01-05"))
    assert (filled.status_code, filled.json["row"], filled.json["closed_year"]) == (200, "r04", 2023)
    assert filled.json["article"] == "第三十七条"
    changed = as_("admin").put(path, texts(applicant_kind="commercial", outcome="partial"))
    assert (changed.status_code, list(changed.json["errors"])) == (422, ["applicant_kind"])
    assert try_event(as_, application, "rescinded", None, event="0" * 26, reason="误").status_code == 409
    assert try_event(as_, application, "answered", "2023-11-06 08:00", outcome="disclosed").status_code == 409


def test_texts_are_put_right_while_it_is_open(as_: As, moment: TestClock) -> None:
    application = register(as_)
    moment.forward(minutes=5)
    path = f"/applications/{application['id']}"
    edited = as_("admin").put(path, texts(subject="改正后的事项"))
    assert (edited.status_code, edited.json["subject"], edited.json["due_on"]) == (200, "改正后的事项", "2023-12-04")
    assert edited.json["edited_at"]
    assert list(as_("admin").put(path, texts(outcome="disclosed")).json["errors"]) == ["outcome"]
    assert list(as_("admin").put(path, texts(channel="fax")).json["errors"]) == ["channel"]
    happen(as_, application, "answered", "2023-11-06 09:01", outcome="disclosed")
    refused = as_("admin").put(path, texts())
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")


def test_an_answer_closes_and_its_row_follows_from_the_article(as_: As, moment: TestClock) -> None:
    application = register(as_)
    moment.set("2023-12-04 17:00")
    closed = happen(
        as_, application, "answered", "2023-12-04 16:00", outcome="needs_making", document="掌政依复〔2023〕1号"
    )
    assert (closed["state"], closed["row"], closed["article"]) == ("closed", "r14", "第三十八条")
    assert (closed["closed_on"], closed["on_time"], closed["due_status"]) == ("2023-12-04", True, "closed")
    assert closed["events"][-1]["details"] == {"outcome": "needs_making", "document": "掌政依复〔2023〕1号"}
    assert (closed["next_kinds"], closed["is_discretionary"]) == ([], False)
    again = try_event(as_, application, "answered", "2023-12-04 16:30", outcome="disclosed")
    assert (again.status_code, again.json["code"]) == (409, "wrong_state")
    assert "撤销" in again.json["detail"]


def test_an_answer_after_its_day_is_late(as_: As, moment: TestClock) -> None:
    application = register(as_)
    moment.set("2023-12-05 09:00")
    overdue = as_("admin").get("/applications?overdue=true").json["data"]
    assert [each["id"] for each in overdue] == [application["id"]]
    assert happen(as_, application, "answered", "2023-12-05 08:00", outcome="disclosed")["on_time"] is False
    assert as_("admin").get("/applications?overdue=true").json["data"] == []
    assert len(as_("admin").get("/applications?overdue=false").json["data"]) == 1


def test_a_mistaken_event_is_countermanded_never_deleted(app: Flask, as_: As, moment: TestClock) -> None:
    application = register(as_)
    moment.set("2023-11-10 09:00")
    asked = happen(as_, application, "correction_requested", "2023-11-08 10:00", request="写明年度", until="2023-11-24")
    assert (asked["state"], asked["due_on"], asked["due_status"]) == ("correcting", None, "paused")
    mistaken = happen(as_, application, "corrected", "2023-11-09 10:00")
    assert mistaken["due_on"] == "2023-12-07"
    events = [event["id"] for event in mistaken["events"]]
    out_of_order = try_event(as_, application, "rescinded", None, event=events[0], reason="登错了")
    assert (out_of_order.status_code, list(out_of_order.json["errors"])) == (422, ["event"])
    unexplained = try_event(as_, application, "rescinded", None)
    assert set(unexplained.json["errors"]) == {"event", "reason"}

    back = rescind(as_, application, events[1])
    assert (back["state"], back["due_on"]) == ("correcting", None)
    assert [event["kind"] for event in back["events"]] == ["correction_requested", "corrected", "rescinded"]
    assert rescind(as_, application, events[0])["due_on"] == "2023-12-04"
    after = read(as_, application)
    moves = [(each["new_due_on"], each["event"]) for each in after["due_changes"]]
    countermands = [event["id"] for event in after["events"][2:]]
    assert moves == [
        ("2023-12-04", None),
        (None, events[0]),
        ("2023-12-07", events[1]),
        (None, countermands[0]),
        ("2023-12-04", countermands[1]),
    ]
    nothing = try_event(as_, application, "rescinded", None, event=events[0], reason="登错了")
    assert nothing.status_code == 409
    for table in ("application_event", "application_due_change"):
        with pytest.raises(DBAPIError, match="kept as written"):
            sql(app, f"DELETE FROM {table}")  # noqa: S608


def test_a_voided_one_keeps_its_number_and_counts_no_more(as_: As) -> None:
    application = register(as_)
    path = f"/applications/{application['id']}"
    voided = as_("admin").post(f"{path}/void", {"reason": "重复登记"})
    assert (voided.status_code, voided.json["voided"], voided.json["next_kinds"]) == (200, True, [])
    assert register(as_)["number"].endswith("A0002")
    assert as_("admin").post(f"{path}/void", {"reason": "再次"}).status_code == 409
    assert as_("admin").put(path, texts()).status_code == 409
    assert try_event(as_, application, "withdrawn", "2023-11-06 08:59").status_code == 409
    lists = {
        query: len(as_("admin").get(f"/applications?{query}").json["data"])
        for query in ("voided=true", "row=r01&year=2023")
    }
    assert lists == {"voided=true": 1, "row=r01&year=2023": 1}


UNTRUE: list[tuple[str, str | None, Json, str]] = [
    ("answered", "2023-11-06 08:00", {"outcome": "disclosed"}, "at"),
    ("answered", "2023-11-06 19:00", {"outcome": "disclosed"}, "at"),
    ("answered", None, {"outcome": "disclosed"}, "at"),
    ("answered", "2023-11-06 08:59", {}, "outcome"),
    ("answered", "2023-11-06 08:59", {"outcome": "withdrawn"}, "outcome"),
    ("answered", "2023-11-06 08:59", {"outcome": "still_unclear"}, "outcome"),
    ("answered", "2023-11-06 08:59", {"outcome": "third_party_rights"}, "outcome"),
    ("answered", "2023-11-06 08:59", {"outcome": "excessive"}, "outcome"),
    ("answered", "2023-11-06 08:59", {"outcome": "partial"}, "ground"),
    ("answered", "2023-11-06 08:59", {"outcome": "partial", "ground": "third_party_rights"}, "ground"),
    ("answered", "2023-11-06 08:59", {"outcome": "disclosed", "ground": "state_secret"}, "ground"),
    ("answered", "2023-11-06 08:59", {"outcome": "other"}, "note"),
    ("answered", "2023-11-06 08:59", {"outcome": "disclosed", "days": 3}, "days"),
    ("correction_requested", "2023-11-06 08:59", {"request": "写明年度"}, "until"),
    ("correction_requested", "2023-11-06 08:59", {"request": "写明年度", "until": "2023-11-06"}, "until"),
    ("third_party_asked", "2023-11-06 08:59", {}, "party"),
    ("third_party_asked", "2023-11-06 08:59", {"party": "甲", "delivered_on": "2023-11-07"}, "delivered_on"),
    ("extended", "2023-11-06 08:59", {"days": 21, "approved_by": "主要领导", "approved_on": "2023-11-06"}, "days"),
    (
        "extended",
        "2023-11-06 08:59",
        {"days": 20, "approved_by": "主要领导", "approved_on": "2023-11-07"},
        "approved_on",
    ),
    ("extended", "2023-11-06 08:59", {"days": 20, "approved_by": "主要领导"}, "approved_on"),
    ("fee_notified", "2023-11-06 08:59", {"basis": "pages", "quantity": 30}, "quantity"),
    ("fee_notified", "2023-11-06 08:59", {"basis": "items", "quantity": 10}, "quantity"),
]


def test_what_an_event_cannot_say(as_: As) -> None:
    application = register(as_)
    for kind, at, fields, field in UNTRUE:
        refused = try_event(as_, application, kind, at, **fields)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field]), (kind, fields)
    assert read(as_, application) == application


def test_periods_that_still_run_are_not_over(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-29 09:00")
    correcting = register(as_)
    happen(as_, correcting, "correction_requested", "2023-11-06 09:00", request="写明年度", until="2023-11-24")
    assert list(try_event(as_, correcting, "not_corrected", "2023-11-24 23:59").json["errors"]) == ["at"]
    assert happen(as_, correcting, "not_corrected", "2023-11-25 00:00")["row"] == "r21"

    asking = register(as_)
    happen(as_, asking, "third_party_asked", "2023-11-06 09:00", party="样例户二", delivered_on="2023-11-08")
    silent = try_event(as_, asking, "third_party_replied", "2023-11-29 10:00", reply="silent")
    assert (list(silent.json["errors"]), "11月29日" in silent.json["errors"]["at"][0]) == (["at"], True)
    happen(as_, asking, "third_party_replied", "2023-11-30 10:00", reply="silent")

    paying = register(as_)
    notified = happen(as_, paying, "fee_notified", "2023-11-07 09:00", basis="pages", quantity=101)
    assert notified["events"][-1]["details"]["amount"] == 720
    assert list(try_event(as_, paying, "fee_unpaid", "2023-12-06 09:00").json["errors"]) == ["delivered_on"]
    mailed = {"delivered_on": "2023-11-09"}  # a day after it was sent: the twenty days begin with its receipt
    assert list(try_event(as_, paying, "fee_unpaid", "2023-12-07 09:00", **mailed).json["errors"]) == ["at"]
    assert happen(as_, paying, "fee_unpaid", "2023-12-08 09:00", **mailed)["row"] == "r22"


def test_silence_means_different_things(as_: As, moment: TestClock) -> None:
    """Arts. 15, 32 and 34: of a third party the agency decides, of another agency it is consent."""
    moment.set("2023-12-29 09:00")
    answers = {}
    for reply in ("consent", "refuse", "silent"):
        application = register(as_)
        happen(as_, application, "third_party_asked", "2023-11-07 09:00", party="样例户二")
        happen(as_, application, "third_party_replied", "2023-12-01 09:00", reply=reply)
        tried = [
            try_event(as_, application, "answered", "2023-12-04 09:00", outcome=outcome).status_code
            for outcome in ("third_party_rights", "disclosed")
        ]
        answers[reply] = tried
    assert answers == {"consent": [422, 201], "refuse": [201, 409], "silent": [201, 409]}

    refused = register(as_)
    happen(as_, refused, "third_party_asked", "2023-11-07 09:00", party="样例户二")
    happen(as_, refused, "third_party_replied", "2023-12-01 09:00", reply="refuse")
    opened = try_event(as_, refused, "answered", "2023-12-04 09:00", outcome="disclosed")
    assert list(opened.json["errors"]) == ["note"]
    happen(as_, refused, "answered", "2023-12-04 09:00", outcome="disclosed", note="涉及饮用水安全，已书面告知")


def test_what_has_run_out_is_not_extended(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-29 09:00")
    approval = {"days": 20, "approved_by": "主要领导", "approved_on": "2023-12-01"}
    in_time, late = register(as_), register(as_)
    extended = happen(as_, in_time, "extended", "2023-12-04 18:00", **approval)
    assert extended["due_on"] == "2024-01-02"
    once = try_event(as_, in_time, "extended", "2023-12-05 18:00", **approval)
    assert (once.status_code, once.json["code"]) == (409, "wrong_state")
    assert list(try_event(as_, late, "extended", "2023-12-05 18:00", **approval).json["errors"]) == ["at"]


def test_a_reasonable_delay_follows_a_question_for_reasons(as_: As, moment: TestClock) -> None:
    moment.set("2023-11-20 09:00")
    application = register(as_)
    early = try_event(as_, application, "delayed", "2023-11-10 09:00", until="2024-03-01", note="数量过多")
    assert (early.status_code, "要求说明理由" in early.json["detail"]) == (409, True)
    happen(as_, application, "reasons_requested", "2023-11-09 09:00", request="请说明一次申请三百件的理由")
    same = try_event(as_, application, "delayed", "2023-11-10 09:00", until="2023-12-04", note="数量过多")
    assert list(same.json["errors"]) == ["until"]
    delayed = happen(as_, application, "delayed", "2023-11-10 09:00", until="2024-03-01", note="数量过多")
    assert (delayed["due_on"], delayed["due_status"]) == ("2024-03-01", "fixed")
    assert happen(as_, application, "answered", "2023-11-20 08:00", outcome="excessive")["row"] == "r19"


@pytest.mark.slow
def test_items_of_one_applicant_are_counted_over_the_month(as_: As, moment: TestClock) -> None:
    moment.set("2023-11-30 09:00")
    first = register(as_)
    happen(as_, first, "fee_notified", "2023-11-07 09:00", basis="items", quantity=11)
    for _ in range(18):
        register(as_)
    charged = {
        name: happen(as_, register(as_, **changes), "fee_notified", "2023-11-21 09:00", basis="items", quantity=11)
        for name, changes in {
            "the thirtieth to the fortieth": {"submitted_at": "2023-11-20T09:00:00+08:00"},
            "somebody else": {"applicant_name": "样例户二"},
            "another month": {"submitted_at": "2023-10-20T09:00:00+08:00"},
        }.items()
    }
    amounts = {name: each["events"][-1]["details"]["amount"] for name, each in charged.items()}
    assert amounts == {"the thirtieth to the fortieth": 2100, "somebody else": 100, "another month": 100}


@pytest.mark.slow
def test_who_may(as_: As) -> None:
    application = register(as_)
    path = f"/applications/{application['id']}"
    for reader in ("auditor", "leader", "secrecy", "office-finance"):
        person = as_(reader)
        assert person.get(path).status_code == person.get("/applications").status_code == 200
        assert person.post("/applications", body()).status_code == 403
        assert person.put(path, texts()).status_code == 403
        assert person.post(f"{path}/void", {"reason": "误"}).status_code == 403
        assert try_event(lambda name, by=person: by, application, "withdrawn", "2023-11-06 09:00").status_code == 403
    uploader = as_(f"uploader-{VILLAGE}")
    assert uploader.get(path).status_code == 404
    assert uploader.get("/applications").status_code == 403
    stranger = as_("daxin-admin")
    assert stranger.get(path).status_code == 404
    assert stranger.get("/applications").json["data"] == []
    assert stranger.get(f"/applications?division={TOWNSHIP}").status_code == 404
    assert as_("admin").post("/applications", body(division=OTHER_TOWNSHIP)).status_code == 404
    assert list(as_("admin").post("/applications", body(division=VILLAGE)).json["errors"]) == ["division"]


def test_who_the_applicant_is_is_not_for_every_post(app: Flask, as_: As, moment: TestClock) -> None:
    application = register(as_, content="本人家住样例户一号院")
    moment.set("2023-11-20 09:00")
    happen(as_, application, "third_party_asked", "2023-11-08 09:00", party="样例户二")
    for reader, may in (("admin", True), ("leader", True), ("auditor", False), ("secrecy", False)):
        pages = [
            as_(reader).get(path).get_data(as_text=True)
            for path in (f"/applications/{application['id']}", "/applications")
        ]
        assert [APPLICANT in page for page in pages] == [may, may], reader
        assert ("样例户二" in pages[0]) is may, reader
        found = as_(reader).get("/applications", query_string={"q": APPLICANT}).json["data"]
        assert bool(found) is may, reader
        taken = as_(reader).post("/applications/export.csv", {"purpose": "archive"})
        assert taken.status_code == (200 if may else 403)
        assert (APPLICANT in taken.get_data(as_text=True)) is may
    entries = repr(sql(app, "SELECT * FROM audit_entry")) + repr(sql(app, "SELECT * FROM inbox_notice"))
    assert application["number"] in entries
    assert "样例户" not in entries


@pytest.mark.parametrize("field", ["subject", "content"])
def test_a_mark_of_secrecy_is_kept_nowhere(app: Flask, as_: As, field: str) -> None:
    refused = as_("admin").post("/applications", body(**{field: "机密★10年 征地方案"}))
    assert (refused.status_code, refused.json["code"]) == (422, "secret_mark")
    assert sql(app, "SELECT count(*) FROM application")[0][0] == 0
    assert sql(app, "SELECT count(*) FROM incident")[0][0] == 1
    application = register(as_)
    noted = try_event(as_, application, "withdrawn", "2023-11-06 08:59", note="机密★10年")
    assert noted.json["code"] == "secret_mark"
    voided = as_("admin").post(f"/applications/{application['id']}/void", {"reason": "机密★10年"})
    assert voided.json["code"] == "secret_mark"


@pytest.mark.slow
def test_lists_are_filtered(as_: As, moment: TestClock) -> None:
    moment.set("2023-11-20 09:00")
    first, second = register(as_), register(as_, channel="online", subject="低保名单")
    third = register(as_, submitted_at="2023-11-15T09:00:00+08:00")
    happen(as_, first, "answered", "2023-11-10 09:00", outcome="disclosed")

    def found(query: str) -> list[str]:
        return [each["id"] for each in as_("admin").get(f"/applications?{query}").json["data"]]

    ids = [first["id"], second["id"], third["id"]]
    assert found("") == ids
    assert found("state=unconfirmed") == [ids[1]]
    assert found("year=2023") == [ids[0], ids[2]]
    assert found("due=2023-12-12") == []
    assert found("due=2023-12-13") == [ids[2]]
    assert found("q=低保") == [ids[1]]
    assert found(f"q={third['number']}") == [ids[2]]
    assert found("limit=1") == ids[:1]
    assert found(f"division={TOWNSHIP}") == ids
    refused = as_("admin").get("/applications?row=r01")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["year"])


def test_a_number_that_was_rolled_back_is_given_again(app: Flask) -> None:
    def take(*, fail: bool = False) -> int:
        with transaction(tenancy.EVERYWHERE):
            serial = next_serial(TOWNSHIP, 2023)
            return serial // (0 if fail else 1)

    with app.app_context():
        assert take() == 1
        with pytest.raises(ZeroDivisionError):
            take(fail=True)
        assert take() == 2


def test_the_years_form_lists_the_afterwards_recorded(as_: As) -> None:
    application = as_("admin").post("/applications", afterwards(2023, outcome="repeated")).json
    for query in ("year=2023", "year=2023&row=r24", "year=2023&row=r17", "year=2023&row=r17&kind=total"):
        assert [each["id"] for each in as_("auditor").get(f"/applications?{query}").json["data"]] == [application["id"]]
    for query in ("year=2023&row=r17&kind=research", "year=2022", "year=2023&row=r25", "year=2024&row=r02"):
        assert as_("auditor").get(f"/applications?{query}").json["data"] == []


def test_a_question_was_not_received_before_it_was_asked(as_: As) -> None:
    """Nobody makes fifteen days of silence out of ten minutes."""
    application = register(as_)
    happen(as_, application, "agency_asked", "2023-11-06 08:40", party="区自然资源局")
    early = try_event(as_, application, "agency_replied", "2023-11-06 08:50", reply="silent", delivered_on="2023-01-05")
    assert (early.status_code, list(early.json["errors"])) == (422, ["delivered_on"])


def test_days_of_an_extension_and_a_delay_are_possible_ones(as_: As) -> None:
    application = register(as_)
    extension = {"days": 10, "approved_by": "主要领导", "approved_on": "1950-01-01"}
    assert list(try_event(as_, application, "extended", "2023-11-06 08:50", **extension).json["errors"]) == [
        "approved_on"
    ]
    happen(as_, application, "reasons_requested", "2023-11-06 08:50", request="请说明理由")
    delay = {"until": "2199-12-31", "note": "数量很大"}
    assert list(try_event(as_, application, "delayed", "2023-11-06 08:55", **delay).json["errors"]) == ["until"]


def test_who_may_not_know_the_applicant_reads_no_words_about_one(as_: As) -> None:
    application = register(as_)
    asked = {"request": "写明年度", "until": "2023-11-20", "document": "函1号"}
    happen(as_, application, "correction_requested", "2023-11-06 08:40", **asked)
    as_("admin").post(f"/applications/{application['id']}/void", {"reason": "样例户一重复登记"})
    for reader, may in (("leader", True), ("auditor", False), ("office-finance", False)):
        seen = as_(reader).get(f"/applications/{application['id']}").json
        assert (seen["void_reason"] is not None, "document" in seen["events"][0]["details"]) == (may, may)
