"""Reports, for the township's staff."""

from typing import Any

from flask_smorest import Blueprint

from villagepub.core import clock
from villagepub.core.permissions import Permission, require
from villagepub.reports import annual, schemas
from villagepub.web.guards import current_actor

blueprint = Blueprint("reports", __name__, description="报告")


@blueprint.get("/reports/annual/<string:division>/<int:year>")
@blueprint.response(200, schemas.AnnualReportSchema)
@blueprint.doc(**{"x-problems": [422]})
def get_annual_report(division: str, year: int) -> dict[str, Any]:
    """年度报告的数据

    每个数字带统计时间和查询地址；没有填报的数字为 null，entered 为 false。提供 2021 年度起的报告。
    """
    require(current_actor(), Permission.READ_REPORTS, division)
    return annual.annual_report(division, year, as_of=clock.now())
