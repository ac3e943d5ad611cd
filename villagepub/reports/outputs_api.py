"""The annual report as files, for the township's staff."""

from hashlib import sha256

from flask import Response, request
from flask_smorest import Blueprint

from villagepub.core import clock
from villagepub.core.permissions import Permission, require
from villagepub.extensions import settings
from villagepub.jobs.models import Job
from villagepub.jobs.schemas import JobSchema
from villagepub.reports import annual, files
from villagepub.reports.outputs.grids import Json
from villagepub.reports.outputs.kinds import KINDS, Place, file_name
from villagepub.reports.outputs.page import as_html
from villagepub.web.files import bytes_response, file_response, page_response
from villagepub.web.guards import current_actor

blueprint = Blueprint("report_files", __name__, description="年度报告的文件")
_PROBLEMS = {"x-problems": [409, 422]}


@blueprint.get("/reports/annual/<string:division>/<int:year>.docx")
@blueprint.response(200, content_type=KINDS["docx"].media_type)
@blueprint.doc(**_PROBLEMS)
def annual_docx(division: str, year: int) -> Response:
    """年度报告，DOCX（按模板 annual.docx 生成，可在 Word 中修改）"""
    return _file(division, year, "docx")


@blueprint.get("/reports/annual/<string:division>/<int:year>.pdf")
@blueprint.response(200, content_type=KINDS["pdf"].media_type)
@blueprint.doc(**_PROBLEMS)
def annual_pdf(division: str, year: int) -> Response:
    """年度报告，PDF/A"""
    return _file(division, year, "pdf")


@blueprint.get("/reports/annual/<string:division>/<int:year>.xlsx")
@blueprint.response(200, content_type=KINDS["xlsx"].media_type)
@blueprint.doc(**_PROBLEMS)
def annual_xlsx(division: str, year: int) -> Response:
    """年度报告，XLSX（表格为可计算的单元格，并列出每个数字的来源）"""
    return _file(division, year, "xlsx")


@blueprint.get("/reports/annual/<string:division>/<int:year>.html")
@blueprint.response(200, content_type="text/html")
@blueprint.doc(**_PROBLEMS)
def annual_html(division: str, year: int) -> Response:
    """年度报告，网页（每个数字链到背后的记录）"""
    report = _report(division, year)
    return _unless_known(page_response(as_html(report), file_name(report, "html")))


@blueprint.post("/reports/annual/<string:division>/<int:year>/files")
@blueprint.response(202, JobSchema)
@blueprint.doc(**{"x-problems": [422]})
def request_report_files(division: str, year: int) -> tuple[Job, dict[str, str]]:
    """在后台做成 DOCX、PDF、XLSX 三种文件，数字取自同一时刻，附摘要，保留数日；进度和摘要见 GET /jobs/{job_id}"""
    job = files.request_files(division, year, actor=current_actor())
    return job, {"Location": f"/api/v1/jobs/{job.id}"}


@blueprint.get("/reports/files/<string:job_id>/<string:ending>")
@blueprint.response(200, content_type="application/octet-stream")
@blueprint.doc(**{"x-problems": [409, 410]})
def fetch_report_file(job_id: str, ending: str) -> Response:
    """下载后台做成的一种文件（docx、pdf、xlsx）；先核对摘要再发出。没有做成 409，到期 410"""
    file = files.fetch_file(job_id, ending, actor=current_actor())
    return file_response(file.pieces, file.name, file.media_type, file.size)


def _file(division: str, year: int, kind: str) -> Response:
    report = _report(division, year)
    data = KINDS[kind].make(report, Place(settings.reports_dir, settings.public_base_url))
    return _unless_known(bytes_response(data, file_name(report, kind), KINDS[kind].media_type))


def _report(division: str, year: int) -> Json:
    require(current_actor(), Permission.READ_REPORTS, division)
    return annual.annual_report(division, year, as_of=clock.now())


def _unless_known(response: Response) -> Response:
    """304 for who has these very bytes already; the same report gives the same bytes."""
    response.set_etag(sha256(response.get_data()).hexdigest())
    response.make_conditional(request)
    return response
