"""The description of the interface: OpenAPI 3.1, completed with what every route shares."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Api, Blueprint
from werkzeug.exceptions import HTTPException

from villagepub.core.errors import Problem
from villagepub.web.arguments import StrictParser

PROBLEM = "application/problem+json"
ALWAYS = (404, 429, 503)
OF_A_BODY = (400, 413, 415, 422)
OF_A_CHANGE = (409,)
SIGNED_IN = (401, 403)

Blueprint.ARGUMENTS_PARSER = StrictParser()  # of every blueprint: no feature may read its requests another way


class DescribedApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's Api that answers refusals as problems and serves no page of its own."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        from villagepub.web.problems import of_http

        return of_http(error)

    def document(self, secured: Mapping[str, bool]) -> dict[str, Any]:
        """The whole document.

        secured: for each tag (the blueprint's name), whether its routes need an access token.
        """
        document: dict[str, Any] = self.spec.to_dict()
        document["components"] = document.get("components", {}) | {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "responses": {"Problem": _problem_response()},
        }
        document["components"].setdefault("schemas", {}).pop("Error", None)
        for operations in document["paths"].values():
            for method, operation in operations.items():
                if isinstance(operation, dict) and "responses" in operation:
                    _complete(method, operation, secured[operation["tags"][0]])
        return document


def _complete(method: str, operation: dict[str, Any], secured: bool) -> None:
    operation["security"] = [{"bearer": []}] if secured else []
    responses = operation["responses"]
    for status in [status for status in responses if not str(status).startswith(("2", "3"))]:
        del responses[status]
    for status in _refusals(method, operation, secured):
        responses[str(status)] = {"$ref": "#/components/responses/Problem"}
    responses["default"] = {"$ref": "#/components/responses/Problem"}
    if method == "post" and secured:
        operation.setdefault("parameters", []).append(_idempotency_key())


def _refusals(method: str, operation: Mapping[str, Any], secured: bool) -> list[int]:
    statuses = set(ALWAYS)
    if secured:
        statuses |= set(SIGNED_IN)
    if method != "get":
        statuses |= set(OF_A_CHANGE)
    if "requestBody" in operation:
        statuses |= set(OF_A_BODY)
    if operation.get("parameters"):
        statuses.add(422)
    if operation.get("x-if-match"):
        statuses |= {412, 428}
    return sorted(statuses | set(operation.get("x-problems", ())))


def _idempotency_key() -> dict[str, Any]:
    return {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "description": "同一个键与同样的内容只生效一次，重试得到原来的答复。",
    }


def _problem_response() -> dict[str, Any]:
    members = {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "可以直接展示的中文说明"},
        "code": {"type": "string", "enum": sorted(Problem.known)},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "request_id": {"type": ["string", "null"]},
    }
    required = ["type", "title", "status", "detail", "code", "request_id"]
    schema = {"type": "object", "properties": members, "required": required}
    return {"description": "办不成的原因（RFC 9457）", "content": {PROBLEM: {"schema": schema}}}
