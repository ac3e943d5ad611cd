"""Asking for exports as a clerk does, and reading what comes: from HTTP to the cells of a file."""

import csv
import io
from datetime import datetime
from typing import Any

import openpyxl
from flask import Flask
from sqlalchemy import insert
from werkzeug.test import TestResponse

from tests.clients import Client
from tests.console import sql
from tests.journeys import TOWNSHIP, VILLAGE, Json
from villagepub.core import clock, tenancy
from villagepub.core.digest import digest_of
from villagepub.core.ids import new_id
from villagepub.core.transactions import transaction
from villagepub.disclosures.models import Disclosure
from villagepub.extensions import db
from villagepub.jobs.worker import Worker

PURPOSE = "年度检查核对"
Row = dict[str, Any]


def ask(client: Client, kind: str = "disclosures", form: str = "csv", **filters: Any) -> TestResponse:
    body = {"kind": kind, "format": form, "filters": {"division": TOWNSHIP} | filters, "purpose": PURPOSE}
    return client.post("/exports", body)


def made(app: Flask, client: Client, kind: str = "disclosures", form: str = "csv", **filters: Any) -> Json:
    """An export whose job is done."""
    answer = ask(client, kind, form, **filters)
    assert answer.status_code == 202, answer.json
    work(app)
    export = client.get(answer.headers["Location"]).json
    assert export["state"] == "ready", export
    return dict(export)


def work(app: Flask) -> None:
    """Let a worker do what is queued."""
    Worker(app.app_context, schedules=()).run(once=True)


def fetched(client: Client, export: Json) -> bytes:
    answer = client.get(f"/exports/{export['id']}/file")
    assert answer.status_code == 200, answer.json
    return answer.get_data()


def csv_rows(data: bytes) -> list[Row]:
    """By header; the file has a BOM, CRLF and quotes around every cell."""
    text = data.decode("utf-8-sig")
    assert data.startswith(b"\xef\xbb\xbf")
    assert text.endswith('"\r\n')
    return list(csv.DictReader(io.StringIO(text, newline="")))


def xlsx_rows(data: bytes) -> list[Row]:
    """By header, between the title above and the note below."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$2:$2"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    _, header, *rows, note = sheet.iter_rows(values_only=True)
    assert "数据截至 20" in str(note[0])
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def is_instant(cell: Any) -> bool:
    return isinstance(cell, datetime)


def audited(app: Flask, action: str) -> list[Any]:
    """The entries of one action, in order."""
    return sql(app, "SELECT * FROM audit_entry WHERE action = :action ORDER BY chain, seq", action=action)


def files_of(app: Flask) -> list[str]:
    """The keys of all exports' files that lie in storage."""
    return [found.key for found in app.extensions["storage"].list("exports/")]


def fill(app: Flask, count: int) -> None:
    """So many disclosures at once, as an import would leave them."""
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        rows = [
            {
                "id": new_id(),
                "township": TOWNSHIP,
                "village": VILLAGE,
                "entry": "C02",
                "title": f"第 {number} 条",
                "body": "<p>…</p>",
                "period": "2023-10",
                "digest": digest_of(number),
                "created_at": clock.now(),
            }
            for number in range(count)
        ]
        db.session.execute(insert(Disclosure), rows)
