"""Long exports by real workers: killed at any moment they leave one file, and they need little memory."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config.base import PROJECT
from tests.clients import TestClock
from tests.console import sql
from tests.exports.desk import ask, audited, csv_rows, fetched, files_of, fill, xlsx_rows
from tests.exports.test_streaming import data_of
from tests.jobs.workshop import children, kill
from tests.journeys import TOWNSHIP, As, Json
from tests.postgres import Database
from tests.processes import Installation, Wire
from villagepub.core.digest import digest_of_bytes

ROWS = {"csv": 15_000, "xlsx": 4_000}
KILLS = 2
PATIENCE = 120  # seconds, on a busy machine
MOST_MEGABYTES = 60
READ = {"csv": csv_rows, "xlsx": xlsx_rows}


@contextmanager
def workers(app: Flask, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """On the application's own database and files."""
    settings = app.config["SETTINGS"]
    environment = Installation(Database(settings.database_owner_url, settings.database_url), folder).environment
    command = [sys.executable, "-m", "tests.exports.workers"]
    process = subprocess.Popen(command, env=environment, cwd=PROJECT, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def job_of(app: Flask, export: Json) -> Any:
    return sql(app, "SELECT * FROM job WHERE id = :id", id=export["job"])[0]


def is_at_work(app: Flask, folder: Path, export: Json, *, attempt: int) -> bool:
    """Whether so many attempts were begun, and the last one writes its file."""
    job = job_of(app, export)
    return bool(job.state == "running" and job.attempts == attempt and list(folder.glob("exporting/*/file")))


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_killed_worker_leaves_one_file_and_one_effect(
    app: Flask, as_: As, moment: TestClock, tmp_path: Path, form: str
) -> None:
    fill(app, ROWS[form])
    leader = as_("leader")
    export = ask(leader, form=form).json

    with workers(app, tmp_path) as parent:
        for attempt in range(1, KILLS + 1):
            wait_until(lambda made=attempt: is_at_work(app, tmp_path, export, attempt=made))
            kill(children(parent.pid)[0])
        wait_until(lambda: job_of(app, export).state == "done")
    ready = leader.get(f"/exports/{export['id']}").json
    assert (ready["state"], ready["rows"]) == ("ready", ROWS[form])
    assert len(files_of(app)) == 1
    assert list((tmp_path / "exporting").iterdir()) == []  # nor does anything lie where it was made
    assert len(audited(app, "export.finished")) == 1
    data = fetched(leader, ready)
    assert digest_of_bytes(data) == ready["digest"]
    assert [row["标题"] for row in READ[form](data)] == [f"第 {number} 条" for number in range(ROWS[form])]


def _in_process(folder: Path, *arguments: str) -> Any:
    environment = os.environ | {"INSTANCE_DIR": str(folder), "FLASK_SKIP_DOTENV": "1", "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "benchmarks.exports", *arguments]
    done = subprocess.run(command, env=environment, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("rows", "forms"),
    [
        pytest.param(10_000, ["xlsx"], marks=pytest.mark.slow),
        pytest.param(100_000, ["csv", "xlsx"], marks=pytest.mark.soak),
    ],
)
def test_a_worker_needs_little_memory_however_many_rows(tmp_path: Path, rows: int, forms: list[str]) -> None:
    _in_process(tmp_path, "fill", str(rows))
    for form in forms:
        done = _in_process(tmp_path, "job", form)
        assert done["rows"] == rows
        assert (done["peak"] - done["idle"]) / 1024 < MOST_MEGABYTES


@pytest.mark.slow
def test_a_server_lets_go_of_what_a_client_no_longer_reads(app: Flask, moment: TestClock, tmp_path: Path) -> None:
    fill(app, ROWS["csv"])
    settings = app.config["SETTINGS"]
    installation = Installation(Database(settings.database_owner_url, settings.database_url), tmp_path)
    with installation.server() as port:
        signed_in = Wire(port).call("POST", "/auth/login", {"username": "leader", "password": "demo-leader"}).json
        request = (
            f"GET /api/v1/exports/disclosures.csv?division={TOWNSHIP} HTTP/1.1\r\nHost: test\r\n"
            f"Authorization: Bearer {signed_in['access_token']}\r\n\r\n"
        )
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that the server cannot be done at once
            line.connect(("127.0.0.1", port))
            line.sendall(request.encode())
            assert line.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
            assert len(audited(app, "export.stream_begun")) == 1
        wait_until(lambda: bool(audited(app, "export.stream_ended")))
    [ended] = audited(app, "export.stream_ended")
    assert data_of(ended)["is_whole"] is False
    assert 0 < data_of(ended)["rows"] < ROWS["csv"]
