"""What the uploader's pages share: whose item it is, what was sent, and what became of it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response as AnyResponse

from villagepub.core import transactions
from villagepub.core.errors import Problem, SecretMark
from villagepub.core.permissions import Permission, require
from villagepub.desk.history import history_of, latest
from villagepub.disclosures import operations, queries
from villagepub.disclosures.models import Disclosure
from villagepub.publishing.wording import size_text
from villagepub.review.workflow import Action, find_move
from villagepub.upload.drafting import about_stored, text_of
from villagepub.upload.looking import at_stored
from villagepub.web.forms import Form, read_form, read_query
from villagepub.web.guards import current_actor

blueprint = Blueprint("upload_pages", "villagepub.upload", template_folder="templates")
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


def mine(disclosure_id: str, *, lock: bool = False) -> Disclosure:
    """Raises NotFound outside the person's divisions, Forbidden for whoever does not upload for the village."""
    disclosure = queries.get_disclosure(disclosure_id, current_actor().prefixes, lock=lock)
    require(current_actor(), Permission.WRITE_DISCLOSURES, disclosure.village)
    return disclosure


def asked(schema: Schema) -> dict[str, Any]:
    """What the address asks for, of a village for which the person uploads."""
    query = read_query(schema)
    require(current_actor(), Permission.WRITE_DISCLOSURES, query["village"])
    return query


def sent(schema: Schema) -> dict[str, Any]:
    """The same of what a form says."""
    body = read_form(schema)
    require(current_actor(), Permission.WRITE_DISCLOSURES, body["village"])
    return body


def address(disclosure: Disclosure) -> str:
    return url_for("upload_pages.item", disclosure_id=disclosure.id)


def refused(problem: Problem, page: Callable[[Form], str], labels: Mapping[str, str] = LABELS) -> Answer:
    """The page again with what was sent and what was wrong with it, read anew once the act is undone."""
    form = Form.sent(problem, labels)
    _undo(problem)
    return page(form), problem.status


def _undo(problem: Problem) -> None:
    """What the act had begun, before its page is read anew. A mark of state secrecy is never shown again."""
    if isinstance(problem, SecretMark):
        raise problem
    transactions.rollback()


def stale(disclosure_id: str, problem: Problem) -> Answer:
    """Who was faster and what they did, with both texts."""
    written = Form(request.form)
    _undo(problem)
    disclosure = mine(disclosure_id)
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


def applied(disclosure: Disclosure, wanted: str | None) -> str:
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
