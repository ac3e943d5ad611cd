"""No text with a mark of a state secret comes into a ledger; that one came, is kept and told."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.clients import TestClock
from tests.console import sql
from tests.journeys import TOWNSHIP, As
from tests.ledgers.samples import ROWS, file, path_of
from villagepub.core.db import Base
from villagepub.core.fields import Text
from villagepub.ledgers.kinds import LEDGERS

MARK = "机密★5年"


@pytest.fixture(autouse=True)
def year_is_over(moment: TestClock) -> None:
    moment.set("2024-01-15 09:00")


def _texts(ledger: str) -> list[str]:
    """The fields of a ledger in which a person may write anything."""
    shapes = LEDGERS[ledger].body().fields
    return [name for name, field in shapes.items() if isinstance(field, Text) and name not in ("channel", "url")]


def _is_refused(answer: TestResponse, field: str) -> bool:
    return (answer.status_code, answer.json["code"], list(answer.json["errors"])) == (422, "secret_mark", [field])


def _line(ledger: str, **changes: Any) -> bytes:
    columns, row = LEDGERS[ledger].columns, ROWS[ledger] | changes
    cells = ['"' + ("" if row.get(name) is None else str(row[name])) + '"' for name in columns]
    return f"{','.join(columns.values())}\n{','.join(cells)}\n".encode()


@pytest.mark.slow
def test_marks_are_refused_in_every_text_and_by_every_way_in(app: Flask, as_: As) -> None:
    admin, refused = as_("admin"), 0
    for ledger, body in ROWS.items():
        row = admin.post(path_of(ledger), body).json
        for field in _texts(ledger):
            marked = body | {field: MARK}
            assert _is_refused(admin.post(path_of(ledger), marked), field), (ledger, field)
            assert _is_refused(admin.put(path_of(ledger, row["id"]), marked), field), (ledger, field)
            refused += 2
            for dry_run in ("true", "false"):
                line = file(_line(ledger, **{field: MARK}))
                answer = admin.post(path_of(ledger, "import") + f"?dry_run={dry_run}", **line)
                assert _is_refused(answer, f"line 2.{field}"), (ledger, field, answer.json)
                refused += 1
        voiding = admin.post(path_of(ledger, row["id"], "void"), {"reason": MARK})
        assert _is_refused(voiding, "reason"), ledger
        refused += 1
        [kept] = admin.get(path_of(ledger)).json["data"]
        assert kept == row, ledger
    incidents = sql(app, "SELECT village, was_stored, digest FROM incident")
    assert len(incidents) == refused > 50
    assert {village for village, _, _ in incidents} == {TOWNSHIP}
    assert as_("secrecy").get("/me/notices").json["data"]


@pytest.mark.slow
def test_nothing_of_it_is_stored(app: Flask, as_: As) -> None:
    refused = as_("admin").post(path_of("documents"), ROWS["documents"] | {"title": f"绿洲工程 {MARK}"})
    assert _is_refused(refused, "title")
    stored = repr([sql(app, f'SELECT * FROM "{table}"') for table in Base.metadata.tables])  # noqa: S608
    assert "incident.recorded" in stored
    assert "绿洲工程" not in stored


def test_numbers_of_people_are_no_reason_to_refuse(as_: As) -> None:
    """A ledger is not published, and a complaint may be about a number."""
    subject = "来电 13800138000，身份证 11010519491231002X"
    assert as_("admin").post(path_of("complaints"), ROWS["complaints"] | {"subject": subject}).status_code == 201
