"""Writing: from a blank page to a draft, looked over while it is written."""

from typing import Any

from flask import render_template, request, url_for

from villagepub.catalogue import queries as catalogue
from villagepub.core.errors import IfMatchStale, Problem, WrongState
from villagepub.desk.history import history_of
from villagepub.disclosures import operations, queries
from villagepub.disclosures.models import Disclosure
from villagepub.review import desk
from villagepub.review import queries as cases
from villagepub.review.workflow import STAGE_NAMES, Action, StageName, State, find_move
from villagepub.upload import schemas
from villagepub.upload.drafting import About, about, about_stored, blank, content_of, filled, rich
from villagepub.upload.looking import Looked, at_stored, at_written
from villagepub.upload.pages.frame import Answer, address, applied, asked, blueprint, mine, refused, sent, stale
from villagepub.web.forms import Form, read_form
from villagepub.web.guards import current_actor
from villagepub.web.pages import done, looked


@blueprint.get("/upload/new")
def begin() -> Answer:
    query = asked(schemas.AboutQuery())
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
        said = applied(disclosure, body["apply"])
    except Problem as problem:
        return refused(problem, lambda form: _draft_page(what, form))
    return done(f"草稿已保存。{said}", _next(disclosure))


@blueprint.get("/upload/<string:disclosure_id>")
def item(disclosure_id: str) -> Answer:
    disclosure = mine(disclosure_id)
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
    disclosure = mine(disclosure_id, lock=True)
    try:
        body = read_form(schemas.EditForm())
        operations.edit(disclosure, actor=current_actor(), etag=body["etag"], content=content_of(body))
        said = applied(disclosure, body["apply"])
    except (IfMatchStale, WrongState) as problem:
        return stale(disclosure_id, problem)
    except Problem as problem:
        return refused(problem, lambda form: _draft_page(about_stored(mine(disclosure_id)), form))
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


def _next(disclosure: Disclosure) -> str:
    if request.form.get("then") == "files":
        return url_for("upload_pages.files", disclosure_id=disclosure.id)
    return f"{address(disclosure)}#look"


@blueprint.post("/upload/new/look")
def look_at_new() -> Answer:
    return _look(_new_about())


@blueprint.post("/upload/<string:disclosure_id>/look")
def look(disclosure_id: str) -> Answer:
    """What is being written, as it would be read and with what the screening finds; nothing is stored."""
    disclosure = mine(disclosure_id)
    try:
        operations.require_move(disclosure, Action.EDIT)
    except WrongState as problem:
        return stale(disclosure_id, problem)
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
        return refused(problem, lambda form: _draft_page(_fresh(what), form))
    return looked("upload/draft.html", **_shown(what, form, at_written(texts, screening, what.disclosure)))


@blueprint.get("/upload/<string:disclosure_id>/delete")
def deleting(disclosure_id: str) -> Answer:
    disclosure = mine(disclosure_id)
    operations.require_move(disclosure, Action.DELETE)
    return render_template("upload/delete.html", d=disclosure, etag=operations.etag_of(disclosure))


@blueprint.post("/upload/<string:disclosure_id>/delete")
def delete(disclosure_id: str) -> Answer:
    disclosure = mine(disclosure_id, lock=True)
    try:
        operations.delete(disclosure, actor=current_actor(), etag=read_form(schemas.EtagForm())["etag"])
    except (IfMatchStale, WrongState) as problem:
        return stale(disclosure_id, problem)
    return done(f"已删除草稿《{disclosure.title}》。", url_for("upload_pages.checklist", village=disclosure.village))


def _new_about() -> About:
    body = sent(schemas.NewAboutForm())
    return about(body["village"], body["entry"])


def _fresh(what: About) -> About:
    return about_stored(mine(what.disclosure.id)) if what.disclosure else what
