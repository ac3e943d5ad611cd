"""Totals, times and closings."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from villagepub.core import clock
from villagepub.core.permissions import Permission, scope_of
from villagepub.divisions import queries as divisions
from villagepub.statistics import operations, queries, schemas
from villagepub.statistics.models import Closing
from villagepub.web.guards import current_actor

blueprint = Blueprint("statistics", __name__, description="统计与封账")


def _prefixes(code: str) -> tuple[str, ...]:
    return scope_of(current_actor(), Permission.READ_STATISTICS, divisions.prefix_of(code))


@blueprint.get("/statistics/monthly")
@blueprint.arguments(schemas.MonthlyQuery, location="query")
@blueprint.response(200, schemas.MonthlySchema)
def monthly(query: Mapping[str, Any]) -> dict[str, Any]:
    """按月、村、事项、类别或渠道汇总

    published 为净数；on_time 与 due 按到期月份计，未到期和不适用的不计。不分页。
    """
    prefixes, axes = _prefixes(query["division"]), query["axes"]
    by = queries.list_by_channel if "channel" in axes else queries.list_monthly
    return {"data": by(prefixes, query["first"], query["last"], axes), "as_of": clock.now()}


@blueprint.get("/statistics/review-times")
@blueprint.arguments(schemas.SpanQuery, location="query")
@blueprint.response(200, schemas.ReviewTimesSchema)
def review_times(query: Mapping[str, Any]) -> dict[str, Any]:
    """各环节办理时长（按办公时间计的小时数）"""
    times = queries.review_times(_prefixes(query["division"]), query["first"], query["last"])
    return {"data": times, "as_of": clock.now()}


@blueprint.post("/closings")
@blueprint.arguments(schemas.ClosingBody)
@blueprint.response(201, schemas.ClosingSchema)
def close_month(body: Mapping[str, Any]) -> Closing:
    """封账：该月从此不变，之后发现的问题计入发现当月"""
    return operations.close_month(actor=current_actor(), division=body["division"], month=body["month"])


@blueprint.get("/closings/<string:division>/<string:month>")
@blueprint.response(200, schemas.ClosingSchema)
def get_closing(division: str, month: str) -> Closing:
    """一个已封账的月份"""
    _prefixes(division)
    return queries.get_closing(division, month)
