"""Shapes of residencies, consents and what is held on a person."""

from typing import Any

from marshmallow import fields, validate

from villagepub.core.fields import DivisionCode, Flag, LongText, Moment, PageQuery, Shape, Text, one_of
from villagepub.residents import policy, queries
from villagepub.residents.states import Channel, Purpose, State

LONGEST_CODE = 200


def _word(choices: Any, **kwargs: Any) -> fields.String:
    return fields.String(validate=one_of(choices), **kwargs)


class ResidencyBody(Shape):
    village = DivisionCode(required=True)
    name = Text(longest=60, required=True, metadata={"description": "与村民名册核对的姓名；加密保存，不公开"})
    remark = Text(longest=200, load_default=None, allow_none=True, metadata={"description": "例如户主姓名、所在小组"})


class ResidencySchema(Shape):
    id = fields.String()
    village = fields.String()
    name = fields.Function(lambda residency: queries.name_of(residency), metadata={"type": ["string", "null"]})
    remark = fields.Function(lambda residency: queries.remark_of(residency), metadata={"type": ["string", "null"]})
    state = _word(State)
    requested_at = Moment()
    decided_at = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)
    reason = fields.String(allow_none=True)


class ResidentQuery(PageQuery):
    village = DivisionCode(load_default=None)
    state = _word(State, load_default=None)


class ResidencyReasonBody(Shape):
    reason = LongText(longest=500, required=True)


class ConsentBody(Shape):
    purpose = _word(Purpose, required=True)
    version = Text(longest=20, required=True, metadata={"description": "所读说明的版本"})
    channel = _word(Channel, load_default=Channel.MINI_PROGRAM)


class ConsentSchema(Shape):
    id = fields.String()
    purpose = _word(Purpose)
    version = fields.String()
    channel = _word(Channel)
    given_at = Moment()
    withdrawn_at = Moment(allow_none=True)


class ConsentTextSchema(Shape):
    purpose = _word(Purpose)
    version = fields.String()
    title = fields.String()
    text = fields.String()


class ConsentsSchema(Shape):
    data = fields.List(fields.Nested(ConsentSchema))
    texts = fields.List(fields.Nested(ConsentTextSchema), metadata={"description": "现行的说明，同意前请本人阅读"})


class PhoneBody(Shape):
    code = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_CODE, error=f"须为 1 至 {LONGEST_CODE} 个字符。"),
        metadata={"description": "getPhoneNumber 按钮给出的 code，不是 wx.login 的"},
    )


class PhoneSchema(Shape):
    number = fields.Function(
        lambda telephone: policy.masked(queries.number_of(telephone) or ""),
        metadata={"type": "string", "description": "只显示后四位"},
    )
    country_code = fields.String()
    given_at = Moment()


class MyPhoneSchema(Shape):
    phone = fields.Nested(PhoneSchema, allow_none=True)


class EraseBody(Shape):
    confirm = Flag(required=True, validate=validate.Equal(True, error="须为 true：抹去之后不能恢复。"))


class ErasedSchema(Shape):
    erased = fields.List(fields.String())
    kept = fields.List(fields.String())
