"""Part six: fees for handling information, beside what else the township reports and whom to ask.

Whether fees were charged has to be said also where none were (国办函〔2020〕109号).
"""

from villagepub.applications.form import count_fees
from villagepub.reports.figures import Json, Source, money


def fees_figure(source: Source) -> Json:
    """The fees that were paid in the year, in 元; None while that is not entered."""
    counted = count_fees(source.township.code, source.year)
    return source.figure("fees", "信息处理费（元）", money(counted.amount), source.fees_query())
