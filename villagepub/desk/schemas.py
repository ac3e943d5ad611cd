"""Shapes of the desk's forms."""

from marshmallow import fields, validate

from villagepub.clearance.schemas import LONGEST_REASON
from villagepub.core.fields import Day, DivisionCode, Id, LongText, Shape, Text, one_of
from villagepub.desk.waiting import AGES, TIMES
from villagepub.review.reasons import RETURN_REASONS
from villagepub.review.schemas import LONGEST_COMMENT
from villagepub.review.workflow import CHECKLIST, StageName

LONGEST_WRITTEN = LONGEST_COMMENT - 100  # beside a reason that is picked
MOST_WAITING = 100_000


class QueueForm(Shape):
    stage = fields.String(load_default=None, validate=one_of(StageName))
    village = DivisionCode(load_default=None)
    time = fields.String(load_default=None, validate=one_of(TIMES))
    age = fields.String(load_default=None, validate=one_of(AGES))
    cursor = fields.Integer(
        load_default=0, validate=validate.Range(0, MOST_WAITING, error="翻页标记无效，请从第一页重新读取。")
    )


class OpenedForm(Shape):
    part = Text(longest=60, required=True)


class DecisionForm(Shape):
    stage = fields.String(required=True, validate=one_of(StageName))
    digest = Text(longest=80, required=True)
    outcome = fields.String(
        required=True,
        validate=one_of(("approve", "return", "refuse", "refer")),
        error_messages={"required": "请选择一种决定。"},
    )
    checklist = fields.List(fields.String(validate=one_of(CHECKLIST)), load_default=list)
    reason = fields.String(load_default=None, validate=one_of(RETURN_REASONS))
    comment = LongText(longest=LONGEST_WRITTEN, shortest=0, load_default="")


class ForwardForm(Shape):
    office = Id(required=True, error_messages={"required": "请选择转请哪个站办所。"})
    comment = LongText(longest=LONGEST_COMMENT, required=True)


class ForwardAnswerForm(Shape):
    answer = fields.String(
        required=True,
        validate=one_of(("accept", "decline")),
        error_messages={"required": "请选择接办或不接办。"},
    )
    comment = LongText(longest=LONGEST_COMMENT, shortest=0, load_default="")


class ReferralAnswerForm(Shape):
    answered_from = Text(longest=100, required=True)
    answered_on = Day(required=True)
    outcome = fields.String(
        required=True,
        validate=one_of(("release", "refuse")),
        error_messages={"required": "请选择答复的结果。"},
    )
    comment = LongText(longest=LONGEST_COMMENT, required=True)


class FindingForm(Shape):
    answer = fields.String(
        required=True,
        validate=one_of(("overrule", "uphold")),
        error_messages={"required": "请选择放行或维持。"},
    )
    reason = LongText(longest=LONGEST_REASON, required=True)


class EndingForm(Shape):
    reason = LongText(longest=LONGEST_COMMENT, required=True)
