"""Shapes of the ledgers. A field's ``title`` is its header in a file that is imported or exported as well."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields, validate

from villagepub.core.fields import (
    Day,
    DivisionCode,
    Flag,
    LongText,
    Moment,
    Money,
    PageQuery,
    PeriodText,
    Reference,
    Shape,
    Text,
    one_of,
)
from villagepub.core.periods import EARLIEST_YEAR, LATEST_YEAR, Period, PeriodKind
from villagepub.ledgers.labels import ACT_KINDS, CONCLUSIONS, DISPUTE_KINDS, DOCUMENT_KINDS, RESULT_KINDS, SOURCES
from villagepub.ledgers.models import FEE_PLACES

LARGEST_COUNT = 1_000_000_000
PURPOSES = {
    "annual_report": "编制年度报告",
    "correction": "核对更正",
    "inspection": "配合上级检查",
    "handover": "工作交接",
    "archive": "归档",
}


class HttpAddress(Text):
    """An http or https address without a name and password in it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        address = super()._deserialize(value, attr, data, **kwargs)
        try:
            parts = urlsplit(address)
            plain = parts.scheme in ("http", "https") and parts.hostname and not parts.username
        except ValueError:
            plain = False
        if not plain or " " in address:
            raise ValidationError("须是以 http:// 或 https:// 开头的网址。")
        return address


class MonthOrYear(PeriodText):
    """``2023-11``, or ``2023`` where months were not kept."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        period = super()._deserialize(value, attr, data, **kwargs)
        if Period.parse(period).kind not in (PeriodKind.MONTHLY, PeriodKind.YEARLY):
            raise ValidationError("须是月份（2023-11）或年份（2023）。")
        return period


class Choice(fields.String):
    """One of some keys. labels: ``{key: Chinese name}``; a file has the name."""

    def __init__(self, labels: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(validate=one_of(labels), **kwargs)
        self.labels = labels


def _titled(title: str, **more: Any) -> dict[str, Any]:
    return {"title": title} | more


def _count(title: str, description: str | None = None, **kwargs: Any) -> fields.Integer:
    limits = validate.Range(0, LARGEST_COUNT, error=f"须在 0 与 {LARGEST_COUNT} 之间。")
    said = {"description": description} if description else {}
    return fields.Integer(strict=True, validate=limits, metadata=_titled(title, **said), **kwargs)


def year_field(**kwargs: Any) -> fields.Integer:
    limits = validate.Range(EARLIEST_YEAR, LATEST_YEAR, error=f"须在 {EARLIEST_YEAR} 与 {LATEST_YEAR} 之间。")
    return fields.Integer(validate=limits, **kwargs)


def _optional(**kwargs: Any) -> dict[str, Any]:
    return {"load_default": None, "allow_none": True} | kwargs


def _channel() -> Text:
    return Text(longest=40, required=True, metadata=_titled("渠道", description="本乡镇渠道清单中的 key"))


def _source() -> Choice:
    return Choice(SOURCES, required=True, metadata=_titled("来源"))


def _kind(labels: Mapping[str, str]) -> Choice:
    return Choice(labels, required=True, metadata=_titled("类别"))


def _disclosure() -> Reference:
    said = "同一事项公开时的编号，例如 640104100202-2023-0001"
    return Reference(**_optional(metadata=_titled("公开信息编号", description=said)))


def _period() -> MonthOrYear:
    return MonthOrYear(
        required=True,
        metadata=_titled("时段", description="写作 2023-11；没有按月保存的写年份，如 2023", examples=["2023-11"]),
    )


def _evidence() -> LongText:
    return LongText(
        longest=500, required=True, metadata=_titled("依据", description="数字从哪里来，例如后台截图或台账")
    )


class ChannelPostBody(Shape):
    channel = _channel()
    title = Text(longest=200, required=True, metadata=_titled("标题"))
    url = HttpAddress(longest=500, **_optional(metadata=_titled("网址")))
    posted_on = Day(required=True, metadata=_titled("发布日期"))
    disclosure = _disclosure()
    removed_on = Day(**_optional(metadata=_titled("撤下日期", description="在该渠道撤下的日期，未撤下的留空")))
    not_a_disclosure = Flag(
        load_default=False, metadata=_titled("非公开事项", description="动态、新闻等与公开事项无关的，填是")
    )


class ChannelTallyBody(Shape):
    channel = _channel()
    period = _period()
    count = _count("条数", required=True)
    evidence = _evidence()


class ComplaintBody(Shape):
    source = _source()
    received_at = Moment(required=True, metadata=_titled("收到时间"))
    subject = Text(longest=200, required=True, metadata=_titled("事由"))
    answered_at = Moment(**_optional(metadata=_titled("回应时间")))
    answer = LongText(longest=5000, **_optional(metadata=_titled("回应内容")))


class ComplaintTallyBody(Shape):
    source = _source()
    period = _period()
    received = _count("收到件数", required=True)
    answered = _count("回应件数", required=True)
    evidence = _evidence()


class TrainingBody(Shape):
    held_on = Day(required=True, metadata=_titled("培训日期"))
    topic = Text(longest=200, required=True, metadata=_titled("培训内容"))
    attendees = _count("参加人数", **_optional())
    level = Text(longest=40, **_optional(metadata=_titled("参加层级", description="例如：镇村两级")))


class DocumentBody(Shape):
    kind = _kind(DOCUMENT_KINDS)
    title = Text(longest=200, required=True, metadata=_titled("文件名称"))
    number = Text(longest=60, **_optional(metadata=_titled("文号")))
    issued_on = Day(required=True, metadata=_titled("制发日期"))
    valid_until = Day(**_optional(metadata=_titled("有效期至", description="没有规定有效期的不填；届满自行失效")))
    repealed_on = Day(**_optional(metadata=_titled("废止日期", description="从这一天起不再有效")))


class AdministrativeActBody(Shape):
    kind = _kind(ACT_KINDS)
    year = year_field(required=True, strict=True, metadata=_titled("年度"))
    count = _count("处理决定数量", "许可、处罚、强制填此项，没有的填 0；收费不填", **_optional())
    amount = Money(
        places=FEE_PLACES,
        **_optional(metadata=_titled("收费金额（万元）", description="只有收费填此项，没有的填 0；以万元计")),
    )
    evidence = _evidence()


class InspectionBody(Shape):
    source = Text(longest=200, required=True, metadata=_titled("检查来源"))
    found_on = Day(required=True, metadata=_titled("反馈日期"))
    item = LongText(longest=500, required=True, metadata=_titled("问题"))
    responsible = Text(longest=100, required=True, metadata=_titled("责任站办所或岗位"))
    due_on = Day(**_optional(metadata=_titled("整改期限")))
    closed_on = Day(**_optional(metadata=_titled("办结日期")))
    evidence = LongText(
        longest=500, **_optional(metadata=_titled("整改依据", description="填写了办结日期的必填，例如整改报告、照片"))
    )


class AccountabilityBody(Shape):
    kind = _kind(RESULT_KINDS)
    held_on = Day(required=True, metadata=_titled("日期"))
    subject = Text(longest=200, required=True, metadata=_titled("事项"))
    result = LongText(longest=2000, required=True, metadata=_titled("结果"))
    disclosure = _disclosure()


class ReconsiderationBody(Shape):
    kind = _kind(DISPUTE_KINDS)
    filed_on = Day(required=True, metadata=_titled("提起日期"))
    authority = Text(longest=100, required=True, metadata=_titled("复议机关或法院"))
    subject = Text(longest=200, required=True, metadata=_titled("事由"))
    application = Reference(
        **_optional(
            metadata=_titled("依申请公开编号", description="由依申请公开引起的填，例如 640104100000-2023-A0001")
        )
    )
    outcome = Choice(CONCLUSIONS, **_optional(metadata=_titled("结果", description="尚未审结的不填")))
    concluded_on = Day(**_optional(metadata=_titled("审结日期", description="与结果同时填写")))


def body_with_division(body: type[Shape], name: str) -> type[Shape]:
    """The body of a POST: the fields, and whose ledger it is."""
    division = DivisionCode(load_default=None, metadata={"description": "乡镇代码；只管理一个乡镇的可以不填"})
    return body.from_dict({"division": division}, name=name)  # type: ignore[return-value]  # a subclass of body


def row_of(body: type[Shape], name: str) -> type[Shape]:
    """A row as it is shown: the fields, and what every row has."""
    common = {
        "id": fields.String(),
        "division": fields.String(attribute="township"),
        "created_by": fields.String(allow_none=True),
        "created_at": Moment(),
        "edited_at": Moment(allow_none=True),
        "voided": fields.Boolean(attribute="is_voided"),
        "voided_at": Moment(allow_none=True),
        "void_reason": fields.String(allow_none=True),
    }
    return body.from_dict(common, name=name)  # type: ignore[return-value,arg-type]  # a subclass of body


class TallyChoice(Shape):
    """What every ledger's rows can be chosen by."""

    division = DivisionCode(load_default=None)
    year = year_field(load_default=None)


class DatedChoice(TallyChoice):
    """For rows of a day, that day included at either end."""

    first = Day(load_default=None, data_key="from")
    last = Day(load_default=None, data_key="to")


class ListQuery(PageQuery):
    voided = Flag(load_default=None, metadata={"description": "不填则两种都列出"})


class VoidBody(Shape):
    reason = LongText(longest=500, required=True)


class ImportQuery(Shape):
    division = DivisionCode(load_default=None)
    dry_run = Flag(load_default=False, metadata={"description": "true 时只检查，不写入"})


class LedgerExportBody(Shape):
    """For rows about people: what the file is for, in a word of a list, since the trace of it is kept for ever."""

    purpose = Choice(
        PURPOSES, required=True, metadata={"description": "、".join(map("{0[0]} {0[1]}".format, PURPOSES.items()))}
    )


class ImportFaultSchema(Shape):
    line = fields.Integer(allow_none=True, metadata={"description": "文件中的行号，表头为第 1 行"})
    field = fields.String(allow_none=True)
    message = fields.String()


class LedgerImportSchema(Shape):
    rows = fields.Integer(metadata={"description": "文件中的数据行数"})
    created = fields.Integer(metadata={"description": "写入的行数；试导入时为 0"})
    faults = fields.List(fields.Nested(ImportFaultSchema))


class DeclarationBody(Shape):
    year = year_field(required=True, strict=True)
    division = DivisionCode(load_default=None, metadata={"description": "乡镇代码；只管理一个乡镇的可以不填"})


class DeclarationSchema(Shape):
    division = fields.String(attribute="township")
    ledger = fields.String()
    year = fields.Integer()
    declared_by = fields.String(allow_none=True)
    declared_at = Moment()


class ChannelSchema(Shape):
    key = fields.String()
    name = fields.String()
    counted_from_disclosures = fields.Boolean()
    takes_complaints = fields.Boolean()
