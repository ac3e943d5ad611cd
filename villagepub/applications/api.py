"""The doors of applications."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g
from flask_smorest import Blueprint

from villagepub.applications import exports, imports, operations, queries, schemas, seeing, sheet
from villagepub.applications.letters.document import as_docx, file_name
from villagepub.applications.letters.occasions import Occasion, get_occasion, list_occasions
from villagepub.applications.models import Application
from villagepub.applications.seeing import Shown
from villagepub.applications.workflow import Kind
from villagepub.core import word
from villagepub.core.errors import Invalid
from villagepub.core.fields import list_schema, page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.permissions import Permission, own_township, require, scope_of
from villagepub.core.tabular import MEDIA_TYPES
from villagepub.divisions import queries as divisions
from villagepub.extensions import settings
from villagepub.ledgers.imports import Outcome
from villagepub.ledgers.schemas import ImportQuery, LedgerExportBody, LedgerImportSchema
from villagepub.web.files import FILE_BODY, bytes_response, uploaded
from villagepub.web.guards import current_actor

FILTERS = ("state", "year", "row", "kind", "due", "overdue", "voided", "fee_paid_in", "q")
NO_EVENT = ("kind", "at")
TRACED = "含申请人，导出的人、用途和条数记入审计；须能看申请人，并有导出权限。"

blueprint = Blueprint("applications", __name__, description="依申请公开")


@blueprint.get("/applications")
@blueprint.arguments(schemas.ApplicationQuery, location="query")
@blueprint.response(200, page_schema(schemas.ApplicationSchema))
@blueprint.doc(description="按登记先后。row 与 year 一起，列出年报第三部分那一格的每一件；kind 为列。")
def list_applications(query: Mapping[str, Any]) -> Page[Shown]:
    """依申请公开台账"""
    actor, division = current_actor(), query["division"]
    prefixes = scope_of(actor, Permission.READ_APPLICATIONS, divisions.prefix_of(division) if division else None)
    if query["row"] and query["year"] is None:
        raise Invalid(errors={"year": ["按年报的行查询时，请写明年度。"]})
    names = all(seeing.may_read_applicants(actor, prefix.ljust(12, "0")) for prefix in prefixes)
    filters = queries.Filters(names=names, **{name: query[name] for name in FILTERS})
    page = queries.list_applications(prefixes, filters, PageRequest(query["cursor"], query["limit"]))
    return seeing.page_seen_by(actor, page)


@blueprint.post("/applications")
@blueprint.arguments(schemas.NewApplicationBody)
@blueprint.response(201, schemas.ApplicationDetailSchema)
@blueprint.doc(description="收到之日由提交方式和时间得出（条例第三十一条），不直接填写。")
def register_application(body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """登记一件申请"""
    township = body.pop("division") or own_township(current_actor(), Permission.KEEP_APPLICATIONS)
    application = operations.register(body, actor=current_actor(), township=township)
    return _detail(application), {"Location": f"/api/v1/applications/{application.id}"}


@blueprint.post("/applications/export.csv")
@blueprint.arguments(schemas.ExportQuery, location="query")
@blueprint.arguments(LedgerExportBody)
@blueprint.response(200, content_type="text/csv")
@blueprint.doc(description=TRACED)
def export_csv(query: Mapping[str, Any], body: Mapping[str, Any]) -> Response:
    """依申请公开台账，CSV，可以再导入"""
    data = "".join(sheet.as_csv(_exported(query, "csv", body["purpose"]))).encode()
    return bytes_response(data, "依申请公开.csv", MEDIA_TYPES["csv"])


@blueprint.post("/applications/export.xlsx")
@blueprint.arguments(schemas.ExportQuery, location="query")
@blueprint.arguments(LedgerExportBody)
@blueprint.response(200, content_type=MEDIA_TYPES["xlsx"])
@blueprint.doc(description=TRACED)
def export_xlsx(query: Mapping[str, Any], body: Mapping[str, Any]) -> Response:
    """依申请公开台账，XLSX，可以再导入"""
    data = sheet.as_xlsx(_exported(query, "xlsx", body["purpose"]))
    return bytes_response(data, "依申请公开.xlsx", MEDIA_TYPES["xlsx"])


@blueprint.post("/applications/import")
@blueprint.arguments(ImportQuery, location="query")
@blueprint.response(200, LedgerImportSchema)
@blueprint.doc(
    description=f"表头：{'、'.join(sheet.COLUMNS.values())}。"
    "dry_run=true 只检查；正式导入时有一行错误就全部不写入（422）。",
    requestBody=FILE_BODY,
)
def import_applications(query: Mapping[str, Any]) -> Outcome:
    """从 CSV 或 XLSX 文件导入申请"""
    township = query["division"] or own_township(current_actor(), Permission.KEEP_APPLICATIONS)
    require(current_actor(), Permission.KEEP_APPLICATIONS, township)
    (name, data), dry_run = uploaded(), query["dry_run"]
    return imports.import_applications(name, data, actor=current_actor(), township=township, dry_run=dry_run)


@blueprint.get("/applications/<string:application_id>")
@blueprint.response(200, schemas.ApplicationDetailSchema)
def get_application(application_id: str) -> dict[str, Any]:
    """一件申请，及其经过"""
    application = _application(application_id)
    require(current_actor(), Permission.READ_APPLICATIONS, application.township)
    return _detail(application)


@blueprint.put("/applications/<string:application_id>")
@blueprint.arguments(schemas.TextsBody)
@blueprint.response(200, schemas.ApplicationDetailSchema)
@blueprint.doc(description="全部字段一并提交。期限所依据的只能通过经过（events）改变。")
def edit_application(body: Mapping[str, Any], application_id: str) -> dict[str, Any]:
    """修改一件申请的文字，补填事后补登时不知道的"""
    application = operations.edit(_application(application_id, lock=True), body, actor=current_actor())
    return _detail(application)


@blueprint.post("/applications/<string:application_id>/void")
@blueprint.arguments(schemas.VoidApplicationBody)
@blueprint.response(200, schemas.ApplicationDetailSchema)
@blueprint.doc(description="不删除，只是不再计数；须说明理由。编号不再使用。")
def void_application(body: Mapping[str, Any], application_id: str) -> dict[str, Any]:
    """作废一件申请"""
    application = operations.void(_application(application_id, lock=True), body["reason"], actor=current_actor())
    return _detail(application)


@blueprint.post("/applications/<string:application_id>/events")
@blueprint.arguments(schemas.EventBody)
@blueprint.response(201, schemas.ApplicationDetailSchema)
@blueprint.doc(
    description="答复期限随之重新计算，每一步的理由在 due_reasons。登错了的，以 rescinded 从最后一项起撤销。"
)
def add_event(body: Mapping[str, Any], application_id: str) -> dict[str, Any]:
    """登记办理经过"""
    application = _application(application_id, lock=True)
    fields = {name: value for name, value in body.items() if name not in NO_EVENT}
    operations.add_event(application, Kind(body["kind"]), body["at"], fields, actor=current_actor())
    return _detail(application)


@blueprint.get("/applications/<string:application_id>/letters")
@blueprint.response(200, list_schema(schemas.LetterSchema))
def list_letters(application_id: str) -> dict[str, list[Occasion]]:
    """现在可以出具的文书，按办理的先后"""
    return {"data": list_occasions(_with_applicant(application_id))}


@blueprint.get("/applications/<string:application_id>/letters/<string:letter>.docx")
@blueprint.arguments(schemas.LetterQuery, location="query")
@blueprint.response(200, content_type=word.MEDIA_TYPE)
@blueprint.doc(**{"x-problems": [409, 422]})
def letter_docx(query: Mapping[str, Any], application_id: str, letter: str) -> Response:
    """一份文书，DOCX；文字和版式在 config/letters/，可用 Word 修改"""
    occasion = get_occasion(_with_applicant(application_id), letter, query["event"])
    data = as_docx(occasion, settings.letters_dir)
    return bytes_response(data, file_name(occasion), word.MEDIA_TYPE)


def _with_applicant(application_id: str) -> Application:
    """For those who may read who the applicant is: a letter says it."""
    application = _application(application_id)
    require(current_actor(), Permission.READ_APPLICANTS, application.township)
    return application


def _application(application_id: str, *, lock: bool = False) -> Application:
    """The application inside the caller's divisions, or 404."""
    return queries.get_application(application_id, current_actor().prefixes, lock=lock)


def _detail(application: Application) -> dict[str, Any]:
    """All that the caller may read of it."""
    shown = seeing.seen_by(current_actor())(application)
    names = [field.attribute or name for name, field in schemas.ApplicationDetailSchema().fields.items()]
    return {name: getattr(shown, name) for name in names if name != "next_kinds"} | {
        "next_kinds": seeing.next_kinds(application)
    }


def _exported(query: Mapping[str, Any], ending: str, purpose: str) -> list[Application]:
    """Not kept for a repetition: asking again is a second export."""
    g.answers_with_a_secret = True
    township = query["division"] or own_township(current_actor(), Permission.READ_APPLICANTS)
    return exports.take(actor=current_actor(), township=township, year=query["year"], ending=ending, purpose=purpose)
