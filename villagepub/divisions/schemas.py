"""Shapes of places."""

from marshmallow import fields

from villagepub.core.fields import Shape


class DivisionSchema(Shape):
    code = fields.String()
    name = fields.String()
    level = fields.String()
    parent = fields.String(attribute="parent_code", allow_none=True)
    on_platform_from = fields.Date(allow_none=True)
