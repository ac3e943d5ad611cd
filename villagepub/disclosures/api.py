"""Drafts, attachments, corrections and history, for staff."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Response, g, request
from flask_smorest import Blueprint

from villagepub.clearance.schemas import ApplyBody
from villagepub.core import audit, clock
from villagepub.core.audit import AuditEntry
from villagepub.core.errors import AttachmentPending, IfMatchMissing, Invalid
from villagepub.core.fields import list_schema, page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.permissions import Permission, require_somewhere, scope_of
from villagepub.core.storage import verified
from villagepub.disclosures import arrivals, attachments, fulfilment, operations, queries, schemas
from villagepub.disclosures.models import PENDING, Disclosure
from villagepub.divisions import queries as divisions
from villagepub.extensions import db, storage
from villagepub.review.workflow import Action
from villagepub.web.arguments import IF_MATCH, if_match
from villagepub.web.conditional import tag_of
from villagepub.web.files import FILE_FORM, file_response
from villagepub.web.guards import current_actor, prepared_by

P = ParamSpec("P")
R = TypeVar("R")

blueprint = Blueprint("disclosures", __name__, description="公开信息")


def _shown(disclosure: Disclosure) -> tuple[Disclosure, dict[str, str]]:
    return disclosure, {"ETag": tag_of(operations.etag_of(disclosure), schemas.DisclosureSchema().dump(disclosure))}


def _mine(disclosure_id: str, *, lock: bool = False) -> Disclosure:
    """The disclosure inside the caller's divisions, or 404."""
    return queries.get_disclosure(disclosure_id, current_actor().prefixes, lock=lock)


def _needs_if_match(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """If-Match is looked at before the body is."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            if not if_match():
                raise IfMatchMissing()
            disclosure = _mine(str(kwargs["disclosure_id"]), lock=True)
            operations.require_writable(disclosure, action, current_actor(), if_match())
            return view(*args, **kwargs)

        described: Callable[P, R] = blueprint.doc(parameters=[IF_MATCH], **{"x-if-match": True})(wrapper)
        return described

    return decorate


BODY_OF_ATTACH = {
    "required": True,
    "content": FILE_FORM | {"application/json": {"schema": schemas.UploadBody}},
}


@blueprint.get("/disclosures")
@blueprint.arguments(schemas.DisclosureQuery, location="query")
@blueprint.response(200, page_schema(schemas.DisclosureRowSchema))
def list_disclosures(query: Mapping[str, Any]) -> Page[Disclosure]:
    """公开信息列表，最新的在前"""
    village = query["village"]
    prefixes = scope_of(current_actor(), Permission.READ_DISCLOSURES, village)
    names = ("village", "state", "stage", "entry", "period", "q")
    filters = queries.Filters(**{name: query[name] for name in names})
    return queries.list_disclosures(prefixes, filters, PageRequest(query["cursor"], query["limit"]))


@blueprint.post("/disclosures")
@blueprint.arguments(schemas.NewDisclosureBody)
@blueprint.response(201, schemas.DisclosureSchema)
def create_disclosure(body: dict[str, Any]) -> tuple[Disclosure, dict[str, str]]:
    """新建草稿"""
    village, entry = body.pop("village"), body.pop("entry")
    disclosure = operations.create(actor=current_actor(), village=village, entry=entry, content=body)
    _, headers = _shown(disclosure)
    return disclosure, headers | {"Location": f"/api/v1/disclosures/{disclosure.id}"}


@blueprint.get("/disclosures/<string:disclosure_id>")
@blueprint.response(200, schemas.DisclosureSchema)
def get_disclosure(disclosure_id: str) -> tuple[Disclosure, dict[str, str]]:
    """一条公开信息，带 ETag"""
    disclosure = _mine(disclosure_id)
    scope_of(current_actor(), Permission.READ_DISCLOSURES, disclosure.village)
    return _shown(disclosure)


@blueprint.put("/disclosures/<string:disclosure_id>")
@_needs_if_match(Action.EDIT)
@blueprint.arguments(schemas.ContentBody)
@blueprint.response(200, schemas.DisclosureSchema)
def edit_disclosure(body: Mapping[str, Any], disclosure_id: str) -> tuple[Disclosure, dict[str, str]]:
    """修改内容：六个字段一并提交"""
    disclosure = _mine(disclosure_id, lock=True)
    return _shown(operations.edit(disclosure, actor=current_actor(), etag=if_match(), content=body))


@blueprint.post("/disclosures/<string:disclosure_id>/apply-suggestions")
@_needs_if_match(Action.EDIT)
@blueprint.arguments(ApplyBody, required=False)
@blueprint.response(200, schemas.DisclosureSchema)
def apply_suggestions(body: Mapping[str, Any], disclosure_id: str) -> tuple[Disclosure, dict[str, str]]:
    """采用筛查的修改建议：标题和正文中的，算一次修改"""
    disclosure = _mine(disclosure_id, lock=True)
    return _shown(
        operations.apply_suggestions(disclosure, actor=current_actor(), etag=if_match(), findings=body.get("findings"))
    )


@blueprint.delete("/disclosures/<string:disclosure_id>")
@_needs_if_match(Action.DELETE)
@blueprint.response(204)
def delete_disclosure(disclosure_id: str) -> None:
    """删除草稿或已退回的信息"""
    operations.delete(_mine(disclosure_id, lock=True), actor=current_actor(), etag=if_match())


@blueprint.get("/disclosures/<string:disclosure_id>/attachments")
@blueprint.response(200, list_schema(schemas.AttachmentSchema))
def list_attachments(disclosure_id: str) -> dict[str, Any]:
    """附件列表：断线之后，看哪些已经收到（ready）、哪些还在等待上传（pending）"""
    disclosure = _mine(disclosure_id)
    scope_of(current_actor(), Permission.READ_DISCLOSURES, disclosure.village)
    return {"data": disclosure.attachments}


def _examine_file(disclosure_id: str) -> None:
    """Before the transaction: what came as a form."""
    file = request.files.get("file")
    if file is not None:
        g.arrived = arrivals.received(file.filename or "", file.stream.read())
        file.stream.seek(0)  # an Idempotency-Key is bound to it


def _examine_posted(disclosure_id: str, attachment_id: str) -> None:
    """Before the transaction: what the client posted into the store."""
    g.arrived = arrivals.fetched(attachment_id)


@blueprint.post("/disclosures/<string:disclosure_id>/attachments")
@blueprint.response(201, schemas.NewAttachmentSchema)
@blueprint.doc(requestBody=BODY_OF_ATTACH)
@prepared_by(_examine_file)
def attach(disclosure_id: str) -> tuple[Any, dict[str, str]]:
    """上传附件

    multipart/form-data 的 file 字段；或以 JSON 说明名称、大小和类型，取得直接上传到存储的表单。
    """
    disclosure = _mine(disclosure_id, lock=True)
    operations.require_writable(disclosure, Action.EDIT, current_actor())
    if request.is_json:
        shown = _begin_upload(disclosure)
    else:
        if "arrived" not in g:
            raise Invalid(errors={"file": ["请用 multipart/form-data 的 file 字段上传文件。"]})
        shown = schemas.AttachmentSchema().dump(attachments.attach(disclosure, g.arrived, actor=current_actor()))
    _, headers = _shown(disclosure)
    return shown, headers | {"Location": f"/api/v1/disclosures/{disclosure.id}/attachments/{shown['id']}"}


def _begin_upload(disclosure: Disclosure) -> Any:
    body = blueprint.ARGUMENTS_PARSER.parse(schemas.UploadBody(), request, location="json")
    attachment, form = attachments.begin_upload(disclosure, actor=current_actor(), **body)
    return {**schemas.AttachmentSchema().dump(attachment), "upload": form}


@blueprint.post("/disclosures/<string:disclosure_id>/attachments/<string:attachment_id>/complete")
@blueprint.response(200, schemas.AttachmentSchema)
@prepared_by(_examine_posted)
def complete_upload(disclosure_id: str, attachment_id: str) -> tuple[Any, dict[str, str]]:
    """直接上传的文件已传完：检查、清理后存为附件"""
    disclosure = _mine(disclosure_id, lock=True)
    operations.require_writable(disclosure, Action.EDIT, current_actor())
    attachment = queries.get_attachment(disclosure, attachment_id)
    attachments.complete_upload(disclosure, attachment, g.arrived, actor=current_actor())
    return attachment, _shown(disclosure)[1]


@blueprint.get("/disclosures/<string:disclosure_id>/attachments/<string:attachment_id>")
@blueprint.response(200, content_type="application/octet-stream")
def read_attachment(disclosure_id: str, attachment_id: str) -> Response:
    """下载附件"""
    disclosure = _mine(disclosure_id)
    scope_of(current_actor(), Permission.READ_DISCLOSURES, disclosure.village)
    attachment = queries.get_attachment(disclosure, attachment_id)
    if attachment.status == PENDING:
        raise AttachmentPending()
    pieces = verified(storage, attachment.storage_key, attachment.digest)
    return file_response(pieces, attachment.name, attachment.media_type, attachment.size)


@blueprint.delete("/disclosures/<string:disclosure_id>/attachments/<string:attachment_id>")
@blueprint.response(204)
def detach(disclosure_id: str, attachment_id: str) -> tuple[None, dict[str, str]]:
    """删除附件"""
    disclosure = _mine(disclosure_id, lock=True)
    operations.require_writable(disclosure, Action.EDIT, current_actor())
    attachments.detach(disclosure, queries.get_attachment(disclosure, attachment_id), actor=current_actor())
    return None, _shown(disclosure)[1]


@blueprint.post("/disclosures/<string:disclosure_id>/corrections")
@blueprint.arguments(schemas.CorrectionBody)
@blueprint.response(201, schemas.DisclosureSchema)
def correct(body: Mapping[str, Any], disclosure_id: str) -> tuple[Disclosure, dict[str, str]]:
    """起草更正件：经三级审批后替代原件，原件在此之前照常公开"""
    original = _mine(disclosure_id, lock=True)
    correction = operations.correct(original, actor=current_actor(), change_note=body["change_note"])
    _, headers = _shown(correction)
    return correction, headers | {"Location": f"/api/v1/disclosures/{correction.id}"}


@blueprint.get("/disclosures/<string:disclosure_id>/history")
@blueprint.response(200, list_schema(schemas.StepSchema))
def history(disclosure_id: str) -> dict[str, list[AuditEntry]]:
    """办理过程：谁、以什么岗位、何时、做了什么、针对哪个摘要"""
    disclosure = _mine(disclosure_id)
    scope_of(current_actor(), Permission.READ_DISCLOSURES, disclosure.village)
    return {"data": audit.list_about(db.session(), disclosure.id)}


@blueprint.get("/duties")
@blueprint.arguments(schemas.DutyQuery, location="query")
@blueprint.response(200, page_schema(schemas.DutySchema))
def list_duties(query: Mapping[str, Any]) -> dict[str, Any]:
    """应公开事项：各村、各项、各期，何时到期，现状如何"""
    actor = current_actor()
    require_somewhere(actor, Permission.READ_DUTIES)
    prefixes = scope_of(actor, Permission.READ_DUTIES, divisions.prefix_of(query["division"]))
    duties = fulfilment.list_duties(prefixes, today=clock.today())
    wanted = [
        duty for duty in duties if query["period"] in (None, duty.period) and query["status"] in (None, duty.status)
    ]
    return _page_of_duties(wanted, query["cursor"], query["limit"])


def _page_of_duties(duties: list[fulfilment.Duty], cursor: str | None, limit: int) -> dict[str, Any]:
    """Duties are computed, not stored: the cursor is the last one's own place in the order."""
    after = _place_in(cursor) if cursor else None
    rest = [duty for duty in duties if after is None or duty.place > after]
    more = len(rest) > limit
    return {"data": rest[:limit], "next_cursor": ".".join(rest[limit - 1].place) if more else None}


def _place_in(cursor: str) -> tuple[str, ...]:
    place = tuple(cursor.split("."))
    if len(place) != fulfilment.PLACES or not cursor.isascii() or not cursor.isprintable():
        raise Invalid(errors={"cursor": ["翻页标记无效，请从第一页重新读取。"]})
    return place
