"""Shapes of the reports."""

from marshmallow import fields

from villagepub.core.fields import Shape


class LedgerRowsSchema(Shape):
    """Which list shows the rows behind a figure."""

    ledger = fields.String(metadata={"description": "台账名；系统自行统计的数字没有"})
    source = fields.String(metadata={"description": "系统自行统计的来源：statistics 或 divisions"})
    filters = fields.Dict(keys=fields.String(), values=fields.String())
    path = fields.String(metadata={"description": "列出这些记录的接口地址"})


class FigureRowsSchema(LedgerRowsSchema):
    also = fields.List(fields.Nested(LedgerRowsSchema), metadata={"description": "另一本台账中的记录"})


class FigureSchema(Shape):
    key = fields.String()
    label = fields.String()
    value = fields.Raw(allow_none=True, metadata={"type": ["integer", "string"], "description": "未填报时为 null"})
    entered = fields.Boolean()
    as_of = fields.String(metadata={"format": "date-time"})
    query = fields.Nested(FigureRowsSchema)


class ComplaintFiguresSchema(Shape):
    source = fields.String()
    label = fields.String()
    received = fields.Nested(FigureSchema)
    answered = fields.Nested(FigureSchema)
    rate = fields.Nested(FigureSchema)


class PartOneSchema(Shape):
    channels = fields.List(fields.Nested(FigureSchema))
    complaints = fields.List(fields.Nested(ComplaintFiguresSchema))
    applications = fields.List(fields.Nested(FigureSchema))
    reconsiderations = fields.List(fields.Nested(FigureSchema))
    villages_on_platform = fields.Nested(FigureSchema)
    trainings = fields.Nested(FigureSchema)


class ReportPeriodSchema(Shape):
    first = fields.String(attribute="from", data_key="from", metadata={"format": "date"})
    last = fields.String(attribute="to", data_key="to", metadata={"format": "date"})


class ReportCheckSchema(Shape):
    id = fields.String(metadata={"description": "勾稽关系编号，例如 F9"})
    passed = fields.Boolean()
    detail = fields.String()


class AnnualReportSchema(Shape):
    division = fields.String()
    year = fields.Integer()
    title = fields.String()
    publisher = fields.String()
    basis = fields.String()
    basis_title = fields.String()
    period = fields.Nested(ReportPeriodSchema)
    as_of = fields.String(metadata={"format": "date-time"})
    part_one = fields.Nested(PartOneSchema)
    checks = fields.List(fields.Nested(ReportCheckSchema))
