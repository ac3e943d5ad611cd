"""The interface as its OpenAPI document tells it, and a valid body or query for each operation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask

from tests.journeys import TOWNSHIP, VILLAGE

Json = dict[str, Any]

NOBODY = "0" * 26  # an id that no row has
METHODS = ("get", "post", "put", "delete")
VALUES: Json = {
    "entry": "C02",
    "village": VILLAGE,
    "division": TOWNSHIP,
    "code": VILLAGE,
    "basis_id": NOBODY,
    "period": "2023-10",
    "month": "2023-10",
    "first": "2023-10",
    "channel": "weibo",
    "url": "https://platform.example.gov.cn/hook",
    "year": 2022,
    "until": "2023-12-01T09:00:00+08:00",
    "event_on": None,
    "office": NOBODY,
    "filters": {"division": TOWNSHIP},
    "results": {"tpl-1": "accept"},
}


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    description: Json
    document: Json

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def body(self) -> Json | None:
        """The schema of its JSON body; None where it has none."""
        content = self.description.get("requestBody", {}).get("content", {})
        return self._resolve(content["application/json"]["schema"]) if "application/json" in content else None

    @property
    def takes_a_file(self) -> bool:
        return "multipart/form-data" in self.description.get("requestBody", {}).get("content", {})

    @property
    def query(self) -> dict[str, Json]:
        """``{parameter: description}``."""
        return {each["name"]: each for each in self.description.get("parameters", []) if each["in"] == "query"}

    def good_body(self, **changes: Any) -> Json:
        """The fields that must be there, and the changes."""
        schema = self.body or {}
        needed = {name: example(name, schema["properties"][name]) for name in schema.get("required", ())}
        return needed | changes

    def good_query(self, **changes: Any) -> Json:
        needed = {name: example(name, each["schema"]) for name, each in self.query.items() if each.get("required")}
        return needed | changes

    def url(self, **ids: str) -> str:
        """The path with ids in it; one that is not given is nobody's."""
        names = [part.split("}")[0] for part in self.path.split("{")[1:]]
        return self.path.format(**{name: ids.get(name, VALUES.get(name, NOBODY)) for name in names})

    def _resolve(self, schema: Json) -> Json:
        return dict(self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])


def operations(app: Flask) -> Iterator[Operation]:
    document = app.extensions["openapi_document"]
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield Operation(method, path, item[method], document)


def types_of(schema: Json) -> set[str]:
    kinds = schema.get("type", [])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def example(name: str, schema: Json) -> Any:
    """A value that the schema takes."""
    if name in VALUES:
        return VALUES[name]
    if "enum" in schema:
        return schema["enum"][0]
    if "26" in schema.get("pattern", ""):
        return NOBODY
    if "pattern" in schema:
        return "2023-10" if "1[0-2]" in schema["pattern"] else TOWNSHIP
    if "format" in schema:
        return {"date": "2023-11-01", "date-time": "2023-11-06T08:00:00+08:00"}[schema["format"]]
    kinds = types_of(schema) - {"null"}
    number = schema.get("minimum", 1)
    return {"integer": number, "boolean": False, "array": [], "object": {}, "string": "文字文字"}[kinds.pop()]
