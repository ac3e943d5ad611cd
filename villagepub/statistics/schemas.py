"""Shapes of totals."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from villagepub.core.fields import DivisionCode, Moment, Month, Shape

AXES = ("month", "village", "entry", "group", "channel")
LONGEST_SPAN = 120  # months


class SpanQuery(Shape):
    """A place and the months from one to another, both included."""

    division = DivisionCode(required=True)
    first = Month(required=True, data_key="from")
    last = Month(required=True, data_key="to")

    @validates_schema
    def check_span(self, data: dict[str, str], **kwargs: object) -> None:
        if data["first"] > data["last"]:
            raise ValidationError("结束月份不能早于开始月份。", "to")
        if (int(data["last"][:4]) - int(data["first"][:4])) * 12 > LONGEST_SPAN:
            raise ValidationError("一次最多查询十年。", "to")


class AxesField(fields.String):
    """``month,village``: a comma-separated choice of axes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        axes = [axis for axis in super()._deserialize(value, attr, data, **kwargs).split(",") if axis]
        unknown = [axis for axis in axes if axis not in AXES]
        if unknown or not axes or len(set(axes)) != len(axes):
            raise ValidationError(f"须是以下各项中的一项或几项，用逗号分开：{'、'.join(AXES)}。")
        if "channel" in axes and set(axes) - {"channel", "month"}:
            raise ValidationError("channel 只能与 month 一起使用：其他渠道的台账不分村和事项。")
        return axes


class MonthlyQuery(SpanQuery):
    axes = AxesField(data_key="by", load_default=["month", "village"])


class MonthlyRowSchema(Shape):
    month = fields.String()
    village = fields.String()
    entry = fields.String()
    group = fields.String()
    channel = fields.String()
    published = fields.Integer(metadata={"description": "净数"})
    withdrawn = fields.Integer()
    corrected = fields.Integer()
    submitted = fields.Integer()
    returned = fields.Integer()
    refused = fields.Integer()
    on_time = fields.Integer()
    due = fields.Integer()


class MonthlySchema(Shape):
    data = fields.List(fields.Nested(MonthlyRowSchema))
    as_of = Moment()


class StageTimesSchema(Shape):
    stage = fields.String()
    count = fields.Integer()
    mean_working_hours = fields.Float(allow_none=True)
    p50 = fields.Float(allow_none=True)
    p90 = fields.Float(allow_none=True)
    returned = fields.Integer()


class ReviewTimesSchema(Shape):
    data = fields.List(fields.Nested(StageTimesSchema))
    as_of = Moment()


class ClosingBody(Shape):
    division = DivisionCode(required=True)
    month = Month(required=True)


class ClosingSchema(Shape):
    division = fields.String(attribute="township")
    month = fields.String()
    digest = fields.String()
    closed_at = Moment()
    rows = fields.List(fields.Nested(MonthlyRowSchema))


class ResponsesRowSchema(Shape):
    month = fields.String()
    village = fields.String()
    received = fields.Integer(metadata={"description": "当月收到的咨询和投诉"})
    answered = fields.Integer(metadata={"description": "其中已答复的"})
    rate = fields.String(metadata={"description": "回应率；没有收到的是“—”"})
    due = fields.Integer(metadata={"description": "当月到期应答复的；到期日暂定的不计"})
    in_time = fields.Integer(metadata={"description": "其中按期答复的"})
    rate_in_time = fields.String(metadata={"description": "按期回应率"})


class ResponsesSchema(Shape):
    data = fields.List(fields.Nested(ResponsesRowSchema))
    as_of = Moment()
