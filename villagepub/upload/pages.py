"""The uploader's pages for browsers: what is owed, and one disclosure step by step."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response as AnyResponse

from villagepub.catalogue import queries as catalogue
from villagepub.clearance import operations as clearance
from villagepub.clearance import queries as findings
from villagepub.clearance import rounds
from villagepub.clearance.schemas import reasons_for
from villagepub.clearance.screenings import field_of
from villagepub.core import transactions
from villagepub.core.errors import AttachmentPending, Forbidden, IfMatchStale, Invalid, Problem, SecretMark, WrongState
from villagepub.core.permissions import Permission, require, require_somewhere
from villagepub.core.storage import verified
from villagepub.desk.history import history_of, latest
from villagepub.disclosures import arrivals, attachments, operations, queries
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.extensions import settings, storage
from villagepub.intake.kinds import ACCEPTED, ENDINGS
from villagepub.publishing.wording import size_text
from villagepub.review import desk, outlook
from villagepub.review import operations as review
from villagepub.review import queries as cases
from villagepub.review.workflow import STAGE_NAMES, Action, StageName, State, find_move
from villagepub.upload import schemas, wording
from villagepub.upload.checklist import checklist_of
from villagepub.upload.drafting import About, about, about_stored, blank, content_of, filled, rich, text_of
from villagepub.upload.looking import Looked, at_stored, at_written
from villagepub.upload.notation import to_html
from villagepub.web.files import file_response
from villagepub.web.forms import Form, read_form, read_query
from villagepub.web.guards import current_actor, prepared_by
from villagepub.web.pages import done, looked

blueprint = Blueprint("upload_pages", __name__, template_folder="templates")
blueprint.add_app_template_filter(size_text, "size")

Answer = AnyResponse | str | tuple[str, int]
RECENT = 3  # acts that a page which came too late tells
LABELS = {
    "title": "标题",
    "period": "周期",
    "event_on": "事件日期",
    "body": "正文",
    "audience": "公开范围",
    "file": "附件",
    "reason": "理由",
    "change_note": "更正说明",
}


# What is owed


@blueprint.get("/upload")
def checklist() -> Answer:
    query = read_query(schemas.ChecklistQuery())
    if query["village"]:
        require(current_actor(), Permission.WRITE_DISCLOSURES, query["village"])
    villages = _villages()
    village = query["village"] or next(iter(villages))
    return render_template("upload/checklist.html", list=checklist_of(village, query["month"]), villages=villages)


def _villages() -> dict[str, str]:
    """Those for which the person uploads, by code. Raises Forbidden when there is none."""
    prefixes = require_somewhere(current_actor(), Permission.WRITE_DISCLOSURES)
    found = {village.code: village.name for village in divisions.list_disclosing(prefixes)}
    if not found:
        raise Forbidden("您的村还没有上线，请与乡镇信息公开工作人员联系。")
    return found


@blueprint.get("/upload/nothing")
def nothing() -> Answer:
    query = _asked(schemas.DutyQuery())
    what = about(query["village"], query["entry"])
    title, body = wording.nothing_for(what.village_name, what.entry.name, query["period"])
    return _nothing_page(query, Form({"title": title, "body": body}))


def _nothing_page(query: Mapping[str, Any], form: Form) -> str:
    what = about(query["village"], query["entry"])
    return render_template("upload/nothing.html", about=what, period=query["period"], form=form)


@blueprint.post("/upload/nothing")
def report_nothing() -> Answer:
    """A draft that says so, screened and handed in, in one act; none of it when any of it is refused."""
    query = _sent(schemas.DutyQuery())
    try:
        body = read_form(schemas.NothingForm())
        content = {"title": body["title"], "body": to_html(body["body"]), "period": query["period"], "event_on": None}
        disclosure = operations.create(
            actor=current_actor(),
            village=query["village"],
            entry=query["entry"],
            content=content | {"nothing_to_report": True, "audience": None},
        )
        review.submit(disclosure, actor=current_actor())
    except Invalid as problem:
        return _refused(problem, lambda form: _nothing_page(query, form))
    return done(f"已提交“无此类事项”：《{disclosure.title}》。", _address(disclosure))


# Writing


@blueprint.get("/upload/new")
def begin() -> Answer:
    query = _asked(schemas.AboutQuery())
    if query["entry"] is None:
        entries = catalogue.list_entries(catalogue.township_of(query["village"]))
        return render_template("upload/choose.html", village=query["village"], entries=entries)
    what = about(query["village"], query["entry"])
    return _draft_page(what, Form(blank(what, query["period"])))


@blueprint.post("/upload/new")
def create() -> Answer:
    what = _new_about()
    try:
        body = read_form(schemas.DraftForm())
        disclosure = operations.create(
            actor=current_actor(), village=what.village, entry=what.entry.code, content=content_of(body)
        )
        said = _applied(disclosure, body["apply"])
    except Problem as problem:
        return _refused(problem, lambda form: _draft_page(what, form))
    return done(f"草稿已保存。{said}", _next(disclosure))


@blueprint.get("/upload/<string:disclosure_id>")
def item(disclosure_id: str) -> Answer:
    disclosure = _mine(disclosure_id)
    if find_move(disclosure.state, Action.EDIT):
        return _draft_page(about_stored(disclosure), Form(filled(disclosure)), at_stored(disclosure))
    case = cases.find_open_case(disclosure)
    return render_template(
        "upload/item.html",
        about=about_stored(disclosure),
        d=disclosure,
        seen=at_stored(disclosure),
        case=case,
        stage=STAGE_NAMES[StageName(case.stage)] if case else None,
        held_by=desk.holders_of(case) if case else [],
        may_recall=cases.may_be_recalled(disclosure),
        may_correct=find_move(disclosure.state, Action.CORRECT) is not None,
        correction=queries.find_correction(disclosure.id),
        reason=cases.reason_of_return(disclosure) if disclosure.state == State.REFUSED else None,
        history=history_of(disclosure),
    )


@blueprint.post("/upload/<string:disclosure_id>")
def save(disclosure_id: str) -> Answer:
    disclosure = _mine(disclosure_id, lock=True)
    try:
        body = read_form(schemas.EditForm())
        operations.edit(disclosure, actor=current_actor(), etag=body["etag"], content=content_of(body))
        said = _applied(disclosure, body["apply"])
    except (IfMatchStale, WrongState) as problem:
        return _stale(disclosure_id, problem)
    except Problem as problem:
        return _refused(problem, lambda form: _draft_page(about_stored(_mine(disclosure_id)), form))
    return done(f"草稿已保存。{said}", _next(disclosure))


def _draft_page(what: About, form: Form, seen: Looked | None = None) -> str:
    return render_template("upload/draft.html", **_shown(what, form, seen))


def _shown(what: About, form: Form, seen: Looked | None = None) -> dict[str, Any]:
    """What the page of a draft shows. seen: the text with what was found in it; None when there is none yet."""
    disclosure = what.disclosure
    return {
        "about": what,
        "d": disclosure,
        "form": form,
        "seen": seen,
        "etag": form["etag"] or (operations.etag_of(disclosure) if disclosure else None),
        "returned_because": _returned_because(disclosure) if disclosure else "",
        "may_delete": disclosure is not None and find_move(disclosure.state, Action.DELETE) is not None,
        "history": history_of(disclosure) if disclosure else [],
    }


def _returned_because(disclosure: Disclosure) -> str:
    return cases.reason_of_return(disclosure) if disclosure.state == State.RETURNED else ""


def _applied(disclosure: Disclosure, wanted: str | None) -> str:
    """Write in what the screening suggests; what was done, in words."""
    if wanted is None:
        return ""
    chosen = [
        each.known for each in at_stored(disclosure).suggested if each.known and wanted in ("all", each.known.passage)
    ]
    if not chosen:
        return "没有可采用的建议。"
    operations.apply_suggestions(
        disclosure,
        actor=current_actor(),
        etag=operations.etag_of(disclosure),
        findings=[known.id for known in chosen],
    )
    return f"已采用 {len(chosen)} 处建议。"


def _next(disclosure: Disclosure) -> str:
    if request.form.get("then") == "files":
        return url_for("upload_pages.files", disclosure_id=disclosure.id)
    return f"{_address(disclosure)}#look"


def _stale(disclosure_id: str, problem: Problem) -> Answer:
    """Who was faster and what they did, with both texts."""
    written = Form(request.form)
    _undo(problem)
    disclosure = _mine(disclosure_id)
    page = render_template(
        "upload/stale.html",
        about=about_stored(disclosure),
        d=disclosure,
        form=written,
        etag=operations.etag_of(disclosure),
        stored=text_of(disclosure),
        may_edit=find_move(disclosure.state, Action.EDIT) is not None,
        recent=latest(history_of(disclosure), RECENT),
    )
    return page, problem.status


@blueprint.post("/upload/new/look")
def look_at_new() -> Answer:
    return _look(_new_about())


@blueprint.post("/upload/<string:disclosure_id>/look")
def look(disclosure_id: str) -> Answer:
    """What is being written, as it would be read and with what the screening finds; nothing is stored."""
    disclosure = _mine(disclosure_id)
    try:
        operations.require_move(disclosure, Action.EDIT)
    except WrongState as problem:
        return _stale(disclosure_id, problem)
    return _look(about_stored(disclosure))


def _look(what: About) -> Answer:
    form = Form(request.form)
    try:
        body = read_form(schemas.LookForm())
        texts, screening = operations.look_over(
            actor=current_actor(),
            village=what.village,
            entry=what.entry.code,
            texts={"title": body["title"], "body": rich(body)},
        )
    except Problem as problem:
        return _refused(problem, lambda form: _draft_page(_fresh(what), form))
    return looked("upload/draft.html", **_shown(what, form, at_written(texts, screening, what.disclosure)))


@blueprint.get("/upload/<string:disclosure_id>/delete")
def deleting(disclosure_id: str) -> Answer:
    disclosure = _mine(disclosure_id)
    operations.require_move(disclosure, Action.DELETE)
    return render_template("upload/delete.html", d=disclosure, etag=operations.etag_of(disclosure))


@blueprint.post("/upload/<string:disclosure_id>/delete")
def delete(disclosure_id: str) -> Answer:
    disclosure = _mine(disclosure_id, lock=True)
    try:
        operations.delete(disclosure, actor=current_actor(), etag=read_form(schemas.EtagForm())["etag"])
    except (IfMatchStale, WrongState) as problem:
        return _stale(disclosure_id, problem)
    return done(f"已删除草稿《{disclosure.title}》。", url_for("upload_pages.checklist", village=disclosure.village))


# Files


@blueprint.get("/upload/<string:disclosure_id>/files")
def files(disclosure_id: str) -> Answer:
    disclosure = _mine(disclosure_id)
    operations.require_move(disclosure, Action.EDIT)
    return _files_page(disclosure, Form())


def _files_page(disclosure: Disclosure, form: Form) -> str:
    return render_template(
        "upload/files.html",
        about=about_stored(disclosure),
        d=disclosure,
        seen=at_stored(disclosure),
        form=form,
        field_of=field_of,
        accept=",".join(f".{ending}" for several in ENDINGS.values() for ending in several),
        accepted=ACCEPTED,
        largest=settings.max_attachment_bytes >> 20,
        most=settings.max_attachments,
    )


def _examine_file(disclosure_id: str) -> None:
    """Before the transaction."""
    file = request.files.get("file")
    if file is not None and file.filename:
        g.arrived = arrivals.received(file.filename, file.stream.read())
        file.stream.seek(0)  # the form's key is bound to it


@blueprint.post("/upload/<string:disclosure_id>/files")
@prepared_by(_examine_file)
def attach(disclosure_id: str) -> Answer:
    disclosure = _mine(disclosure_id, lock=True)
    try:
        if "arrived" not in g:
            raise Invalid(errors={"file": ["请先选择一个文件。"]})
        attachment = attachments.attach(disclosure, g.arrived, actor=current_actor())
    except WrongState as problem:
        return _stale(disclosure_id, problem)
    except Problem as problem:
        return _refused(problem, lambda form: _files_page(_mine(disclosure_id), form))
    return done(f"附件“{attachment.name}”已上传。", url_for("upload_pages.files", disclosure_id=disclosure.id))


@blueprint.get("/upload/<string:disclosure_id>/files/<string:attachment_id>")
def file(disclosure_id: str, attachment_id: str) -> Response:
    found = queries.get_attachment(_mine(disclosure_id), attachment_id)
    if not found.is_ready:
        raise AttachmentPending()
    pieces = verified(storage, found.storage_key, found.digest)
    return file_response(pieces, found.name, found.media_type, found.size)


@blueprint.post("/upload/<string:disclosure_id>/files/<string:attachment_id>/remove")
def detach(disclosure_id: str, attachment_id: str) -> Answer:
    disclosure = _mine(disclosure_id, lock=True)
    attachment = queries.get_attachment(disclosure, attachment_id)
    try:
        attachments.detach(disclosure, attachment, actor=current_actor())
    except WrongState as problem:
        return _stale(disclosure_id, problem)
    return done(f"附件“{attachment.name}”已移除。", url_for("upload_pages.files", disclosure_id=disclosure.id))


# Handing in


@blueprint.post("/upload/<string:disclosure_id>/check")
def check(disclosure_id: str) -> Answer:
    """Screen all of it by the rules of today, files too; then show what there is to do before it is handed in."""
    disclosure = _mine(disclosure_id, lock=True)
    rounds.screen_now(disclosure, actor=current_actor())
    return Response(status=303, headers={"Location": url_for("upload_pages.submitting", disclosure_id=disclosure.id)})


@blueprint.get("/upload/<string:disclosure_id>/submit")
def submitting(disclosure_id: str) -> Answer:
    disclosure = _mine(disclosure_id)
    operations.require_move(disclosure, Action.SUBMIT)
    return _submit_page(disclosure, Form())


def _submit_page(disclosure: Disclosure, form: Form) -> str:
    return render_template(
        "upload/submit.html",
        about=about_stored(disclosure),
        d=disclosure,
        seen=at_stored(disclosure),
        form=form,
        etag=form["etag"] or operations.etag_of(disclosure),
        steps=outlook.outlook(disclosure),
        pending=[each for each in disclosure.attachments if not each.is_ready],
    )


@blueprint.post("/upload/<string:disclosure_id>/submit")
def submit(disclosure_id: str) -> Answer:
    disclosure = _mine(disclosure_id, lock=True)
    asked = {f"reason-{each.known.id}": each for each in at_stored(disclosure).warnings if each.known}
    try:
        etag = read_form(schemas.EtagForm())["etag"]
        operations.require_writable(disclosure, Action.SUBMIT, current_actor(), etag)
        said = read_form(reasons_for(asked))
        reasons = {name.removeprefix("reason-"): reason for name, reason in said.items()}
        review.submit(disclosure, actor=current_actor(), acknowledge=reasons)
    except (IfMatchStale, WrongState) as problem:
        return _stale(disclosure_id, problem)
    except Problem as problem:
        labels = {name: f"第 {each.number} 处" for name, each in asked.items()}
        return _refused(problem, lambda form: _submit_page(_mine(disclosure_id), form), labels)
    return done("已提交审批。", _address(disclosure))


@blueprint.post("/upload/<string:disclosure_id>/apply")
def apply(disclosure_id: str) -> Answer:
    """One or all suggestions, in what is stored."""
    disclosure = _mine(disclosure_id, lock=True)
    try:
        body = read_form(schemas.ApplyForm())
        operations.require_writable(disclosure, Action.EDIT, current_actor(), body["etag"])
        said = _applied(disclosure, body["apply"])
    except (IfMatchStale, WrongState) as problem:
        return _stale(disclosure_id, problem)
    return done(said, url_for("upload_pages.submitting", disclosure_id=disclosure.id))


@blueprint.get("/upload/<string:disclosure_id>/findings/<string:finding_id>")
def finding(disclosure_id: str, finding_id: str) -> Answer:
    return _finding_page(_mine(disclosure_id), finding_id, Form())


def _finding_page(disclosure: Disclosure, finding_id: str, form: Form) -> str:
    known = findings.get_finding(disclosure.id, finding_id)
    [found] = [each for each in at_stored(disclosure).found if each.known and each.known.id == known.id]
    return render_template("upload/appeal.html", d=disclosure, found=found, form=form)


@blueprint.post("/upload/<string:disclosure_id>/findings/<string:finding_id>")
def appeal(disclosure_id: str, finding_id: str) -> Answer:
    disclosure = _mine(disclosure_id, lock=True)
    try:
        reason = read_form(schemas.ReasonForm())["reason"]
        clearance.appeal(disclosure, finding_id, actor=current_actor(), reason=reason)
    except Invalid as problem:
        return _refused(problem, lambda form: _finding_page(_mine(disclosure_id), finding_id, form))
    return done("已申诉，由保密专干答复；答复会在消息里告诉您。", f"{_address(disclosure)}#look")


@blueprint.post("/upload/<string:disclosure_id>/recall")
def recall(disclosure_id: str) -> Answer:
    disclosure = _mine(disclosure_id, lock=True)
    review.recall(disclosure, actor=current_actor())
    return done("已收回，可以修改后再提交。", _address(disclosure))


@blueprint.get("/upload/<string:disclosure_id>/correct")
def correcting(disclosure_id: str) -> Answer:
    disclosure = _mine(disclosure_id)
    operations.require_move(disclosure, Action.CORRECT)
    return _correction_page(disclosure, Form())


def _correction_page(original: Disclosure, form: Form) -> str:
    return render_template("upload/correct.html", d=original, form=form)


@blueprint.post("/upload/<string:disclosure_id>/correct")
def correct(disclosure_id: str) -> Answer:
    original = _mine(disclosure_id, lock=True)
    try:
        note = read_form(schemas.CorrectionForm())["change_note"]
        correction = operations.correct(original, actor=current_actor(), change_note=note)
    except Invalid as problem:
        return _refused(problem, lambda form: _correction_page(_mine(disclosure_id), form))
    return done("更正件已起草，请修改后提交；原件在更正件批准之前照常公开。", _address(correction))


# What all of them share


def _mine(disclosure_id: str, *, lock: bool = False) -> Disclosure:
    """Raises NotFound outside the person's divisions, Forbidden for whoever does not upload for the village."""
    disclosure = queries.get_disclosure(disclosure_id, current_actor().prefixes, lock=lock)
    require(current_actor(), Permission.WRITE_DISCLOSURES, disclosure.village)
    return disclosure


def _asked(schema: Schema) -> dict[str, Any]:
    """What the address asks for, of a village for which the person uploads."""
    query = read_query(schema)
    require(current_actor(), Permission.WRITE_DISCLOSURES, query["village"])
    return query


def _sent(schema: Schema) -> dict[str, Any]:
    """The same of what a form says."""
    body = read_form(schema)
    require(current_actor(), Permission.WRITE_DISCLOSURES, body["village"])
    return body


def _new_about() -> About:
    body = _sent(schemas.NewAboutForm())
    return about(body["village"], body["entry"])


def _address(disclosure: Disclosure) -> str:
    return url_for("upload_pages.item", disclosure_id=disclosure.id)


def _fresh(what: About) -> About:
    return about_stored(_mine(what.disclosure.id)) if what.disclosure else what


def _refused(problem: Problem, page: Callable[[Form], str], labels: Mapping[str, str] = LABELS) -> Answer:
    """The page again with what was sent and what was wrong with it, read anew once the act is undone."""
    form = Form.sent(problem, labels)
    _undo(problem)
    return page(form), problem.status


def _undo(problem: Problem) -> None:
    """What the act had begun, before its page is read anew. A mark of state secrecy is never shown again."""
    if isinstance(problem, SecretMark):
        raise problem
    transactions.rollback()
