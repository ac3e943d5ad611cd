"""Handing in: what there is to do before, taking back, and correcting what is public."""

from flask import Response, render_template, url_for

from villagepub.clearance import operations as clearance
from villagepub.clearance import queries as findings
from villagepub.clearance import rounds
from villagepub.clearance.schemas import reasons_for
from villagepub.core.errors import IfMatchStale, Invalid, Problem, WrongState
from villagepub.disclosures import operations
from villagepub.disclosures.models import Disclosure
from villagepub.review import operations as review
from villagepub.review import outlook
from villagepub.review.workflow import Action
from villagepub.upload import schemas
from villagepub.upload.drafting import about_stored
from villagepub.upload.looking import at_stored
from villagepub.upload.pages.frame import Answer, address, applied, blueprint, mine, refused, stale
from villagepub.web.forms import Form, read_form
from villagepub.web.guards import current_actor
from villagepub.web.pages import done


@blueprint.post("/upload/<string:disclosure_id>/check")
def check(disclosure_id: str) -> Answer:
    """Screen all of it by the rules of today, files too; then show what there is to do before it is handed in."""
    disclosure = mine(disclosure_id, lock=True)
    rounds.screen_now(disclosure, actor=current_actor())
    return Response(status=303, headers={"Location": url_for("upload_pages.submitting", disclosure_id=disclosure.id)})


@blueprint.get("/upload/<string:disclosure_id>/submit")
def submitting(disclosure_id: str) -> Answer:
    disclosure = mine(disclosure_id)
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
    disclosure = mine(disclosure_id, lock=True)
    asked = {f"reason-{each.known.id}": each for each in at_stored(disclosure).warnings if each.known}
    try:
        etag = read_form(schemas.EtagForm())["etag"]
        operations.require_writable(disclosure, Action.SUBMIT, current_actor(), etag)
        said = read_form(reasons_for(asked))
        reasons = {name.removeprefix("reason-"): reason for name, reason in said.items()}
        review.submit(disclosure, actor=current_actor(), acknowledge=reasons)
    except (IfMatchStale, WrongState) as problem:
        return stale(disclosure_id, problem)
    except Problem as problem:
        labels = {name: f"第 {each.number} 处" for name, each in asked.items()}
        return refused(problem, lambda form: _submit_page(mine(disclosure_id), form), labels)
    return done("已提交审批。", address(disclosure))


@blueprint.post("/upload/<string:disclosure_id>/apply")
def apply(disclosure_id: str) -> Answer:
    """One or all suggestions, in what is stored."""
    disclosure = mine(disclosure_id, lock=True)
    try:
        body = read_form(schemas.ApplyForm())
        operations.require_writable(disclosure, Action.EDIT, current_actor(), body["etag"])
        said = applied(disclosure, body["apply"])
    except (IfMatchStale, WrongState) as problem:
        return stale(disclosure_id, problem)
    return done(said, url_for("upload_pages.submitting", disclosure_id=disclosure.id))


@blueprint.get("/upload/<string:disclosure_id>/findings/<string:finding_id>")
def finding(disclosure_id: str, finding_id: str) -> Answer:
    return _finding_page(mine(disclosure_id), finding_id, Form())


def _finding_page(disclosure: Disclosure, finding_id: str, form: Form) -> str:
    known = findings.get_finding(disclosure.id, finding_id)
    [found] = [each for each in at_stored(disclosure).found if each.known and each.known.id == known.id]
    return render_template("upload/appeal.html", d=disclosure, found=found, form=form)


@blueprint.post("/upload/<string:disclosure_id>/findings/<string:finding_id>")
def appeal(disclosure_id: str, finding_id: str) -> Answer:
    disclosure = mine(disclosure_id, lock=True)
    try:
        reason = read_form(schemas.ReasonForm())["reason"]
        clearance.appeal(disclosure, finding_id, actor=current_actor(), reason=reason)
    except Invalid as problem:
        return refused(problem, lambda form: _finding_page(mine(disclosure_id), finding_id, form))
    return done("已申诉，由保密专干答复；答复会在消息里告诉您。", f"{address(disclosure)}#look")


@blueprint.post("/upload/<string:disclosure_id>/recall")
def recall(disclosure_id: str) -> Answer:
    disclosure = mine(disclosure_id, lock=True)
    review.recall(disclosure, actor=current_actor())
    return done("已收回，可以修改后再提交。", address(disclosure))


@blueprint.get("/upload/<string:disclosure_id>/correct")
def correcting(disclosure_id: str) -> Answer:
    disclosure = mine(disclosure_id)
    operations.require_move(disclosure, Action.CORRECT)
    return _correction_page(disclosure, Form())


def _correction_page(original: Disclosure, form: Form) -> str:
    return render_template("upload/correct.html", d=original, form=form)


@blueprint.post("/upload/<string:disclosure_id>/correct")
def correct(disclosure_id: str) -> Answer:
    original = mine(disclosure_id, lock=True)
    try:
        note = read_form(schemas.CorrectionForm())["change_note"]
        correction = operations.correct(original, actor=current_actor(), change_note=note)
    except Invalid as problem:
        return refused(problem, lambda form: _correction_page(mine(disclosure_id), form))
    return done("更正件已起草，请修改后提交；原件在更正件批准之前照常公开。", address(correction))
