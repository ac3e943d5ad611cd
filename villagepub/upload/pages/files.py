"""The files of a draft."""

from flask import Response, g, render_template, request, url_for

from villagepub.clearance.screenings import field_of
from villagepub.core.errors import AttachmentPending, Invalid, Problem, WrongState
from villagepub.core.storage import verified
from villagepub.disclosures import arrivals, attachments, operations, queries
from villagepub.disclosures.models import Disclosure
from villagepub.extensions import settings, storage
from villagepub.intake.kinds import ACCEPTED, ENDINGS
from villagepub.review.workflow import Action
from villagepub.upload.drafting import about_stored
from villagepub.upload.looking import at_stored
from villagepub.upload.pages.frame import Answer, blueprint, mine, refused, stale
from villagepub.web.files import file_response
from villagepub.web.forms import Form
from villagepub.web.guards import current_actor, prepared_by
from villagepub.web.pages import done


@blueprint.get("/upload/<string:disclosure_id>/files")
def files(disclosure_id: str) -> Answer:
    disclosure = mine(disclosure_id)
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
    disclosure = mine(disclosure_id, lock=True)
    try:
        if "arrived" not in g:
            raise Invalid(errors={"file": ["请先选择一个文件。"]})
        attachment = attachments.attach(disclosure, g.arrived, actor=current_actor())
    except WrongState as problem:
        return stale(disclosure_id, problem)
    except Problem as problem:
        return refused(problem, lambda form: _files_page(mine(disclosure_id), form))
    return done(f"附件“{attachment.name}”已上传。", url_for("upload_pages.files", disclosure_id=disclosure.id))


@blueprint.get("/upload/<string:disclosure_id>/files/<string:attachment_id>")
def file(disclosure_id: str, attachment_id: str) -> Response:
    found = queries.get_attachment(mine(disclosure_id), attachment_id)
    if not found.is_ready:
        raise AttachmentPending()
    pieces = verified(storage, found.storage_key, found.digest)
    return file_response(pieces, found.name, found.media_type, found.size)


@blueprint.post("/upload/<string:disclosure_id>/files/<string:attachment_id>/remove")
def detach(disclosure_id: str, attachment_id: str) -> Answer:
    disclosure = mine(disclosure_id, lock=True)
    attachment = queries.get_attachment(disclosure, attachment_id)
    try:
        attachments.detach(disclosure, attachment, actor=current_actor())
    except WrongState as problem:
        return stale(disclosure_id, problem)
    return done(f"附件“{attachment.name}”已移除。", url_for("upload_pages.files", disclosure_id=disclosure.id))
