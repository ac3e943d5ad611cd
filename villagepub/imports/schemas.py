"""Shapes of imports."""

from marshmallow import fields

from villagepub.core.fields import DivisionQuery, one_of
from villagepub.imports.kinds import KINDS


class ImportJobQuery(DivisionQuery):
    into = fields.String(
        required=True, validate=one_of(KINDS), metadata={"description": "台账的名称，或 applications（依申请公开）"}
    )
