"""What a ledger gives away it takes back: exported, voided and imported again, the rows are the same."""

import io
import json
from typing import Any

import openpyxl
import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from tests.applications.desk import register
from tests.clients import Client, TestClock
from tests.console import sql
from tests.journeys import TOWNSHIP, VILLAGE, As
from tests.ledgers.samples import ROWS, file, path_of
from villagepub.core.fields import LongText, Text
from villagepub.core.tabular import Column, Sheet, csv_lines, read_rows, write_xlsx
from villagepub.ledgers.kinds import LEDGERS

HOSTILE = [
    "=1+1",
    "'=1+1",
    "''=1+1",
    "'路灯",
    "''",
    "-5 度",
    "+86 13800138000",
    "＝HYPERLINK(1)",
    "@",
    "\u200b=1",
    '他说："好,的"',
    "640104199003071236",
    "00123",
    "1e5",
    "2023-11-06",
    "TRUE",
    "是",
    "_x000D_",
    "<&>",
    "微博",
    "一　二",
    "𠮷家",
]
LINES = ["=1\n=2", "一行\n\n三行", "'\n=1", "a\tb"]
ODD: dict[str, list[dict[str, Any]]] = {  # besides texts
    "channel-tallies": [{"period": "2021"}, {"period": "2020-02", "count": 0}],
    "complaints": [{"answered_at": "2023-11-06T23:59:59+08:00"}, {"received_at": "2023-01-01T00:00:00+08:00"}],
    "trainings": [{"attendees": None, "level": None}, {"attendees": 1_000_000_000}],
    "documents": [{"issued_on": "1949-10-01"}, {"valid_until": "2199-12-31", "number": None}],
    "administrative-acts": [
        {"year": 2022, "amount": "0"},
        {"year": 2021, "amount": "999999999999.999999"},
        {"year": 2020, "amount": "0.000001"},
        {"year": 2019, "kind": "licence", "count": 0, "amount": None},
    ],
    "inspections": [{"due_on": None}, {"closed_on": "2023-10-09", "evidence": "照片"}],
    "reconsiderations": [{"outcome": None, "concluded_on": None}],
}
OUT = ("id", "created_at", "created_by", "edited_at")


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-15 09:00")


def _variants(ledger: str) -> list[dict[str, Any]]:
    """Rows of a ledger that together hold every hostile text and every odd value; a tally needs a period each."""
    shapes, when = LEDGERS[ledger].body().fields, LEDGERS[ledger].when
    names = [name for name, field in shapes.items() if isinstance(field, Text) and name not in ("channel", "url")]
    rows = []
    for number in range(0, len(HOSTILE), len(names)):
        texts = dict(zip(names, HOSTILE[number:] + HOSTILE, strict=False))
        needed = {"answered_at": "2023-11-07T08:00:00+08:00"} if "answer" in names else {}
        rows.append(texts | needed)
    long = [name for name in names if isinstance(shapes[name], LongText)]
    rows += [rows[0] | {name: text} for name in long for text in LINES]
    if LEDGERS[ledger].is_tally:
        rows = [row | {when: _period(when, number)} for number, row in enumerate(rows)]
    return rows + ODD.get(ledger, []) + [{}]


def _period(when: str, number: int) -> Any:
    return 1950 + number if when == "year" else f"{1950 + number}-01"


def _export(person: Client, ledger: str, ending: str, query: str = "") -> bytes:
    path = path_of(ledger, f"export.{ending}") + query
    ask = "POST" if LEDGERS[ledger].names_persons else "GET"
    answer = person.open(ask, path, json={"purpose": "archive"} if ask == "POST" else None)
    assert answer.status_code == 200, (ledger, answer.get_data(as_text=True))
    return bytes(answer.get_data())


def _rows(person: Client, ledger: str) -> list[dict[str, Any]]:
    """Those that count, without what says who entered them when."""
    found, cursor = list[dict[str, Any]](), ""
    while True:
        page = person.get(f"{path_of(ledger)}?voided=false&limit=100{cursor}").json
        found += page["data"]
        if page["next_cursor"] is None:
            return [{name: value for name, value in row.items() if name not in OUT} for row in found]
        cursor = f"&cursor={page['next_cursor']}"


def _void_all(app: Flask, ledger: str) -> None:
    """At once: one by one is tested elsewhere."""
    table = LEDGERS[ledger].model.__tablename__
    sql(app, f"UPDATE {table} SET voided_at = created_at, void_reason = '重新导入' WHERE voided_at IS NULL")  # noqa: S608


@pytest.mark.parametrize("ending", ["csv", pytest.param("xlsx", marks=pytest.mark.slow)])
def test_what_is_exported_is_imported_again(app: Flask, as_: As, ending: str) -> None:
    admin = as_("admin")
    for ledger, body in ROWS.items():
        variants = _variants(ledger)
        if "application" in body:
            variants.append({"application": register(as_)["id"]})
        for variant in variants:
            answer = admin.post(path_of(ledger), body | variant)
            assert answer.status_code == 201, (ledger, variant, answer.json)
        before = _rows(admin, ledger)
        exported = _export(admin, ledger, ending)
        _void_all(app, ledger)
        assert _rows(admin, ledger) == []
        imported = admin.post(path_of(ledger, "import"), **file(exported, f"导出.{ending}"))
        assert imported.json == {"rows": len(variants), "created": len(variants), "faults": []}, ledger
        assert _rows(admin, ledger) == before, ledger
        assert _export(admin, ledger, ending) == exported, ledger


@settings(max_examples=50)
@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=1, max_size=4),
    st.sampled_from(["csv", "xlsx"]),
)
def test_any_text_that_a_ledger_can_hold_comes_back(texts: list[str], ending: str) -> None:
    """The same way without a database, for whatever hypothesis thinks of."""
    shape, kept = LongText(longest=100), []
    for text in texts:
        try:
            kept.append(shape.deserialize(text))
        except ValidationError:
            continue
    if ending == "csv":
        data = "".join(csv_lines(["甲", "乙"], [[text, "末"] for text in kept])).encode()
    else:
        stream = io.BytesIO()
        write_xlsx(stream, [Sheet("a", "", [Column("甲", 9), Column("乙", 9)], [[text, "末"] for text in kept])])
        data = stream.getvalue()
    assert [row.values["a"] for row in read_rows(f"a.{ending}", data, columns={"a": "甲", "b": "乙"})] == kept


def test_an_export_holds_what_counts_and_is_asked_for(as_: As) -> None:
    admin = as_("admin")
    rows = {
        year: admin.post(path_of("trainings"), ROWS["trainings"] | {"held_on": f"{year}-05-01"})
        for year in (2022, 2023)
    }
    assert len(_export(admin, "trainings", "csv").splitlines()) == 3
    assert "2022-05-01" in _export(admin, "trainings", "csv", f"?year=2022&division={TOWNSHIP}").decode()
    admin.post(path_of("trainings", rows[2022].json["id"], "void"), {"reason": "误"})
    assert _export(admin, "trainings", "csv", "?year=2022").decode("utf-8-sig").splitlines() == [
        '"培训日期","培训内容","参加人数","参加层级"'
    ]


def _many(number: int) -> bytes:
    lines = [f"2023-05-01,第 {n} 次,," for n in range(number)]
    return "\n".join(["培训日期,培训内容,参加人数,参加层级", *lines]).encode()


@pytest.mark.slow
def test_an_export_is_read_in_pieces_and_loses_none(as_: As) -> None:
    admin = as_("admin")
    assert admin.post(path_of("trainings", "import"), **file(_many(1_001))).json["created"] == 1_001
    exported = read_rows("a.csv", _export(admin, "trainings", "csv"), columns=LEDGERS["trainings"].columns)
    assert [row.values["topic"] for row in exported] == [f"第 {n} 次" for n in range(1_001)]


@pytest.mark.slow
def test_a_workbook_has_a_limit_and_csv_has_none(as_: As) -> None:
    admin = as_("admin")
    assert admin.post(path_of("trainings", "import"), **file(_many(5_001))).status_code == 200
    refused = admin.get(path_of("trainings", "export.xlsx"))
    assert (refused.status_code, refused.json["code"]) == (413, "export_too_large")
    assert "5001 条" in refused.json["detail"]
    assert len(_export(admin, "trainings", "csv").splitlines()) == 5_002
    assert len(_export(admin, "trainings", "xlsx", "?year=2022")) > 0


def test_cells_of_a_workbook_have_their_kinds(as_: As) -> None:
    admin = as_("admin")
    admin.post(path_of("administrative-acts"), ROWS["administrative-acts"])
    book = openpyxl.load_workbook(io.BytesIO(_export(admin, "administrative-acts", "xlsx")))
    header, row = book.worksheets[0].iter_rows(values_only=True)
    assert header == ("类别", "年度", "处理决定数量", "收费金额（万元）", "依据")
    assert row == ("行政事业性收费", 2023, None, 12.5, "财政票据")


@pytest.mark.slow
def test_who_may_take_rows_away(as_: As) -> None:
    for ledger in LEDGERS:
        for ending in ("csv", "xlsx"):
            path = path_of(ledger, f"export.{ending}")
            ask = "POST" if LEDGERS[ledger].names_persons else "GET"
            body = {"json": {"purpose": "archive"}} if ask == "POST" else {}
            assert as_("auditor").open(ask, path, **body).status_code == 200, path
            assert as_(f"uploader-{VILLAGE}").open(ask, path, **body).status_code == 403, path
            assert as_("daxin-admin").open(ask, f"{path}?division={TOWNSHIP}", **body).status_code == 404, path
            assert as_("admin").open(ask, f"{path}?division={VILLAGE}", **body).status_code == 422, path


def test_who_took_rows_about_people_and_for_what_is_kept(app: Flask, as_: As) -> None:
    admin, path = as_("admin"), path_of("complaints", "export.csv")
    admin.post(path_of("complaints"), ROWS["complaints"])
    assert admin.get(path).status_code == 404
    assert list(admin.post(path, {}).json["errors"]) == ["purpose"]
    assert list(admin.post(path, {"purpose": "因为想看"}).json["errors"]) == ["purpose"]
    assert _exports(app) == []
    for _ in range(2):  # an answer about people is not kept for a repetition: each time is a time
        assert (
            admin.post(path + "?year=2023", {"purpose": "inspection"}, headers={"Idempotency-Key": "k"}).status_code
            == 200
        )
    note = {"ledger": "complaints", "format": "csv", "rows": 1, "purpose": "inspection", "year": 2023}
    assert _exports(app) == [note, note]
    assert sql(app, "SELECT count(*) FROM stored_answer")[0][0] == 0


def _exports(app: Flask) -> list[Any]:
    found = sql(app, "SELECT data FROM audit_entry WHERE action = 'ledger.exported' ORDER BY seq")
    return [each if isinstance(each, dict) else json.loads(each) for (each,) in found]
