"""Calendars, for signed-in people. Nobody changes one here: years come by the command."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from villagepub.calendars import listing, queries, schemas
from villagepub.calendars.listing import ShownCalendar
from villagepub.calendars.models import DeadlineMove
from villagepub.core.fields import page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.permissions import Permission, scope_of
from villagepub.divisions import queries as divisions
from villagepub.web.guards import current_actor

blueprint = Blueprint("calendars", __name__, description="工作日历")


@blueprint.get("/calendars")
@blueprint.arguments(schemas.CalendarQuery, location="query")
@blueprint.response(200, schemas.CalendarSchema)
def get_calendar(query: Mapping[str, Any]) -> ShownCalendar:
    """放假和调休的日子，各年的通知和版本，以及还缺哪些年份

    days_off、days_worked 只列与平常周末不同的日子。不写 division 只有全国的。
    """
    return listing.shown_calendar(current_actor(), query["division"], query["year"])


@blueprint.get("/calendars/moves")
@blueprint.arguments(schemas.MovesQuery, location="query")
@blueprint.response(200, page_schema(schemas.MoveSchema))
def list_moves(query: Mapping[str, Any]) -> Page[DeadlineMove]:
    """日历变动后重算而改变的到期日，最新的在前；reason 是途中的放假和调休及其通知"""
    division = query["division"] and divisions.prefix_of(query["division"])
    prefixes = scope_of(current_actor(), Permission.READ_CALENDARS, division)
    page = PageRequest(query["cursor"], query["limit"])
    return queries.list_moves(prefixes, page, subject=query["subject"])
