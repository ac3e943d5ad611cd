"""One's own long work of every kind, to be left and come back to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from villagepub.core.permissions import Permission, require_somewhere
from villagepub.exports import queries as exports
from villagepub.exports.models import Export
from villagepub.jobs import queries
from villagepub.jobs.models import Job
from villagepub.office.long_work import STARTED_BY_PEOPLE, WORK, job_address, progress_of, told
from villagepub.office.pages.frame import Answer, blueprint, page_asked
from villagepub.office.words import JOB_STATES
from villagepub.web.guards import current_actor


@dataclass(frozen=True)
class Item:
    """said: how far it is, what came of it, or why nothing did."""

    title: str
    address: str
    about: str | None
    begun_at: datetime
    state: tuple[str, str]
    said: str


@blueprint.get(WORK)
def own_work() -> Answer:
    actor = current_actor()
    require_somewhere(actor, Permission.EXPORT)
    page = queries.list_own_jobs(actor, page_asked(), STARTED_BY_PEOPLE)
    known = exports.find_by_id(each.payload["export"] for each in page.data if "export" in each.payload)
    return render_template(
        "office/work.html",
        items=[_item(each, known) for each in page.data],
        cursor=page.next_cursor,
        is_under_way=any(queries.is_open(each) for each in page.data),
    )


def _item(job: Job, known: Mapping[str, Export]) -> Item:
    seen = told(job, known)
    progress = progress_of(job, seen.measure)
    said = f"已完成 {progress}。" if progress else "还没有开始。"
    if not queries.is_open(job):
        said = seen.result or job.error or "已完成。"
    return Item(seen.title, job_address(job.id), seen.about, job.created_at, JOB_STATES[job.state], said)
