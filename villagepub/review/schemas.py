"""Shapes of review."""

from marshmallow import fields, validate

from villagepub.accounts.schemas import AppointmentSchema
from villagepub.clearance.schemas import MOST_REASONS, AcknowledgementBody
from villagepub.core.fields import Day, Flag, Id, LongText, Moment, PageQuery, Shape, Text, one_of
from villagepub.disclosures.schemas import DisclosureSchema
from villagepub.review.workflow import CHECKLIST, StageName

LONGEST_COMMENT = 1000


class SubmitBody(Shape):
    acknowledge = fields.List(
        fields.Nested(AcknowledgementBody),
        load_default=list,
        validate=validate.Length(max=MOST_REASONS, error=f"一次最多 {MOST_REASONS} 处。"),
        metadata={"description": "对提示（warn）逐处说明为什么可以公开"},
    )


class DecisionBody(Shape):
    stage = fields.String(required=True, validate=one_of(StageName))
    digest = Text(longest=80, required=True, metadata={"description": "审批人所读内容的摘要"})
    outcome = fields.String(required=True, validate=one_of(("approve", "return", "refuse", "refer")))
    checklist = fields.List(
        fields.String(validate=one_of(CHECKLIST)),
        load_default=list,
        validate=validate.Length(max=len(CHECKLIST), error="清单只有四项。"),
        metadata={"description": "政治关、政策关、文字关、保密"},
    )
    comment = LongText(longest=LONGEST_COMMENT, shortest=0, load_default="")
    read_attachments = fields.List(
        Id(),
        load_default=list,
        validate=validate.Length(max=100, error="一次最多 100 个。"),
        metadata={"description": "机器读不出文字（has_text 为 false）而已亲自看过的附件"},
    )


class ForwardBody(Shape):
    office = Id(required=True)
    comment = LongText(longest=LONGEST_COMMENT, required=True)


class AcceptBody(Shape):
    comment = LongText(longest=LONGEST_COMMENT, shortest=0, load_default="")


class DeclineBody(Shape):
    comment = LongText(longest=LONGEST_COMMENT, required=True)


class ReferralAnswerBody(Shape):
    answered_from = Text(longest=100, required=True, data_key="from", metadata={"description": "作出答复的机关"})
    answered_on = Day(required=True)
    outcome = fields.String(required=True, validate=one_of(("release", "refuse")))
    comment = LongText(longest=LONGEST_COMMENT, required=True)


class QueueQuery(PageQuery):
    stage = fields.String(load_default=None, validate=one_of(StageName))
    overdue = Flag(load_default=None)


class PieceSchema(Shape):
    op = fields.String(validate=one_of(("same", "removed", "added")))
    text = fields.String()


class DiffSchema(Shape):
    against = fields.String(metadata={"description": "上一次批准的公开信息"})
    title = fields.List(fields.Nested(PieceSchema))
    body = fields.List(fields.Nested(PieceSchema))


class QueueItemSchema(Shape):
    disclosure = fields.Nested(DisclosureSchema)
    task = fields.String(validate=one_of(("decide", "answer_forward", "answer_referral")))
    may_act = fields.Boolean(metadata={"description": "是作者或已办过另一环节的人不能办"})
    entered_at = Moment()
    due_at = Moment()
    overdue = fields.Boolean()
    office = fields.String(metadata={"description": "业务审核环节的站办所"})
    diff = fields.Nested(DiffSchema, allow_none=True)


class SummarySchema(Shape):
    stage = fields.String()
    waiting = fields.Integer()
    overdue = fields.Integer()
    oldest_entered_at = Moment(allow_none=True)


class EscalationSchema(Shape):
    disclosure = fields.String(attribute="disclosure_id")
    title = fields.String()
    village = fields.String()
    stage = fields.String()
    held_by = fields.List(fields.String())
    entered_at = Moment()
    due_at = Moment()


class HandedOverSchema(Shape):
    appointment = fields.Nested(AppointmentSchema)
    drafts = fields.List(fields.String(), metadata={"description": "移交的草稿和退回件"})
    waiting = fields.List(fields.String(), metadata={"description": "移交的待办件"})


class DelegationForm(Shape):
    """Days, both included; without a first one it begins now."""

    post = Id(required=True, error_messages={"required": "请选择岗位。"})
    to_person = Id(required=True, error_messages={"required": "请选择代办人。"})
    first = Day(load_default=None)
    until = Day(required=True)


class HandoverQuery(Shape):
    post = Id(load_default=None)


class HandoverForm(Shape):
    post = Id(required=True)
    to_person = Id(required=True, error_messages={"required": "请选择接任人。"})
    on = Day(required=True)
