"""The fields of a form, made from the schema that the interface reads the same act by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields

from villagepub.core import clock
from villagepub.core.errors import Invalid
from villagepub.core.fields import Day, Flag, Id, LongText, Moment, Money, Month, PeriodText, Reference
from villagepub.ledgers.imports import load, wire_value
from villagepub.ledgers.schemas import Choice

Options = Sequence[tuple[str, str]]
YES_OR_NO: Options = (("true", "是"), ("false", "否"))
_KINDS: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (LongText, "area"),
    (Day, "day"),
    (Moment, "moment"),
    (Month, "month"),
    (fields.List, "ticks"),
    (fields.Integer, "number"),
    (Money, "amount"),
    (PeriodText, "period"),
    (Id, "id"),
    (Reference, "id"),
)
_FEW_LINES = 500
"""Signs of a text that a field of few lines is high enough for."""


@dataclass(frozen=True)
class Input:
    """kind: text, lines, area, day, moment, month, period, number, amount, id, choice, ticks, file or hidden.

    empty: the word for no choice.
    """

    name: str
    label: str
    kind: str = "text"
    hint: str | None = None
    optional: bool = False
    options: Options = ()
    empty: str | None = None

    @property
    def may_be_blank(self) -> bool:
        """In a file, where a choice without a word for none has its first one by itself."""
        return self.optional or (self.kind == "choice" and self.empty is None)


def inputs_of(
    schema: Schema,
    labels: Mapping[str, str] | None = None,
    *,
    options: Mapping[str, Options] | None = None,
    skip: Collection[str] = (),
    hints: Mapping[str, str] | None = None,
    empty: str = "请选择",
) -> list[Input]:
    """labels, options, hints: by the name on the wire; a field's own title, words and description otherwise."""
    return [
        _input(name, each, labels or {}, options or {}, hints or {}, empty)
        for name, each in named_fields(schema).items()
        if name not in skip and not each.dump_only
    ]


def named_fields(schema: Schema) -> dict[str, fields.Field[Any]]:
    """By the name on the wire."""
    return {each.data_key or name: each for name, each in schema.fields.items()}


def _input(
    name: str,
    field: fields.Field[Any],
    labels: Mapping[str, str],
    options: Mapping[str, Options],
    hints: Mapping[str, str],
    empty: str,
) -> Input:
    offered = options.get(name) or _offered(field)
    kind = next((kind for shape, kind in _KINDS if isinstance(field, shape)), "text")
    if offered and kind != "ticks":
        kind = "choice"
    if isinstance(field, LongText) and field.longest <= _FEW_LINES:
        kind = "lines"
    preset = isinstance(field, Flag) and field.load_default is False
    label = labels.get(name) or field.metadata.get("title") or name
    hint = hints.get(name, None if offered else _sentence(field.metadata.get("description")))
    return Input(
        name=name,
        label=label,
        kind=kind,
        hint=hint if hint != _sentence(label) else None,
        optional=not field.required and not preset,
        options=tuple(reversed(offered)) if preset else offered,
        empty=None if preset else "请选择" if field.required else empty,
    )


def _sentence(description: str | None) -> str | None:
    return f"{description}。" if description and not description.endswith("。") else description


def _offered(field: fields.Field[Any]) -> Options:
    if isinstance(field, Choice):
        return tuple(field.labels.items())
    return YES_OR_NO if isinstance(field, Flag) else ()


def read(schema: Schema, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What a form brought, after a schema; a blank field counts as not given.

    given: the values of each field, written as people write them: days, times of Asia/Shanghai, whole numbers.
    Raises Invalid with the faults by field.
    """
    body: dict[str, Any] = {}
    for name, field in named_fields(schema).items():
        if filled := [value.replace("\r\n", "\n") for value in given.get(name, ()) if value.strip()]:
            body[name] = filled if isinstance(field, fields.List) else wire_value(field, filled[-1])
    try:
        return dict(load(schema, body))
    except ValidationError as error:
        raise Invalid(errors={name: _sentences(each) for name, each in error.messages_dict.items()}) from None


def _sentences(faults: Any) -> list[str]:
    if isinstance(faults, Mapping):
        return [sentence for each in faults.values() for sentence in _sentences(each)]
    return [str(sentence) for sentence in faults]


def written(value: Any) -> str | list[str]:
    """A value as the field of a form holds it."""
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return "" if value is None else str(value)
