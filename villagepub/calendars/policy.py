"""Which years should be known by now and are not."""

from dataclasses import dataclass
from datetime import date

from villagepub.core.calendar_years import NATION
from villagepub.core.workdays import RegionalGap, WorkCalendar

DECEMBER = 12  # the notice of a year comes between October and early December of the year before
REMEDY = "请取得通知，由系统管理员用 calendar import 录入。"


@dataclass(frozen=True)
class Missing:
    """region: its division code, or NATION. sentence: for people, with the remedy."""

    region: str
    year: int
    sentence: str


def missing_years(calendar: WorkCalendar, today: date) -> list[Missing]:
    """The present year, from 1 December also the next one, and what a region lacks between its first year and these."""
    last = today.year + 1 if today.month == DECEMBER else today.year
    national = [_national(year) for year in range(today.year, last + 1) if year not in calendar.years]
    return national + [
        _regional(RegionalGap(region, year))
        for region in calendar.regions
        for year in region.missing(min(region.years), last)
    ]


def _national(year: int) -> Missing:
    sentence = f"{year} 年的放假通知未录入，涉及该年的期限都是暂定的。{REMEDY}"
    return Missing(NATION, year, sentence)


def _regional(gap: RegionalGap) -> Missing:
    sentence = f"{gap.sentence}，涉及该年的期限按全国安排计算，可能变动。{REMEDY}"
    return Missing(gap.region.code, gap.year, sentence)
