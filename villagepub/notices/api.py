"""My inbox."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from villagepub.core.fields import Id, Moment, PageQuery, Shape, page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.notices import operations, queries
from villagepub.notices.models import InboxNotice
from villagepub.web.guards import current_actor

blueprint = Blueprint("notices", __name__, description="消息")


class NoticeSchema(Shape):
    id = fields.String()
    kind = fields.String()
    disclosure = fields.String(attribute="disclosure_id", allow_none=True)
    subject_type = fields.String(allow_none=True, metadata={"description": "所说的是什么，例如 disclosure、feedback"})
    subject = fields.String(attribute="subject_id", allow_none=True)
    text = fields.String()
    created_at = Moment()
    read_at = Moment(allow_none=True)


class ReadBody(Shape):
    ids = fields.List(
        Id(),
        load_default=list,
        validate=validate.Length(max=100, error="一次最多 100 条。"),
        metadata={"description": "留空表示全部"},
    )


class ReadSchema(Shape):
    read = fields.Integer()


@blueprint.get("/me/notices")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(NoticeSchema))
def list_notices(query: Mapping[str, Any]) -> Page[InboxNotice]:
    """我的消息，最新的在前"""
    return queries.list_notices(current_actor(), PageRequest(**query))


@blueprint.post("/me/notices/read")
@blueprint.arguments(ReadBody)
@blueprint.response(200, ReadSchema)
def mark_read(body: Mapping[str, Any]) -> dict[str, int]:
    """把消息标为已读"""
    return {"read": operations.mark_read(body["ids"], actor=current_actor())}
