"""Exports as files."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from villagepub.core.permissions import Permission, scope_of
from villagepub.divisions import queries as divisions
from villagepub.reports import monthly
from villagepub.statistics.schemas import SpanQuery
from villagepub.web.files import file_response
from villagepub.web.guards import current_actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

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
    text = "".join(monthly.as_csv(*_span(query)))
    return file_response(iter([text.encode()]), _name(query, "csv"), "text/csv; charset=utf-8")


@blueprint.get("/exports/monthly.xlsx")
@blueprint.arguments(SpanQuery, location="query")
@blueprint.response(200, content_type=XLSX)
def monthly_xlsx(query: Mapping[str, Any]) -> Response:
    """月报，XLSX"""
    place = divisions.get_division(query["division"]).name
    data = monthly.as_xlsx(*_span(query), place)
    return file_response(iter([data]), _name(query, "xlsx"), XLSX, len(data))
