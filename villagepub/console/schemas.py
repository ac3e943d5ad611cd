"""Shapes of the console's forms."""

from marshmallow import fields

from villagepub.core.fields import Shape, one_of
from villagepub.core.tabular import MEDIA_TYPES
from villagepub.exports.kinds import KINDS
from villagepub.exports.schemas import purpose_field

EXPORTED = {name: KINDS[name].noun for name in ("disclosures", "decisions")}  # those that need nothing but a place


class ExportForm(Shape):
    kind = fields.String(required=True, validate=one_of(EXPORTED))
    format = fields.String(required=True, validate=one_of(MEDIA_TYPES))
    purpose = purpose_field()
