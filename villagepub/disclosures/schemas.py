"""Shapes of disclosures."""

from marshmallow import fields, validate

from villagepub.clearance.schemas import FindingSchema
from villagepub.core.fields import (
    Day,
    DivisionCode,
    EntryCode,
    Flag,
    LongText,
    Moment,
    PageQuery,
    PeriodOrDay,
    PeriodText,
    Shape,
    Text,
    one_of,
)
from villagepub.review.workflow import StageName, State

AUDIENCES = ("public", "villagers")
LONGEST_TITLE, LONGEST_BODY = 200, 200_000


class AttachmentSchema(Shape):
    id = fields.String()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer(metadata={"description": "字节"})
    digest = fields.String()
    status = fields.String(validate=one_of(("pending", "ready")))
    has_text = fields.Boolean(metadata={"description": "机器能读出文字；false 时审核人须亲自看过"})
    has_thumbnail = fields.Boolean(metadata={"description": "图片有缩略图"})


class UploadFormSchema(Shape):
    """Where the file goes: a multipart form of these fields, then ``file``."""

    url = fields.String()
    fields_ = fields.Dict(data_key="fields", attribute="fields", keys=fields.String(), values=fields.String())
    expires_at = Moment()


class NewAttachmentSchema(AttachmentSchema):
    upload = fields.Nested(UploadFormSchema, metadata={"description": "直接上传的表单；随请求上传的没有"})


class UploadBody(Shape):
    """A file that will be posted into the store."""

    name = Text(longest=100, required=True)
    size = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, error="须是大于 0 的整数，单位是字节。")
    )
    media_type = Text(longest=100, required=True)


class DisclosureSchema(Shape):
    id = fields.String()
    village = fields.String()
    entry = fields.String()
    title = fields.String()
    body = fields.String()
    period = fields.String(allow_none=True)
    event_on = fields.Date(allow_none=True)
    nothing_to_report = fields.Boolean()
    audience = fields.String(validate=one_of(AUDIENCES))
    state = fields.String(validate=one_of(State))
    stage = fields.String(allow_none=True)
    revision = fields.Integer()
    digest = fields.String()
    attachments = fields.List(fields.Nested(AttachmentSchema))
    findings = fields.List(fields.Nested(FindingSchema))
    created_at = Moment()
    submitted_at = Moment(allow_none=True)
    due_at = Moment(allow_none=True)
    published_at = Moment(allow_none=True)
    withdrawn_at = Moment(allow_none=True)
    supersedes = fields.String(attribute="supersedes_id", allow_none=True)
    change_note = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    originally_published_on = fields.Date(allow_none=True)


class DisclosureRowSchema(DisclosureSchema):
    """A row of a list: without the text, the files and the findings."""

    class Meta:
        exclude = ("body", "attachments", "findings")


class ContentBody(Shape):
    """The six content fields."""

    title = Text(longest=LONGEST_TITLE, required=True)
    body = LongText(longest=LONGEST_BODY, required=True)
    period = PeriodText(required=True, allow_none=True)
    event_on = Day(required=True, allow_none=True)
    nothing_to_report = Flag(required=True)
    audience = fields.String(required=True, validate=one_of(AUDIENCES))


class NewDisclosureBody(Shape):
    village = DivisionCode(required=True)
    entry = EntryCode(required=True)
    title = Text(longest=LONGEST_TITLE, required=True)
    body = LongText(longest=LONGEST_BODY, required=True)
    period = PeriodText(load_default=None, allow_none=True)
    event_on = Day(load_default=None, allow_none=True)
    nothing_to_report = Flag(load_default=False)
    audience = fields.String(load_default=None, allow_none=True, validate=one_of(AUDIENCES))


class DisclosureQuery(PageQuery):
    village = DivisionCode(load_default=None)
    state = fields.String(load_default=None, validate=one_of(State))
    stage = fields.String(load_default=None, validate=one_of(StageName))
    entry = EntryCode(load_default=None)
    period = PeriodText(load_default=None)
    q = Text(longest=100, load_default=None, metadata={"description": "标题中的文字"})


class CorrectionBody(Shape):
    change_note = Text(longest=500, required=True, metadata={"description": "更正说明，随更正件一并公开"})


class StepSchema(Shape):
    """One step of the history."""

    at = Moment()
    action = fields.String()
    person = fields.String(attribute="person_id", allow_none=True)
    name = fields.String(attribute="actor_name")
    post = fields.String(attribute="post_title", allow_none=True)
    stands_in_for = fields.String(allow_none=True)
    digest = fields.String(allow_none=True)
    data = fields.Dict()


class DutyQuery(Shape):
    division = DivisionCode(required=True)
    period = PeriodOrDay(load_default=None)
    status = fields.String(
        load_default=None, validate=one_of(("pending", "fulfilled", "late", "overdue", "not_applicable"))
    )
    cursor = fields.String(load_default=None)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 100, error="须在 1 与 100 之间。"))


class DutySchema(Shape):
    village = fields.String()
    entry = fields.String()
    period = fields.String(metadata={"description": "周期；按事件公开的为事件日期"})
    due_on = fields.Date()
    due_is_provisional = fields.Boolean()
    due_caveats = fields.List(fields.String(), metadata={"description": "途中缺少哪些放假通知"})
    status = fields.String()
    reason = fields.String(allow_none=True)
    disclosure = fields.String(allow_none=True)
