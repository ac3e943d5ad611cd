"""Shapes of findings, incidents and words."""

from collections.abc import Iterable
from typing import get_args

from marshmallow import Schema, fields, validate

from villagepub.core.fields import (
    DivisionCode,
    EntryCode,
    Flag,
    Id,
    LongText,
    Moment,
    PageQuery,
    Shape,
    Text,
    one_of,
)
from villagepub.screening.findings import KINDS, SEVERITIES
from villagepub.screening.rules import WordKind

LONGEST_REASON, LONGEST_WORD, MOST_REASONS = 500, 50, 300
WORD_KINDS = get_args(WordKind)


class AnswerSchema(Shape):
    """What somebody said about a finding."""

    by = fields.String(metadata={"description": "人员编号"}, allow_none=True)
    at = Moment()
    reason = fields.String()


class FindingSchema(Shape):
    id = fields.String(metadata={"description": "这一处文字不变，编号就不变"})
    kind = fields.String(validate=one_of(KINDS))
    severity = fields.String(validate=one_of(SEVERITIES), metadata={"description": "block 阻止提交，warn 须说明理由"})
    field = fields.String(metadata={"description": "title、body、change_note 或 attachments/<附件编号>"})
    place = fields.String(metadata={"description": "在其中的位置，例如正文、文件名、第 2 页"})
    start = fields.Integer(metadata={"description": "存储原文中的 Unicode 码位，含标签"})
    end = fields.Integer(metadata={"description": "不含"})
    excerpt_masked = fields.String(metadata={"description": "遮盖后的片段，从不含原值"})
    reason = fields.String()
    suggestion = fields.String(allow_none=True, metadata={"description": "建议改为的文字；没有的只能删去原文"})
    is_open = fields.Boolean(metadata={"description": "还须有人处理，才能提交或公开"})
    acknowledged = fields.Nested(AnswerSchema, allow_none=True)
    appealed = fields.Nested(AnswerSchema, allow_none=True)
    answer = fields.String(allow_none=True, validate=one_of(("overruled", "upheld")))
    answered = fields.Nested(AnswerSchema, allow_none=True)


class ListedFindingSchema(FindingSchema):
    """A finding in a list over many disclosures."""

    disclosure = fields.String(attribute="disclosure_id")
    village = fields.String()
    found_at = Moment()


class FindingsSchema(Shape):
    findings = fields.List(fields.Nested(FindingSchema))


class AcknowledgementBody(Shape):
    finding = Id(required=True)
    reason = LongText(longest=LONGEST_REASON, required=True)


def reasons_for(names: Iterable[str]) -> Schema:
    """A form with a reason under each of the names."""
    missing = {"required": "请说明为什么可以公开；不能公开的请改正。"}
    reason = LongText(longest=LONGEST_REASON, required=True, error_messages=missing)
    return Shape.from_dict(dict.fromkeys(names, reason), name="Reasons")()


class FindingReasonBody(Shape):
    reason = LongText(longest=LONGEST_REASON, required=True)


class ApplyBody(Shape):
    findings = fields.List(
        Id(),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=MOST_REASONS, error=f"一次最多 {MOST_REASONS} 处。"),
        metadata={"description": "采用哪几处建议；留空为全部"},
    )


class FindingQuery(PageQuery):
    division = DivisionCode(load_default=None)
    appealed = Flag(load_default=None, metadata={"description": "只看等待答复的申诉"})
    severity = fields.String(load_default=None, validate=one_of(SEVERITIES))


class NewWordBody(Shape):
    division = DivisionCode(required=True)
    text = Text(longest=LONGEST_WORD, shortest=2, required=True)
    kind = fields.String(
        load_default=None,
        allow_none=True,
        validate=one_of(WORD_KINDS),
        metadata={"description": "发现后归为哪一类；留空表示安全词"},
    )
    entry = EntryCode(load_default=None, allow_none=True, metadata={"description": "只用于目录中的这一项"})
    reason = LongText(longest=LONGEST_REASON, required=True)


class WordQuery(PageQuery):
    division = DivisionCode(load_default=None)


class WordSchema(Shape):
    id = fields.String()
    text = fields.String()
    kind = fields.String(allow_none=True)
    entry = fields.Function(lambda word: word.entry or None, metadata={"type": ["string", "null"]})
    reason = fields.String()
    added_by = fields.String(allow_none=True)
    added_at = Moment()
    removed_by = fields.String(allow_none=True)
    removed_at = Moment(allow_none=True)


class RunBody(Shape):
    division = DivisionCode(required=True)


class IncidentQuery(PageQuery):
    division = DivisionCode(load_default=None)
    handled = Flag(load_default=None)


class HandlingBody(Shape):
    handling = LongText(longest=1000, required=True, metadata={"description": "核查和处置的情况；不要写入涉密内容"})


class IncidentSchema(Shape):
    id = fields.String()
    village = fields.String()
    disclosure = fields.String(attribute="disclosure_id", allow_none=True)
    field = fields.String()
    digest = fields.String(metadata={"description": "被拦截内容的摘要；内容本身没有保存"})
    person = fields.String(attribute="person_id", allow_none=True)
    was_stored = fields.Boolean(metadata={"description": "是在已存的内容中发现的"})
    at = Moment()
    handled_by = fields.String(allow_none=True)
    handled_at = Moment(allow_none=True)
    handling = fields.String(allow_none=True)
