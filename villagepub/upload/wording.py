"""How an uploader is told what is owed, and the words of a report that there is nothing to report."""

from datetime import date

from villagepub.core.periods import Period
from villagepub.core.prose import day_text
from villagepub.disclosures.fulfilment import DutyStatus

DUTIES: dict[DutyStatus, tuple[str, str]] = {
    DutyStatus.PENDING: ("待公开", "info"),
    DutyStatus.OVERDUE: ("逾期未公开", "bad"),
    DutyStatus.FULFILLED: ("已按期公开", "good"),
    DutyStatus.LATE: ("逾期公开", "warn"),
    DutyStatus.NOT_APPLICABLE: ("不适用", "plain"),
}


def period_words(text: str) -> str:
    """``2023年10月``, ``2023年第4季度``, or of an event ``2023年11月6日``."""
    if len(text) == len("2023-11-06"):
        return day_text(date.fromisoformat(text))
    return Period.parse(text).in_words


def title_for(village: str, entry: str, period: str) -> str:
    """What a disclosure is called unless the uploader says better."""
    return f"{village}{period_words(period)}{entry}"


def nothing_for(village: str, entry: str, period: str) -> tuple[str, str]:
    """The title and the text, in the notation, of a report that there was nothing."""
    text = f"{period_words(period)}，{village}没有属于“{entry}”的事项，特此公开说明。"
    return f"{title_for(village, entry, period)}（无此类事项）", text
