"""Reports, for the township's staff."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from villagepub.core import clock
from villagepub.core.fields import list_schema
from villagepub.core.permissions import Permission, require
from villagepub.reports import annual, comparison, finalising, narrative, past_reports, queries, schemas
from villagepub.reports.models import ReportRevision
from villagepub.reports.report_schemas import AnnualReportSchema, ShownReportSchema
from villagepub.reports.reportable import require_reportable
from villagepub.web.arguments import IF_MATCH, if_match
from villagepub.web.files import FILE_BODY, uploaded
from villagepub.web.guards import current_actor

blueprint = Blueprint("reports", __name__, description="报告")

_REPORT = "/reports/annual/<string:division>/<int:year>"
Json = dict[str, Any]


@blueprint.get(_REPORT)
@blueprint.response(200, ShownReportSchema)
@blueprint.doc(**{"x-problems": [409, 422]})
def get_annual_report(division: str, year: int) -> tuple[Json, dict[str, str]]:
    """年度报告的数据

    每个数字带统计时间和查询地址；没有填报的数字为 null，entered 为 false。提供 2021 年度起的报告。定稿之后给出定稿时的
    内容，台账后来的变化列在 differs_from_live；与下一年度已定稿的报告不符的列在 differs_from_later。
    """
    require(current_actor(), Permission.READ_REPORTS, division)
    report = annual.annual_report(division, year, as_of=clock.now())
    differs = {
        "differs_from_live": finalising.differs_from_live(report),
        "differs_from_later": finalising.differs_from_later(report),
    }
    return report | differs, _etag(division, year)


@blueprint.get(f"{_REPORT}/draft")
@blueprint.response(200, AnnualReportSchema)
@blueprint.doc(**{"x-problems": [409, 422]})
def get_annual_draft(division: str, year: int) -> tuple[Json, dict[str, str]]:
    """台账和文字现在的样子，定稿之后也是；修订前先看这里"""
    require(current_actor(), Permission.READ_REPORTS, division)
    return annual.draft_report(division, year, as_of=clock.now()), _etag(division, year)


@blueprint.put(_REPORT)
@blueprint.arguments(schemas.ReportBody)
@blueprint.response(200, AnnualReportSchema)
@blueprint.doc(parameters=[IF_MATCH], **{"x-if-match": True})
def edit_annual_report(body: Mapping[str, Any], division: str, year: int) -> tuple[Json, dict[str, str]]:
    """填写文字、书面说明、样例标志和公布期限，一并提交；没有写的为空"""
    narrative.edit(division, year, body, etag=if_match(), actor=current_actor())
    return annual.draft_report(division, year, as_of=clock.now()), _etag(division, year)


@blueprint.post(f"{_REPORT}/finalise")
@blueprint.arguments(schemas.FinaliseBody)
@blueprint.response(200, AnnualReportSchema)
def finalise_annual_report(body: Mapping[str, Any], division: str, year: int) -> Json:
    """定稿

    还有未填报的，或硬性勾稽关系不符的，422 report_incomplete，并逐项列出。定稿后内容不再随台账变化。
    """
    return finalising.finalise(division, year, actor=current_actor(), **body).content


@blueprint.post(f"{_REPORT}/revise")
@blueprint.arguments(schemas.ReviseBody)
@blueprint.response(200, AnnualReportSchema)
def revise_annual_report(body: Mapping[str, Any], division: str, year: int) -> Json:
    """修订已定稿的报告：按台账重新计算，编下一个号，列出改了什么；原来的各版仍可查阅"""
    return finalising.revise(division, year, actor=current_actor(), **body).content


@blueprint.get(f"{_REPORT}/revisions")
@blueprint.response(200, list_schema(schemas.ReportRevisionSchema))
@blueprint.doc(**{"x-problems": [422]})
def list_report_revisions(division: str, year: int) -> dict[str, list[ReportRevision]]:
    """已定稿的各版，第一版在前"""
    require(current_actor(), Permission.READ_REPORTS, division)
    require_reportable(division, year, clock.now())
    return {"data": queries.list_revisions(division, year)}


@blueprint.get(f"{_REPORT}/revisions/<int:revision>")
@blueprint.response(200, AnnualReportSchema)
@blueprint.doc(**{"x-problems": [422]})
def get_report_revision(division: str, year: int, revision: int) -> Json:
    """已定稿的一版"""
    require(current_actor(), Permission.READ_REPORTS, division)
    require_reportable(division, year, clock.now())
    return queries.content_of(queries.get_revision(division, year, revision))


@blueprint.post(f"{_REPORT}/import")
@blueprint.arguments(schemas.ReportImportQuery, location="query")
@blueprint.response(200, schemas.ReportImportSchema)
@blueprint.doc(requestBody=FILE_BODY)
def import_past_report(query: Mapping[str, Any], division: str, year: int) -> past_reports.Outcome:
    """导入往年的报告，用于核对结转和历年比较

    JSON（本系统导出的，或只写各部分数字的简式）或 XLSX（按官方格式的行标签和列标签读取）。2019、2020 年度按当年的格式。
    dry_run=true 只检查；正式导入时有一处错误就不保存（422，errors 按项列出）。可以再次导入更正，以最后一次为准。
    """
    require(current_actor(), Permission.WRITE_REPORTS, division)
    (name, data), dry_run = uploaded(), query["dry_run"]
    return past_reports.import_report(division, year, name, data, actor=current_actor(), dry_run=dry_run)


@blueprint.get("/reports/annual/<string:division>/comparison")
@blueprint.arguments(schemas.ComparisonQuery, location="query")
@blueprint.response(200, schemas.ComparisonSchema)
def compare_annual_reports(query: Mapping[str, Any], division: str) -> Json:
    """主要数字的历年比较：每个数字的来源和比上年的增减；没有写明的为 null"""
    require(current_actor(), Permission.READ_REPORTS, division)
    return comparison.compare(division, query["first"], query["last"], as_of=clock.now())


def _etag(division: str, year: int) -> dict[str, str]:
    return {"ETag": f'"{narrative.etag_of(queries.find_draft(division, year))}"'}
