"""Pure questions about a disclosure."""

from datetime import date

from villagepub.catalogue.models import CatalogueEntry
from villagepub.catalogue.terms import Frequency, Privacy
from villagepub.core.periods import Period

AUDIENCE_PUBLIC, AUDIENCE_VILLAGERS = "public", "villagers"


def default_audience(entry: CatalogueEntry) -> str:
    return AUDIENCE_VILLAGERS if entry.privacy == Privacy.VILLAGERS_ONLY else AUDIENCE_PUBLIC


def faults_of_fields(
    entry: CatalogueEntry, *, period: str | None, event_on: date | None, audience: str, today: date
) -> dict[str, list[str]]:
    """What the fields of a disclosure get wrong about its entry: ``{field: [sentence]}``, empty when nothing."""
    faults: dict[str, list[str]] = {}
    if (period is None) == (event_on is None):
        faults["period"] = ["周期和事件日期须填且只填一项。"]
    elif period is not None:
        faults |= _of_period(entry, Period.parse(period), today)
    elif event_on is not None:
        faults |= _of_event(entry, event_on, today)
    return faults | faults_of_audience(entry, audience)


def faults_of_audience(entry: CatalogueEntry, audience: str) -> dict[str, list[str]]:
    if entry.privacy == Privacy.VILLAGERS_ONLY and audience != AUDIENCE_VILLAGERS:
        return {"audience": [f"{entry.name}只对本村村民公开，请把公开范围改为“本村村民”。"]}
    return {}


def _of_period(entry: CatalogueEntry, period: Period, today: date) -> dict[str, list[str]]:
    if Frequency(period.kind) not in entry.frequencies:
        return {"period": [_expected(entry)]}
    if period.first_day > today:
        return {"period": ["这一周期还没有开始。"]}
    return {}


def _of_event(entry: CatalogueEntry, event_on: date, today: date) -> dict[str, list[str]]:
    if entry.frequency != Frequency.ON_EVENT:
        return {"event_on": [_expected(entry)]}
    if event_on > today:
        return {"event_on": ["事件日期不能晚于今天。"]}
    return {}


_EXAMPLES = {
    Frequency.MONTHLY: "月份，如 2023-11",
    Frequency.QUARTERLY: "季度，如 2023-Q4",
    Frequency.HALF_YEARLY: "半年，如 2023-H2",
    Frequency.YEARLY: "年度，如 2023",
}


def _expected(entry: CatalogueEntry) -> str:
    allowed = [_EXAMPLES[frequency] for frequency in entry.frequencies]
    if entry.frequency == Frequency.ON_EVENT:
        allowed.append("或填事件日期 event_on")
    return f"{entry.name}的周期须是{'，'.join(allowed)}。"
