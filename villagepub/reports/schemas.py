"""Shapes of what the doors of the annual report take, and of what they answer beside the report itself."""

from typing import Any

from marshmallow import fields, validate

from villagepub.core.fields import Day, Flag, LongText, Moment, Shape, Text
from villagepub.core.periods import EARLIEST_YEAR, LATEST_YEAR
from villagepub.reports.narrative import EXPLAINABLE, SECTIONS

_LONGEST_NARRATIVE = 20_000


def _texts(keys: tuple[str, ...], sentence: str, longest: int) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(keys, error=sentence)),
        values=LongText(longest=longest, shortest=0, allow_none=True),
        load_default=dict,
    )


def _year(**kwargs: Any) -> fields.Integer:
    first, last = EARLIEST_YEAR + 1, LATEST_YEAR
    limits = validate.Range(first, last, error=f"须在 {first} 与 {last} 之间。")
    return fields.Integer(required=True, validate=limits, **kwargs)


class ReportBody(Shape):
    """What is left out is empty afterwards."""

    narrative = _texts(tuple(SECTIONS), f"没有这一项，可填：{'、'.join(SECTIONS)}。", _LONGEST_NARRATIVE)
    reasons = _texts(
        EXPLAINABLE, f"只有 {'、'.join(EXPLAINABLE)} 可以用文字说明；其他的须改正台账或文字。", longest=500
    )
    sample = Text(
        longest=60, load_default=None, allow_none=True, metadata={"description": "样例标志，印在每一份输出上"}
    )
    due_on = Day(load_default=None, allow_none=True, metadata={"description": "应公布的日期；不填为次年 1 月 31 日"})


class FinaliseBody(Shape):
    signed_by = Text(longest=100, required=True, metadata={"description": "落款"})
    signed_on = Day(required=True, metadata={"description": "落款日期"})


class ReviseBody(FinaliseBody):
    reason = Text(longest=500, shortest=2, required=True, metadata={"description": "修订的原因，印在报告上"})


class ReportImportQuery(Shape):
    dry_run = Flag(load_default=False, metadata={"description": "true 只检查，不保存"})


class ReportImportFaultSchema(Shape):
    place = fields.String(metadata={"description": "哪一项，例如 part_three.r05.commercial"})
    message = fields.String()


class ReportImportSchema(Shape):
    form = fields.String(metadata={"description": "按哪一个文件规定的格式读取"})
    edition = fields.Integer(allow_none=True, metadata={"description": "存为第几版；只检查时为 null"})
    stated = fields.Dict(keys=fields.String(), values=fields.Integer(), metadata={"description": "各部分写明的数"})
    faults = fields.List(fields.Nested(ReportImportFaultSchema))
    warnings = fields.List(fields.String())


class ReportRevisionSchema(Shape):
    revision = fields.Integer()
    digest = fields.String()
    reason = fields.String(allow_none=True)
    signed_by = fields.String()
    signed_on = Day()
    finalised_at = Moment()


class ComparisonQuery(Shape):
    first = _year(data_key="from", metadata={"description": "起始年度"})
    last = _year(data_key="to", metadata={"description": "截止年度"})


class ComparedYearSchema(Shape):
    year = fields.Integer()
    origin = fields.String(
        allow_none=True, metadata={"description": "finalised 已定稿，imported 导入，draft 台账现有数字，null 没有"}
    )


class ComparedValueSchema(ComparedYearSchema):
    value = fields.Raw(allow_none=True, metadata={"type": ["integer", "string"]})
    change = fields.Integer(allow_none=True, metadata={"description": "与上一年相比；有一年没有写明即为 null"})


class ComparedFigureSchema(Shape):
    key = fields.String()
    label = fields.String()
    values = fields.List(fields.Nested(ComparedValueSchema))


class ComparisonSchema(Shape):
    division = fields.String()
    years = fields.List(fields.Nested(ComparedYearSchema))
    figures = fields.List(fields.Nested(ComparedFigureSchema))
