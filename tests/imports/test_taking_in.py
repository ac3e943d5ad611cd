"""A large file is kept, checked and taken in by a worker: all of it once, or nothing and every fault by its line."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.applications.test_files import GOOD
from tests.clients import TestClock
from tests.console import sql
from tests.exports.desk import audited, work
from tests.exports.test_long_exports import wait_until, workers
from tests.imports.files import count_posts, kept_files, posts, send
from tests.jobs.workshop import children, kill
from tests.journeys import TOWNSHIP, VILLAGE, As
from tests.ledgers.samples import ROWS, path_of
from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.transactions import transaction
from villagepub.jobs import housekeeping, operations

LONG_AGO = 1_500_000_000  # seconds of the epoch
MANY = 4_000


def test_a_file_is_taken_in_by_a_worker(app: Flask, as_: As) -> None:
    admin = as_("admin")
    sent = send(admin, posts(3))
    assert (sent.status_code, sent.json["state"], count_posts(app)) == (202, "queued", 0)
    assert len(kept_files(app)) == 1
    work(app)
    job = admin.get(sent.headers["Location"]).json
    assert (job["state"], job["progress"], job["total"]) == ("done", 3, 3)
    assert job["result"] == {"rows": 3, "created": 3}
    assert count_posts(app) == 3
    [entry] = audited(app, "ledger.imported")
    assert entry.person_id == admin.get("/me").json["person"]["id"]
    assert kept_files(app) == []


def test_applications_are_taken_in_as_well(app: Flask, as_: As) -> None:
    admin = as_("admin")
    sent = send(admin, GOOD.encode(), "applications")
    work(app)
    assert admin.get(sent.headers["Location"]).json["result"] == {"rows": 2, "created": 2}
    again = send(admin, GOOD.encode(), "applications")
    work(app)
    assert admin.get(again.headers["Location"]).json["state"] == "failed"
    assert len(admin.get("/applications").json["data"]) == 2


def test_one_bad_line_and_nothing_is_written(app: Flask, as_: As) -> None:
    admin = as_("admin")
    sent = send(admin, posts(3, posted_on="2023-11-07"))
    work(app)
    job = admin.get(sent.headers["Location"]).json
    assert job["state"] == "failed"
    assert "共 3 行，有 1 处须改正" in job["error"]
    [fault] = job["result"]["faults"]
    assert (fault["line"], fault["field"]) == (4, "posted_on")
    assert count_posts(app) == 0


def test_what_others_registered_meanwhile_is_found_before_anything_is_written(app: Flask, as_: As) -> None:
    admin = as_("admin")
    sent = send(admin, posts(3))
    row = ROWS["channel-posts"] | {"title": "第 1 条", "url": None}
    assert admin.post(path_of("channel-posts"), row).status_code == 201
    work(app)
    [fault] = admin.get(sent.headers["Location"]).json["result"]["faults"]
    assert fault["line"] == 3
    assert "已登记" in fault["message"]
    assert count_posts(app) == 1


@pytest.mark.parametrize("cursor", ["cursor", "NULL"])
def test_a_job_that_is_done_again_adds_nothing(app: Flask, as_: As, cursor: str) -> None:
    """As after a worker that was killed before it could say that it was done; and as if its step were forgotten."""
    admin = as_("admin")
    sent = send(admin, posts(3))
    [key] = kept_files(app)
    data = b"".join(app.extensions["storage"].read(key))
    work(app)
    app.extensions["storage"].put(key, BytesIO(data))
    again = f"state = 'queued', due_at = created_at, finished_at = NULL, result = NULL, cursor = {cursor}"
    sql(app, f"UPDATE job SET {again}")  # noqa: S608
    work(app)
    job = admin.get(sent.headers["Location"]).json
    assert job["state"] == ("done" if cursor == "cursor" else "failed")
    assert count_posts(app) == 3
    assert len(audited(app, "ledger.imported")) == 1


@pytest.mark.slow
def test_killed_workers_write_everything_once(app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    admin = as_("admin")
    job_id = send(admin, posts(MANY)).json["id"]

    def job() -> Any:
        return sql(app, "SELECT * FROM job WHERE id = :id", id=job_id)[0]

    with workers(app, tmp_path) as parent:
        for attempt in (1, 2):
            wait_until(lambda made=attempt: job().state == "running" and job().attempts == made and job().progress > 0)
            assert count_posts(app) == 0
            kill(children(parent.pid)[0])
        wait_until(lambda: job().state == "done")
    assert count_posts(app) == MANY
    assert len(audited(app, "ledger.imported")) == 1
    assert kept_files(app) == []


def test_what_bears_a_mark_of_secrecy_is_not_kept(app: Flask, as_: As) -> None:
    for data, name in ((posts(3, title="绝密★30年"), "渠道发布.csv"), (posts(3), "绝密★30年.csv")):
        refused = send(as_("admin"), data, name=name)
        assert (refused.status_code, refused.json["code"]) == (422, "secret_mark")
    assert len(as_("secrecy").get("/incidents").json["data"]) == 2
    assert kept_files(app) == []
    assert as_("admin").get("/jobs").json["data"] == []


def test_a_file_that_is_no_table_is_refused_at_once(app: Flask, as_: As) -> None:
    refused = send(as_("admin"), b"x", name="台账.doc")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["file"])
    assert kept_files(app) == []


def test_the_same_file_twice_is_one_job(app: Flask, as_: As) -> None:
    first, second = (send(as_("admin"), posts(3)).json["id"] for _ in range(2))
    assert first == second


def test_others_neither_send_nor_see(app: Flask, as_: As) -> None:
    job = send(as_("admin"), posts(3)).headers["Location"]
    for person, status in (("leader", 403), (f"uploader-{VILLAGE}", 404)):
        assert send(as_(person), posts(3)).status_code == 403
        assert as_(person).get(job).status_code == status
    assert as_("daxin-admin").get(job).status_code == 404
    assert as_("daxin-admin").post(f"/imports?into=trainings&division={TOWNSHIP}").status_code == 404


def test_who_has_lost_the_post_takes_nothing_in(app: Flask, as_: As, moment: TestClock) -> None:
    sent = send(as_("admin"), posts(3)).json["id"]
    person = as_("admin").get("/me").json["person"]["id"]
    sql(app, "UPDATE person SET active = false WHERE id = :id", id=person)
    work(app)
    [job] = sql(app, "SELECT * FROM job WHERE id = :id", id=sent)
    assert (job.state, count_posts(app)) == ("failed", 0)
    assert "已不担任" in job.error


def test_a_refused_file_can_be_tried_again_until_it_is_swept(app: Flask, as_: As, moment: TestClock) -> None:
    admin = as_("admin")
    job = send(admin, posts(3, channel="wechat-video")).json["id"]
    work(app)
    assert len(kept_files(app)) == 1
    _sweep(app)
    assert len(kept_files(app)) == 1
    moment.forward(days=8)
    _sweep(app)
    assert kept_files(app) == []
    assert as_("admin").post(f"/jobs/{job}/retry").status_code == 200
    work(app)
    assert "请重新上传" in as_("admin").get(f"/jobs/{job}").json["error"]


def test_a_file_whose_job_was_never_committed_is_swept_after_a_day(app: Flask) -> None:
    storage = app.extensions["storage"]
    for name in ("old", "new"):
        storage.put(f"jobs/{TOWNSHIP}/{name}/given", BytesIO(b"x"))
    os.utime(storage.folder / f"jobs/{TOWNSHIP}/old/given", (LONG_AGO, LONG_AGO))
    _sweep(app)
    assert kept_files(app) == [f"jobs/{TOWNSHIP}/new/given"]


def _sweep(app: Flask) -> None:
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        operations.enqueue(housekeeping.SWEEP_FILES, {}, actor=Actor.system("tests"), division=TOWNSHIP)
    work(app)
