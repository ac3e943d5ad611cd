"""Shapes of what the public reads, and of the verbs that take it away."""

from marshmallow import EXCLUDE, fields, validate

from villagepub.core.fields import (
    DivisionCode,
    EntryCode,
    Id,
    LongText,
    Moment,
    Month,
    PageQuery,
    PeriodText,
    Shape,
    Text,
    one_of,
)
from villagepub.core.paging import LARGEST_LIMIT
from villagepub.disclosures.schemas import AttachmentSchema
from villagepub.divisions.schemas import DivisionSchema
from villagepub.publishing.changes import Event


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


class PageAddress(Shape):
    """What the address of a page asks for. What others hang on it, as chats and newsletters do, means nothing."""

    class Meta:
        unknown = EXCLUDE

    cursor = fields.String(load_default=None)


class ItemsPageQuery(PageAddress):
    month = Month(load_default=None)
    entry = EntryCode(load_default=None)
    group = Text(longest=1, load_default=None)


class SearchPageQuery(PageAddress):
    q = Text(longest=100, load_default=None)
    division = DivisionCode(load_default=None)
    entry = EntryCode(load_default=None)
    period = PeriodText(load_default=None)


class FeedQuery(Shape):
    division = DivisionCode(required=True)


class PlainQuery(Shape):
    form = fields.String(load_default="board", validate=one_of(("board", "loudspeaker")))


class PlainSchema(Shape):
    id = fields.String()
    number = fields.String()
    title = fields.String()
    form = fields.String()
    text = fields.String()


class PublicStatisticsQuery(FeedQuery):
    year = fields.Integer(required=True, validate=validate.Range(1900, 2199, error="须是年份，例如 2023。"))


class PublicDivisionSchema(DivisionSchema):
    children = fields.List(fields.Nested(DivisionSchema))
    published = fields.Integer(metadata={"description": "现在公开的条数，含下级"})


class CountedDivisionSchema(DivisionSchema):
    published = fields.Integer(metadata={"description": "现在公开的条数，含下级"})


class GroupSchema(Shape):
    group = fields.String()
    name = fields.String()
    published = fields.Integer()


class MonthNumberSchema(Shape):
    month = fields.String()
    published = fields.Integer(metadata={"description": "本月公开的净数"})


class YearNumberSchema(Shape):
    year = fields.Integer()
    published = fields.Integer(metadata={"description": "本年公开的净数"})


class ContactSchema(Shape):
    publisher = fields.String()
    office = fields.String()
    telephone = fields.String()
    fax = fields.String(allow_none=True)
    website = fields.String(allow_none=True)


class FeedsSchema(Shape):
    atom = fields.String()
    json = fields.String()


class HomeSchema(Shape):
    division = fields.Nested(CountedDivisionSchema)
    ancestors = fields.List(fields.Nested(DivisionSchema), metadata={"description": "上级，从省到本级的上一级"})
    children = fields.List(fields.Nested(CountedDivisionSchema))
    groups = fields.List(fields.Nested(GroupSchema), metadata={"description": "公开目录的类别"})
    newest = fields.List(fields.Nested(PublicationRowSchema))
    month = fields.Nested(MonthNumberSchema)
    year = fields.Nested(YearNumberSchema)
    contact = fields.Nested(ContactSchema, allow_none=True, metadata={"description": "乡镇的联系方式；乡镇以上为 null"})
    feeds = fields.Nested(FeedsSchema)


class YearRowSchema(Shape):
    month = fields.String()
    published = fields.Integer()


class YearSchema(Shape):
    division = fields.String()
    year = fields.Integer()
    published = fields.Integer()
    months = fields.List(fields.Nested(YearRowSchema))
    as_of = Moment()


class ChangesQuery(Shape):
    division = DivisionCode(required=True, metadata={"description": "乡镇、村或社区的代码"})
    after = Id(load_default=None, metadata={"description": "上一次得到的 after；不填则从头读起"})
    limit = fields.Integer(
        load_default=LARGEST_LIMIT,
        validate=validate.Range(1, LARGEST_LIMIT, error=f"须在 1 与 {LARGEST_LIMIT} 之间。"),
    )


class ChangeSchema(Shape):
    """One change, as it is read and as it is sent to those who want to be told."""

    id = fields.String(metadata={"description": "事件编号，重复收到时据此去重"})
    seq = fields.Integer(metadata={"description": "本乡镇内从 1 起，不缺号"})
    event = fields.String(metadata={"enum": [event.value for event in Event]})
    at = Moment()
    township = fields.String()
    village = fields.String()
    entry = fields.String()
    disclosure = fields.String()
    supersedes = fields.String(allow_none=True, metadata={"description": "corrected 时，被替代的那一条"})
    number = fields.String()
    url = fields.String(metadata={"description": "现在的内容；答 410 即须撤下，308 即已更正"})
    state = fields.String(metadata={"description": "现在的状态：published、superseded、suspended、withdrawn"})
    title = fields.String(allow_none=True, metadata={"description": "现在不公开的为 null"})
    digest = fields.String(allow_none=True, metadata={"description": "现在不公开的为 null"})


class ChangesSchema(Shape):
    data = fields.List(fields.Nested(ChangeSchema))
    after = fields.String(allow_none=True, metadata={"description": "保存它，下一次从这里接着读"})
    has_more = fields.Boolean(metadata={"description": "true 时可以立即再读"})
