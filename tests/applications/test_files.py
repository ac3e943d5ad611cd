"""Applications from files and into files."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.applications.desk import happen, record, register
from tests.clients import Client, TestClock, sign_in
from tests.console import sql
from tests.journeys import TOWNSHIP, VILLAGE, As
from villagepub.applications.outcomes import ENDINGS

HEADER = "提交方式,提交时间,确认时间,申请人类别,申请人,申请事项,申请内容,事后补登,年度,办理结果,办结日期\n"
GOOD = HEADER + "当面提交,2023/11/1 9:30,,自然人,样例户一,征地补偿方案,,,,,\n,,,,,,,是,2022,,\n"


def _file(text: str, name: str = "依申请公开.csv") -> dict[str, Any]:
    return {"data": {"file": (BytesIO(text.encode()), name)}, "content_type": "multipart/form-data"}


def _export(client: Client, form: str) -> TestResponse:
    return client.post(f"/applications/export.{form}", {"purpose": "archive"})


def _count(client: Client) -> int:
    return len(client.get("/applications").json["data"])


def test_an_import_is_tried_and_then_written(as_: As) -> None:
    admin = as_("admin")
    tried = admin.post("/applications/import?dry_run=true", **_file(GOOD))
    assert (tried.status_code, tried.json) == (200, {"rows": 2, "created": 0, "faults": []})
    assert _count(admin) == 0
    assert admin.post("/applications/import", **_file(GOOD)).json["created"] == 2
    rows = admin.get("/applications").json["data"]
    assert [(row["number"][13:], row["due_on"]) for row in rows] == [("2023-A0001", "2023-11-29"), ("2022-A0001", None)]

    again = admin.post("/applications/import", **_file(GOOD))
    assert (again.status_code, set(again.json["errors"])) == (422, {"line 2", "line 3"})
    assert "A0001" in again.json["errors"]["line 2"][0]
    assert _count(admin) == 2


def test_one_bad_line_and_nothing_is_written(as_: As) -> None:
    admin = as_("admin")
    person = "自然人,样例户一,事项,,,,,"
    bad = GOOD + f"电话,2023-11-02,,{person}\n当面提交,2023-11-08,,{person}\n,,,,,,,是,2022,,\n"
    tried = admin.post("/applications/import?dry_run=true", **_file(bad)).json
    assert [(fault["line"], fault["field"]) for fault in tried["faults"]] == [
        (4, "channel"),
        (5, "submitted_at"),
        (6, None),
    ]
    assert "第 3 行" in tried["faults"][2]["message"]
    refused = admin.post("/applications/import", **_file(bad))
    assert set(refused.json["errors"]) == {"line 4.channel", "line 5.submitted_at", "line 6"}
    assert _count(admin) == 0


def test_a_file_that_is_no_table(as_: As) -> None:
    admin = as_("admin")
    assert "file" in admin.post("/applications/import", **_file("一", "台账.doc")).json["errors"]
    assert admin.post("/applications/import", data={}, content_type="multipart/form-data").json["errors"]["file"]
    for reader in ("auditor", "leader"):
        assert as_(reader).post("/applications/import", **_file(GOOD)).status_code == 403
    assert as_(f"uploader-{VILLAGE}").post("/applications/import", **_file(GOOD)).status_code == 403


@pytest.mark.parametrize("dry_run", ["true", "false"])
@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("当面提交,2023-11-02,,自然人,样例户一,绝密★30年,,,,,", "line 4.subject"),
        ("电话,昨天,绝密★30年,,,,,,,,", "line 4.confirmed_at"),
    ],
    ids=["good", "faulty"],
)
def test_a_mark_of_secrecy_is_found_before_anything_is_examined(
    app: Flask, as_: As, line: str, field: str, dry_run: str
) -> None:
    admin = as_("admin")
    refused = admin.post(f"/applications/import?dry_run={dry_run}", **_file(f"{GOOD}{line}\n"))
    assert (refused.status_code, refused.json["code"], list(refused.json["errors"])) == (422, "secret_mark", [field])
    assert _count(admin) == 0
    assert sql(app, "SELECT count(*) FROM incident")[0][0] == 1


def test_an_outcome_may_speak_of_state_secrets(as_: As) -> None:
    words = [ending.label for ending in ENDINGS.values()]
    lines = "".join(f",,,,,,,是,2022,{word},\n" for word in words)
    tried = as_("admin").post("/applications/import?dry_run=true", **_file(HEADER + lines))
    assert (tried.status_code, tried.json["rows"]) == (200, len(words))
    assert any("国家秘密" in word for word in words)


@pytest.mark.slow
def test_a_file_sent_twice_at_once_is_written_once(app: Flask, as_: As) -> None:
    clients = [as_("admin"), sign_in(app, "admin")]
    for year in range(2010, 2020):
        file, start = HEADER + f",,,,,,,是,{year},,\n", Barrier(2)

        def send(client: Client, file: str = file, start: Barrier = start) -> int:
            start.wait(timeout=30)
            return client.post("/applications/import", **_file(file)).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(send, clients)) == [200, 422]
    assert _count(clients[0]) == 10


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_exported_can_be_imported(as_: As, moment: TestClock, form: str) -> None:
    moment.set("2023-11-20 09:00")
    admin, other = as_("admin"), as_("daxin-admin")
    closed = register(as_, content="两行\n内容")
    happen(as_, closed, "answered", "2023-11-10 09:00", outcome="partial", ground="internal_affairs")
    register(as_, channel="online", confirmed_at="2023-11-07T09:00:00+08:00", subject="样例事项")
    register(as_, channel="fax")
    record(as_, 2022, applicant_kind="research", answered_on="2023-01-05")
    exported = _export(admin, form)
    assert exported.status_code == 200
    data = exported.get_data()

    def take_in(client: Client) -> Any:
        file = {"file": (BytesIO(data), f"a.{form}")}
        return client.post("/applications/import", data=file, content_type="multipart/form-data")

    assert len(take_in(admin).json["errors"]) == 4
    assert take_in(other).json["created"] == 4
    assert _export(other, form).get_data() == data
    names = ("received_on", "closed_on", "row", "applicant_kind", "due_on", "subject", "content")
    there, here = ([{n: r[n] for n in names} for r in c.get("/applications").json["data"]] for c in (other, admin))
    assert there[1:] == here[1:]
    assert there[0] == here[0] | {"due_on": None}


def test_an_export_is_of_one_year_and_typed(as_: As) -> None:
    register(as_)
    record(as_, 2022)
    sheet = load_workbook(BytesIO(_export(as_("leader"), "xlsx?year=2022").get_data())).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][7:9] == ("是", 2022)


def test_who_took_applicants_away_and_for_what_is_kept(app: Flask, as_: As) -> None:
    register(as_)
    record(as_, 2022)
    admin, path = as_("admin"), "/applications/export.csv"
    assert admin.get(path).status_code == 404
    for lacking in ({}, {"purpose": "因为想看"}):
        assert list(admin.post(path, lacking).json["errors"]) == ["purpose"]
    assert as_("auditor").post(path, {"purpose": "archive"}).status_code == 403
    assert as_("daxin-admin").post(f"{path}?division={TOWNSHIP}", {"purpose": "archive"}).status_code == 404
    assert list(admin.post(f"{path}?division={VILLAGE}", {"purpose": "archive"}).json["errors"]) == ["division"]
    assert _exports(app) == []
    for _ in range(2):  # an answer about people is not kept for a repetition: each time is a time
        taken = admin.post(f"{path}?year=2022", {"purpose": "inspection"}, headers={"Idempotency-Key": "k"})
        assert taken.status_code == 200
    note = {"format": "csv", "rows": 1, "purpose": "inspection", "year": 2022}
    assert _exports(app) == [note, note]
    assert sql(app, "SELECT count(*) FROM stored_answer")[0][0] == 0


def _exports(app: Flask) -> list[Any]:
    found = sql(app, "SELECT data FROM audit_entry WHERE action = 'application.exported' ORDER BY seq")
    return [each if isinstance(each, dict) else json.loads(each) for (each,) in found]
