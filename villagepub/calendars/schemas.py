"""Shapes of calendars."""

from marshmallow import fields, validate

from villagepub.core.calendar_years import EARLIEST, LATEST
from villagepub.core.fields import DivisionCode, Id, Moment, PageQuery, Shape


class CalendarQuery(Shape):
    division = DivisionCode(
        load_default=None, metadata={"description": "乡镇或村：连同其地区和乡镇自己的日子；不写只有全国的"}
    )
    year = fields.Integer(
        load_default=None, validate=validate.Range(EARLIEST, LATEST, error=f"须在 {EARLIEST} 与 {LATEST} 之间。")
    )


class CalendarYearSchema(Shape):
    year = fields.Integer(attribute="year.year")
    region = fields.String(allow_none=True, metadata={"description": "全国的为 null"})
    name = fields.String(attribute="year.name")
    holidays = fields.List(fields.String(), attribute="year.holidays")
    notice = fields.String(attribute="year.notice")
    announced_on = fields.Date(attribute="year.announced_on", allow_none=True)
    source = fields.String(attribute="year.source", allow_none=True)
    days_off = fields.List(fields.Date())
    days_worked = fields.List(fields.Date())
    edition = fields.Integer(attribute="number", metadata={"description": "第几版；随程序安装的为 0"})
    digest = fields.String()
    imported_by = fields.String(allow_none=True)
    imported_at = Moment(allow_none=True)


class CalendarSchema(Shape):
    edition = fields.String(metadata={"description": "整个日历的版本：任何一年或一天不同，它就不同"})
    years = fields.List(fields.Nested(CalendarYearSchema))
    own_days = fields.List(fields.Date(), metadata={"description": "乡镇文件 regional_holidays 列的"})
    warnings = fields.List(fields.String(), metadata={"description": "缺少哪些年份的放假通知"})


class MovesQuery(PageQuery):
    division = DivisionCode(load_default=None)
    subject = Id(load_default=None)


class MoveSchema(Shape):
    id = fields.String()
    division = fields.String()
    subject_type = fields.String()
    subject = fields.String(attribute="subject_id")
    moved_from = fields.Date()
    moved_to = fields.Date()
    edition = fields.String()
    reason = fields.String()
    at = Moment()
