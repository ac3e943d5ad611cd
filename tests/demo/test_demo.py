"""The demonstration on a fresh database: the township's year 2023, every figure of it provable."""

import io
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from config.base import PROJECT
from tests.clients import Client, sign_in
from tests.engines import Engine, leave, settings_for
from tests.processes import Installation
from villagepub import create_app

pytestmark = pytest.mark.slow

TOWNSHIP = "640104100000"
PUBLISHED = 394
SAMPLE_OF_2024 = 132
CHANNELS = {"website": 117, "mini_program": PUBLISHED, "weibo": 67, "wechat_official_account": 358}
SPAN = f"division={TOWNSHIP}&from=2023-01&to=2023-12"

Json = dict[str, Any]


@dataclass(frozen=True)
class Demo:
    """A database on which ``flask demo`` was run, and the program on it. seconds: how long that took."""

    installation: Installation
    app: Flask
    owner_url: str
    said: str
    seconds: float

    def rows(self, query: str) -> list[Any]:
        engine = create_engine(self.owner_url)
        with engine.connect() as connection:
            found = connection.execute(text(query)).all()
        engine.dispose()
        return list(found)


@pytest.fixture(scope="module")
def demo(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    database = engine.create("demo")
    installation = Installation(database, folder)
    installation.succeeds("db", "upgrade")
    began = time.perf_counter()
    done = installation.flask("demo")
    seconds = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    app = create_app(settings_for(database, folder))
    yield Demo(installation, app, database.owner_url, done.stderr, seconds)
    leave(app)
    engine.drop("demo")


@pytest.fixture(scope="module")
def admin(demo: Demo) -> Client:
    return sign_in(demo.app, "admin")


@pytest.fixture(scope="module")
def report(demo: Demo) -> Json:
    return dict(json.loads(demo.installation.succeeds("report", "annual", TOWNSHIP, "2023", "--format", "json")))


def _figures(report: Json) -> list[Json]:
    part = report["part_one"]
    figures = [*part["channels"], *part["applications"], *part["reconsiderations"]]
    figures += [part["villages_on_platform"], part["trainings"]]
    return figures + [each[name] for each in part["complaints"] for name in ("received", "answered", "rate")]


def _behind(admin: Client, figure: Json) -> list[Json]:
    """Every row of every list that a figure names."""
    found: list[Json] = []
    for each in [figure["query"], *figure["query"]["also"]]:
        answer = admin.get(each["path"])
        assert answer.status_code == 200, each["path"]
        assert answer.json.get("next_cursor") is None
        found += answer.json["data"]
    return found


def test_it_says_what_it_does(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    assert "394 条样例信息" in demo.said
    assert "394/394" in demo.said
    assert "demo-leader" in demo.said
    with capsys.disabled():
        print(f"\nflask demo: {demo.seconds:.1f} s")  # noqa: T201  the promise is under 90 s


def test_the_public_count_is_net_of_corrections_and_withdrawals(demo: Demo, admin: Client) -> None:
    year = Client(demo.app).get(f"/public/statistics?division={TOWNSHIP}&year=2023").json
    assert year["published"] == sum(row["published"] for row in year["months"]) == PUBLISHED
    rows = admin.get(f"/statistics/monthly?{SPAN}").json["data"]
    assert sum(row["published"] for row in rows) == PUBLISHED
    assert sum(row["corrected"] for row in rows) == 10
    assert sum(row["withdrawn"] for row in rows) == 6
    counted = "SELECT count(*) FROM disclosure WHERE counts_in LIKE '2023%' AND taken_out_in IS NULL"
    assert demo.rows(counted)[0][0] == PUBLISHED


def test_the_annual_report_gives_the_figures_of_2023(report: Json) -> None:
    part = report["part_one"]
    channels = {figure["key"]: figure["value"] for figure in part["channels"]}
    assert channels == CHANNELS | {"notice_board": None}
    [weibo] = part["complaints"]
    assert [weibo[name]["value"] for name in ("received", "answered", "rate")] == [24, 24, "100%"]
    assert part["trainings"]["value"] == 2
    assert part["villages_on_platform"]["value"] == 11
    assert {figure["key"]: figure["value"] for figure in part["applications"]} == {
        "received": 1,
        "closed": 1,
        "carried_over_from_last_year": 0,
        "carried_over_to_next_year": 0,
    }
    assert {figure["value"] for figure in part["reconsiderations"]} == {0}
    cells = [cell["value"] for table in report["part_two"]["tables"] for row in table["rows"] for cell in row["cells"]]
    assert cells == [0] * 9 + ["0"]
    assert {cell["value"] for group in report["part_four"]["groups"] for cell in group["cells"]} == {0}


def test_what_the_published_report_does_not_state_is_not_entered(report: Json) -> None:
    third = {row["key"]: [cell["value"] for cell in row["cells"]] for row in report["part_three"]["rows"]}
    unknown = [None] * 6
    assert (third["r01"], third["r24"]) == ([*unknown, 1], [*unknown, 1])
    assert (third["r02"], third["r25"]) == ([0] * 7, [0] * 7)
    assert {cell for key, row in third.items() if "r03" <= key <= "r23" for cell in row} == {None}
    gaps = {gap["field"].partition(".0")[0] for gap in report["not_entered"]}
    assert gaps == {
        "part_one.channels.notice_board",
        "part_one.results.assessment",
        "part_one.results.social_review",
        "part_one.results.liability",
        "part_one.inspections.found",
        "part_one.inspections.put_right",
        "applications",
        "part_three.r01",
        "part_three.r03-r23",
        "part_three.r24",
        "part_six.fees",
    }


def test_2023_is_refused_a_signature_and_2024_has_one(demo: Demo, admin: Client, report: Json) -> None:
    assert "2023 年度报告：年度报告尚不能定稿" in demo.said
    body = {"signed_by": "兴庆区掌政镇人民政府", "signed_on": "2024-01-29"}
    refused = admin.post(f"/reports/annual/{TOWNSHIP}/2023/finalise", body)
    assert (refused.status_code, refused.json["code"]) == (422, "report_incomplete")
    assert set(refused.json["errors"]) >= {gap["field"] for gap in report["not_entered"]}
    signed = admin.get(f"/reports/annual/{TOWNSHIP}/2024").json
    assert (signed["state"], signed["revision"], signed["sample"]) == ("final", 1, "样例数据，仅供演示")
    assert signed["not_entered"] == []
    assert [check["id"] for check in signed["checks"] if check["passed"] is not True] == []
    totals = {row["key"]: row["cells"][-1]["value"] for row in signed["part_three"]["rows"]}
    assert (totals["r01"], totals["r02"], totals["r24"], totals["r25"]) == (4, 0, 3, 1)


def test_every_draft_and_every_sample_says_what_it_is(demo: Demo, tmp_path: Path) -> None:
    for year, mark in ((2023, "草稿，未定稿"), (2024, "样例数据，仅供演示")):
        file = tmp_path / f"{year}.html"
        demo.installation.succeeds("report", "annual", TOWNSHIP, str(year), "--format", "html", "--output", str(file))
        assert mark in file.read_text(encoding="utf-8")


def test_the_page_on_the_report_of_2023_has_its_text(report: Json) -> None:
    """docs/report-2023.md puts it beside what was published."""
    page = (PROJECT / "docs" / "report-2023.md").read_text(encoding="utf-8")
    for section in report["part_one"]["sections"]:
        for sentence in section["text"].split("。")[:-1]:
            assert sentence in page, section["head"]
    for gap in report["not_entered"]:
        label = gap["label"].partition("：编号")[0]
        assert label in page


def test_months_of_2023_have_their_bulletins(admin: Client) -> None:
    for number, month in enumerate(("2023-11", "2023-12"), start=1):
        bulletin = admin.get(f"/bulletins/{TOWNSHIP}/{month}").json
        assert (bulletin["state"], bulletin["issue"]) == ("frozen", f"2023年第{number}期")
        assert len(bulletin["villages"]) == 11


def test_every_figure_carries_when_and_from_what(report: Json, admin: Client) -> None:
    for figure in _figures(report):
        assert figure["as_of"] == report["as_of"]
        assert ("ledger" in figure["query"]) != ("source" in figure["query"])
        for each in [figure["query"], *figure["query"]["also"]]:
            assert admin.get(each["path"]).status_code == 200


def _channel_total(rows: list[Json]) -> int:
    return sum(row["published"] if "published" in row else row["count"] for row in rows)


def test_the_rows_behind_the_figures_add_up_to_them(report: Json, admin: Client) -> None:
    part = report["part_one"]
    for figure in part["channels"]:
        assert _channel_total(_behind(admin, figure)) == (figure["value"] or 0)
    for complaint in part["complaints"]:
        for name in ("received", "answered"):
            assert sum(row[name] for row in _behind(admin, complaint[name])) == complaint[name]["value"]
    assert len(_behind(admin, part["trainings"])) == part["trainings"]["value"]
    places = [
        place
        for place in _behind(admin, part["villages_on_platform"])
        if place["level"] == "village" and place["on_platform_from"]
    ]
    assert len(places) == part["villages_on_platform"]["value"]


def test_the_report_by_command_and_over_http_agree(report: Json, admin: Client) -> None:
    def undated(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: undated(each) for key, each in value.items() if key != "as_of"}
        return [undated(each) for each in value] if isinstance(value, list) else value

    served = admin.get(f"/reports/annual/{TOWNSHIP}/2023").json
    assert served.pop("differs_from_live") == served.pop("differs_from_later") == []
    assert undated(served) == undated(report)


def test_the_monthly_export_adds_up_over_the_villages_on_the_platform(admin: Client) -> None:
    answer = admin.get(f"/exports/monthly.xlsx?{SPAN}")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    rows = [row for row in sheet.iter_rows(values_only=True) if str(row[0]).startswith("2023-")]
    assert sum(row[3] for row in rows) == PUBLISHED
    assert len({row[1] for row in rows}) == 11
    assert len(rows) == 11 * 12


def test_totals_and_chain_hold(demo: Demo) -> None:
    demo.installation.succeeds("statistics", "verify")
    demo.installation.succeeds("audit", "verify")


def test_every_published_item_was_approved_by_three_people_none_of_them_its_author(demo: Demo) -> None:
    decided = demo.rows(
        "SELECT p.id, d.stage, d.person_id FROM publication p JOIN review_case c ON c.disclosure_id = p.id "
        "JOIN decision d ON d.case_id = c.id WHERE c.outcome = 'approved' AND d.outcome = 'approve'"
    )
    authors: dict[str, set[str]] = {}
    for disclosure, person in demo.rows("SELECT disclosure_id, person_id FROM revision"):
        authors.setdefault(disclosure, set()).add(person)
    stages: dict[str, dict[str, str]] = {}
    for disclosure, stage, person in decided:
        stages.setdefault(disclosure, {})[stage] = person
    [publications] = demo.rows("SELECT count(*) FROM publication")
    assert len(stages) == publications[0]
    for disclosure, people in stages.items():
        assert set(people) == {"secrecy", "office", "leader"}
        assert len(set(people.values())) == 3
        assert not set(people.values()) & authors[disclosure]


def test_all_the_ways_an_item_can_go_are_shown(demo: Demo) -> None:
    states = Counter(state for (state,) in demo.rows("SELECT state FROM publication"))
    assert states == {"published": PUBLISHED + SAMPLE_OF_2024, "superseded": 13, "withdrawn": 8}
    [returned] = demo.rows("SELECT count(*) FROM decision WHERE outcome = 'return'")
    assert returned[0] == 32


def test_a_second_run_changes_nothing(demo: Demo, report: Json) -> None:
    def state() -> list[Any]:
        return demo.rows("SELECT chain, seq, hash FROM audit_head") + demo.rows("SELECT count(*) FROM disclosure")

    before = state()
    again = demo.installation.flask("demo")
    assert again.returncode == 0
    assert "未作改动" in again.stderr
    assert state() == before
