"""Posts and who holds them: appointments, stand-ins, handovers, and what is left when one ends."""

from typing import Any

import pytest
from flask import Flask

from tests.accounts import staff
from tests.applications.desk import afterwards, register
from tests.clearance.passages import CLASSIFIED, WITH_INTERNAL
from tests.clients import Client, TestClock, sign_in
from tests.exports.desk import ask as exported
from tests.feedback.voices import say
from tests.journeys import CHECKLIST, TOWNSHIP, VILLAGE, As, Json, content, decide, draft, publish, submit
from villagepub.core.permissions import GRANTS, Permission, Role

AWAY = "0" * 26
TODAY = "2023-11-06"
DEPUTY = {"key": "leader-deputy", "role": "leader", "title": "分管领导", "division": TOWNSHIP}


def deputy_post(as_: As) -> str:
    answer = as_("admin").post("/posts", DEPUTY)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def appoint(as_: As, post: str, person: str, from_: str, until: str | None = None) -> Any:
    body = {"post": post, "person": person, "from": from_, "until": until}
    return as_("admin").post("/appointments", body)


class TestAppointments:
    def test_a_post_outlives_the_people_in_it(self, as_: As) -> None:
        post, first, second = deputy_post(as_), staff.newcomer(as_), staff.newcomer(as_, "second", "后任人员")
        assert appoint(as_, post, first, "2023-09-01", "2023-10-01").status_code == 201
        assert appoint(as_, post, second, "2023-10-01T00:00:00+08:00").status_code == 201  # half open: no clash

        found = {
            instant: staff.holder_at(as_, "leader-deputy", f"{instant}+08:00")
            for instant in ("2023-08-31T23:59:59", "2023-09-01T00:00:00", "2023-09-30T23:59:59", "2023-10-01T00:00:00")
        }
        assert list(found.values()) == [None, "接任人员", "接任人员", "后任人员"]
        assert [held["until"] for held in staff.holders(as_, "leader-deputy")] == [None, "2023-10-01T00:00:00+08:00"]

    def test_two_at_once_are_refused(self, as_: As) -> None:
        post, person = deputy_post(as_), staff.newcomer(as_)
        assert appoint(as_, post, person, "2023-12-01", "2024-01-01").status_code == 201
        spans = [
            ("2023-11-01", "2023-12-02"),
            ("2023-12-31", None),
            ("2023-11-01", None),
            ("2023-12-10", "2023-12-11"),
            ("2023-12-01", "2024-01-01"),
            ("2023-12-31T23:59:59+08:00", "2024-06-01"),
        ]
        refused = [appoint(as_, post, staff.person(as_, "office-land"), *span).status_code for span in spans]
        assert refused == [409] * len(spans)
        assert appoint(as_, post, person, "2024-01-01", "2024-02-01").status_code == 201
        assert appoint(as_, post, person, "2023-11-06", "2023-12-01").status_code == 201

    def test_an_end_that_is_not_after_the_beginning_is_invalid(self, as_: As) -> None:
        post, person = deputy_post(as_), staff.newcomer(as_)
        for until in ("2023-11-06", "2023-11-05"):
            refused = appoint(as_, post, person, "2023-11-06", until)
            assert (refused.status_code, list(refused.json["errors"])) == (422, ["until"])

    def test_power_begins_and_ends_with_the_appointment(self, app: Flask, as_: As, moment: TestClock) -> None:
        post, person = deputy_post(as_), staff.newcomer(as_)
        holder = staff.settle(app, as_, person)
        span = ("2023-11-06T09:05:00+08:00", "2023-11-06T09:10:00+08:00")
        assert appoint(as_, post, person, *span).status_code == 201
        for instant, held in (("09:04:59", False), ("09:05:00", True), ("09:09:59", True), ("09:10:00", False)):
            moment.set(f"2023-11-06 {instant}")
            assert (holder.get("/review/queue").status_code == 200) is held, instant
            assert (staff.posts_of(holder) == ["leader-deputy"]) is held, instant

    def test_an_auditor_holds_no_other_post_at_any_time(self, app: Flask, as_: As) -> None:
        post, auditor = deputy_post(as_), staff.person(as_, "auditor")
        body = {"key": "auditor-2", "role": "auditor", "title": "审计管理员", "division": TOWNSHIP}
        second_audit = as_("admin").post("/posts", body).json["id"]
        leader, newcomer = staff.person(as_, "leader"), staff.newcomer(as_)
        assert appoint(as_, second_audit, newcomer, "2024-01-01", "2024-02-01").status_code == 201
        both = {"person": staff.newcomer(as_, "third"), "posts": [post, second_audit]}

        refused = [
            appoint(as_, post, auditor, TODAY),
            appoint(as_, second_audit, leader, TODAY),
            appoint(as_, post, newcomer, TODAY),  # would still last when the other begins
            appoint(as_, post, newcomer, "2024-01-31", "2024-03-01"),
            staff.delegate(as_, "leader", auditor, TODAY, "2023-12-01"),
            staff.delegate(as_, "auditor", leader, TODAY, "2023-12-01"),
            as_("admin").post("/handovers", {"post": staff.post(as_, "leader"), "to_person": auditor, "on": TODAY}),
            as_("admin").post("/invitations", both),
            as_("admin").post("/invitations", {"person": auditor, "posts": [post]}),
        ]

        assert [answer.status_code for answer in refused] == [422] * len(refused)
        assert appoint(as_, post, newcomer, "2024-02-01").status_code == 201

    def test_an_invitation_does_not_get_round_it(self, app: Flask, as_: As) -> None:
        person, post = staff.newcomer(as_), deputy_post(as_)
        body = {"key": "auditor-2", "role": "auditor", "title": "审计管理员", "division": TOWNSHIP}
        audit = as_("admin").post("/posts", body).json["id"]
        code = staff.invite(as_, person, post)
        assert appoint(as_, audit, person, TODAY).status_code == 201

        accepted = Client(app).post("/auth/invitations/accept", {"code": code, "password": staff.PASSWORD})

        assert accepted.status_code == 422
        assert staff.holders(as_, "leader-deputy") == []

    def test_the_audit_tells_who_was_appointed_and_for_how_long(self, as_: As) -> None:
        post, person = deputy_post(as_), staff.newcomer(as_)
        appointment = appoint(as_, post, person, "2023-12-01", "2024-01-01").json["id"]
        (entry,) = as_("auditor").get(f"/audit?subject={appointment}").json["data"]
        assert entry["action"] == "post.appointed"
        assert (entry["data"]["post"], entry["data"]["person"]) == ("leader-deputy", person)
        assert entry["data"]["until"] is not None

    def test_a_person_of_another_township_is_not_there(self, as_: As) -> None:
        post, stranger = deputy_post(as_), as_("daxin-leader").get("/me").json["person"]["id"]
        assert appoint(as_, post, stranger, TODAY).status_code == 404
        assert staff.delegate(as_, "leader", stranger, TODAY, "2023-12-01").status_code == 404


class TestPosts:
    @pytest.mark.slow
    def test_a_role_lies_where_it_belongs(self, as_: As) -> None:
        office = staff_office(as_)
        cases = {
            ("uploader", TOWNSHIP, None): 422,
            ("leader", VILLAGE, None): 422,
            ("office_reviewer", TOWNSHIP, None): 422,
            ("leader", TOWNSHIP, office): 422,
            ("office_reviewer", TOWNSHIP, AWAY): 404,
            ("leader", "640104101000", None): 404,
            ("observer", "640104000000", None): 404,
            ("mayor", TOWNSHIP, None): 422,
            ("uploader", VILLAGE, None): 201,
            ("observer", VILLAGE, None): 201,
            ("office_reviewer", TOWNSHIP, office): 201,
        }
        for number, ((role, division, office_id), status) in enumerate(cases.items()):
            body = {"key": f"new-{number}", "role": role, "title": "新岗位", "division": division, "office": office_id}
            assert as_("admin").post("/posts", body).status_code == status, body

    def test_a_key_is_used_once_in_a_township(self, as_: As) -> None:
        deputy_post(as_)
        assert as_("admin").post("/posts", DEPUTY).json["code"] == "already_exists"
        elsewhere = DEPUTY | {"division": "640104101000"}
        assert as_("daxin-admin").post("/posts", elsewhere).status_code == 201


def staff_office(as_: As) -> str:
    return str(as_("admin").get("/offices").json["data"][0]["id"])


class TestStandIns:
    def test_acts_from_its_beginning_up_to_its_end(self, app: Flask, as_: As, moment: TestClock) -> None:
        person = staff.newcomer(as_)
        stand_in = staff.settle(app, as_, person)
        span = ("2023-11-06T09:05:00+08:00", "2023-11-06T09:10:00+08:00")
        answer = staff.delegate(as_, "leader", person, *span)
        assert answer.status_code == 201
        assert (answer.json["from"], answer.json["until"]) == span
        assert answer.json["for_person"] == staff.person(as_, "leader")
        for instant, held in (("09:04:59", False), ("09:05:00", True), ("09:09:59", True), ("09:10:00", False)):
            moment.set(f"2023-11-06 {instant}")
            assert (staff.posts_of(stand_in) == ["leader"]) is held, instant
            assert (stand_in.get("/review/queue").status_code == 200) is held, instant
        assert [held["person"]["name"] for held in staff.holders(as_, "leader")] == ["主要领导"]

    def test_needs_an_end_after_now(self, as_: As) -> None:
        person, post = staff.newcomer(as_), staff.post(as_, "leader")
        for until in (None, "2023-11-06T09:00:00+08:00", "2023-11-05", TODAY):
            body = {"post": post, "to_person": person, "from": "2023-11-01", "until": until}
            assert as_("admin").post("/delegations", body).status_code == 422, until
        assert as_("admin").post("/delegations", {"post": post, "to_person": person, "from": TODAY}).status_code == 422

    def test_the_holder_may_name_one_and_the_stand_in_may_not_pass_it_on(self, app: Flask, as_: As) -> None:
        person, third = staff.newcomer(as_), staff.newcomer(as_, "third", "第三人")
        stand_in = staff.settle(app, as_, person)
        assert staff.delegate(as_, "leader", person, TODAY, "2023-11-08", by="leader").status_code == 201

        passed_on = {"post": staff.post(as_, "leader"), "to_person": third, "from": TODAY, "until": "2023-11-07"}
        assert stand_in.post("/delegations", passed_on).status_code == 403
        assert as_("secrecy").post("/delegations", passed_on).status_code == 403
        assert as_(f"uploader-{VILLAGE}").post("/delegations", passed_on).status_code == 404

    def test_an_administrators_stand_in_may_not_pass_it_on_either(self, app: Flask, as_: As) -> None:
        person, third = staff.newcomer(as_), staff.newcomer(as_, "third", "第三人")
        stand_in = staff.settle(app, as_, person)
        assert staff.delegate(as_, "administrator", person, TODAY, "2023-11-08").status_code == 201

        own = {"post": staff.post(as_, "administrator"), "to_person": third, "from": TODAY, "until": "2023-11-07"}
        assert stand_in.post("/delegations", own).status_code == 403
        other = own | {"post": staff.post(as_, "leader")}
        assert stand_in.post("/delegations", other).status_code == 201  # acting as the administrator

    def test_ends_early_by_whoever_may_set_it_and_no_other(self, app: Flask, as_: As, moment: TestClock) -> None:
        person = staff.newcomer(as_)
        stand_in = staff.settle(app, as_, person)
        for by in ("leader", "admin"):
            end = f"/delegations/{staff.delegate(as_, 'leader', person, TODAY, '2023-12-01').json['id']}/end"
            assert staff.posts_of(stand_in) == ["leader"]
            moment.forward(minutes=1)
            assert stand_in.post(end).status_code == 403
            assert as_("secrecy").post(end).status_code == 403
            assert as_(f"uploader-{VILLAGE}").post(end).status_code == 404
            assert as_(by).post(end).status_code == 204
            assert staff.posts_of(stand_in) == []
            assert as_(by).post(end).json["code"] == "wrong_state"

    def test_one_that_has_not_begun_is_taken_back(self, app: Flask, as_: As, moment: TestClock) -> None:
        person = staff.newcomer(as_)
        stand_in = staff.settle(app, as_, person)
        planned = staff.delegate(as_, "leader", person, "2023-11-06T09:05:00+08:00", "2023-12-01").json["id"]
        assert as_("leader").post(f"/delegations/{planned}/end").status_code == 204
        assert as_("leader").post(f"/delegations/{planned}/end").status_code == 404
        moment.set("2023-11-06 09:06")
        assert staff.posts_of(stand_in) == []

    def test_a_village_names_its_own(self, as_: As) -> None:
        uploader, person = f"uploader-{VILLAGE}", staff.newcomer(as_)
        assert staff.delegate(as_, uploader, person, TODAY, "2023-11-08", by=uploader).status_code == 201
        other = staff.delegate(as_, "uploader-640104100203", person, TODAY, "2023-11-08", by=uploader)
        assert other.status_code == 404

    def test_loses_the_post_with_its_holder(self, app: Flask, as_: As, moment: TestClock) -> None:
        person, successor = staff.newcomer(as_), staff.newcomer(as_, "second", "后任人员")
        stand_in = staff.settle(app, as_, person)
        assert staff.delegate(as_, "leader", person, TODAY, "2023-12-01").status_code == 201
        assert staff.posts_of(stand_in) == ["leader"]
        moment.forward(minutes=1)
        staff.hand_over(as_, "leader", successor)
        assert staff.posts_of(stand_in) == []

    def test_loses_the_post_when_the_holders_time_is_over(self, app: Flask, as_: As, moment: TestClock) -> None:
        post, holder, person = deputy_post(as_), staff.newcomer(as_), staff.newcomer(as_, "second", "代办人员")
        stand_in = staff.settle(app, as_, person)
        assert appoint(as_, post, holder, TODAY, "2023-11-06T09:05:00+08:00").status_code == 201
        assert staff.delegate(as_, "leader-deputy", person, TODAY, "2023-11-07").status_code == 201
        assert staff.posts_of(stand_in) == ["leader-deputy"]
        moment.set("2023-11-06 09:05")
        assert staff.posts_of(stand_in) == []

    def test_a_vacant_post_and_the_holder_as_stand_in_are_refused(self, as_: As) -> None:
        deputy_post(as_)
        vacant = staff.delegate(as_, "leader-deputy", staff.newcomer(as_), TODAY, "2023-12-01")
        assert vacant.status_code == 409
        holder = staff.person(as_, "leader")
        assert staff.delegate(as_, "leader", holder, TODAY, "2023-12-01").status_code == 422

    def test_before_a_planned_handover_it_stands_in_for_the_present_holder(self, app: Flask, as_: As) -> None:
        person, successor = staff.newcomer(as_), staff.newcomer(as_, "second", "后任人员")
        stand_in = staff.settle(app, as_, person)
        staff.hand_over(as_, "leader", successor, on="2023-11-20")
        assert staff.delegate(as_, "leader", person, TODAY, "2023-12-01").status_code == 201
        assert staff.posts_of(stand_in) == ["leader"]


class TestHandovers:
    def test_todays_acts_now_and_leaves_no_gap(self, app: Flask, as_: As, moment: TestClock) -> None:
        successor = staff.newcomer(as_)
        after, before = staff.settle(app, as_, successor), as_("leader")
        moment.set("2023-11-06 09:07:31")

        handed = staff.hand_over(as_, "leader", successor)

        assert handed["appointment"]["from"] == "2023-11-06T09:07:31+08:00"
        assert handed["appointment"]["person"]["name"] == "接任人员"
        assert (staff.posts_of(before), staff.posts_of(after)) == ([], ["leader"])
        new, old = staff.holders(as_, "leader")
        assert (old["until"], new["until"]) == (new["from"], None)

    def test_a_later_one_acts_at_the_start_of_its_day(self, app: Flask, as_: As, moment: TestClock) -> None:
        successor = staff.newcomer(as_)
        moment.set("2023-11-06 23:55")
        after, before = staff.settle(app, as_, successor), sign_in(app, "leader")
        handed = staff.hand_over(as_, "leader", successor, on="2023-11-07")
        assert handed["appointment"]["from"] == "2023-11-07T00:00:00+08:00"

        moment.set("2023-11-06 23:59:59")
        assert (staff.posts_of(before), staff.posts_of(after)) == (["leader"], [])
        moment.set("2023-11-07 00:00")
        assert (staff.posts_of(before), staff.posts_of(after)) == ([], ["leader"])

    @pytest.mark.slow
    def test_tells_what_passes_over(self, app: Flask, as_: As) -> None:
        waiting, kept = submit(as_, draft(as_)), draft(as_, period="2023-11")
        elsewhere = draft(as_, village="640104100203")
        successor = staff.newcomer(as_)

        village = staff.hand_over(as_, f"uploader-{VILLAGE}", successor)
        assert (village["drafts"], village["waiting"]) == ([kept["id"]], [])
        assert elsewhere["id"] not in village["drafts"]
        secrecy = staff.hand_over(as_, "secrecy", staff.newcomer(as_, "second", "后任人员"))
        assert (secrecy["drafts"], secrecy["waiting"]) == ([], [waiting["id"]])

        after = staff.settle(app, as_, successor)
        path = f"/disclosures/{kept['id']}"
        etag = {"If-Match": after.get(path).headers["ETag"]}
        assert after.delete(path, headers=etag).status_code == 204

    def test_the_waiting_case_is_decided_by_the_successor(self, app: Flask, as_: As) -> None:
        waiting = decide(as_, submit(as_, draft(as_)))
        after = staff.settle(app, as_, successor := staff.newcomer(as_))
        assert staff.hand_over(as_, "office-finance", successor)["waiting"] == [waiting["id"]]
        body = {"stage": "office", "digest": waiting["digest"], "outcome": "approve", "checklist": CHECKLIST}
        path = f"/disclosures/{waiting['id']}/decisions"
        assert as_("office-finance").post(path, body).status_code in (403, 404)
        assert after.post(path, body).status_code == 201

    def test_what_cannot_be_handed_over(self, as_: As) -> None:
        deputy_post(as_)
        successor, leader = staff.newcomer(as_), staff.person(as_, "leader")
        gone = staff.newcomer(as_, "gone", "停用人员")
        as_("admin").post(f"/people/{gone}/deactivate")
        cases = [
            ("leader", successor, "2023-11-05", 422),
            ("leader", leader, TODAY, 422),
            ("leader", gone, TODAY, 422),
            ("leader-deputy", successor, TODAY, 409),
            ("leader", AWAY, TODAY, 404),
        ]
        for key, person, on, status in cases:
            body = {"post": staff.post(as_, key), "to_person": person, "on": on}
            assert as_("admin").post("/handovers", body).status_code == status, (key, on)

    def test_an_earlier_one_takes_the_place_of_the_planned(self, app: Flask, as_: As, moment: TestClock) -> None:
        planned, chosen = staff.newcomer(as_), staff.newcomer(as_, "second", "后任人员")
        staff.hand_over(as_, "leader", planned, on="2023-11-20")
        moment.forward(minutes=1)
        staff.hand_over(as_, "leader", chosen)

        instants = (f"{TODAY}T09:00:59", f"{TODAY}T09:01:00", "2023-11-20T00:00:00", "2023-12-31T00:00:00")
        found = [staff.holder_at(as_, "leader", f"{instant}+08:00") for instant in instants]
        assert found == ["主要领导", "后任人员", "后任人员", "后任人员"]
        entries = as_("auditor").get("/audit?limit=100&from=2023-11-06").json["data"]
        assert "post.appointment_taken_back" in [entry["action"] for entry in entries]

    def test_a_later_one_follows_the_planned(self, as_: As) -> None:
        planned, last = staff.newcomer(as_), staff.newcomer(as_, "second", "后任人员")
        staff.hand_over(as_, "leader", planned, on="2023-11-20")
        staff.hand_over(as_, "leader", last, on="2023-12-01")
        found = [staff.holder_at(as_, "leader", f"2023-{day}T00:00:00+08:00") for day in ("11-19", "11-20", "12-01")]
        assert found == ["主要领导", "接任人员", "后任人员"]

    def test_a_post_held_for_a_time_can_be_handed_over_before_its_end(self, as_: As, moment: TestClock) -> None:
        post, holder, successor = deputy_post(as_), staff.newcomer(as_), staff.newcomer(as_, "second", "后任人员")
        assert appoint(as_, post, holder, TODAY, "2023-12-01").status_code == 201
        moment.forward(minutes=1)
        staff.hand_over(as_, "leader-deputy", successor)
        assert [held["until"] for held in staff.holders(as_, "leader-deputy")] == [None, "2023-11-06T09:01:00+08:00"]


class TestDeactivation:
    def test_ends_sign_ins_posts_and_stand_ins_and_keeps_the_history(
        self, app: Flask, as_: As, moment: TestClock
    ) -> None:
        post, later = deputy_post(as_), staff.newcomer(as_, "second", "后任人员")
        leaving = staff.newcomer(as_, "leaving", "离任人员")
        client, stand_in = staff.settle(app, as_, leaving), staff.settle(app, as_, later)
        assert appoint(as_, post, leaving, TODAY, "2024-01-01").status_code == 201  # for a time
        assert appoint(as_, post, leaving, "2024-02-01").status_code == 201  # planned
        assert staff.delegate(as_, "leader-deputy", later, TODAY, "2023-12-01").status_code == 201
        assert staff.delegate(as_, "secrecy", leaving, TODAY, "2023-12-01").status_code == 201
        assert staff.posts_of(client) == ["leader-deputy", "secrecy"]
        moment.forward(minutes=1)

        answer = as_("admin").post(f"/people/{leaving}/deactivate")

        assert (answer.status_code, answer.json["active"]) == (200, False)
        assert client.get("/me").status_code == 401
        assert staff.posts_of(stand_in) == []
        (held,) = staff.holders(as_, "leader-deputy")
        assert (held["person"]["name"], held["until"]) == ("离任人员", "2023-11-06T09:01:00+08:00")
        assert appoint(as_, post, later, "2023-11-06T09:01:00+08:00").status_code == 201
        people = as_("admin").get("/people?limit=100").json["data"]
        assert [each["active"] for each in people if each["id"] == leaving] == [False]
        assert as_("admin").post(f"/people/{leaving}/invitation").status_code == 422
        assert appoint(as_, post, leaving, "2025-01-01").status_code in (409, 422)

    def test_of_a_planned_successor_leaves_the_present_holders_stand_in_alone(self, app: Flask, as_: As) -> None:
        successor, person = staff.newcomer(as_), staff.newcomer(as_, "second", "代办人员")
        stand_in = staff.settle(app, as_, person)
        assert staff.delegate(as_, "leader", person, TODAY, "2023-12-01").status_code == 201
        staff.hand_over(as_, "leader", successor, on="2023-11-20")
        assert as_("admin").post(f"/people/{successor}/deactivate").status_code == 200
        assert staff.posts_of(stand_in) == ["leader"]

    def test_is_not_for_oneself(self, as_: As) -> None:
        assert as_("admin").post(f"/people/{staff.person(as_, 'admin')}/deactivate").status_code == 409


ROLES = {
    "uploader": f"uploader-{VILLAGE}",
    "secrecy_officer": "secrecy",
    "office_reviewer": "office-finance",
    "leader": "leader",
    "administrator": "admin",
    "auditor": "auditor",
    "observer": "observer",
}


@pytest.fixture
def cast(app: Flask, as_: As) -> dict[str, Client]:
    """Somebody in each role, an observer of the township among them."""
    body = {"key": "observer", "role": "observer", "title": "观察员", "division": TOWNSHIP}
    post = as_("admin").post("/posts", body).json["id"]
    code = staff.invite(as_, staff.newcomer(as_, "observer", "观察员"), post)
    answer = Client(app).post("/auth/invitations/accept", {"code": code, "password": staff.PASSWORD})
    observer = Client(app, answer.json["access_token"])
    return {role: observer if role == "observer" else as_(name) for role, name in ROLES.items()}


@pytest.mark.slow
def test_who_may_manage_people_and_posts(as_: As, cast: dict[str, Client]) -> None:
    leader, vacant, person = staff.post(as_, "leader"), deputy_post(as_), staff.newcomer(as_)
    anywhere: list[tuple[str, str, Json | None]] = [
        ("POST", "/people", {"name": "新增人员", "username": "new-person"}),
        ("GET", "/people", None),
        ("GET", "/posts", None),
    ]
    of_the_township: list[tuple[str, str, Json | None]] = [
        ("POST", f"/people/{person}/invitation", None),
        ("POST", "/invitations", {"person": person, "posts": [vacant]}),
        ("POST", "/posts", DEPUTY),
        ("POST", "/appointments", {"post": vacant, "person": person, "from": TODAY, "until": "2023-11-01"}),
        ("POST", "/delegations", {"post": vacant, "to_person": person, "from": TODAY, "until": "2023-11-01"}),
        ("POST", "/handovers", {"post": leader, "to_person": person, "on": "2023-11-05"}),
        ("POST", f"/people/{person}/deactivate", None),
        ("GET", f"/posts/{leader}/holders", None),
    ]
    for route in anywhere + of_the_township:
        method, path, body = route
        allowed = {"administrator", "auditor"} if method == "GET" else {"administrator"}
        found = {role: client.open(method, path, json=body).status_code for role, client in cast.items()}
        refused = {role: status for role, status in found.items() if status in (401, 403, 404)}
        outside = {"uploader"} if route in of_the_township else set()  # which lies beyond a village
        assert refused == {role: 404 if role in outside else 403 for role in set(cast) - allowed}, path


def test_another_township_sees_nothing_of_it(as_: As) -> None:
    leader, person = staff.post(as_, "leader"), staff.newcomer(as_)
    stranger = as_("daxin-admin")
    routes: list[tuple[str, str, Json | None]] = [
        ("POST", f"/people/{person}/invitation", None),
        ("POST", f"/people/{person}/deactivate", None),
        ("GET", f"/posts/{leader}/holders", None),
        ("POST", "/invitations", {"person": person, "posts": []}),
        ("POST", "/posts", DEPUTY),
        ("POST", "/people", {"name": "外来人员", "username": "stranger", "division": TOWNSHIP}),
        ("POST", "/appointments", {"post": leader, "person": person, "from": TODAY}),
        ("POST", "/handovers", {"post": leader, "to_person": person, "on": TODAY}),
        ("POST", "/delegations", {"post": leader, "to_person": person, "from": TODAY, "until": "2023-12-01"}),
    ]
    for method, path, body in routes:
        found = stranger.open(method, path, json=body)
        missing = stranger.open(method, path.replace(person, AWAY).replace(leader, AWAY), json=_away(body))
        assert (found.status_code, missing.status_code) == (404, 404), path
        assert found.json | {"request_id": ""} == missing.json | {"request_id": ""}, path
    assert all(each["division"].startswith("640104101") for each in stranger.get("/people").json["data"])
    assert all(each["division"].startswith("640104101") for each in stranger.get("/posts").json["data"])


def _away(body: Json | None) -> Json | None:
    """The same request about what does not exist."""
    names = {"person": AWAY, "to_person": AWAY, "post": AWAY, "division": "640104199000"}
    return body and {name: names.get(name, value) for name, value in body.items()}


def test_a_person_without_a_post_may_do_nothing(app: Flask, as_: As) -> None:
    nobody = staff.settle(app, as_, staff.newcomer(as_))
    assert nobody.get("/me").json["posts"] == []
    assert nobody.get("/offices").json["data"] == []
    for path in ("/people", "/posts", "/review/queue", "/audit"):
        assert nobody.get(path).status_code == 403, path
    assert nobody.post("/people", {"name": "新增人员", "username": "new-person"}).status_code == 403
    assert nobody.get(f"/posts/{staff.post(as_, 'leader')}/holders").status_code == 404


def test_lists_are_paged_and_user_names_are_used_once(as_: As) -> None:
    admin, cursor, names = as_("admin"), "", []
    while True:
        page = admin.get(f"/people?limit=7{cursor}").json
        names += [each["username"] for each in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(names) == len(set(names)) == 24
    for taken in ("leader", "daxin-leader"):
        again = admin.post("/people", {"name": "新增人员", "username": taken})
        assert again.json["code"] == "already_exists"


@pytest.mark.slow
def test_a_post_lost_at_noon_is_powerless_a_second_later(
    app: Flask, as_: As, cast: dict[str, Client], moment: TestClock
) -> None:
    """Whatever a role may do: the same request, with the same token, before and after."""
    moment.set("2023-11-06 11:55")
    clients = {role: cast[role] if role == "observer" else as_(name) for role, name in ROLES.items()}
    successor = staff.newcomer(as_)
    watching = staff.post(as_, "observer")
    observer = staff.settle(app, as_, staff.person(as_, "observer"))
    clients["observer"] = observer
    routes = representative_routes(as_)
    by_command = {Permission.IMPORT_DISCLOSURES, Permission.IMPORT_CALENDARS}
    elsewhere = by_command | {
        Permission.MANAGE_JOBS,  # on a job that failed
        Permission.READ_ASKERS,  # a name in an answer, whole or not
    }
    assert set(routes) == set(GRANTS) - elsewhere
    of_one_role = routes_of_one_role(as_)
    pairs = [(permission, role) for permission in routes for role in sorted(GRANTS[permission])]

    def ask(permission: Permission, role: Role) -> int:
        method, path, body = of_one_role.get((permission, role), routes[permission])
        return clients[role].open(method, path, json=body).status_code

    moment.set("2023-11-06 11:59:59")
    before = {pair: ask(*pair) for pair in pairs}
    assert not {pair: status for pair, status in before.items() if status in (401, 403, 404)}

    moment.set("2023-11-06 12:00")
    second = staff.newcomer(as_, "second", "后任审计人员")
    for role in (Role.UPLOADER, Role.SECRECY_OFFICER, Role.OFFICE_REVIEWER, Role.LEADER, Role.AUDITOR):
        staff.hand_over(as_, ROLES[role], second if role is Role.AUDITOR else successor)
    body = {"post": watching, "to_person": successor, "on": TODAY}
    assert as_("admin").post("/handovers", body).status_code == 201
    body["post"] = staff.post(as_, "administrator")
    assert as_("admin").post("/handovers", body).status_code == 201

    moment.set("2023-11-06 12:00:01")
    after = {pair: ask(*pair) for pair in pairs}
    assert not {pair: status for pair, status in after.items() if status not in (403, 404)}
    assert {client.get("/me").status_code for client in clients.values()} == {200}  # signed in, with no post


def _incident(as_: As) -> str:
    body = {"village": VILLAGE, "entry": "C02"} | content(body=CLASSIFIED)
    assert as_(f"uploader-{VILLAGE}").post("/disclosures", body).json["code"] == "secret_mark"
    return str(as_("secrecy").get("/incidents").json["data"][0]["id"])


def routes_of_one_role(as_: As) -> dict[tuple[Permission, Role], tuple[str, str, Json | None]]:
    """Where the request that the others may make is not this role's."""
    answer = f"/feedback/{say(as_('office-finance'))['id']}/answer"
    return {(Permission.HANDLE_FEEDBACK, Role.UPLOADER): ("POST", answer, {"text": "样例"})}


def representative_routes(as_: As) -> dict[Permission, tuple[str, str, Json | None]]:
    """One request for each permission that gets past it without changing much."""
    published, waiting = publish(as_), submit(as_, draft(as_, period="2023-11"))
    marked = draft(as_, period="2023-09", body=WITH_INTERNAL)
    false_alarm = f"/disclosures/{marked['id']}/findings/{marked['findings'][0]['id']}"
    item, case = f"/disclosures/{published['id']}", f"/disclosures/{waiting['id']}"
    reason = {"reason": "样例"}
    span = f"division={TOWNSHIP}&from=2023-11&to=2023-11"
    entry = as_("admin").get(f"/catalogue?division={TOWNSHIP}").json["data"][0]
    basis = entry["legal_basis"][0]["id"]
    person = staff.newcomer(as_, "third", "第三人")
    decision = {"stage": "office", "digest": waiting["digest"], "outcome": "return", "comment": "样例", "checklist": []}
    export = f"/exports/{exported(as_('secrecy')).json['id']}"
    application = register(as_)["id"]
    said = f"/feedback/{say(as_('office-finance'), text='什么时候公开？')['id']}"
    return {
        Permission.KEEP_APPLICATIONS: ("POST", "/applications", afterwards(2022)),
        Permission.READ_APPLICATIONS: ("GET", f"/applications?division={TOWNSHIP}", None),
        Permission.READ_APPLICANTS: ("GET", f"/applications/{application}/letters", None),
        Permission.READ_CALENDARS: ("GET", f"/calendars?division={VILLAGE}", None),
        Permission.WRITE_BULLETINS: ("PUT", f"/bulletins/{TOWNSHIP}/2023-11", {"remarks": [], "next_steps": []}),
        Permission.WRITE_REPORTS: (
            "POST",
            f"/reports/annual/{TOWNSHIP}/2022/finalise",
            {"signed_by": "掌政镇人民政府", "signed_on": "2023-01-29"},
        ),
        Permission.MANAGE_WEBHOOKS: ("GET", f"/channels/webhooks?division={TOWNSHIP}", None),
        Permission.KEEP_RESIDENTS: ("GET", f"/residents?village={VILLAGE}", None),
        Permission.MANAGE_NOTICES: ("GET", "/notices/templates", None),
        Permission.READ_FEEDBACK: ("GET", said, None),
        Permission.HANDLE_FEEDBACK: ("POST", f"{said}/hide", reason),
        Permission.BLOCK_ASKERS: ("GET", "/feedback/blocks", None),
        Permission.READ_EXPORTS: ("GET", export, None),
        Permission.REMOVE_EXPORTS: ("DELETE", export, None),
        Permission.READ_DISCLOSURES: ("GET", item, None),
        Permission.WRITE_DISCLOSURES: ("POST", f"{case}/corrections", {"change_note": "样例"}),
        Permission.REVIEW: ("POST", f"{case}/decisions", decision),
        Permission.WITHDRAW: ("POST", f"{case}/withdraw", reason),
        Permission.SUSPEND: ("POST", f"{case}/suspend", reason),
        Permission.RELEASE: ("POST", f"{item}/release", reason),
        Permission.READ_STATISTICS: ("GET", f"/statistics/monthly?{span.replace(TOWNSHIP, VILLAGE)}", None),
        Permission.EXPORT: ("GET", f"/exports/monthly.csv?{span}", None),
        Permission.CLOSE_MONTHS: ("POST", "/closings", {"division": TOWNSHIP, "month": "2023-12"}),
        Permission.MANAGE_PEOPLE: ("POST", "/people", {"name": "重名人员", "username": "leader"}),
        Permission.READ_PEOPLE: ("GET", "/people", None),
        Permission.MANAGE_CATALOGUE: (
            "PUT",
            f"/catalogue/{TOWNSHIP}/{entry['code']}/legal-bases/{basis}",
            {"article": "第一条"},
        ),
        Permission.READ_DUTIES: ("GET", f"/duties?division={VILLAGE}", None),
        Permission.EXCUSE_DUTIES: (
            "POST",
            "/duties/excused",
            {"village": VILLAGE, "entry": "C02", "period": "2023", "reason": "样例"},
        ),
        Permission.KEEP_LEDGERS: (
            "POST",
            "/ledgers/trainings",
            {"held_on": "2023-11-03", "topic": "小程序操作", "attendees": 24, "level": "镇村两级"},
        ),
        Permission.READ_LEDGERS: ("GET", f"/channels?division={TOWNSHIP}", None),
        Permission.READ_REPORTS: ("GET", f"/reports/annual/{TOWNSHIP}/2023", None),
        Permission.READ_AUDIT: ("GET", "/audit", None),
        Permission.READ_FINDINGS: ("GET", "/findings", None),
        Permission.OVERRULE_FINDINGS: (
            "POST",
            f"{false_alarm}/overrule",
            reason,
        ),
        Permission.MANAGE_SCREENING: ("POST", "/screening/runs", {"division": TOWNSHIP}),
        Permission.READ_INCIDENTS: ("GET", "/incidents", None),
        Permission.HANDLE_INCIDENTS: ("POST", f"/incidents/{_incident(as_)}/handle", {"handling": "样例"}),
        Permission.HAND_OVER: (
            "POST",
            "/handovers",
            {"post": staff.post(as_, "leader"), "to_person": person, "on": "2023-11-05"},
        ),
    }
