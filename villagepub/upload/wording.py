"""How an uploader is told what is owed, and the words of a report that there is nothing to report."""

from villagepub.disclosures.fulfilment import DutyStatus
from villagepub.layout import wording

DUTIES: dict[DutyStatus, tuple[str, str]] = {
    DutyStatus.PENDING: ("待公开", "info"),
    DutyStatus.OVERDUE: ("逾期未公开", "bad"),
    DutyStatus.FULFILLED: ("已按期公开", "good"),
    DutyStatus.LATE: ("逾期公开", "warn"),
    DutyStatus.NOT_APPLICABLE: ("不适用", "plain"),
}


def title_for(village: str, entry: str, period: str) -> str:
    """What a disclosure is called unless the uploader says better."""
    return f"{village}{wording.period(period)}{entry}"


def nothing_for(village: str, entry: str, period: str) -> tuple[str, str]:
    """The title and the text, in the notation, of a report that there was nothing."""
    text = f"{wording.period(period)}，{village}没有属于“{entry}”的事项，特此公开说明。"
    return f"{title_for(village, entry, period)}（无此类事项）", text
