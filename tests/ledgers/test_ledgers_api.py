"""The ledgers over HTTP: entering, editing, voiding, importing, declaring, and who may."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.clients import Client, TestClock
from tests.ledgers.samples import ROWS, declarations_of, file, path_of
from villagepub.ledgers.kinds import DECLARABLE, LEDGERS

SignIn = Callable[[str], Client]

TOWNSHIP = "640104100000"
VILLAGE = "640104100202"
POST, TALLY, COMPLAINT = ROWS["channel-posts"], ROWS["channel-tallies"] | {"period": "2023"}, ROWS["complaints"]


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-15 09:00")


def _path(ledger: str, *parts: str) -> str:
    return path_of(ledger, *parts)


def _csv(text: str, name: str = "台账.csv") -> dict[str, Any]:
    return file(text.encode(), name)


def test_every_ledger_has_a_sample() -> None:
    assert set(ROWS) == set(LEDGERS)


@pytest.mark.slow
def test_a_row_is_entered_read_edited_and_voided(as_: SignIn) -> None:
    admin = as_("admin")
    for ledger, body in ROWS.items():
        entered = admin.post(_path(ledger), json=body)
        assert entered.status_code == 201, (ledger, entered.json)
        row = entered.json
        assert entered.headers["Location"] == _path(ledger, row["id"])
        assert {name: row[name] for name in body} == body
        assert (row["division"], row["voided"], row["edited_at"]) == (TOWNSHIP, False, None)

        edited = admin.put(_path(ledger, row["id"]), json=body)
        assert edited.status_code == 200, (ledger, edited.json)
        assert edited.json["edited_at"]

        voided = admin.post(_path(ledger, row["id"], "void"), json={"reason": "登记错误"})
        assert (voided.status_code, voided.json["voided"]) == (200, True), ledger
        assert admin.get(_path(ledger, row["id"])).json["void_reason"] == "登记错误"
        assert admin.get(_path(ledger) + "?voided=false").json["data"] == []
        assert [each["id"] for each in admin.get(_path(ledger) + "?voided=true").json["data"]] == [row["id"]]

        for refused in (
            admin.put(_path(ledger, row["id"]), json=body),
            admin.post(_path(ledger, row["id"], "void"), json={"reason": "再次作废"}),
        ):
            assert (refused.status_code, refused.json["code"]) == (409, "wrong_state"), ledger


@pytest.mark.slow
def test_who_may(as_: SignIn) -> None:
    uploader = as_(f"uploader-{VILLAGE}")
    for ledger, body in ROWS.items():
        row_id = as_("admin").post(_path(ledger), json=body).json["id"]
        for reader in ("auditor", "leader", "secrecy"):
            assert as_(reader).get(_path(ledger, row_id)).status_code == 200, ledger
            assert as_(reader).get(_path(ledger)).status_code == 200
            assert as_(reader).post(_path(ledger), json=body).status_code == 403
            assert as_(reader).put(_path(ledger, row_id), json=body).status_code == 403
            assert as_(reader).post(_path(ledger, row_id, "void"), json={"reason": "误"}).status_code == 403
            assert as_(reader).post(declarations_of(ledger), json={"year": 2023}).status_code == 403
            assert as_(reader).post(_path(ledger, "import"), **_csv("")).status_code == 403
        assert uploader.get(_path(ledger, row_id)).status_code == 404, ledger
        assert uploader.get(_path(ledger)).status_code == 403
        assert uploader.post(_path(ledger), json=body).status_code == 403


@pytest.mark.slow
def test_a_ledger_belongs_to_a_township(as_: SignIn) -> None:
    admin, other = as_("admin"), as_("daxin-admin")
    for ledger, body in ROWS.items():
        entered = admin.post(_path(ledger), json=body | {"division": TOWNSHIP})
        assert entered.status_code == 201, ledger
        below = admin.post(_path(ledger), json=body | {"division": VILLAGE})
        assert (below.status_code, list(below.json["errors"])) == (422, ["division"]), ledger
        assert admin.post(_path(ledger), json=body | {"division": "640104101000"}).status_code == 404
        assert admin.get(_path(ledger) + "?division=640104101000").status_code == 404

        row_id = entered.json["id"]
        assert other.get(_path(ledger)).json["data"] == [], ledger
        assert other.get(_path(ledger) + f"?division={TOWNSHIP}").status_code == 404
        assert other.get(_path(ledger, row_id)).status_code == 404
        assert other.put(_path(ledger, row_id), json=body).status_code == 404
        assert other.post(_path(ledger, row_id, "void"), json={"reason": "误"}).status_code == 404
        assert other.post(_path(ledger), json=body | {"division": TOWNSHIP}).status_code == 404
        assert other.post(_path(ledger), json=body).json["division"] == "640104101000"


def test_lists_are_filtered(as_: SignIn) -> None:
    admin = as_("admin")
    for channel, day in (("weibo", "2022-12-31"), ("weibo", "2023-01-01"), ("website", "2023-12-31")):
        assert admin.post(_path("channel-posts"), json=POST | {"channel": channel, "posted_on": day}).status_code == 201

    def days(query: str) -> list[str]:
        return [row["posted_on"] for row in admin.get(f"{_path('channel-posts')}?{query}").json["data"]]

    assert days("year=2023") == ["2023-01-01", "2023-12-31"]
    assert days("from=2022-12-31&to=2023-01-01") == ["2022-12-31", "2023-01-01"]
    assert days("channel=weibo&year=2023") == ["2023-01-01"]
    assert days(f"division={TOWNSHIP}&limit=1") == ["2022-12-31"]


def test_a_complaint_counts_in_its_year_of_shanghai(as_: SignIn) -> None:
    admin = as_("admin")
    admin.post(_path("complaints"), json=COMPLAINT | {"received_at": "2022-12-31T16:30:00+00:00"})
    assert len(admin.get(_path("complaints") + "?year=2023").json["data"]) == 1
    assert admin.get(_path("complaints") + "?year=2022").json["data"] == []


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("channel-posts", {"channel": "douyin"}, "channel"),
    ("channel-posts", {"channel": "mini_program"}, "channel"),
    ("channel-tallies", {"channel": "mini_program"}, "channel"),
    ("channel-posts", {"url": "javascript:alert(1)"}, "url"),
    ("channel-posts", {"posted_on": "2199-01-01"}, "posted_on"),
    ("channel-tallies", {"period": "2023-Q4"}, "period"),
    ("channel-tallies", {"count": -1}, "count"),
    ("complaints", {"answered_at": "2023-11-05T09:30:00+08:00"}, "answered_at"),
    ("complaints", {"source": "letter"}, "source"),
    ("complaint-tallies", {"answered": 25}, "answered"),
    ("trainings", {"topic": ""}, "topic"),
    ("documents", {"kind": "law"}, "kind"),
    ("documents", {"kind": "regulation"}, "kind"),
    ("documents", {"repealed_on": "2023-02-28"}, "repealed_on"),
    ("documents", {"valid_until": "2023-02-28"}, "valid_until"),
    ("administrative-acts", {"kind": "licence"}, "count"),
    ("administrative-acts", {"amount": 12.5}, "amount"),
    ("administrative-acts", {"amount": 12}, "amount"),
    ("administrative-acts", {"amount": "-1"}, "amount"),
    ("administrative-acts", {"amount": "0.0000001"}, "amount"),
    ("administrative-acts", {"year": 2025}, "year"),
    ("inspections", {"closed_on": "2023-10-20"}, "evidence"),
    ("inspections", {"due_on": "2023-09-27"}, "due_on"),
    ("accountability", {"kind": "praise"}, "kind"),
    ("accountability", {"disclosure": "0" * 26}, "disclosure"),
    ("reconsiderations", {"application": "0" * 26}, "application"),
    ("reconsiderations", {"outcome": None}, "outcome"),
    ("reconsiderations", {"outcome": "pending"}, "outcome"),
    ("reconsiderations", {"concluded_on": None}, "concluded_on"),
    ("reconsiderations", {"concluded_on": "2023-05-07"}, "concluded_on"),
]


def test_fields_that_are_wrong(as_: SignIn) -> None:
    admin = as_("admin")
    for ledger, fields, field in WRONG:
        refused = admin.post(_path(ledger), json=ROWS[ledger] | fields)
        assert refused.status_code == 422, (ledger, fields)
        assert field in refused.json["errors"], (ledger, fields, refused.json)


def test_a_township_makes_no_regulations(as_: SignIn) -> None:
    refused = as_("admin").post(_path("documents"), json=ROWS["documents"] | {"kind": "regulation"})
    assert "没有制定规章的权限" in refused.json["errors"]["kind"][0]


@pytest.mark.parametrize(
    ("singles", "tallies", "when"),
    [("channel-posts", "channel-tallies", "posted_on"), ("complaints", "complaint-tallies", "received_at")],
)
def test_one_source_for_each_period(as_: SignIn, singles: str, tallies: str, when: str) -> None:
    admin = as_("admin")
    of_the_year = ROWS[tallies] | {"period": "2023"}
    tally = admin.post(_path(tallies), json=of_the_year).json
    clash = admin.post(_path(singles), json=ROWS[singles])
    assert clash.status_code == 422
    assert tally["id"] in clash.json["errors"][when][0]
    month = ROWS[tallies] | {"period": "2023-11"}
    assert tally["id"] in admin.post(_path(tallies), json=month).json["errors"]["period"][0]

    admin.post(_path(tallies, tally["id"], "void"), json={"reason": "改为逐条登记"})
    single = admin.post(_path(singles), json=ROWS[singles]).json
    for period in ("2023", "2023-11"):
        refused = admin.post(_path(tallies), json=ROWS[tallies] | {"period": period})
        assert single["id"] in refused.json["errors"]["period"][0]
    assert admin.post(_path(tallies), json=ROWS[tallies] | {"period": "2023-10"}).status_code == 201
    assert admin.post(_path(singles), json=ROWS[singles]).status_code == 201


def test_one_count_of_acts_for_each_kind_and_year(as_: SignIn) -> None:
    admin, path, fees = as_("admin"), _path("administrative-acts"), ROWS["administrative-acts"]
    first = admin.post(path, json=fees).json
    again = admin.post(path, json=fees | {"amount": "3"})
    assert (again.status_code, first["id"] in again.json["errors"]["year"][0]) == (422, True)
    assert "行政事业性收费已登记 2023 的合计" in again.json["errors"]["year"][0]
    assert admin.post(path, json=fees | {"year": 2022}).status_code == 201
    assert admin.post(path, json=fees | {"kind": "licence", "count": 3, "amount": None}).status_code == 201
    assert admin.put(f"{path}/{first['id']}", json=fees | {"amount": "0"}).json["amount"] == "0"
    assert admin.put(f"{path}/{first['id']}", json=fees | {"year": 2022}).status_code == 422
    admin.post(f"{path}/{first['id']}/void", json={"reason": "更正"})
    assert admin.post(path, json=fees).status_code == 201


def test_an_edited_tally_does_not_clash_with_itself(as_: SignIn) -> None:
    admin = as_("admin")
    tally = admin.post(_path("channel-tallies"), json=TALLY).json
    edited = admin.put(_path("channel-tallies", tally["id"]), json=TALLY | {"period": "2023-11", "count": 68})
    assert (edited.status_code, edited.json["count"]) == (200, 68)


HEADER = "渠道,标题,网址,发布日期,公开信息编号\n"
GOOD = HEADER + "微博,公告一,,2023/11/6,\nwebsite,公告二,https://www.xqq.gov.cn/1,2023-11-07,\n"
BAD = HEADER + "微博,公告一,,2023-11-31,\nmini_program,公告二,,2023-11-07,\n微博,公告三,,2023-11-08,\n"


def test_an_import_is_tried_and_then_written(as_: SignIn) -> None:
    admin = as_("admin")
    path = _path("channel-posts", "import")
    tried = admin.post(path + "?dry_run=true", **_csv(GOOD))
    assert (tried.status_code, tried.json) == (200, {"rows": 2, "created": 0, "faults": []})
    assert admin.get(_path("channel-posts")).json["data"] == []

    written = admin.post(path + "?dry_run=false", **_csv(GOOD))
    assert (written.status_code, written.json) == (200, {"rows": 2, "created": 2, "faults": []})
    assert len(admin.get(_path("channel-posts")).json["data"]) == 2

    again = admin.post(path, **_csv(GOOD))
    assert (again.status_code, set(again.json["errors"])) == (422, {"line 2", "line 3"})
    assert "已登记" in again.json["errors"]["line 2"][0]
    assert len(admin.get(_path("channel-posts")).json["data"]) == 2


def test_one_bad_line_and_nothing_is_written(as_: SignIn) -> None:
    admin = as_("admin")
    path = _path("channel-posts", "import")
    tried = admin.post(path + "?dry_run=true", **_csv(BAD))
    assert [(fault["line"], fault["field"]) for fault in tried.json["faults"]] == [
        (2, "posted_on"),
        (3, "channel"),
    ]
    refused = admin.post(path, **_csv(BAD))
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"line 2.posted_on", "line 3.channel"})
    assert admin.get(_path("channel-posts")).json["data"] == []


def test_lines_of_one_file_are_judged_against_each_other(as_: SignIn) -> None:
    lines = ["渠道,时段,条数,依据", "微博,2023,67,截图", "微博,2023-11,6,截图"]
    text = "\n".join([*lines, "website,2023,117,截图", "website,2023,117,截图"])
    faults = as_("admin").post(_path("channel-tallies", "import") + "?dry_run=true", **_csv(text)).json["faults"]
    assert [fault["line"] for fault in faults] == [3, 5]
    assert "第 2 行" in faults[0]["message"]
    assert "第 4 行" in faults[1]["message"]


def test_a_file_that_is_no_table(as_: SignIn) -> None:
    admin = as_("admin")
    path = _path("trainings", "import")
    assert "file" in admin.post(path, **_csv("一", "台账.doc")).json["errors"]
    assert admin.post(path + "?dry_run=true", **_csv("一", "台账.doc")).json["faults"][0]["line"] is None
    assert admin.post(path, data={}, content_type="multipart/form-data").json["errors"]["file"]


@pytest.mark.slow
def test_a_ledger_is_declared_complete_once(as_: SignIn) -> None:
    admin, auditor = as_("admin"), as_("auditor")
    for ledger in DECLARABLE:
        path = declarations_of(ledger)
        declared = admin.post(path, json={"year": 2023})
        assert declared.status_code == 201, ledger
        assert [declared.json[name] for name in ("ledger", "year", "division")] == [ledger, 2023, TOWNSHIP]
        assert admin.post(path, json={"year": 2023}).status_code == 409
        assert [each["year"] for each in auditor.get(path).json["data"]] == [2023]
        assert list(admin.post(path, json={"year": 2199}).json["errors"]) == ["year"]
    assert {"applications", "reconsiderations"} <= set(DECLARABLE)


def test_the_township_has_its_own_channels(as_: SignIn) -> None:
    channels = as_("auditor").get(f"/api/v1/channels?division={TOWNSHIP}").json["data"]
    assert [channel["key"] for channel in channels] == [
        "website",
        "mini_program",
        "weibo",
        "wechat_official_account",
        "notice_board",
    ]
    assert [channel["key"] for channel in channels if channel["takes_complaints"]] == ["weibo"]
    assert [channel["key"] for channel in channels if channel["counted_from_disclosures"]] == ["mini_program"]
