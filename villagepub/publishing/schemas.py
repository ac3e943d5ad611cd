"""Shapes of what the public reads, and of the verbs that take it away."""

from marshmallow import fields, validate

from villagepub.core.fields import (
    DivisionCode,
    EntryCode,
    LongText,
    Moment,
    PageQuery,
    PeriodText,
    Shape,
    Text,
)
from villagepub.disclosures.schemas import AttachmentSchema
from villagepub.divisions.schemas import DivisionSchema


class ReasonBody(Shape):
    reason = LongText(longest=1000, required=True)


class PublishedAttachmentSchema(AttachmentSchema):
    class Meta:
        exclude = ("status", "has_text")


class PublicationRowSchema(Shape):
    id = fields.String()
    number = fields.String()
    village = fields.String()
    village_name = fields.String()
    entry = fields.String()
    entry_name = fields.String()
    group = fields.String()
    group_name = fields.String()
    title = fields.String()
    period = fields.String(allow_none=True)
    event_on = fields.Date(allow_none=True)
    nothing_to_report = fields.Boolean()
    published_at = Moment()
    public_until = fields.Date(allow_none=True, metadata={"description": "公示期最后一天；长期公示时为 null"})
    change_note = fields.String(allow_none=True)


class PublicationSchema(PublicationRowSchema):
    body = fields.String()
    office = fields.String(attribute="office_name")
    legal_basis = fields.String()
    digest = fields.String()
    supersedes = fields.String(allow_none=True)
    public_until_is_provisional = fields.Boolean()
    attachments = fields.List(fields.Nested(PublishedAttachmentSchema))


class PublicationQuery(PageQuery):
    division = DivisionCode(required=True)
    entry = EntryCode(load_default=None)
    group = fields.String(load_default=None)
    period = PeriodText(load_default=None)
    q = Text(longest=100, load_default=None, metadata={"description": "搜索词，两个汉字起按词查找"})


class FeedQuery(Shape):
    division = DivisionCode(required=True)


class PublicStatisticsQuery(FeedQuery):
    year = fields.Integer(required=True, validate=validate.Range(1900, 2199, error="须是年份，例如 2023。"))


class PublicDivisionSchema(DivisionSchema):
    children = fields.List(fields.Nested(DivisionSchema))
    published = fields.Integer(metadata={"description": "现在公开的条数，含下级"})


class YearRowSchema(Shape):
    month = fields.String()
    published = fields.Integer()


class YearSchema(Shape):
    division = fields.String()
    year = fields.Integer()
    published = fields.Integer()
    months = fields.List(fields.Nested(YearRowSchema))
    as_of = Moment()
