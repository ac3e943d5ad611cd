"""Sending a large file for a worker to take in."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from villagepub.core.permissions import own_township, require
from villagepub.imports import operations, schemas
from villagepub.imports.kinds import KINDS
from villagepub.jobs.models import Job
from villagepub.jobs.schemas import JobSchema
from villagepub.web.files import FILE_BODY, uploaded
from villagepub.web.guards import current_actor

blueprint = Blueprint("imports", __name__, description="后台导入")


@blueprint.post("/imports")
@blueprint.arguments(schemas.ImportJobQuery, location="query")
@blueprint.response(202, JobSchema)
@blueprint.doc(
    description="读不出的文件和带密级标志的当场拒绝。其余在后台逐行检查：没有错误就全部写入，有一行错误就全部不写入。"
    "进度、写入的行数（result.created）或每行的问题（result.faults，最多 200 处）见 GET /jobs/{job_id}。"
    "同一个文件重复提交，没有办完时是同一项任务。",
    requestBody=FILE_BODY,
)
def request_import(query: Mapping[str, Any]) -> tuple[Job, dict[str, str]]:
    """把 CSV 或 XLSX 文件交给后台导入台账或依申请公开"""
    kind = KINDS[query["into"]]
    township = query["division"] or own_township(current_actor(), kind.permission)
    require(current_actor(), kind.permission, township)
    job = operations.request_import(kind, *uploaded(), actor=current_actor(), township=township)
    return job, {"Location": f"/api/v1/jobs/{job.id}"}
