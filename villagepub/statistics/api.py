"""Totals, times and closings."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask_smorest import Blueprint

from villagepub.core import clock, tenancy
from villagepub.core.errors import NotFound
from villagepub.core.fields import page_schema
from villagepub.core.paging import Page, PageRequest, page_of_rows
from villagepub.core.periods import Period
from villagepub.core.permissions import Permission, scope_of
from villagepub.divisions import queries as divisions
from villagepub.statistics import indicator_schemas, queries, schemas
from villagepub.statistics.indicators import Item, Measures
from villagepub.statistics.models import Closing
from villagepub.statistics.responses import list_responses
from villagepub.statistics.standings import Standings, list_behind, standings_of
from villagepub.web.guards import current_actor

blueprint = Blueprint("statistics", __name__, description="统计与封账")

_ITEMS = "/api/v1/statistics/indicators/{}/items?{}"


def _prefixes(code: str) -> tuple[str, ...]:
    return scope_of(current_actor(), Permission.READ_STATISTICS, divisions.prefix_of(code))


def _within(prefixes: tuple[str, ...], village: str) -> tuple[str, ...]:
    """One place of those asked for. Raises NotFound for any other."""
    if not tenancy.covers(prefixes, village):
        raise NotFound()
    return _prefixes(village)


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


@blueprint.get("/statistics/feedback")
@blueprint.arguments(schemas.SpanQuery, location="query")
@blueprint.response(200, schemas.ResponsesSchema)
def feedback_responses(query: Mapping[str, Any]) -> dict[str, Any]:
    """各村对群众反映（咨询、投诉）的答复，按月

    received、answered、rate 按收到的月份计，due、in_time、rate_in_time 按答复到期的月份计；已封账的月份不变。不分页。
    """
    prefixes = _prefixes(query["division"])
    rows = list_responses(prefixes, query["first"], query["last"], today=clock.today())
    return {"data": rows, "as_of": clock.now()}


@blueprint.get("/statistics/indicators")
@blueprint.arguments(indicator_schemas.IndicatorsQuery, location="query")
@blueprint.response(200, indicator_schemas.IndicatorsSchema)
def indicators(query: Mapping[str, Any]) -> dict[str, Any]:
    """及时率、完整率、覆盖率、回应率、按期回应率、退回率和隐私差错

    period 为月、季、半年或年。每个数字有分子、分母和 items：列出其背后每一项的地址。已封账的月份取封账时的数。
    """
    found = standings_of(_prefixes(query["division"]), Period.parse(query["period"]), today=clock.today())
    return _shown(found, query["division"], query["period"]) | {"as_of": clock.now()}


@blueprint.get("/statistics/indicators/<string:indicator>/items")
@blueprint.arguments(indicator_schemas.IndicatorItemsQuery, location="query")
@blueprint.response(200, page_schema(indicator_schemas.IndicatorItemSchema))
def indicator_items(query: Mapping[str, Any], indicator: str) -> Page[Item]:
    """一个指标背后的每一项：计入分子、只计入分母，或不作判断"""
    prefixes = _prefixes(query["division"])
    if query["village"] is not None:
        prefixes = _within(prefixes, query["village"])
    items = list_behind(indicator, prefixes, Period.parse(query["period"]), today=clock.today())
    return page_of_rows(items, indicator, _place_of, PageRequest(query["cursor"], query["limit"]))


@blueprint.get("/closings/<string:division>/<string:month>")
@blueprint.response(200, schemas.ClosingSchema)
def get_closing(division: str, month: str) -> Closing:
    """一个已封账的月份"""
    _prefixes(division)
    return queries.get_closing(division, month)


def _shown(found: Standings, division: str, period: str) -> dict[str, Any]:
    return {
        "division": division,
        "period": period,
        "state": "frozen" if found.is_frozen else "draft",
        "notice": found.notice,
        "months": found.months,
        "closed_months": found.closed,
        "not_entered": found.not_entered,
        "indicators": _indicators(found.whole, {"division": division, "period": period}),
        "villages": [
            {
                "village": each.village,
                "name": each.name,
                "indicators": _indicators(
                    each.measures, {"division": division, "period": period, "village": each.village}
                ),
            }
            for each in found.villages
        ],
    }


def _indicators(measures: Measures, query: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "key": indicator.value,
            "label": indicator.label,
            "numerator": measure.numerator,
            "denominator": measure.denominator,
            "rate": measure.rate,
            "provisional": measure.provisional,
            "items": _ITEMS.format(indicator.value, urlencode(query)),
        }
        for indicator, measure in measures.items()
    ]


def _place_of(item: Item) -> str:
    """In the order of the list: by division, month and key; the blank sorts before all that these hold."""
    return " ".join((item.division, item.month, item.key))
