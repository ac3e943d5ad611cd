"""Following long work."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from villagepub.core.fields import page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.jobs import operations, queries
from villagepub.jobs.models import Job
from villagepub.jobs.schemas import JobQuery, JobSchema
from villagepub.web.guards import current_actor

blueprint = Blueprint("jobs", __name__, description="后台任务")


@blueprint.get("/jobs")
@blueprint.arguments(JobQuery, location="query")
@blueprint.response(200, page_schema(JobSchema))
def list_jobs(query: Mapping[str, Any]) -> Page[Job]:
    """我的后台任务，最新的在前；管理员看到本乡镇全部的，state=dead 是等人处理的"""
    page = PageRequest(query["cursor"], query["limit"])
    return queries.list_jobs(current_actor(), page, state=query["state"], kind=query["kind"])


@blueprint.get("/jobs/<string:job_id>")
@blueprint.response(200, JobSchema)
def get_job(job_id: str) -> Job:
    """一项任务进行到哪里"""
    return queries.get_visible_job(job_id, current_actor())


@blueprint.post("/jobs/<string:job_id>/retry")
@blueprint.response(200, JobSchema)
def retry_job(job_id: str) -> Job:
    """重试一项未成功的任务（管理员）"""
    return operations.retry(queries.get_job(job_id, lock=True), actor=current_actor())
