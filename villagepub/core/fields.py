"""The shapes that values have on the wire, with a Chinese sentence for each mistake."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from villagepub.core.clock import local, start_of
from villagepub.core.paging import DEFAULT_LIMIT, LARGEST_LIMIT
from villagepub.core.periods import EARLIEST_YEAR, LATEST_YEAR, Period

MESSAGES = {
    "required": "此项必填。",
    "null": "此项不能为空值 null。",
    "validator_failed": "内容不符合要求。",
    "type": "类型不正确。",
    "unknown": "没有这个字段，请核对字段名。",
    "invalid": "格式不正确。",
}
fields.Field.default_error_messages = fields.Field.default_error_messages | MESSAGES
fields.String.default_error_messages = {"invalid": "须是文字。", "invalid_utf8": "文字编码须是 UTF-8。"}
fields.Boolean.default_error_messages = {"invalid": "须是 true 或 false。"}
fields.Integer.default_error_messages = {"invalid": "须是整数，不带千分位、小数和单位。", "too_large": "数字过大。"}
fields.List.default_error_messages = {"invalid": "须是列表。"}
fields.Nested.default_error_messages = {"type": "须是对象。"}
fields.Dict.default_error_messages = {"invalid": "须是对象。"}

_CODE = re.compile(r"[0-9]{12}")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_IDENTIFIER = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_ENTRY = re.compile(r"[A-Z][0-9]{2}")
_FORBIDDEN = {"Cc", "Cs"}  # control characters and lone surrogates
_KEPT = "\n\t"
_UNSTORABLE = re.compile("[\0\ud800-\udfff\ufffe\uffff]")
_BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\ufeff"

DayOrMoment = TypeVar("DayOrMoment", date, datetime)


class Shape(Schema):
    """A body or query whose unknown fields are refused by name."""

    error_messages = {"unknown": MESSAGES["unknown"], "type": "须是一个 JSON 对象。"}  # noqa: RUF012

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Whatever is text can be stored, hashed and put into a workbook: PostgreSQL has no NUL, UTF-8 no lone
        surrogate, XML neither of the two noncharacters."""
        if isinstance(field_obj, fields.String):
            field_obj.validators = [_can_be_stored, *field_obj.validators]


def _can_be_stored(text: str | None) -> None:
    if isinstance(text, str) and _UNSTORABLE.search(text):
        raise ValidationError("含有无法保存的字符，请删除后重填。")


class Text(fields.String):
    """One line of text of bounded length, in NFC, without control characters."""

    lines = False

    def __init__(self, *, longest: int, shortest: int = 1, **kwargs: Any) -> None:
        self.longest = longest
        length = validate.Length(min=shortest, max=longest, error=f"须为 {shortest} 至 {longest} 个字符。")
        super().__init__(validate=length, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        text = unicodedata.normalize("NFC", value)
        if any(unicodedata.category(sign) in _FORBIDDEN for sign in text if not (self.lines and sign in _KEPT)):
            raise ValidationError(
                "含有看不见的控制字符，请删除后重填。" if self.lines else "须是一行文字，不能含换行或控制字符。"
            )
        return text.strip(_BLANK)


class LongText(Text):
    """Text that may have several lines."""

    lines = True

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return super()._deserialize(value, attr, data, **kwargs)


class _Matching(fields.String):
    pattern: re.Pattern[str]
    sentence: str

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise ValidationError(self.sentence)
        return value

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"pattern": f"^{self.pattern.pattern}$"} | kwargs.pop("metadata", {})
        super().__init__(metadata=metadata, **kwargs)


class Flag(fields.Boolean):
    """true or false, in a query as words; not 1, "yes" or whatever else may pass for true."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if value not in ("true", "false"):
            raise self.make_error("invalid", input=value)
        return bool(value == "true")


class DivisionCode(_Matching):
    pattern, sentence = _CODE, "须是 12 位数字的区划代码，例如 640104100202。"


class Month(_Matching):
    pattern, sentence = _MONTH, "须是月份，例如 2023-11。"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return _period(super()._deserialize(value, attr, data, **kwargs))


class Id(_Matching):
    pattern, sentence = _IDENTIFIER, "编号格式不正确。"


class Reference(_Matching):
    """What a matter is called by: its id, or the number under which it was published or registered."""

    pattern = re.compile(rf"(?:{_IDENTIFIER.pattern}|[0-9]{{12}}-[0-9]{{4}}-A?[0-9]{{4,9}})")
    sentence = "编号格式不正确，例如 640104100202-2023-0001。"


class Money(fields.String):
    """An amount as a decimal string such as ``12.5``, never a JSON number, which a client may have rounded.

    places: the decimals it may have. In 元 unless the field's title says 万元.
    """

    def __init__(self, *, places: int = 2, **kwargs: Any) -> None:
        self._written = re.compile(rf"(0|[1-9][0-9]{{0,11}})(\.[0-9]{{1,{places}}})?")
        self.places = places
        self.sentence = f"须是写成文字的金额，最多 {places} 位小数，例如 12.5，不带千分位和单位。"
        metadata = {"pattern": f"^{self._written.pattern}$", "examples": ["12.5"]} | kwargs.pop("metadata", {})
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(  # type: ignore[override]  # a string on the wire alone
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Decimal:
        if not isinstance(value, str) or not self._written.fullmatch(value):
            raise ValidationError(self.sentence)
        return Decimal(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else format(value.normalize(), "f")


class EntryCode(_Matching):
    pattern, sentence = _ENTRY, "须是目录编码，例如 C02。"


class PeriodText(fields.String):
    """``2023-11``, ``2023-Q4``, ``2023-H2`` or ``2023``."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        return _period(value)


class PeriodOrDay(PeriodText):
    """A period, or the day of an event in its place."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return str(Day().deserialize(value))
        return super()._deserialize(value, attr, data, **kwargs)


def _period(text: str) -> str:
    try:
        return str(Period.parse(text))
    except ValueError as error:
        raise ValidationError(str(error)) from None


class Day(fields.Date):
    """``YYYY-MM-DD``, in the years that the calendars know."""

    sentence = "须是日期，例如 2023-11-06。"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError(self.sentence)
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError(f"没有 {value} 这一天，请核对。") from None
        return _in_known_years(day)


class Moment(fields.DateTime):
    """RFC 3339 with offset; written on the clock of Asia/Shanghai. A day alone means its first instant there."""

    sentence = "须是带时区的时间，例如 2023-11-06T09:30:00+08:00。"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not (_DAY.fullmatch(value) or _MOMENT.fullmatch(value)):
            raise ValidationError(self.sentence)
        try:
            if _DAY.fullmatch(value):
                return start_of(_in_known_years(date.fromisoformat(value)))
            return _in_known_years(datetime.fromisoformat(value.upper()))
        except ValueError:
            raise ValidationError(f"没有 {value} 这个时间，请核对。") from None

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else local(value).isoformat(timespec="seconds")


def _in_known_years(value: DayOrMoment) -> DayOrMoment:
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise ValidationError(f"年份须在 {EARLIEST_YEAR} 至 {LATEST_YEAR} 之间。")
    return value


class PageQuery(Shape):
    """The two parameters that every list takes."""

    cursor = fields.String(load_default=None, metadata={"description": "上一页返回的 next_cursor"})
    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(1, LARGEST_LIMIT, error=f"须在 1 与 {LARGEST_LIMIT} 之间。"),
    )


class DivisionQuery(Shape):
    """Whose rows; who works in one township need not say."""

    division = DivisionCode(
        load_default=None, metadata={"description": "乡镇、村或社区的代码；只管理一个乡镇的可以不填"}
    )


def one_of(choices: Any, sentence: str | None = None) -> validate.OneOf:
    words = [str(getattr(choice, "value", choice)) for choice in choices]
    return validate.OneOf(words, error=sentence or f"须是以下之一：{'、'.join(words)}。")


def page_schema(row: type[Schema]) -> type[Schema]:
    """``{"data": [row, …], "next_cursor": "…" | null}``."""
    return Schema.from_dict(
        {"data": fields.List(fields.Nested(row)), "next_cursor": fields.String(allow_none=True)},
        name=row.__name__.removesuffix("Schema") + "Page",
    )


def list_schema(row: type[Schema]) -> type[Schema]:
    """``{"data": [row, …]}``, never paged."""
    return Schema.from_dict(
        {"data": fields.List(fields.Nested(row))}, name=row.__name__.removesuffix("Schema") + "List"
    )
