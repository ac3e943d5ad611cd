"""Taking rows away: at once, or as a file that a job makes."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from villagepub.core.errors import MethodNotAllowed
from villagepub.core.fields import page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.tabular import MEDIA_TYPES
from villagepub.exports import filters, handing_out, operations, queries, schemas
from villagepub.exports.handing_out import File
from villagepub.exports.kinds import KINDS, Asked
from villagepub.exports.queries import Shown
from villagepub.web.files import InTheirContext, file_response
from villagepub.web.guards import current_actor

blueprint = Blueprint("data_exports", __name__, description="数据导出")


def _require_get() -> None:
    """A HEAD would leave the trace of a file that nobody took."""
    if request.method == "HEAD":
        raise MethodNotAllowed()


def _sent(file: File) -> Response:
    return file_response(file.pieces, file.name, file.media_type, file.size)


@blueprint.get("/exports/disclosures.csv")
@blueprint.arguments(filters.DisclosureFilters, location="query")
@blueprint.response(200, content_type="text/csv")
def disclosures_csv(query: Mapping[str, Any]) -> Response:
    """公开信息，CSV，不限行数，边读边发；from、to 是公开日期。导出记入审计"""
    _require_get()
    asked = Asked(KINDS["disclosures"], "csv", query)
    name = asked.file_name
    pieces = handing_out.stream_csv(asked, actor=current_actor())
    return file_response(InTheirContext(pieces), name, asked.media_type)


@blueprint.get("/exports/disclosures.xlsx")
@blueprint.arguments(filters.DisclosureFilters, location="query")
@blueprint.response(200, content_type=MEDIA_TYPES["xlsx"])
@blueprint.doc(**{"x-problems": [413]})
def disclosures_xlsx(query: Mapping[str, Any]) -> Response:
    """公开信息，XLSX，最多 5,000 行；更多的用 POST /exports。导出记入审计"""
    _require_get()
    return _sent(handing_out.make_xlsx(Asked(KINDS["disclosures"], "xlsx", query), actor=current_actor()))


@blueprint.post("/exports")
@blueprint.arguments(schemas.ExportBody)
@blueprint.response(202, schemas.ExportSchema)
def request_export(body: Mapping[str, Any]) -> tuple[Shown, dict[str, str]]:
    """提出一项导出，在后台写成文件；须说明用途，提出、下载、删除都记入审计"""
    asked = Asked.of_stored(body["kind"], body["format"], body["filters"])
    export = operations.request_export(asked, body["purpose"], actor=current_actor())
    [shown] = queries.shown([export])
    return shown, {"Location": f"/api/v1/exports/{export.id}"}


@blueprint.get("/exports")
@blueprint.arguments(schemas.ExportQuery, location="query")
@blueprint.response(200, page_schema(schemas.ExportSchema))
def list_exports(query: Mapping[str, Any]) -> Page[Shown]:
    """我提出的导出，最新的在前；管理员和审计管理员看到本区划全部的"""
    page = PageRequest(query["cursor"], query["limit"])
    return queries.list_exports(current_actor(), page, kind=query["kind"])


@blueprint.get("/exports/<string:export_id>")
@blueprint.response(200, schemas.ExportSchema)
def get_export(export_id: str) -> Shown:
    """一项导出：进行到哪里，文件的行数、大小、摘要和到期时间"""
    [shown] = queries.shown([queries.get_visible_export(export_id, current_actor())])
    return shown


@blueprint.get("/exports/<string:export_id>/file")
@blueprint.response(200, content_type="application/octet-stream")
@blueprint.doc(**{"x-problems": [409, 410]})
def fetch_file(export_id: str) -> Response:
    """下载导出的文件；先核对摘要再发出，每次下载记入审计。到期或已删除答 410"""
    _require_get()
    return _sent(handing_out.fetch_file(export_id, actor=current_actor()))


@blueprint.delete("/exports/<string:export_id>")
@blueprint.response(204)
@blueprint.doc(**{"x-problems": [410]})
def remove_export(export_id: str) -> None:
    """删除导出的文件；这项导出的记录保留"""
    operations.remove(queries.get_visible_export(export_id, current_actor(), lock=True), actor=current_actor())
