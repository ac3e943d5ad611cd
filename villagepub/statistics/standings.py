"""Indicators as they are shown: for the whole of a place and for each of its villages, with where they come from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from villagepub.core import tenancy
from villagepub.core.errors import Invalid, NotFound
from villagepub.core.periods import Period
from villagepub.divisions import queries as divisions
from villagepub.statistics import gathering
from villagepub.statistics.indicators import FROM_LEDGERS, Indicator, Item, Measure, Measures, measures

DRAFT = "草稿，未封账"


@dataclass(frozen=True)
class VillageStanding:
    village: str
    name: str
    measures: Measures


@dataclass(frozen=True)
class Standings:
    """Indicators of a place in a period, and the items that they are sums of.

    months: those that have begun. closed: of these, the ones that every township of the place has closed.
    not_entered: townships in whose ledgers nobody has entered any complaint of the period.
    """

    items: list[Item]
    whole: Measures
    villages: list[VillageStanding]
    months: list[str]
    closed: list[str]
    not_entered: list[str]

    @property
    def is_frozen(self) -> bool:
        return self.months == self.closed

    @property
    def notice(self) -> str | None:
        """What has to stand on every output until all is closed."""
        return None if self.is_frozen else DRAFT


def standings_of(prefixes: tuple[str, ...], period: Period, *, today: date) -> Standings:
    """Raises Invalid for a period that has not begun."""
    _require_begun(period, today)
    items = gathering.list_items(prefixes, period, today=today)
    months = gathering.months_of(period, today)
    frozen = gathering.frozen_months(prefixes, months)
    townships = sorted({village.township_code for village in divisions.list_disclosing(prefixes)})
    keeping = [township for township in townships if tenancy.covers(prefixes, township)]  # a village has no ledger
    not_entered = _without_complaints(items, keeping)
    return Standings(
        items=items,
        whole=measures(items, ledger_is_entered=not_entered != keeping or not keeping),
        villages=_villages(items, not_entered),
        months=months,
        closed=[month for month in months if townships and all((each, month) in frozen for each in townships)],
        not_entered=not_entered,
    )


def response_in(township: str, month: str, *, today: date) -> Measure:
    """回应率 of a month that is not closed, as ``standings_of`` finds it."""
    items = gathering.list_responses((divisions.prefix_of(township),), month, today=today)
    return measures(items, ledger_is_entered=not _without_complaints(items, [township]))[Indicator.RESPONSE]


def list_behind(indicator: str, prefixes: tuple[str, ...], period: Period, *, today: date) -> list[Item]:
    """What one indicator of a place and period is the sum of.

    Raises NotFound for what is no indicator, Invalid for a period that has not begun.
    """
    if indicator not in list(Indicator):
        raise NotFound()
    _require_begun(period, today)
    return [item for item in gathering.list_items(prefixes, period, today=today) if item.indicator == indicator]


def _require_begun(period: Period, today: date) -> None:
    if period.first_day > today:
        raise Invalid(errors={"period": ["这一时段还没有开始，请改查已经开始的时段。"]})


def _without_complaints(items: Iterable[Item], townships: Iterable[str]) -> list[str]:
    """Whose ledgers say nothing of complaints, not even that there were none."""
    entered = {item.division[:9] for item in items if item.indicator in FROM_LEDGERS}
    return [township for township in townships if township[:9] not in entered]


def _villages(items: Iterable[Item], not_entered: Iterable[str]) -> list[VillageStanding]:
    """Every village of which anything is known, by code."""
    by_village: dict[str, list[Item]] = {}
    for item in items:
        if item.is_of_a_village:
            by_village.setdefault(item.division, []).append(item)
    names = divisions.names_of(set(by_village))
    silent = {township[:9] for township in not_entered}
    return [
        VillageStanding(village, names[village], measures(found, ledger_is_entered=village[:9] not in silent))
        for village, found in sorted(by_village.items())
    ]
