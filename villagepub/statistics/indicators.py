"""Indicators (指标): numbers made of items, each of which says what it adds to them. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from villagepub.core.rates import rate_of

NOT_ENTERED = "未填报"


class Indicator(StrEnum):
    TIMELINESS = "timeliness"
    COMPLETENESS = "completeness"
    COVERAGE = "coverage"
    RESPONSE = "response"
    RESPONSE_ON_TIME = "response_on_time"
    RETURNS = "returns"
    PRIVACY_SLIPS = "privacy_slips"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Indicator.TIMELINESS: "及时率",
    Indicator.COMPLETENESS: "完整率",
    Indicator.COVERAGE: "覆盖率",
    Indicator.RESPONSE: "回应率",
    Indicator.RESPONSE_ON_TIME: "按期回应率",
    Indicator.RETURNS: "退回率",
    Indicator.PRIVACY_SLIPS: "隐私差错",
}
FROM_LEDGERS = (Indicator.RESPONSE, Indicator.RESPONSE_ON_TIME)


class Status(StrEnum):
    """How a thing stands, beside the five of a duty."""

    PROVISIONAL = "provisional"  # 到期日暂定，不作判断
    PUBLISHED = "published"
    NOTHING_PUBLISHED = "nothing_published"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    IN_TIME = "in_time"
    LATE = "late"
    OVERDUE = "overdue"
    PENDING = "pending"
    TALLY = "tally"  # 合计登记
    DECLARED = "declared"  # 台账已申报填报完毕
    RETURNED = "returned"
    NOT_RETURNED = "not_returned"
    FOUND = "found"


STATUS_LABELS = {
    "fulfilled": "按期公开",
    "not_applicable": "不适用",
    "late": "逾期完成",
    "overdue": "逾期未完成",
    "pending": "未到期",
    "provisional": "到期日暂定，不作判断",
    "published": "有公开",
    "nothing_published": "没有公开",
    "answered": "已回应",
    "unanswered": "未回应",
    "in_time": "按期回应",
    "tally": "合计登记",
    "declared": "台账已申报填报完毕",
    "returned": "被退回过",
    "not_returned": "未被退回",
    "found": "公开后发现不得公开的内容",
    "not_there": "不再计入",
}


@dataclass(frozen=True)
class Item:
    """One thing that an indicator looks at.

    month: in which it counts, YYYY-MM; a year where no month is known.
    division: the village, or the township for what no village answers for.
    key: its name among the items of this indicator and division.
    counted, of: what it adds to the numerator and to the denominator; ``of`` is 0 where there is no verdict.
    due_on: YYYY-MM-DD. disclosure, ledger and row: where to look it up.
    """

    indicator: str
    month: str
    division: str
    key: str
    counted: int
    of: int
    status: str
    entry: str | None = None
    period: str | None = None
    due_on: str | None = None
    disclosure: str | None = None
    ledger: str | None = None

    @property
    def place(self) -> tuple[str, ...]:
        """Where it stands in the order of a list, and which it is."""
        return (self.indicator, self.division, self.month, self.key)

    @property
    def is_of_a_village(self) -> bool:
        return not self.division.endswith("000")

    @property
    def status_label(self) -> str:
        return STATUS_LABELS[self.status]

    @property
    def counts_in(self) -> str:
        """``numerator``, ``denominator`` (and not in the numerator), ``part`` of a tally, or ``none``."""
        if not self.of:
            return "numerator" if self.counted else "none"
        return {0: "denominator", self.of: "numerator"}.get(self.counted, "part")

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class Measure:
    """A number and what it is made of.

    None: nobody entered it. A count of slips has no denominator and no rate.
    provisional: how many items have no verdict because the day on which they are due may still move.
    """

    numerator: int | None
    denominator: int | None
    rate: str | None
    provisional: int = 0

    @property
    def has_a_rate(self) -> bool:
        return bool(self.denominator)


Measures = dict[Indicator, Measure]


def measures(items: Iterable[Item], *, ledger_is_entered: bool) -> Measures:
    """All indicators over items of one village or of many.

    ledger_is_entered: whether no complaint means that there was none; otherwise it is not known.
    """
    by_indicator: dict[str, list[Item]] = {indicator: [] for indicator in Indicator}
    for item in items:
        by_indicator[item.indicator].append(item)
    found = {indicator: _measure(indicator, by_indicator[indicator]) for indicator in Indicator}
    unknown = {} if ledger_is_entered else dict.fromkeys(FROM_LEDGERS, Measure(None, None, NOT_ENTERED))
    return found | unknown


def _measure(indicator: Indicator, items: Iterable[Item]) -> Measure:
    found = list(items)
    counted, of = sum(item.counted for item in found), sum(item.of for item in found)
    if indicator is Indicator.PRIVACY_SLIPS:
        return Measure(counted, None, None)
    return Measure(counted, of, rate_of(counted, of), sum(item.status == Status.PROVISIONAL for item in found))


def over_months(items: Iterable[Item]) -> list[Item]:
    """The items of several months as those of one period: what stands in two of them counts once.

    A village is covered when any month covers it; those of the last month are the villages of the period.
    """
    last: dict[str, str] = {}  # month, by township
    merged: dict[tuple[str, ...], Item] = {}
    for item in sorted(items, key=lambda item: item.month):
        name = (item.indicator, item.division, item.key)
        before = merged.get(name)
        merged[name] = item if before is None or item.counted >= before.counted else before
        if item.indicator == Indicator.COVERAGE:
            last[item.division[:9]] = item.month
            merged[name] = replace(merged[name], month=item.month)
    return sorted(
        (i for i in merged.values() if i.indicator != Indicator.COVERAGE or i.month == last[i.division[:9]]),
        key=lambda item: item.place,
    )
