"""The shape of the annual report itself: figures, cells, parts one to six, checks and gaps."""

from marshmallow import fields

from villagepub.core.fields import Shape

_VALUE = {"type": ["integer", "string"], "description": "未填报时为 null"}


class LedgerRowsSchema(Shape):
    """Which list shows the rows behind a figure."""

    ledger = fields.String(metadata={"description": "台账名；系统自行统计的数字没有"})
    source = fields.String(metadata={"description": "系统自行统计的来源：statistics 或 divisions"})
    filters = fields.Dict(keys=fields.String(), values=fields.String())
    path = fields.String(metadata={"description": "列出这些记录的接口地址"})


class FigureRowsSchema(LedgerRowsSchema):
    also = fields.List(fields.Nested(LedgerRowsSchema), metadata={"description": "另一本台账中的记录"})


class ReportCellSchema(Shape):
    value = fields.Raw(allow_none=True, metadata=_VALUE)
    entered = fields.Boolean()
    query = fields.Nested(FigureRowsSchema, allow_none=True)


class FigureSchema(ReportCellSchema):
    key = fields.String()
    label = fields.String()
    as_of = fields.String(metadata={"format": "date-time"})


class ComplaintFiguresSchema(Shape):
    source = fields.String()
    label = fields.String()
    received = fields.Nested(FigureSchema)
    answered = fields.Nested(FigureSchema)
    rate = fields.Nested(FigureSchema)


class ReportSectionSchema(Shape):
    key = fields.String()
    head = fields.String()
    text = fields.String()
    missing = fields.List(fields.String(), metadata={"description": "文字中写作“未填报”的数字"})


class PartOneSchema(Shape):
    title = fields.String()
    sections = fields.List(fields.Nested(ReportSectionSchema))
    channels = fields.List(fields.Nested(FigureSchema))
    complaints = fields.List(fields.Nested(ComplaintFiguresSchema))
    applications = fields.List(fields.Nested(FigureSchema))
    reconsiderations = fields.List(fields.Nested(FigureSchema))
    villages_on_platform = fields.Nested(FigureSchema)
    trainings = fields.Nested(FigureSchema)
    results = fields.List(fields.Nested(FigureSchema))
    inspections = fields.List(fields.Nested(FigureSchema))


class ReportRowSchema(Shape):
    label = fields.String()
    cells = fields.List(fields.Nested(ReportCellSchema))


class ReportTableSchema(Shape):
    heading = fields.String()
    columns = fields.List(fields.String())
    rows = fields.List(fields.Nested(ReportRowSchema))


class PartTwoSchema(Shape):
    title = fields.String()
    tables = fields.List(fields.Nested(ReportTableSchema))


class ReportColumnSchema(Shape):
    key = fields.String()
    group = fields.String()
    label = fields.String()


class ReportKeyedRowSchema(ReportRowSchema):
    key = fields.String()
    group = fields.String(allow_none=True)


class PartThreeSchema(Shape):
    title = fields.String()
    note = fields.String()
    column_heading = fields.String()
    columns = fields.List(fields.Nested(ReportColumnSchema))
    rows = fields.List(fields.Nested(ReportKeyedRowSchema))


class PartFourSchema(Shape):
    title = fields.String()
    columns = fields.List(fields.String())
    groups = fields.List(fields.Nested(ReportRowSchema))


class ReportProblemsSchema(Shape):
    problems = fields.String(allow_none=True)
    improvements = fields.String(allow_none=True)


class PartFiveSchema(ReportProblemsSchema):
    title = fields.String()
    last_year = fields.Nested(ReportProblemsSchema, allow_none=True)


class ReportFeesSchema(Shape):
    text = fields.String()
    amount = fields.Nested(FigureSchema)


class PartSixSchema(Shape):
    title = fields.String()
    fees = fields.Nested(ReportFeesSchema)
    text = fields.String(allow_none=True)
    contact_text = fields.String()


class ReportNarrativeSchema(Shape):
    """One text that the township writes itself."""

    key = fields.String()
    label = fields.String()
    text = fields.String(allow_none=True)
    last_year = fields.String(allow_none=True, metadata={"description": "上一年的文字，供参考"})


class ReportPlaceSchema(Shape):
    row = fields.String(allow_none=True)
    column = fields.String(allow_none=True)
    detail = fields.String()


class ReportCheckSchema(Shape):
    id = fields.String(metadata={"description": "勾稽关系编号 F1 至 F9、W1、W2"})
    rule = fields.String()
    scope = fields.String()
    hard = fields.Boolean(metadata={"description": "不符时不能定稿"})
    passed = fields.Boolean(allow_none=True, metadata={"description": "有关数字未填报、不能核对时为 null"})
    detail = fields.String()
    places = fields.List(fields.Nested(ReportPlaceSchema))
    reason = fields.String(allow_none=True, metadata={"description": "书面说明"})
    may_be_explained = fields.Boolean()


class ReportGapSchema(Shape):
    field = fields.String()
    label = fields.String()
    remedy = fields.String()
    path = fields.String(metadata={"description": "在哪里补齐，/api/v1 之下"})


class ReportChangeSchema(Shape):
    field = fields.String()
    label = fields.String()
    before = fields.Raw(allow_none=True, metadata=_VALUE)
    after = fields.Raw(allow_none=True, metadata=_VALUE)


class AnnualReportSchema(Shape):
    division = fields.String()
    year = fields.Integer()
    title = fields.String()
    publisher = fields.String()
    basis = fields.String()
    basis_title = fields.String()
    period = fields.Dict(keys=fields.String(), values=fields.String())
    as_of = fields.String(metadata={"format": "date-time"})
    state = fields.String(metadata={"description": "draft 草稿，final 已定稿"})
    revision = fields.Integer(allow_none=True)
    changes = fields.List(fields.Nested(ReportChangeSchema), metadata={"description": "这次修订改了什么"})
    reason = fields.String(allow_none=True)
    digest = fields.String(allow_none=True, metadata={"description": "整份报告（不含本项）规范化 JSON 的摘要"})
    signed_by = fields.String(allow_none=True)
    signed_on = fields.String(allow_none=True, metadata={"format": "date"})
    finalised_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    sample = fields.String(allow_none=True)
    due_on = fields.String(metadata={"format": "date"})
    contact = fields.Dict(keys=fields.String(), values=fields.String())
    preface = fields.String()
    part_one = fields.Nested(PartOneSchema)
    part_two = fields.Nested(PartTwoSchema)
    part_three = fields.Nested(PartThreeSchema)
    part_four = fields.Nested(PartFourSchema)
    part_five = fields.Nested(PartFiveSchema)
    part_six = fields.Nested(PartSixSchema)
    narrative = fields.List(fields.Nested(ReportNarrativeSchema))
    checks = fields.List(fields.Nested(ReportCheckSchema))
    not_entered = fields.List(fields.Nested(ReportGapSchema), metadata={"description": "还缺什么，在哪里填"})


class ShownReportSchema(AnnualReportSchema):
    """As the door answers it."""

    differs_from_live = fields.List(
        fields.Nested(ReportChangeSchema),
        metadata={"description": "定稿与现在不同之处；before 为定稿，after 为现在"},
    )
    differs_from_later = fields.List(
        fields.String(), metadata={"description": "下一年度已定稿的报告，上年结转与本报告的结转下年度不符之处"}
    )
