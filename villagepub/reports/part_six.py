"""Part six: fees for handling information, what else the township reports, and whom to ask.

Whether fees were charged has to be said also where none were (国办函〔2020〕109号).
"""

from decimal import Decimal

from villagepub.reports.figures import Json, Source, money


def fees_figure(source: Source) -> Json:
    """The fees that were charged in the year, in 元; None while that is not entered."""
    amount, _ = _fees(source)
    return source.figure("fees", "信息处理费（元）", money(amount), source.applications_query(fee="charged"))


def _fees(source: Source) -> tuple[Decimal | None, int]:
    """The amount, and how many applications were charged for."""
    return None, 0
