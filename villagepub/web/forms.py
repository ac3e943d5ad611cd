"""What a form of a page brought, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from villagepub.core.errors import Invalid, Problem

OWN_FIELDS = frozenset({"form_token", "once"})


class Form:
    """The values to show in the fields of a form, with a sentence at each that is wrong.

    shown: the fields of the page by name, with their labels, in their order: the faults are told in the same.
    Faults of other fields stand in the summary alone, after them.
    """

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        problem: Problem | None = None,
        shown: Mapping[str, str] | None = None,
    ) -> None:
        self.values = values or {}
        self.shown = shown or {}
        faults: Mapping[str, Sequence[str]] = problem.errors if problem else {}
        self.errors = {name: faults[name] for name in (*self.shown, *faults) if name in faults}
        self.detail = problem.detail if problem and not problem.errors else ""

    @classmethod
    def sent(cls, problem: Problem, shown: Mapping[str, str]) -> "Form":
        """The form of this request again, with what was wrong; shown: its fields with their labels."""
        return cls(request.form, problem=problem, shown=shown)

    def __getitem__(self, name: str) -> str:
        value = self.values.get(name)
        return "" if value is None else str(value)

    def all(self, name: str) -> list[str]:
        """Every value of a field that can have several."""
        if isinstance(self.values, MultiDict):
            return self.values.getlist(name)
        value = self.values.get(name)
        several = value if isinstance(value, list | tuple | set | frozenset) else [value]
        return [str(each) for each in several if each is not None]


def read_form(schema: Schema) -> dict[str, Any]:
    """The fields of the request's form after a schema; a field left blank counts as not given.

    Raises Invalid with the faults by field.
    """
    return _loaded(schema, {name: values for name, values in request.form.lists() if name not in OWN_FIELDS})


def read_query(schema: Schema) -> dict[str, Any]:
    """The same of what the page's address says: the fields of a form that is sent with GET."""
    return _loaded(schema, dict(request.args.lists()))


def _loaded(schema: Schema, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    bodies: dict[str, Any] = {}
    for name, values in given.items():
        filled = [value.replace("\r\n", "\n") for value in values if value.strip()]
        if filled:
            bodies[name] = filled if isinstance(schema.fields.get(name), fields.List) else filled[-1]
    try:
        loaded: dict[str, Any] = schema.load(bodies, unknown=EXCLUDE)
    except ValidationError as error:
        faults = error.normalized_messages()
        raise Invalid(errors={name: _sentences(each) for name, each in faults.items()}) from None
    return loaded


def _sentences(faults: Any) -> list[str]:
    if isinstance(faults, Mapping):
        return [sentence for each in faults.values() for sentence in _sentences(each)]
    return [str(sentence) for sentence in faults]
