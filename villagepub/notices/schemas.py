"""Shapes of notices, messages, templates and consents."""

from marshmallow import fields, validate

from villagepub.core.fields import Id, LongText, Moment, PageQuery, Shape, one_of
from villagepub.notices.consents import Result
from villagepub.notices.kinds import SUBJECT_VALUES, VALUES
from villagepub.notices.models import MessageState

LONGEST_VALUE, LONGEST_TEMPLATE_ID = 500, 64
MOST_TEMPLATES = 25  # that an account may have


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


class MessageQuery(PageQuery):
    state = fields.String(
        load_default=None,
        validate=one_of(MessageState),
        metadata={"description": "留空表示不知是否发出的和未能发出的"},
    )


class MessageSchema(Shape):
    id = fields.String()
    person = fields.String(attribute="person_id")
    village = fields.String()
    kind = fields.String()
    template = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True)
    errcode = fields.Integer(allow_none=True)
    rid = fields.String(allow_none=True, metadata={"description": "微信给这次调用的编号，向微信客服询问时用"})
    created_at = Moment()
    sending_at = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)


class TemplateSchema(Shape):
    name = fields.String()
    template_id = fields.String(metadata={"description": "留空的这一类不发微信消息"})
    consent = fields.String()
    page = fields.String()
    fields_ = fields.Dict(keys=fields.String(), values=fields.String(), attribute="fields", data_key="fields")
    kinds = fields.List(fields.String())


class SampleBody(Shape):
    values = fields.Dict(
        keys=fields.String(validate=one_of([*VALUES, *SUBJECT_VALUES])),
        values=LongText(longest=LONGEST_VALUE, shortest=0),
        load_default=dict,
        metadata={"description": "不给的用样例"},
    )


class FilledSchema(Shape):
    data = fields.Dict(keys=fields.String(), values=fields.String())
    page = fields.String()
    refused = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": "不合平台要求的字段和原因"}
    )


class ResultsBody(Shape):
    results = fields.Dict(
        keys=fields.String(validate=validate.Length(1, LONGEST_TEMPLATE_ID, error="须是模板编号。")),
        values=fields.String(validate=one_of(Result)),
        required=True,
        validate=validate.Length(1, MOST_TEMPLATES, error=f"须有 1 至 {MOST_TEMPLATES} 个模板的结果。"),
        metadata={"description": "wx.requestSubscribeMessage 对各模板给出的结果"},
    )


class SubscriptionSchema(Shape):
    template_id = fields.String()
    name = fields.String()
    kinds = fields.List(fields.String())
    consent = fields.String(metadata={"description": "once 一次性订阅，long_term 长期订阅"})
    remaining = fields.Integer(metadata={"description": "还可以发几条，以微信的答复为准；长期订阅是 1 或 0"})
