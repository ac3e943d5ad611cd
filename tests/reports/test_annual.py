"""The annual report as data: the township's figures of 2023, and what is not entered."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.clients import Client, TestClock

SignIn = Callable[[str], Client]

TOWNSHIP = "640104100000"
REPORT = f"/api/v1/reports/annual/{TOWNSHIP}/2023"
TALLIES = {"website": 117, "weibo": 67, "wechat_official_account": 358}


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-29 09:00")


@pytest.fixture
def admin(as_: SignIn) -> Client:
    """The administrator, with the figures of 2023 that are kept by hand in the ledgers."""
    admin = as_("admin")
    for channel, count in TALLIES.items():
        tally = {"channel": channel, "period": "2023", "count": count, "evidence": "年度台账"}
        assert admin.post("/api/v1/ledgers/channel-tallies", json=tally).status_code == 201
    complaints = {"source": "weibo", "period": "2023", "received": 24, "answered": 24, "evidence": "投诉台账"}
    assert admin.post("/api/v1/ledgers/complaint-tallies", json=complaints).status_code == 201
    for day in ("2023-11-10", "2023-11-20"):
        training = {"held_on": day, "topic": "村务公开小程序"}
        assert admin.post("/api/v1/ledgers/trainings", json=training).status_code == 201
    return admin


def _part_one(person: Client) -> Any:
    return person.get(REPORT).json["part_one"]


def _values(figures: list[Any]) -> dict[str, Any]:
    return {figure["key"]: figure["value"] for figure in figures}


def test_the_figures_of_2023(admin: Client) -> None:
    report = admin.get(REPORT).json
    part = report["part_one"]
    assert report["title"] == "银川市兴庆区掌政镇2023年政府信息公开工作年度报告"
    assert report["basis"] == "国办公开办函〔2021〕30号"
    assert report["period"] == {"from": "2023-01-01", "to": "2023-12-31"}
    assert _values(part["channels"]) == TALLIES | {"mini_program": 0, "notice_board": None}
    [weibo] = part["complaints"]
    assert [weibo[name]["value"] for name in ("received", "answered", "rate")] == [24, 24, "100%"]
    assert part["trainings"]["value"] == 2
    assert part["villages_on_platform"]["value"] == 11
    f9 = next(check for check in report["checks"] if check["id"] == "F9")
    assert (f9["passed"], f9["detail"]) == (True, "微博：24 ÷ 24 = 100%")
    assert set(report) & {"part_two", "part_three"} == set()


def test_what_nobody_entered_is_null_and_says_so(admin: Client) -> None:
    part = _part_one(admin)
    for figure in [*part["applications"], *part["reconsiderations"], part["channels"][-1]]:
        assert (figure["value"], figure["entered"]) == (None, False)


def test_a_declared_ledger_means_0(admin: Client) -> None:
    for ledger in ("channel-tallies", "applications", "reconsiderations"):
        admin.post(f"/api/v1/ledgers/{ledger}/declarations", json={"year": 2023})
    part = _part_one(admin)
    assert _values(part["channels"])["notice_board"] == 0
    assert set(_values(part["applications"]).values()) == {0}
    assert set(_values(part["reconsiderations"]).values()) == {0}
    assert _values(part["channels"])["weibo"] == 67


def test_nothing_received_has_no_rate(as_: SignIn) -> None:
    admin = as_("admin")
    [weibo] = _part_one(admin)["complaints"]
    assert (weibo["rate"]["value"], weibo["rate"]["entered"]) == (None, False)
    admin.post("/api/v1/ledgers/complaints/declarations", json={"year": 2023})
    report = admin.get(REPORT).json
    [weibo] = report["part_one"]["complaints"]
    assert [weibo[name]["value"] for name in ("received", "answered", "rate")] == [0, 0, "—"]
    [f9] = [check for check in report["checks"] if check["id"] == "F9"]
    assert (f9["passed"], f9["detail"]) == (True, "微博：0 ÷ 0 = —")


def test_single_rows_and_tallies_of_other_months_add_up(as_: SignIn) -> None:
    admin = as_("admin")
    tally = {"channel": "weibo", "period": "2023-10", "count": 6, "evidence": "截图"}
    post = {"channel": "weibo", "title": "公告", "posted_on": "2023-11-06"}
    admin.post("/api/v1/ledgers/channel-tallies", json=tally)
    admin.post("/api/v1/ledgers/channel-posts", json=post)
    voided = admin.post("/api/v1/ledgers/channel-posts", json=post).json["id"]
    admin.post(f"/api/v1/ledgers/channel-posts/{voided}/void", json={"reason": "重复登记"})
    weibo = next(figure for figure in _part_one(admin)["channels"] if figure["key"] == "weibo")
    assert weibo["value"] == 7
    lists = [weibo["query"], *weibo["query"]["also"]]
    assert [len(admin.get(each["path"]).json["data"]) for each in lists] == [1, 1]


def test_every_figure_says_when_and_from_what(admin: Client) -> None:
    part = _part_one(admin)
    figures = [*part["channels"], *part["applications"], *part["reconsiderations"]]
    figures += [part["trainings"], part["villages_on_platform"]]
    figures += [complaint[name] for complaint in part["complaints"] for name in ("received", "answered", "rate")]
    for figure in figures:
        assert figure["as_of"].endswith("+08:00")
        assert figure["label"]
        assert ("ledger" in figure["query"]) != ("source" in figure["query"])
        assert urlsplit(figure["query"]["path"]).path.startswith("/api/v1/")
        assert admin.get(figure["query"]["path"]).status_code == 200


def test_other_years(as_: SignIn) -> None:
    auditor = as_("auditor")
    assert auditor.get(f"/api/v1/reports/annual/{TOWNSHIP}/2021").status_code == 200
    for year in (2019, 2020):
        refused = auditor.get(f"/api/v1/reports/annual/{TOWNSHIP}/{year}")
        assert (refused.status_code, "〔2019〕60号" in refused.json["detail"]) == (422, True)
    assert auditor.get(f"/api/v1/reports/annual/{TOWNSHIP}/2199").status_code == 422


def test_who_may_read_it_and_of_what_place(as_: SignIn) -> None:
    for reader in ("auditor", "leader", "secrecy", "admin"):
        assert as_(reader).get(REPORT).status_code == 200
    assert as_("uploader-640104100202").get(REPORT).status_code == 404
    assert as_("admin").get("/api/v1/reports/annual/640104100202/2023").status_code == 422
    assert as_("admin").get("/api/v1/reports/annual/640104101000/2023").status_code == 404
