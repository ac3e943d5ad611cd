"""Shapes of routing, of the lists of what is out of step, and of webhooks."""

from marshmallow import fields, validate

from villagepub.channels.models import LONGEST_URL
from villagepub.core.fields import (
    DivisionCode,
    DivisionQuery,
    Flag,
    Id,
    Moment,
    PageQuery,
    PeriodText,
    Shape,
    Text,
    one_of,
)
from villagepub.publishing.changes import Event

_EVENTS = [event.value for event in Event]
_WHOSE = {"description": "乡镇、村或社区的代码；只管理一个乡镇的可以不填"}


_CHANNEL = {"description": "本乡镇渠道清单中的 key"}


def _optional_channel() -> Text:
    return Text(longest=40, load_default=None, metadata=_CHANNEL)


class RuleSchema(Shape):
    items = fields.List(fields.String(), metadata={"description": "公开目录的编码（C02）或整个类别（C）"})
    channels = fields.List(fields.String())
    held_by = fields.String(metadata={"description": "由谁发布：administrator 或 uploader"})


class RoutingTableSchema(Shape):
    valid_from = fields.Date()
    in_force = fields.Boolean(metadata={"description": "今天公开的信息是否按这一版分发"})
    rules = fields.List(fields.Nested(RuleSchema))


class RatesQuery(DivisionQuery):
    channel = _optional_channel()
    period = PeriodText(load_default=None, metadata={"description": "首次公开在这一时段的；不填则不限"})


class SyncQuery(PageQuery):
    division = DivisionCode(load_default=None, metadata=_WHOSE)
    channel = _optional_channel()
    period = PeriodText(load_default=None, metadata={"description": "月、季、半年或年；不填则不限"})


class RateSchema(Shape):
    channel = fields.String(allow_none=True, metadata={"description": "合计时为 null"})
    routed = fields.Integer(metadata={"description": "分母：按对照表应在该渠道发布的"})
    in_step = fields.Integer(
        allow_none=True, metadata={"description": "分子：其中该渠道现有发布的；没有逐条登记发布的为 null"}
    )
    rate = fields.String(metadata={"description": "分母为 0 时是 —，没有逐条登记发布的是未填报；合计不含这些渠道"})
    median_days = fields.Integer(allow_none=True, metadata={"description": "从公开到发布的中位天数"})


class RatesSchema(Shape):
    data = fields.List(fields.Nested(RateSchema))
    total = fields.Nested(RateSchema)
    as_of = Moment()


class PostedSchema(Shape):
    id = fields.String()
    channel = fields.String()
    title = fields.String()
    url = fields.String(allow_none=True)
    posted_on = fields.Date()


class HolderSchema(Shape):
    role = fields.String()
    people = fields.List(fields.String())


class ItemSchema(Shape):
    """The matter as it stands here."""

    disclosure = fields.String(attribute="id")
    number = fields.String(allow_none=True)
    title = fields.String()
    village = fields.String()
    entry = fields.String()
    state = fields.String()


class MissingSchema(Shape):
    channel = fields.String()
    item = fields.Nested(ItemSchema)
    published_on = fields.Date()
    days = fields.Integer(metadata={"description": "公开至今的天数"})
    held_by = fields.Nested(HolderSchema, metadata={"description": "应由谁发布"})


class LagSchema(Shape):
    channel = fields.String()
    item = fields.Nested(ItemSchema)
    published_on = fields.Date()
    post = fields.Nested(PostedSchema)
    days = fields.Integer(metadata={"description": "从公开到发布的天数；早于公开的为负"})


class SuggestionSchema(Shape):
    item = fields.Nested(ItemSchema, attribute="version")
    score = fields.Float(metadata={"description": "0 至 1：两个标题共有的字对 × 2 ÷ 各自的字对之和"})
    shared = fields.Integer(metadata={"description": "共有的字对"})
    pairs = fields.Integer(metadata={"description": "两个标题合起来的字对"})
    days = fields.Integer(metadata={"description": "发布比公开晚几天，早的为负"})


class UnapprovedSchema(Shape):
    post = fields.Nested(PostedSchema)
    reason = fields.String(
        metadata={
            "enum": ["no_item", "not_approved", "before_approval", "villagers_only"],
            "description": "没有对应的信息；对应的未经批准；发布早于批准；只对村民公开",
        }
    )
    item = fields.Nested(ItemSchema, attribute="version", allow_none=True)
    sign = fields.String(allow_none=True, metadata={"description": "没有对应信息时，因何像公开事项"})
    suggestions = fields.List(fields.Nested(SuggestionSchema))


class StillUpSchema(Shape):
    post = fields.Nested(PostedSchema)
    item = fields.Nested(ItemSchema, attribute="version")
    state = fields.String(metadata={"enum": ["withdrawn", "suspended", "superseded"]})
    since = Moment()
    days = fields.Integer(metadata={"description": "至今的天数"})


class SuggestedPostSchema(Shape):
    post = fields.Nested(PostedSchema)
    suggestions = fields.List(fields.Nested(SuggestionSchema))


class AnswerBody(Shape):
    disclosure = Id(required=True, metadata={"description": "所答复的那条建议"})


class WebhookBody(Shape):
    division = DivisionCode(load_default=None, metadata={"description": "乡镇代码；只管理一个乡镇的可以不填"})
    channel = Text(longest=40, required=True, metadata=_CHANNEL)
    url = Text(longest=LONGEST_URL, required=True, metadata={"description": "对方接收推送的 https 网址"})
    events = fields.List(
        fields.String(validate=one_of(_EVENTS)),
        load_default=_EVENTS,
        validate=validate.Length(1, len(_EVENTS), error="至少选一种事件，不重复。"),
        metadata={"description": "不填则全部"},
    )


class WebhookSchema(Shape):
    id = fields.String()
    division = fields.String(attribute="township")
    channel = fields.String()
    url = fields.String()
    events = fields.List(fields.String())
    created_by = fields.String(allow_none=True)
    created_at = Moment()
    rotated_at = Moment(allow_none=True)
    disabled_at = Moment(allow_none=True)


class RegisteredSchema(WebhookSchema):
    secret = fields.String(metadata={"description": "验证签名的密钥，只显示这一次"})


class DeliverySchema(Shape):
    id = fields.String()
    job = fields.String(attribute="job_id")
    event_id = fields.String()
    event = fields.String()
    attempt = fields.Integer(metadata={"description": "第几次"})
    taken = Flag(attribute="was_taken", metadata={"description": "对方是否收下"})
    status = fields.Integer(allow_none=True, metadata={"description": "对方答复的状态码；没有答复为 null"})
    reason = fields.String(allow_none=True)
    milliseconds = fields.Integer()
    at = Moment()
