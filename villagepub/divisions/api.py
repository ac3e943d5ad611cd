"""Places, for signed-in people; the public has its own door."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from villagepub.core.fields import list_schema
from villagepub.divisions import queries
from villagepub.divisions.models import Division
from villagepub.divisions.schemas import ChildrenQuery, DivisionSchema

blueprint = Blueprint("divisions", __name__, description="区划")


@blueprint.get("/divisions/<string:code>")
@blueprint.response(200, DivisionSchema)
def get_division(code: str) -> Division:
    """一个区划

    区划代码是公开信息，任何登录的人都可以读。
    """
    return queries.get_division(code)


@blueprint.get("/divisions/<string:code>/children")
@blueprint.arguments(ChildrenQuery, location="query")
@blueprint.response(200, list_schema(DivisionSchema))
def list_children(query: Mapping[str, Any], code: str) -> dict[str, list[Division]]:
    """下一级区划"""
    return {"data": queries.list_children(queries.get_division(code).code, **query)}
