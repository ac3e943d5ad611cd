"""For which places and years there is a report."""

from datetime import datetime

from villagepub.core import clock
from villagepub.core.errors import Invalid
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import Level
from villagepub.divisions.models import Township
from villagepub.reports.form import FIRST_YEAR


def require_reportable(township: str, year: int, as_of: datetime) -> Township:
    """The township, when it has a report of the form in use on this year.

    Raises NotFound for a place that is not there; Invalid for one that is no township and for a year that has
    another form or has not begun.
    """
    require_township(township)
    if year < FIRST_YEAR:
        sentence = (
            f"{year} 年度不适用现行格式：2019、2020 年度按国办公开办函〔2019〕60号的另一种格式编制，"
            f"本系统提供 {FIRST_YEAR} 年度起的报告；更早的可以导入，用于核对结转和历年比较。"
        )
        raise Invalid(sentence, errors={"year": [sentence]})
    if year > clock.local(as_of).year:
        raise Invalid(errors={"year": [f"{year} 年还没有开始。"]})
    return divisions.get_township(township)


def require_township(code: str) -> None:
    """Raises NotFound for a place that is not there, Invalid for one that is no township."""
    if divisions.get_division(code).level != Level.TOWNSHIP:
        raise Invalid(errors={"division": ["年度报告以乡镇为单位，请填写乡镇的 12 位区划代码。"]})
