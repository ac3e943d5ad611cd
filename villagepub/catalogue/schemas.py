"""Shapes of the catalogue and its duties."""

from marshmallow import fields

from villagepub.accounts.schemas import OfficeSchema
from villagepub.core.fields import DivisionCode, EntryCode, PeriodText, Shape, Text


class CatalogueQuery(Shape):
    division = DivisionCode(required=True)


class LegalBasisSchema(Shape):
    id = fields.String()
    law = fields.String()
    article = fields.String(allow_none=True)
    citation = fields.String()
    valid_from = fields.Date(allow_none=True)
    valid_until = fields.Date(allow_none=True)


class CatalogueEntrySchema(Shape):
    code = fields.String()
    name = fields.String()
    group = fields.String()
    group_name = fields.String()
    legal_basis = fields.List(fields.Nested(LegalBasisSchema), metadata={"description": "今天有效的依据"})
    frequency = fields.String()
    also_summarised = fields.String(allow_none=True)
    staged = fields.Boolean()
    publicity_days = fields.Integer(allow_none=True, metadata={"description": "长期公示时为 null"})
    publicity_in_working_days = fields.Boolean()
    office = fields.Nested(OfficeSchema)
    privacy = fields.String()
    note = fields.String()


class ArticleBody(Shape):
    article = Text(longest=60, required=True)


class ExcuseBody(Shape):
    village = DivisionCode(required=True)
    entry = EntryCode(required=True)
    period = PeriodText(required=True)
    reason = Text(longest=500, required=True)


class ExcusedDutySchema(Shape):
    village = fields.String()
    entry = fields.String()
    period = fields.String()
    reason = fields.String()
