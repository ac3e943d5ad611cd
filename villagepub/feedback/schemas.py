"""Shapes of what people say, and of what becomes of it."""

from marshmallow import fields

from villagepub.core.fields import (
    DivisionCode,
    Flag,
    Id,
    LongText,
    Moment,
    PageQuery,
    Shape,
    Text,
    one_of,
    page_schema,
)
from villagepub.feedback.kinds import KIND_NAMES, Kind
from villagepub.feedback.models import LONGEST_ANSWER, LONGEST_REASON, LONGEST_TEXT
from villagepub.feedback.workflow import DECISIONS, STATE_NAMES, State

SHORTEST_TEXT = 2


class FeedbackBody(Shape):
    kind = fields.String(
        required=True,
        validate=one_of(Kind),
        metadata={"description": "、".join(f"{kind.value} {name}" for kind, name in KIND_NAMES.items())},
    )
    text = LongText(required=True, shortest=SHORTEST_TEXT, longest=LONGEST_TEXT)
    may_be_public = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "本人同意把问题和答复公开（姓名遮盖）；不同意的只答复本人，之后可随时撤回同意"},
    )


class WarningSchema(Shape):
    kind = fields.String()
    excerpt_masked = fields.String()
    start = fields.Integer()
    end = fields.Integer()
    reason = fields.String()


class OwnFeedbackSchema(Shape):
    """As the asker reads it: an answer that nobody has passed yet is not shown."""

    id = fields.String()
    village = fields.String()
    disclosure = fields.String(attribute="disclosure_id", allow_none=True)
    kind = fields.String()
    text = fields.String(allow_none=True)
    may_be_public = fields.Boolean()
    is_public = fields.Boolean(metadata={"description": "现在是否公开可见"})
    state = fields.String()
    state_name = fields.String()
    received_at = Moment()
    due_on = fields.Date(allow_none=True, metadata={"description": "最迟答复的日期；表扬没有"})
    due_is_provisional = fields.Boolean(metadata={"description": "到期日暂定：那一年的放假通知还没有公布"})
    answer = fields.String(allow_none=True)
    answered_at = Moment(allow_none=True)
    reason = fields.String(allow_none=True, metadata={"description": "不予受理的理由"})


class SaidSchema(OwnFeedbackSchema):
    warnings = fields.List(
        fields.Nested(WarningSchema),
        metadata={"description": "内容中的个人信息：公开时会遮盖，也可以撤回后改写再提"},
    )


class StaffFeedbackSchema(Shape):
    id = fields.String()
    village = fields.String()
    disclosure = fields.String(attribute="disclosure_id", allow_none=True)
    kind = fields.String()
    asker = fields.String(metadata={"description": "提出人，姓名遮盖；只有管理员看到全名"})
    text = fields.String(allow_none=True, metadata={"description": "本人已要求删除的为 null"})
    may_be_public = fields.Boolean()
    is_public = fields.Boolean()
    state = fields.String()
    state_name = fields.String()
    holder = fields.String(metadata={"description": "village 村里办理，township 已转镇里办理"})
    text_check = fields.String(metadata={"description": "微信文字检查：passed、review、failed 或 not_asked"})
    needs_a_look = fields.String(allow_none=True, metadata={"description": "须先核验的原因"})
    received_at = Moment()
    due_on = fields.Date(allow_none=True)
    due_is_provisional = fields.Boolean()
    is_overdue = fields.Boolean()
    answer = fields.String(allow_none=True, metadata={"description": "最近一次写的答复，含审查中的"})
    digest = fields.String(attribute="answer_digest", allow_none=True, metadata={"description": "审查时须带上"})
    answered_at = Moment(allow_none=True)


class FeedbackStepSchema(Shape):
    seq = fields.Integer()
    action = fields.String()
    by = fields.String(allow_none=True, metadata={"description": "办理人；提出人自己的动作为 null"})
    post = fields.String(attribute="post_title", allow_none=True)
    comment = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)
    at = Moment()


class FeedbackQuery(PageQuery):
    village = DivisionCode(load_default=None)
    state = fields.String(
        load_default=None,
        validate=one_of(State),
        metadata={"description": "、".join(f"{state.value} {name}" for state, name in STATE_NAMES.items())},
    )
    kind = fields.String(load_default=None, validate=one_of(Kind))
    disclosure = Id(load_default=None)
    overdue = Flag(load_default=None)


class FeedbackReasonBody(Shape):
    reason = Text(required=True, longest=LONGEST_REASON)


class FeedbackAnswerBody(Shape):
    text = LongText(required=True, shortest=SHORTEST_TEXT, longest=LONGEST_ANSWER)


class AnswerDecisionBody(Shape):
    digest = fields.String(required=True, metadata={"description": "所审查的答复的摘要"})
    outcome = fields.String(
        required=True,
        validate=one_of(DECISIONS),
        metadata={"description": "approve 通过；approve_unpublished 只答复本人，不公开；return 退回修改"},
    )
    comment = Text(load_default="", shortest=0, longest=LONGEST_REASON)


class AskerBlockBody(Shape):
    reason = Text(required=True, longest=LONGEST_REASON)
    until = Moment(required=True)


class AskerBlockSchema(Shape):
    id = fields.String()
    township = fields.String()
    feedback = fields.String(attribute="feedback_id")
    reason = fields.String()
    since = Moment(attribute="from_at")
    until = Moment(attribute="until_at")
    lifted_at = Moment(allow_none=True)


class PublicFeedbackSchema(Shape):
    id = fields.String()
    village = fields.String()
    number = fields.String(allow_none=True, metadata={"description": "所问的公开信息的编号；向村里提的为 null"})
    kind = fields.String()
    name = fields.String(attribute="name_masked", metadata={"description": "姓名遮盖：张*"})
    text = fields.String()
    received_on = fields.Date()
    answer = fields.String()
    answered_by = fields.String()
    answered_at = Moment()


PublicFeedbackPage = page_schema(PublicFeedbackSchema)
