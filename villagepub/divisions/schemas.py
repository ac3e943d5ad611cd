"""Shapes of places."""

from marshmallow import fields

from villagepub.core.fields import Day, Shape, one_of
from villagepub.divisions.levels import Level


class ChildrenQuery(Shape):
    level = fields.String(load_default=None, validate=one_of(Level))
    on_platform_on = Day(load_default=None, metadata={"description": "只列这一天已上线的"})


class DivisionSchema(Shape):
    code = fields.String()
    name = fields.String()
    level = fields.String()
    parent = fields.String(attribute="parent_code", allow_none=True)
    on_platform_from = fields.Date(allow_none=True)
