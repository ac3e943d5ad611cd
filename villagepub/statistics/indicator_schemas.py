"""Shapes of the indicators."""

from marshmallow import fields

from villagepub.core.fields import DivisionCode, Moment, PageQuery, PeriodText, Shape


class IndicatorsQuery(Shape):
    division = DivisionCode(required=True)
    period = PeriodText(required=True, metadata={"description": "2023-11、2023-Q4、2023-H2 或 2023"})


class IndicatorItemsQuery(PageQuery):
    division = DivisionCode(required=True)
    period = PeriodText(required=True, metadata={"description": "2023-11、2023-Q4、2023-H2 或 2023"})
    village = DivisionCode(load_default=None, metadata={"description": "只列一个村的"})


class IndicatorSchema(Shape):
    key = fields.String()
    label = fields.String()
    numerator = fields.Integer(allow_none=True, metadata={"description": "没有填报时为 null"})
    denominator = fields.Integer(
        allow_none=True, metadata={"description": "没有填报时为 null；隐私差错只有件数，没有分母"}
    )
    rate = fields.String(allow_none=True, metadata={"description": "66.7%；分母为 0 是“—”，没有填报是“未填报”"})
    provisional = fields.Integer(metadata={"description": "到期日暂定、不作判断的项数"})
    items = fields.String(metadata={"description": "列出背后每一项的接口地址"})


class VillageIndicatorsSchema(Shape):
    village = fields.String()
    name = fields.String()
    indicators = fields.List(fields.Nested(IndicatorSchema))


class IndicatorsSchema(Shape):
    division = fields.String()
    period = fields.String()
    state = fields.String(metadata={"description": "frozen：各月都已封账；draft：还会变"})
    notice = fields.String(allow_none=True)
    months = fields.List(fields.String(), metadata={"description": "已经开始的月份"})
    closed_months = fields.List(fields.String(), metadata={"description": "各乡镇都已封账的月份"})
    not_entered = fields.List(fields.String(), metadata={"description": "没有填报投诉台账的乡镇"})
    indicators = fields.List(fields.Nested(IndicatorSchema))
    villages = fields.List(fields.Nested(VillageIndicatorsSchema))
    as_of = Moment()


class IndicatorItemSchema(Shape):
    indicator = fields.String()
    month = fields.String(metadata={"description": "计入的月份；只有年度合计的是年份"})
    division = fields.String(metadata={"description": "村；不分村的是乡镇"})
    key = fields.String()
    counts_in = fields.String(
        metadata={"description": "numerator、denominator（只计入分母）、part（合计登记的一部分）或 none"}
    )
    counted = fields.Integer(metadata={"description": "计入分子的数"})
    of = fields.Integer(metadata={"description": "计入分母的数"})
    status = fields.String()
    status_label = fields.String()
    entry = fields.String(allow_none=True)
    period = fields.String(allow_none=True)
    due_on = fields.String(allow_none=True, metadata={"format": "date"})
    disclosure = fields.String(allow_none=True)
    ledger = fields.String(allow_none=True, metadata={"description": "台账名，key 是其中的编号"})
