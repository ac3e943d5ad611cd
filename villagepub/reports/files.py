"""The annual report as files that a job makes: Word, PDF and Excel of the same numbers, kept for some days."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from villagepub.accounts import queries as accounts
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import ExportExpired, Forbidden, NotFound, WrongState
from villagepub.core.permissions import Permission, require
from villagepub.core.storage import verified
from villagepub.core.transactions import transaction
from villagepub.extensions import db, settings, storage
from villagepub.jobs import files
from villagepub.jobs import operations as jobs
from villagepub.jobs import queries as job_queries
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import JobRefused, Payload, Result
from villagepub.jobs.models import Job
from villagepub.reports import annual
from villagepub.reports.outputs.grids import Json
from villagepub.reports.outputs.kinds import KINDS, Place, file_name
from villagepub.reports.reportable import require_reportable

MAKE = "reports.files"
ENDINGS = ("docx", "pdf", "xlsx")
LOST_POST = "您已不担任可以查看年度报告的岗位，没有做成。如仍需要，请由现任岗位的人重新提出。"


@dataclass(frozen=True)
class File:
    """Bytes that go out."""

    name: str
    media_type: str
    pieces: Iterator[bytes]
    size: int


def request_files(township: str, year: int, *, actor: Actor) -> Job:
    """Queue the job that makes them. Raises what ``require_reportable`` does."""
    require(actor, Permission.READ_REPORTS, township)
    require_reportable(township, year, clock.now())
    return jobs.enqueue(MAKE, {"year": year}, actor=actor, division=township, key=f"{actor.person_id} {year}")


def run(context: JobContext, payload: Payload) -> Result:
    """All of them from one reading of the report. Raises JobRefused when the owner may not read it any more.

    Each attempt stores under names of its own, so that one that is slow and was given up cannot write over the files
    of its successor.
    """
    if context.cursor is None:
        report = _report(context, payload["year"])
        made = [_make(context, report, done, ending) for done, ending in enumerate(ENDINGS)]
        result = {
            "year": report["year"],
            "revision": report["revision"],
            "as_of": report["as_of"],
            "files": made,
            "attempt": context.attempt,
        }
        with context.step(result, len(made), len(made)):
            _note(context, report, made)
    return dict(context.cursor)


def fetch_file(job_id: str, ending: str, *, actor: Actor) -> File:
    """A file that a job made, whole and as it was made, for somebody who may still read the report.

    Raises NotFound and Forbidden; WrongState while there is none yet, and where there will be none; ExportExpired when
    it has gone; FileDamaged and StorageUnavailable.
    """
    job = job_queries.get_visible_job(job_id, actor)
    require(actor, Permission.READ_REPORTS, job.division)
    if job.kind != MAKE or ending not in ENDINGS:
        raise NotFound()
    if not job_queries.is_done(job) or job.result is None:
        raise WrongState("文件还没有做成，进度和原因见这项任务。")
    if files.is_over(job):
        raise ExportExpired("文件已到期，不再保留。请重新做成。")
    made = next(each for each in job.result["files"] if each["kind"] == ending)
    pieces = verified(storage, _key(job.division, job.id, job.result["attempt"], ending), made["digest"])
    return File(made["name"], KINDS[ending].media_type, pieces, made["size"])


def _report(context: JobContext, year: int) -> Json:
    with transaction(context.scope.reading()):
        _require_still_allowed(context)
        return annual.annual_report(context.division, year, as_of=clock.now())


def _require_still_allowed(context: JobContext) -> None:
    try:
        require(accounts.get_actor(str(context.owner_id)), Permission.READ_REPORTS, context.division)
    except (NotFound, Forbidden):
        raise JobRefused(LOST_POST) from None


def _make(context: JobContext, report: Json, done: int, ending: str) -> dict[str, Any]:
    context.progress(done, len(ENDINGS))
    data = KINDS[ending].make(report, Place(settings.reports_dir, settings.public_base_url))
    storage.put(_key(context.division, context.job_id, context.attempt, ending), BytesIO(data))
    return {"kind": ending, "name": file_name(report, ending), "size": len(data), "digest": digest_of_bytes(data)}


def _key(division: str, job_id: str, attempt: int, ending: str) -> str:
    return files.key_of(division, job_id, f"{attempt}.{ending}")


def _note(context: JobContext, report: Json, made: list[dict[str, Any]]) -> None:
    audit.record(
        db.session(),
        "report.files_made",
        actor=context.actor,
        subject_type="annual_report",
        subject_id=f"{context.division}/{report['year']}",
        division=context.division,
        township=context.division,
        data={
            "year": report["year"],
            "job": context.job_id,
            "digests": {each["kind"]: each["digest"] for each in made},
        },
    )
