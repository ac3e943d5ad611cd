"""What anybody may read of questions and answers: the read model, and nothing else."""

from collections.abc import Mapping
from typing import Any

from flask import g, redirect
from flask_smorest import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from villagepub.core.fields import PageQuery
from villagepub.core.paging import Page, PageRequest
from villagepub.divisions import queries as divisions
from villagepub.feedback import queries, schemas
from villagepub.feedback.models import PublicFeedback
from villagepub.publishing import queries as publishing
from villagepub.publishing.public_api import gone, make_cacheable

blueprint = Blueprint("public_feedback", __name__, description="公众：问答")
blueprint.after_request(make_cacheable)


@blueprint.get("/public/disclosures/<string:publication_id>/feedback")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, schemas.PublicFeedbackPage)
@blueprint.doc(**{"x-problems": [410]})
@blueprint.alt_response(308, description="已更正，见新的一条", success=True)
def list_of_item(query: Mapping[str, Any], publication_id: str) -> Page[PublicFeedback] | AnyResponse:
    """一条公开信息下已答复并公开的问答，最新的在前；更正前的也在"""
    publication = publishing.get_publication(publication_id)
    if publication.state == "superseded":
        return redirect(f"/api/v1/public/disclosures/{publication.superseded_by}/feedback", 308)
    if publication.state != "published":
        raise gone(publication)
    return queries.list_public_of_item(publication.number, PageRequest(**query))


@blueprint.get("/public/divisions/<string:code>/feedback")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, schemas.PublicFeedbackPage)
def list_of_place(query: Mapping[str, Any], code: str) -> Page[PublicFeedback]:
    """一个区划之下已答复并公开的问答，最新的在前；上级区划列出其下全部"""
    prefixes = (divisions.prefix_of(code),)
    changes = (queries.last_change(prefixes), publishing.last_change(prefixes))
    g.last_change = max((change for change in changes if change), default=None)
    return queries.list_public_of_place(prefixes, PageRequest(**query))
