"""Past publications from a table: counted in their months, public only after their own three approvals."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook

from tests.clients import Client, TestClock
from tests.console import run, sql
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, decide, submit

HEADERS = {
    "village": "村代码",
    "entry": "目录编码",
    "title": "标题",
    "body": "正文",
    "period": "周期",
    "event_on": "事件日期",
    "nothing_to_report": "无此类事项",
    "audience": "公开范围",
    "published_on": "公开日期",
}
LINE: Json = {
    "village": VILLAGE,
    "entry": "C02",
    "title": "洼路村2023年9月财务收支明细",
    "body": "收入合计 100.00 元",
    "period": "2023-09",
    "event_on": None,
    "nothing_to_report": None,
    "audience": None,
    "published_on": "2023-10-08",
}
EVENT = LINE | {"entry": "C06", "title": "一事一议筹资", "period": None, "event_on": "2023-10-10"}
GOOD = [
    LINE,
    LINE | {"village": NEIGHBOUR, "title": "五渡桥村2023年9月财务收支明细", "published_on": "2023-11-02"},
    EVENT | {"published_on": "2023-10-12"},
]
MISTAKES: list[tuple[str, Json]] = [
    ("village", {"village": "640104100212"}),  # not on the platform
    ("village", {"village": "640104101200"}),  # of another township
    ("village", {"village": "64010410020"}),  # eleven digits
    ("entry", {"entry": "Z99"}),
    ("title", {"title": None}),
    ("body", {"body": "<p> </p>"}),
    ("period", {"period": "2023-13"}),
    ("period", {"period": "2023-Q3"}),  # the entry is a monthly one
    ("period", {"event_on": "2023-10-10"}),  # both
    ("event_on", {"entry": "C06", "period": None, "event_on": "2023-11-31"}),
    ("audience", {"entry": "C05", "period": "2022", "audience": "public"}),  # for villagers alone
    ("audience", {"audience": "everybody"}),
    ("nothing_to_report", {"nothing_to_report": "也许"}),
    ("published_on", {"published_on": "2023-11-07"}),  # tomorrow
    ("published_on", {"published_on": "去年"}),
]


def _csv(lines: list[Json], file: Path) -> Path:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(HEADERS.values())
    writer.writerows([line[name] for name in HEADERS] for line in lines)
    file = file.with_suffix(".csv")
    file.write_text(stream.getvalue(), encoding="utf-8-sig")
    return file


def _xlsx(lines: list[Json], file: Path) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.append(list(HEADERS.values()))
    for line in lines:
        sheet.append([line[name] for name in HEADERS])
    file = file.with_suffix(".xlsx")
    book.save(file)
    return file


def _jsonl(lines: list[Json], file: Path) -> Path:
    file = file.with_suffix(".jsonl")
    texts = [json.dumps({k: v for k, v in line.items() if v is not None}, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(texts), encoding="utf-8")
    return file


Write = Callable[[list[Json], Path], Path]
every_kind = pytest.mark.parametrize(("write", "first_line"), [(_csv, 2), (_xlsx, 2), (_jsonl, 1)])


def _import(app: Flask, file: Path, *more: str) -> tuple[int, list[str]]:
    done = run(app, "import", "disclosures", file, "--division", TOWNSHIP, *more)
    return done.exit_code, done.stdout.splitlines()


def _count(app: Flask) -> int:
    return int(sql(app, "SELECT count(*) FROM disclosure")[0][0])


def _published(as_: As, month: str) -> int:
    query = f"division={TOWNSHIP}&from={month}&to={month}"
    return sum(row["published"] for row in as_("admin").get(f"/statistics/monthly?{query}").json["data"])


def _imported(as_: As, village: str = VILLAGE) -> list[Json]:
    query = f"village={village}&state=imported"
    return list(as_(f"uploader-{village}").get(f"/disclosures?{query}").json["data"])


@every_kind
def test_every_mistake_is_told_by_line_and_field_and_nothing_is_written(
    app: Flask, tmp_path: Path, write: Write, first_line: int
) -> None:
    lines = [LINE, *(LINE | {"title": f"第 {n} 条"} | wrong for n, (_, wrong) in enumerate(MISTAKES)), LINE]
    file = write(lines, tmp_path / "past")
    for more in ((), ("--dry-run",)):
        code, said = _import(app, file, *more)
        assert code == 1
        told = {tuple(line.split("：")[0].split()) for line in said}
        wanted = {("第", str(first_line + 1 + n), "行", field) for n, (field, _) in enumerate(MISTAKES)}
        last = ("第", str(first_line + 1 + len(MISTAKES)), "行", "title")
        assert told == wanted | {last}
        assert f"与第 {first_line} 行重复" in said[-1]
    assert _count(app) == 0


@every_kind
def test_a_good_file_is_tried_taken_in_and_refused_the_second_time(
    app: Flask, as_: As, tmp_path: Path, write: Write, first_line: int
) -> None:
    file = write(GOOD, tmp_path / "past")
    assert _import(app, file, "--dry-run") == (0, ["可以导入 3 条。"])
    assert _count(app) == 0
    assert _import(app, file) == (0, ["已导入 3 条。"])
    assert _count(app) == 3
    code, said = _import(app, file)
    assert (code, _count(app)) == (1, 3)
    assert said == [f"第 {first_line + n} 行 title：这一条已经导入过。" for n in range(3)]
    assert (_published(as_, "2023-10"), _published(as_, "2023-11")) == (2, 1)
    assert run(app, "statistics", "verify").exit_code == 0
    assert run(app, "audit", "verify").exit_code == 0


def test_a_file_that_is_no_table_is_told_as_a_whole(app: Flask, tmp_path: Path) -> None:
    for name, data in (("a.csv", b""), ("a.xlsx", b"PK"), ("a.jsonl", b"[1]\nnonsense"), ("a.doc", b"x")):
        file = tmp_path / name
        file.write_bytes(data)
        code, said = _import(app, file)
        assert (code, bool(said)) == (1, True), name
    assert _count(app) == 0


def test_staff_see_it_marked_with_its_day_and_the_public_does_not(
    app: Flask, as_: As, anybody: Client, tmp_path: Path
) -> None:
    _import(app, _csv(GOOD, tmp_path / "past"))
    event, item = _imported(as_)
    assert [each["originally_published_on"] for each in (event, item)] == ["2023-10-12", "2023-10-08"]
    assert (item["published_at"], item["number"], item["state"]) == (None, None, "imported")
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 404
    assert anybody.get(f"/public/disclosures?division={TOWNSHIP}").json["data"] == []
    assert as_("leader").get(f"/disclosures/{item['id']}").json["originally_published_on"] == "2023-10-08"


@pytest.mark.slow
def test_its_three_approvals_publish_it_without_counting_it_twice(
    app: Flask, as_: As, anybody: Client, tmp_path: Path
) -> None:
    _import(app, _csv([LINE], tmp_path / "past"))
    [item] = _imported(as_)
    item = submit(as_, item)
    while item["state"] == "in_review":
        assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 404
        assert (_published(as_, "2023-10"), _published(as_, "2023-11")) == (1, 0)
        item = decide(as_, item)
    assert anybody.get(f"/public/disclosures/{item['id']}").json["number"] == f"{VILLAGE}-2023-0001"
    assert (_published(as_, "2023-10"), _published(as_, "2023-11")) == (1, 0)
    assert run(app, "statistics", "verify").exit_code == 0
    withdrawn = as_("admin").post(f"/disclosures/{item['id']}/withdraw", {"reason": "内容有误"})
    assert withdrawn.status_code == 200
    assert (_published(as_, "2023-10"), _published(as_, "2023-11")) == (0, 0)


def test_one_of_a_closed_month_is_an_adjustment_of_the_present_one(
    app: Flask, as_: As, moment: TestClock, tmp_path: Path
) -> None:
    assert as_("admin").post("/closings", {"division": TOWNSHIP, "month": "2023-10"}).status_code == 201
    _import(app, _csv(GOOD, tmp_path / "past"))
    assert (_published(as_, "2023-10"), _published(as_, "2023-11")) == (0, 3)
    assert run(app, "statistics", "verify").exit_code == 0


def test_an_imported_one_that_should_not_count_is_withdrawn_with_a_reason(
    app: Flask, as_: As, anybody: Client, tmp_path: Path
) -> None:
    _import(app, _csv([LINE], tmp_path / "past"))
    [item] = _imported(as_)
    uploader = as_(f"uploader-{VILLAGE}")
    etag = uploader.get(f"/disclosures/{item['id']}").headers["ETag"]
    deleted = uploader.delete(f"/disclosures/{item['id']}", headers={"If-Match": etag})
    assert (deleted.status_code, deleted.json["code"]) == (409, "wrong_state")
    withdrawn = as_("admin").post(f"/disclosures/{item['id']}/withdraw", {"reason": "重复"})
    assert (withdrawn.status_code, withdrawn.json["state"]) == (200, "withdrawn")
    assert _published(as_, "2023-10") == 0
    assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 404


def test_an_imported_one_whose_submission_was_recalled_is_what_it_was(app: Flask, as_: As, tmp_path: Path) -> None:
    _import(app, _csv([LINE], tmp_path / "past"))
    [item] = _imported(as_)
    uploader = as_(f"uploader-{VILLAGE}")
    for act, state in (("submit", "in_review"), ("recall", "imported")):
        answer = uploader.post(f"/disclosures/{item['id']}/{act}")
        assert (answer.status_code, answer.json["state"]) == (200, state)
    assert _published(as_, "2023-10") == 1
    assert as_("admin").post(f"/disclosures/{item['id']}/withdraw", {"reason": "重复"}).status_code == 200
    assert _published(as_, "2023-10") == 0


def test_a_place_outside_the_named_division_is_a_fault(app: Flask, tmp_path: Path) -> None:
    file = _csv(GOOD, tmp_path / "past")
    done = run(app, "import", "disclosures", file, "--division", NEIGHBOUR)
    assert done.exit_code == 1
    assert [line.split("：")[0] for line in done.stdout.splitlines()] == ["第 2 行 village", "第 4 行 village"]
    assert run(app, "import", "disclosures", file, "--division", "640109000000").exit_code == 2


def test_what_people_and_spreadsheets_write(app: Flask, as_: As, tmp_path: Path) -> None:
    """Real days, numbers and 是/否 in a spreadsheet are what they look like."""
    lines = [
        LINE | {"village": int(VILLAGE), "published_on": date(2023, 10, 8), "nothing_to_report": "是"},
        EVENT | {"event_on": date(2023, 10, 10), "published_on": date(2023, 10, 12), "nothing_to_report": "否"},
    ]
    assert _import(app, _xlsx(lines, tmp_path / "past")) == (0, ["已导入 2 条。"])
    event, item = _imported(as_)
    assert (item["nothing_to_report"], event["nothing_to_report"]) == (True, False)
    assert event["event_on"] == "2023-10-10"
