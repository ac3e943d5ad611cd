"""The audit chain as an auditor reads it."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from villagepub.core import audit
from villagepub.core.audit import AuditEntry
from villagepub.core.fields import Moment, PageQuery, Shape, page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.permissions import Permission, require_somewhere
from villagepub.extensions import db
from villagepub.web.guards import current_actor

blueprint = Blueprint("audit", __name__, description="审计")


class AuditQuery(PageQuery):
    subject = fields.String(load_default=None, validate=validate.Length(max=64, error="最长 64 个字符。"))
    start = Moment(load_default=None, data_key="from")
    end = Moment(load_default=None, data_key="to")


class AuditEntrySchema(Shape):
    id = fields.String()
    chain = fields.String()
    seq = fields.Integer()
    at = Moment()
    person = fields.String(attribute="person_id", allow_none=True)
    name = fields.String(attribute="actor_name")
    post = fields.String(attribute="post_title", allow_none=True)
    stands_in_for = fields.String(allow_none=True)
    action = fields.String()
    subject_type = fields.String()
    subject = fields.String(attribute="subject_id")
    division = fields.String()
    digest = fields.String(allow_none=True)
    data = fields.Dict()
    previous = fields.String()
    hash = fields.String()


@blueprint.get("/audit")
@blueprint.arguments(AuditQuery, location="query")
@blueprint.response(200, page_schema(AuditEntrySchema))
def list_entries(query: Mapping[str, Any]) -> Page[AuditEntry]:
    """本乡镇的审计记录，按发生先后"""
    prefixes = require_somewhere(current_actor(), Permission.READ_AUDIT)
    return audit.list_entries(
        db.session(),
        prefixes,
        PageRequest(query["cursor"], query["limit"]),
        subject=query["subject"],
        start=query["start"],
        end=query["end"],
    )
