"""Shapes of applications. A field's ``title`` is its header in a file as well."""

from typing import Any

from marshmallow import fields, validate

from villagepub.applications.applicants import COLUMNS, KINDS
from villagepub.applications.course import LONGEST_EXTENSION
from villagepub.applications.deadline import DueStatus
from villagepub.applications.fees import LARGEST_QUANTITY, Basis
from villagepub.applications.outcomes import GROUNDS, ROWS, Outcome
from villagepub.applications.policy import REPLIES
from villagepub.applications.receipt import CHANNELS
from villagepub.applications.workflow import Kind, State
from villagepub.core.fields import Day, DivisionCode, Flag, Id, LongText, Moment, Money, PageQuery, Shape, Text, one_of
from villagepub.core.periods import EARLIEST_YEAR, LATEST_YEAR


def _optional(title: str, **more: Any) -> dict[str, Any]:
    return {"load_default": None, "allow_none": True, "metadata": {"title": title} | more}


def _word(choices: Any, title: str, **more: Any) -> fields.String:
    return fields.String(validate=one_of(choices), **_optional(title, **more))


def _number(first: int, last: int, title: str, *, strict: bool = True) -> fields.Integer:
    limits = validate.Range(first, last, error=f"须在 {first} 与 {last} 之间。")
    return fields.Integer(strict=strict, validate=limits, **_optional(title))


def _year(title: str, *, strict: bool = True) -> fields.Integer:
    return _number(EARLIEST_YEAR, LATEST_YEAR, title, strict=strict)


class TextsBody(Shape):
    """What may be put right later."""

    applicant_kind = _word(KINDS, "申请人类别", description="登记后不能改，只能补填")
    applicant_name = Text(longest=100, **_optional("申请人"))
    subject = Text(longest=200, **_optional("申请事项"))
    content = LongText(longest=5000, **_optional("申请内容"))
    outcome = _word(Outcome, "办理结果", description="只有事后补登的才填")
    answered_on = Day(**_optional("办结日期", description="只有事后补登的才填；不填即在收到的年度办结"))
    fee_paid = Money(**_optional("已缴信息处理费（元）", description="只有事后补登的才填；没有收取填 0，不知道不填"))


class ApplicationBody(TextsBody):
    """The fields of one application; those that it may lack when it is recorded afterwards are asked for by policy."""

    channel = _word(CHANNELS, "提交方式")
    submitted_at = Moment(**_optional("提交时间", description="当面提交、签收的时间；其他方式为到达的时间"))
    confirmed_at = Moment(**_optional("确认时间", description="平信、互联网、传真：与申请人确认收到的时间，可以后补"))
    recorded_afterwards = Flag(load_default=False, metadata={"title": "事后补登", "description": "整件事已经办完"})
    year = _year("年度")


class NewApplicationBody(ApplicationBody):
    division = DivisionCode(load_default=None, metadata={"description": "乡镇代码；只管理一个乡镇的可以不填"})


class EventBody(Shape):
    """One event; which fields it must and may bring is said by ``workflow.TABLE``."""

    kind = fields.String(required=True, validate=one_of(Kind))
    at = Moment(**_optional("发生的时间", description="必填；只有撤销误登（rescinded）不填"))
    request = LongText(longest=2000, **_optional("要求补正或说明的内容"))
    until = Day(**_optional("补正的期限，或延迟到的日期"))
    party = Text(longest=200, **_optional("征求谁的意见"))
    delivered_on = Day(**_optional("对方收到征求意见书的日期", description="不填则从发出之日起算"))
    reply = _word(REPLIES, "意见", description="silent 为逾期未答复：第三方由本机关决定，其他机关视为同意")
    days = _number(1, LONGEST_EXTENSION, "延长的工作日数")
    approved_by = Text(longest=60, **_optional("批准人的岗位"))
    approved_on = Day(**_optional("批准的日期"))
    basis = _word(Basis, "计费方式")
    quantity = _number(1, LARGEST_QUANTITY, "件数或页数")
    outcome = _word(Outcome, "办理结果")
    ground = _word(GROUNDS, "部分公开的，其余部分不公开的理由")
    document = Text(longest=100, **_optional("文书的文号"))
    note = LongText(longest=1000, **_optional("说明"))
    event = Id(**_optional("撤销哪一项"))
    reason = Text(longest=500, **_optional("撤销的理由"))


class VoidApplicationBody(Shape):
    reason = Text(longest=500, required=True)


class ApplicationQuery(PageQuery):
    division = DivisionCode(load_default=None)
    state = fields.String(load_default=None, validate=one_of(State))
    year = _year("收到的年度；与 row 一起则为报告的年度", strict=False)
    row = fields.String(
        load_default=None, validate=one_of(ROWS), metadata={"description": "年报第三部分的行，如 r25；须同时给出 year"}
    )
    kind = fields.String(load_default=None, validate=one_of(COLUMNS), metadata={"description": "申请人类别"})
    due = Day(load_default=None, metadata={"description": "尚未办结、答复期限在这一天或之前"})
    overdue = Flag(load_default=None, metadata={"description": "true：已过答复期限而尚未办结"})
    voided = Flag(load_default=None, metadata={"description": "不填则两种都列出"})
    fee_paid_in = _year("这一年缴纳信息处理费的", strict=False)
    q = Text(longest=50, load_default=None, metadata={"description": "编号或事项中的文字；可读姓名的岗位也查申请人"})


class ExportQuery(Shape):
    division = DivisionCode(load_default=None)
    year = _year("收到的年度", strict=False)


class LetterQuery(Shape):
    event = Id(load_default=None, metadata={"description": "同一种文书出具过不止一次的，是哪一项的；不填为最后一项"})


# --- as it is shown -------------------------------------------------------------------------------------------


class ReasonSchema(Shape):
    text = fields.String()
    article = fields.String()
    days = fields.Integer(metadata={"description": "增加的工作日"})
    due_on = fields.String(allow_none=True, metadata={"format": "date"})


class SideClockSchema(Shape):
    key = fields.String(metadata={"description": "correction_request、correction、third_party、agency、fee"})
    article = fields.String()
    due_on = fields.String(metadata={"format": "date"})
    is_provisional = fields.Boolean()
    ended_on = fields.String(allow_none=True, metadata={"format": "date", "description": "还在等的为 null"})


class ApplicationEventSchema(Shape):
    id = fields.String()
    kind = fields.String()
    at = Moment()
    details = fields.Dict(keys=fields.String())
    rescinds = fields.String(allow_none=True)
    recorded_by = fields.String(allow_none=True)
    recorded_at = Moment()


class DueChangeSchema(Shape):
    at = Moment()
    event = fields.String(
        attribute="event_id", allow_none=True, metadata={"description": "登记时起算的和因工作日历变动的为 null"}
    )
    old_due_on = fields.Date(allow_none=True)
    new_due_on = fields.Date(allow_none=True)
    old_status = fields.String()
    new_status = fields.String()
    reason = fields.String()
    edition = fields.String()


class ApplicationSchema(Shape):
    id = fields.String()
    number = fields.String()
    division = fields.String(attribute="township")
    year = fields.Integer(metadata={"description": "编号的年度"})
    channel = fields.String(allow_none=True)
    submitted_at = Moment(allow_none=True)
    confirmed_at = Moment(allow_none=True)
    received_on = fields.Date(allow_none=True)
    received_year = fields.Integer(allow_none=True)
    applicant_kind = fields.String(allow_none=True)
    applicant_name = fields.String(allow_none=True, metadata={"description": "管理员和主要领导以外的岗位为 null"})
    subject = fields.String(allow_none=True)
    content = fields.String(allow_none=True, metadata={"description": "同 applicant_name"})
    recorded_afterwards = fields.Boolean()
    state = fields.String()
    due_on = fields.Date(allow_none=True)
    national_due_on = fields.Date(allow_none=True, metadata={"description": "只按全国放假安排计算的期限"})
    remind_on = fields.Date(allow_none=True, metadata={"description": "按较早的一天提醒"})
    due_status = fields.String(validate=one_of(DueStatus))
    due_reasons = fields.List(fields.Nested(ReasonSchema))
    side_clocks = fields.List(fields.Nested(SideClockSchema))
    missing_years = fields.List(fields.Integer())
    missing_regional_years = fields.List(
        fields.Integer(), metadata={"description": "本地区放假未录入的年份，录入后期限可能顺延"}
    )
    calendar_edition = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    fee_paid = Money(allow_none=True, metadata={"description": "事后补登的；其他的见经过"})
    article = fields.String(allow_none=True)
    row = fields.String(allow_none=True, metadata={"description": "年报第三部分的行"})
    is_discretionary = fields.Boolean(
        allow_none=True, metadata={"description": "条例第十六条“可以不予公开”：法律、法规、规章规定应当公开的从其规定"}
    )
    closed_on = fields.Date(allow_none=True)
    closed_year = fields.Integer(allow_none=True)
    on_time = fields.Boolean(allow_none=True, metadata={"description": "尚不能判断的为 null"})
    created_by = fields.String(allow_none=True)
    created_at = Moment()
    edited_at = Moment(allow_none=True)
    voided = fields.Boolean(attribute="is_voided")
    voided_at = Moment(allow_none=True)
    void_reason = fields.String(allow_none=True)


class ApplicationDetailSchema(ApplicationSchema):
    events = fields.List(fields.Nested(ApplicationEventSchema))
    due_changes = fields.List(fields.Nested(DueChangeSchema))
    next_kinds = fields.List(fields.String(), metadata={"description": "现在可以登记的事"})


class LetterSchema(Shape):
    key = fields.String(attribute="letter.key")
    title = fields.String(attribute="letter.title")
    event = fields.String(
        attribute="event.id", dump_default=None, allow_none=True, metadata={"description": "因登记而出具的回执为 null"}
    )
    on = fields.Date(metadata={"description": "落款的日期"})
    lacking = fields.String(metadata={"description": "还须在答复的 note 中写明什么；空的可以出具"})
