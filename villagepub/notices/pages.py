"""The inbox for browsers."""

from typing import Any

from flask import Blueprint, render_template
from marshmallow import fields
from werkzeug.wrappers import Response

from villagepub.core.fields import Id, Shape
from villagepub.core.paging import PageRequest
from villagepub.notices import operations, queries
from villagepub.web.forms import read_form, read_query
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

blueprint = Blueprint("notices_pages", __name__, template_folder="templates")

PAGE = 30
Answer = Response | str


class NoticesQuery(Shape):
    cursor = fields.String(load_default=None)


class ReadForm(Shape):
    """Without an id, everything."""

    id = Id(load_default=None)


@blueprint.get("/notices")
def notices() -> Answer:
    actor = current_actor()
    query: dict[str, Any] = read_query(NoticesQuery())
    return render_template(
        "notices/notices.html",
        page=queries.list_notices(actor, PageRequest(query["cursor"], PAGE)),
        unread=queries.count_unread(actor),
        is_first=query["cursor"] is None,
    )


@blueprint.post("/notices/read")
def mark_read() -> Answer:
    notice_id = read_form(ReadForm())["id"]
    read = operations.mark_read([notice_id] if notice_id else [], actor=current_actor())
    return done(f"已把 {read} 条标为已读。" if read else "没有未读的消息。", "/notices")
