"""Shapes of exports."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from villagepub.core.fields import Moment, PageQuery, Shape, Text, one_of
from villagepub.core.tabular import MEDIA_TYPES
from villagepub.exports.kinds import KINDS
from villagepub.exports.models import LONGEST_PURPOSE
from villagepub.exports.policy import State

SHORTEST_PURPOSE = 4


def purpose_field() -> Text:
    return Text(
        shortest=SHORTEST_PURPOSE,
        longest=LONGEST_PURPOSE,
        required=True,
        metadata={"description": "用途，记入台账备查"},
    )


class ExportBody(Shape):
    kind = fields.String(required=True, validate=one_of(KINDS))
    format = fields.String(required=True, validate=one_of(MEDIA_TYPES))
    filters = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "description": "division 必填；其余依种类：disclosures 同 /exports/disclosures.csv 的参数，"
            "decisions 有 entry、stage、outcome、from、to，ledgers 有 ledger（必填）、year、voided、from、to，"
            "totals 有 from、to（月份，必填），audit 有 subject、from、to"
        },
    )
    purpose = purpose_field()

    @validates_schema
    def check_filters(self, data: dict[str, Any], **kwargs: object) -> None:
        if faults := KINDS[data["kind"]].filters().validate(data["filters"]):
            raise ValidationError({"filters": faults})


class ExportQuery(PageQuery):
    kind = fields.String(load_default=None, validate=one_of(KINDS))


class ExportSchema(Shape):
    id = fields.String()
    division = fields.String()
    owner = fields.String(attribute="owner_id", metadata={"description": "提出导出的人"})
    owner_name = fields.String()
    kind = fields.String(metadata={"enum": list(KINDS)})
    format = fields.String(metadata={"enum": list(MEDIA_TYPES)})
    filters = fields.Dict()
    purpose = fields.String()
    state = fields.String(metadata={"enum": [state.value for state in State]})
    progress = fields.Integer(metadata={"description": "已写出的行数"})
    total = fields.Integer(allow_none=True, metadata={"description": "共多少行；还不知道时为 null"})
    error = fields.String(allow_none=True, metadata={"description": "未成功的原因，可以直接展示"})
    rows = fields.Integer(attribute="row_count", allow_none=True)
    size = fields.Integer(allow_none=True, metadata={"description": "字节"})
    digest = fields.String(allow_none=True, metadata={"description": "文件的 SM3 值"})
    downloads = fields.Integer()
    job = fields.String(attribute="job_id", metadata={"description": "后台任务的编号"})
    created_at = Moment()
    finished_at = Moment(allow_none=True)
    expires_at = Moment(allow_none=True, metadata={"description": "到时文件即删除"})
