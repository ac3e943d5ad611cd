"""What the township writes itself: kept by version, screened for marks of secrecy, last year's at hand."""

import pytest

from tests.clearance.passages import CLASSIFIED
from tests.clients import TestClock
from tests.journeys import TOWNSHIP, As
from tests.reports.yearly import NARRATIVE, report_of, send, write

REPORT = report_of(2023)


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-29 09:00")


@pytest.mark.slow
def test_it_is_printed_where_it_belongs(as_: As) -> None:
    report = write(as_("admin"), 2023, sample="样例数据", due_on="2024-01-26")
    texts = {section["key"]: section["text"] for section in report["part_one"]["sections"]}
    assert texts["management"].startswith(NARRATIVE["management"])
    assert texts["platform"] == NARRATIVE["platform"]
    assert (report["part_five"]["problems"], report["part_five"]["last_year"]) == (NARRATIVE["problems"], None)
    assert (report["sample"], report["due_on"]) == ("样例数据", "2024-01-26")
    assert as_("auditor").get(REPORT).json | {"as_of": None} == report | {
        "as_of": None,
        "differs_from_live": [],
        "differs_from_later": [],
    }
    gaps = {gap["field"] for gap in report["not_entered"]}
    assert not gaps & {f"narrative.{key}" for key in NARRATIVE}


@pytest.mark.slow
def test_what_is_left_out_is_empty_afterwards(as_: As) -> None:
    write(as_("admin"), 2023)
    report = write(as_("admin"), 2023, narrative={"other": "无。", "problems": ""})
    assert {each["key"]: each["text"] for each in report["narrative"] if each["text"]} == {"other": "无。"}
    assert report["part_six"]["text"] == "无。"
    assert {f"narrative.{key}" for key in NARRATIVE} <= {gap["field"] for gap in report["not_entered"]}


@pytest.mark.slow
def test_last_year_s_words_stand_beside_it(as_: As) -> None:
    write(as_("admin"), 2022, narrative={"problems": "去年的问题"})
    report = write(as_("admin"), 2023)
    assert report["part_five"]["last_year"] == {"problems": "去年的问题", "improvements": None}
    send(as_("admin"), 2022, {"narrative": {"problems": "印发的问题", "management": "印发的管理"}})
    report = as_("admin").get(REPORT).json
    assert report["part_five"]["last_year"]["problems"] == "印发的问题"
    assert {each["key"]: each["last_year"] for each in report["narrative"]}["management"] == "印发的管理"


def test_nobody_writes_over_what_another_wrote(as_: As) -> None:
    admin = as_("admin")
    first = admin.get(REPORT).headers["ETag"]
    assert admin.put(REPORT, {}).status_code == 428
    assert admin.put(REPORT, {}, headers={"If-Match": first}).status_code == 200
    assert admin.put(REPORT, {}, headers={"If-Match": first}).status_code == 412
    assert admin.get(REPORT).headers["ETag"] != first


def test_a_mark_of_secrecy_is_not_kept(as_: As) -> None:
    text = CLASSIFIED.replace("<p>", "")[:40]
    for body in ({"narrative": {"problems": text}}, {"reasons": {"F4": text}}, {"sample": text}):
        refused = as_("admin").put(REPORT, body, headers={"If-Match": '"0"'})
        assert (refused.status_code, refused.json["code"]) == (422, "secret_mark")
    assert as_("admin").get(REPORT).headers["ETag"] == '"0"'
    incidents = as_("secrecy").get("/incidents").json["data"]
    assert {incident["field"] for incident in incidents} == {"narrative.problems", "reasons.F4", "sample"}


def test_what_cannot_be_written(as_: As) -> None:
    for body, field, sentence in (
        ({"reasons": {"F1": "说明"}}, "reasons.F1", "须改正台账或文字"),
        ({"reasons": {"F7": "说明"}}, "reasons.F7", "须改正台账或文字"),
        ({"narrative": {"nonsense": "文字"}}, "narrative.nonsense", "没有这一项"),
        ({"due_on": "2023-12-31"}, "due_on", "须在 2024 年 1 月 1 日至 6 月 30 日之间"),
        ({"due_on": "2024-07-01"}, "due_on", "须在 2024 年 1 月 1 日至 6 月 30 日之间"),
    ):
        refused = as_("admin").put(REPORT, body, headers={"If-Match": '"0"'})
        assert refused.status_code == 422
        [(named, [said])] = refused.json["errors"].items()
        assert named.startswith(field)
        assert sentence in said


@pytest.mark.slow
def test_only_the_administrator_writes(as_: As) -> None:
    for colleague in ("leader", "auditor", "secrecy"):
        assert as_(colleague).put(REPORT, {}, headers={"If-Match": '"0"'}).status_code == 403
    assert as_("daxin-admin").put(REPORT, {}, headers={"If-Match": '"0"'}).status_code == 404


@pytest.mark.slow
def test_a_number_in_it_that_is_no_figure_is_pointed_at(as_: As) -> None:
    admin = as_("admin")
    for count in ("11个村", "12个村"):
        report = write(admin, 2023, narrative={"supervision": f"{count}上线，截至目前公开信息300余条。"})
        [w2] = [check for check in report["checks"] if check["id"] == "W2"]
        places = [place["detail"] for place in w2["places"]]
        assert any("“12个村”" in place for place in places) is (count == "12个村")
        assert any("“300余条”是约数" in place for place in places)
        assert (w2["passed"], w2["hard"]) == (False, True)
        [f8] = [check for check in report["checks"] if check["id"] == "F8"]
        assert f8["passed"] is None


def test_what_people_wrote_is_no_fault_of_the_program_s_sentences(as_: As) -> None:
    """However short it is: nothing of it is taken for a part of a number that was printed."""
    report = write(as_("admin"), 2023, narrative={"proactive": "9", "supervision": "1", "management": "受理99件。"})
    [f8] = [check for check in report["checks"] if check["id"] == "F8"]
    assert (f8["passed"], f8["places"]) == (None, [])


def test_an_edit_leaves_its_entry_without_its_text(as_: As) -> None:
    write(as_("admin"), 2023)
    [entry] = as_("auditor").get(f"/audit?subject={TOWNSHIP}/2023").json["data"]
    assert (entry["action"], entry["data"]["sections"]) == ("report.edited", sorted(NARRATIVE))
    assert NARRATIVE["problems"] not in str(entry)
