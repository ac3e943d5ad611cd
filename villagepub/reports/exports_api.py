"""Exports as files."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from villagepub.core.permissions import Permission, scope_of
from villagepub.core.tabular import MEDIA_TYPES
from villagepub.divisions import queries as divisions
from villagepub.reports import monthly
from villagepub.statistics.schemas import SpanQuery
from villagepub.web.files import bytes_response
from villagepub.web.guards import current_actor

blueprint = Blueprint("exports", __name__, description="导出")


def _span(query: Mapping[str, Any]) -> tuple[tuple[str, ...], str, str]:
    prefixes = scope_of(current_actor(), Permission.EXPORT, divisions.prefix_of(query["division"]))
    return prefixes, query["first"], query["last"]


def _name(query: Mapping[str, Any], ending: str) -> str:
    place = divisions.get_division(query["division"]).name
    return f"{place}村务公开月报 {query['first']} 至 {query['last']}.{ending}"


@blueprint.get("/exports/monthly.csv")
@blueprint.arguments(SpanQuery, location="query")
@blueprint.response(200, content_type="text/csv")
def monthly_csv(query: Mapping[str, Any]) -> Response:
    """月报，CSV（UTF-8 带 BOM，可直接用 Excel 打开）"""
    data = "".join(monthly.as_csv(*_span(query))).encode()
    return bytes_response(data, _name(query, "csv"), MEDIA_TYPES["csv"])


@blueprint.get("/exports/monthly.xlsx")
@blueprint.arguments(SpanQuery, location="query")
@blueprint.response(200, content_type=MEDIA_TYPES["xlsx"])
def monthly_xlsx(query: Mapping[str, Any]) -> Response:
    """月报，XLSX"""
    place = divisions.get_division(query["division"]).name
    data = monthly.as_xlsx(*_span(query), place)
    return bytes_response(data, _name(query, "xlsx"), MEDIA_TYPES["xlsx"])
