"""Shapes of people, posts and tokens."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from villagepub.core import clock
from villagepub.core.fields import Day, DivisionCode, Id, Moment, Shape, Text, one_of
from villagepub.core.permissions import Role

LONGEST_SECRET = 200
_TOTP: dict[str, Any] = {"load_default": None, "allow_none": True, "metadata": {"description": "动态口令或恢复码"}}


class OfficeSchema(Shape):
    id = fields.String()
    key = fields.String()
    name = fields.String()


class PostSchema(Shape):
    id = fields.String()
    key = fields.String()
    role = fields.String(validate=one_of(Role))
    title = fields.String()
    division = fields.String()
    office = fields.Nested(OfficeSchema, allow_none=True)


class PersonSchema(Shape):
    id = fields.String()
    name = fields.String()


class PersonDetailSchema(PersonSchema):
    username = fields.String(allow_none=True)
    division = fields.String()
    active = fields.Boolean()
    created_at = Moment()


class TokenSchema(Shape):
    access_token = fields.String()
    token_type = fields.String()
    expires_in = fields.Integer(metadata={"description": "秒"})
    refresh_token = fields.String()
    person = fields.Nested(PersonSchema)
    posts = fields.List(fields.Nested(PostSchema))


class MeSchema(Shape):
    person = fields.Nested(PersonSchema)
    posts = fields.List(fields.Nested(PostSchema))
    unread = fields.Integer()


def _secret(**kwargs: Any) -> fields.String:
    """A secret is taken as typed: neither trimmed nor folded."""
    return fields.String(
        validate=validate.Length(1, LONGEST_SECRET, error=f"须为 1 至 {LONGEST_SECRET} 个字符。"),
        load_only=True,
        **kwargs,
    )


class LoginBody(Shape):
    username = Text(longest=60, required=True)
    password = _secret(required=True)
    totp = Text(longest=30, **_TOTP)


class WeChatBody(Shape):
    code = _secret(required=True, metadata={"description": "wx.login 给出的 code，五分钟内有效，只能用一次"})


class RefreshBody(Shape):
    refresh_token = _secret(required=True)


class InvitationAcceptBody(Shape):
    code = _secret(required=True)
    password = _secret(required=True)
    totp = Text(longest=30, **_TOTP)


class PasswordBody(Shape):
    old = _secret(required=True)
    new = _secret(required=True)


class PersonBody(Shape):
    name = Text(longest=60, required=True)
    username = Text(longest=60, required=True, shortest=3)
    division = DivisionCode(load_default=None)


class PostBody(Shape):
    key = Text(longest=60, required=True)
    role = fields.String(required=True, validate=one_of(Role))
    title = Text(longest=60, required=True)
    division = DivisionCode(required=True)
    office = Id(load_default=None, allow_none=True)


class AppointmentBody(Shape):
    post = Id(required=True)
    person = Id(required=True)
    from_at = Moment(required=True, data_key="from")
    until_at = Moment(load_default=None, allow_none=True, data_key="until")


class AppointmentSchema(Shape):
    id = fields.String()
    post = fields.Nested(PostSchema)
    person = fields.Nested(PersonSchema)
    from_at = Moment(data_key="from")
    until_at = Moment(data_key="until", allow_none=True)


class InvitationBody(Shape):
    posts = fields.List(Id(), load_default=list, validate=validate.Length(max=20, error="一次最多 20 个岗位。"))
    person = Id(required=True)


class InvitationSchema(Shape):
    id = fields.String()
    person = fields.Nested(PersonSchema)
    code = fields.String(metadata={"description": "只显示这一次"})
    expires_at = Moment()


class InvitationRowSchema(Shape):
    id = fields.String()
    person = fields.Nested(PersonSchema)
    posts = fields.List(fields.String(), metadata={"description": "接受时就任的岗位"})
    created_at = Moment()
    expires_at = Moment()
    used_at = Moment(allow_none=True)
    revoked_at = Moment(allow_none=True)
    state = fields.Function(
        lambda invitation: invitation.state_at(clock.now()),
        metadata={"type": "string", "enum": ["open", "used", "revoked", "expired"]},
    )


class SheetBody(Shape):
    division = DivisionCode(required=True, metadata={"description": "乡镇，或一个村、社区"})


class BindingBody(Shape):
    invitation = _secret(required=True, metadata={"description": "邀请码；大小写、连字符不计"})
    totp = Text(longest=30, **_TOTP)


class DelegationBody(Shape):
    post = Id(required=True)
    to_person = Id(required=True)
    from_at = Moment(required=True, data_key="from")
    until_at = Moment(required=True, data_key="until")


class DelegationSchema(Shape):
    id = fields.String()
    post = fields.Nested(PostSchema)
    to_person = fields.String(attribute="to_person_id")
    for_person = fields.String(attribute="for_person_id")
    from_at = Moment(data_key="from")
    until_at = Moment(data_key="until")


class HandoverBody(Shape):
    post = Id(required=True)
    to_person = Id(required=True)
    on = Day(required=True)


class SignInForm(Shape):
    """The password at the first step, the code at the second, or both at once."""

    username = Text(longest=60, required=True)
    password = _secret(required=True)
    totp = Text(longest=30, load_default=None)


class TotpForm(Shape):
    totp = Text(longest=30, required=True)


class PasswordForm(PasswordBody):
    """As the interface takes it, with the new password written twice."""

    new_again = _secret(required=True)

    @validates_schema
    def _alike(self, body: Mapping[str, Any], **_: Any) -> None:
        if body["new"] != body["new_again"]:
            raise ValidationError("两次输入的新密码不一致。", "new_again")
