"""Shapes of bulletins."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from villagepub.core.fields import Day, DivisionCode, LongText, Month, Shape

MOST_REMARKS, MOST_STEPS = 500, 50


class RemarkBody(Shape):
    village = DivisionCode(required=True)
    text = LongText(longest=1000, required=True)


class NextStepBody(Shape):
    text = LongText(longest=1000, required=True)
    due_on = Day(load_default=None, allow_none=True, metadata={"description": "何时之前做到"})


class BulletinTextBody(Shape):
    """Everything that a person writes into a bulletin; what is left out is emptied."""

    remarks = fields.List(
        fields.Nested(RemarkBody), required=True, validate=validate.Length(max=MOST_REMARKS, error="条数过多。")
    )
    next_steps = fields.List(
        fields.Nested(NextStepBody), required=True, validate=validate.Length(max=MOST_STEPS, error="最多 50 条。")
    )

    @validates_schema
    def check_each_once(self, data: Mapping[str, Any], **kwargs: object) -> None:
        villages = [remark["village"] for remark in data["remarks"]]
        if len(set(villages)) < len(villages):
            raise ValidationError("一个村只能写一条，请合并。", "remarks")


class BulletinQuery(Shape):
    division = DivisionCode(required=True)
    month = Month(required=True)


class MeasureSchema(Shape):
    numerator = fields.Integer(allow_none=True)
    denominator = fields.Integer(allow_none=True)
    rate = fields.String(allow_none=True)


class SpanSchema(Shape):
    first = fields.String(attribute="from", data_key="from", metadata={"format": "date"})
    last = fields.String(attribute="to", data_key="to", metadata={"format": "date"})


class VillageRowSchema(Shape):
    serial = fields.Integer()
    village = fields.String()
    name = fields.String()
    due = fields.Integer(metadata={"description": "应公开"})
    published = fields.Integer(metadata={"description": "已公开：应公开的当中"})
    timeliness = fields.Nested(MeasureSchema)
    completeness = fields.Nested(MeasureSchema)
    returned = fields.Integer(metadata={"description": "退回"})
    unanswered = fields.String(metadata={"description": "未回应；没有收到是“—”"})
    slips = fields.Integer(metadata={"description": "隐私差错"})
    score = fields.String(metadata={"description": "满分 100.0；没有可计的是“—”"})
    rank = fields.String(metadata={"description": "名次、“—”或“否决”"})


class NamedEntrySchema(Shape):
    entry = fields.String()
    name = fields.String()
    period = fields.String()
    due_on = fields.String(metadata={"format": "date"})
    status = fields.String()
    text = fields.String()


class SlipSchema(Shape):
    disclosure = fields.String()
    text = fields.String()


class ProblemSchema(Shape):
    village = fields.String()
    name = fields.String()
    entries = fields.List(fields.Nested(NamedEntrySchema))
    slips = fields.List(fields.Nested(SlipSchema))
    remark = fields.String(allow_none=True)
    text = fields.String()


class NextStepSchema(Shape):
    text = fields.String()
    due_on = fields.String(allow_none=True, metadata={"format": "date"})
    due_text = fields.String()


class OverdueSchema(Shape):
    serial = fields.Integer()
    village = fields.String()
    name = fields.String()
    entry = fields.String()
    entry_name = fields.String()
    period = fields.String()
    period_text = fields.String()
    due_on = fields.String(metadata={"format": "date"})
    days = fields.Integer(metadata={"description": "至统计时已逾期的天数"})


class AdjustmentSchema(Shape):
    indicator = fields.String()
    of_month = fields.String()
    division = fields.String()
    key = fields.String()
    entry = fields.String(allow_none=True)
    period = fields.String(allow_none=True)
    counted_before = fields.Integer()
    of_before = fields.Integer()
    status_before = fields.String()
    counted = fields.Integer()
    of = fields.Integer()
    status = fields.String()
    text = fields.String()


class BulletinSchema(Shape):
    division = fields.String()
    month = fields.String()
    title = fields.String()
    issue = fields.String(allow_none=True, metadata={"description": "期号，封账时给出"})
    state = fields.String(metadata={"description": "draft 或 frozen"})
    notice = fields.String(allow_none=True)
    period = fields.Nested(SpanSchema)
    period_text = fields.String()
    as_of = fields.String(metadata={"format": "date-time"})
    as_of_text = fields.String()
    day_text = fields.String()
    publisher = fields.String()
    indicators = fields.Dict(keys=fields.String(), values=fields.Nested(MeasureSchema))
    indicators_before = fields.Dict(keys=fields.String(), values=fields.Nested(MeasureSchema), allow_none=True)
    published = fields.Integer(metadata={"description": "本月公开条数，净数"})
    published_before = fields.Integer(allow_none=True)
    overview = fields.List(fields.String())
    weights = fields.Dict(keys=fields.String(), values=fields.Integer())
    villages = fields.List(fields.Nested(VillageRowSchema))
    notes = fields.List(fields.String())
    problems = fields.List(fields.Nested(ProblemSchema))
    next_steps = fields.List(fields.Nested(NextStepSchema))
    overdue = fields.List(fields.Nested(OverdueSchema))
    adjustments = fields.List(fields.Nested(AdjustmentSchema), metadata={"description": "本月发现的、已封账月份的变化"})
    digest = fields.String(allow_none=True)
