"""The report's files made by a worker: three of one moment, under their digests, for some days."""

import pytest
from flask import Flask

from tests.clients import TestClock
from tests.console import sql
from tests.exports.desk import audited, work
from tests.imports.files import kept_files
from tests.journeys import VILLAGE, As
from tests.reports.yearly import report_of
from villagepub.core import tenancy
from villagepub.core.digest import digest_of_bytes
from villagepub.core.transactions import transaction
from villagepub.jobs.housekeeping import queue_file_checks

ENDINGS = ("docx", "pdf", "xlsx")


def _asked(as_: As, person: str = "leader") -> str:
    answer = as_(person).post(f"{report_of(2022)}/files")
    assert answer.status_code == 202, answer.json
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json['id']}"
    return str(answer.json["id"])


@pytest.mark.slow
def test_the_files_are_those_that_are_made_at_once(app: Flask, as_: As) -> None:
    leader, job_id = as_("leader"), _asked(as_)
    early = leader.get(f"/reports/files/{job_id}/pdf")
    assert (early.status_code, early.json["code"]) == (409, "wrong_state")
    work(app)
    job = leader.get(f"/jobs/{job_id}").json
    assert (job["state"], job["progress"], job["total"]) == ("done", 3, 3)
    for made, ending in zip(job["result"]["files"], ENDINGS, strict=True):
        fetched = leader.get(f"/reports/files/{job_id}/{ending}")
        at_once = leader.get(f"{report_of(2022)}.{ending}")
        assert fetched.get_data() == at_once.get_data()
        assert fetched.headers["Content-Disposition"] == at_once.headers["Content-Disposition"]
        assert (len(fetched.get_data()), digest_of_bytes(fetched.get_data())) == (made["size"], made["digest"])
    [entry] = audited(app, "report.files_made")
    assert job["result"]["files"][1]["digest"] in str(entry.data)
    assert leader.get(f"/reports/files/{job_id}/html").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("cursor", ["cursor", "NULL"])
def test_a_job_that_is_done_again_has_one_effect(app: Flask, as_: As, cursor: str) -> None:
    job_id = _asked(as_)
    work(app)
    again = f"state = 'queued', due_at = created_at, finished_at = NULL, result = NULL, cursor = {cursor}"
    sql(app, f"UPDATE job SET {again}")  # noqa: S608
    work(app)
    assert as_("leader").get(f"/jobs/{job_id}").json["state"] == "done"
    for ending in ENDINGS:
        assert as_("leader").get(f"/reports/files/{job_id}/{ending}").status_code == 200


def test_the_same_wish_twice_is_one_job(as_: As) -> None:
    assert _asked(as_) == _asked(as_)
    assert _asked(as_) != _asked(as_, "auditor")


@pytest.mark.slow
def test_only_who_asked_and_the_administrator_have_them(app: Flask, as_: As) -> None:
    job_id = _asked(as_)
    work(app)
    statuses = {"admin": 200, "auditor": 403, f"uploader-{VILLAGE}": 404, "daxin-leader": 404}
    for person, status in statuses.items():
        assert as_(person).get(f"/reports/files/{job_id}/pdf").status_code == status, person
    assert as_(f"uploader-{VILLAGE}").post(f"{report_of(2022)}/files").status_code == 404
    assert as_("leader").post(f"{report_of(2019)}/files").status_code == 422


@pytest.mark.slow
def test_files_go_when_their_days_are_over(app: Flask, as_: As, moment: TestClock) -> None:
    job_id = _asked(as_)
    work(app)
    assert len(kept_files(app)) == len(ENDINGS)
    moment.forward(days=8)
    gone = as_("leader").get(f"/reports/files/{job_id}/pdf")
    assert (gone.status_code, gone.json["code"]) == (410, "export_expired")
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        queue_file_checks()
    work(app)
    assert kept_files(app) == []


def test_who_has_lost_the_post_gets_none(app: Flask, as_: As) -> None:
    _asked(as_)
    sql(app, "UPDATE person SET active = false WHERE username = 'leader'")
    work(app)
    [job] = sql(app, "SELECT * FROM job")
    assert job.state == "failed"
    assert "已不担任" in job.error
    assert kept_files(app) == []
