"""The annual report of a township: its first part as figures, each with its as-of time and its query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from villagepub.core import clock
from villagepub.core.errors import Invalid
from villagepub.core.rates import rate_of
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import Level
from villagepub.divisions.models import Township
from villagepub.ledgers import form
from villagepub.ledgers import queries as ledgers
from villagepub.reports.rates import Answers, check_rates
from villagepub.statistics import queries as statistics

FIRST_YEAR = 2021
BASIS = "国办公开办函〔2021〕30号"
BASIS_TITLE = (
    f"《国务院办公厅政府信息与政务公开办公室关于印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知》（{BASIS}）"
)
API = "/api/v1"

Json = dict[str, Any]


def annual_report(township_code: str, year: int, *, as_of: datetime) -> Json:
    """The report as JSON values.

    as_of: the present instant, which every figure carries.
    Raises NotFound for a place that is not there; Invalid for one that is no township and for a year that has
    another form or has not begun.
    """
    township = _township(township_code)
    _require_year(year, clock.local(as_of).date())
    source = _Source(township, year, as_of)
    complaints = _complaints(source)
    return {
        "division": township.code,
        "year": year,
        "title": f"{township.full_name}{year}年政府信息公开工作年度报告",
        "publisher": township.publisher,
        "basis": BASIS,
        "basis_title": BASIS_TITLE,
        "period": {"from": source.first_day.isoformat(), "to": source.last_day.isoformat()},
        "as_of": source.stamp,
        "part_one": {
            "channels": _channels(source),
            "complaints": complaints,
            "applications": _applications(source),
            "reconsiderations": _reconsiderations(source),
            "villages_on_platform": _villages(source),
            "trainings": _trainings(source),
        },
        "checks": [check_rates(_answers(complaint) for complaint in complaints)],
    }


@dataclass(frozen=True)
class _Source:
    """For whom, for which year and when the figures are taken."""

    township: Township
    year: int
    taken_at: datetime

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 12, 31)

    @property
    def stamp(self) -> str:
        return clock.local(self.taken_at).isoformat(timespec="seconds")

    @property
    def prefix(self) -> str:
        return divisions.prefix_of(self.township.code)

    def figure(self, key: str, label: str, value: int | str | None, query: Json) -> Json:
        return {
            "key": key,
            "label": label,
            "value": value,
            "entered": value is not None,
            "as_of": self.stamp,
            "query": query,
        }

    def of_ledger(self, key: str, label: str, figure: ledgers.Figure) -> Json:
        return self.figure(key, label, figure.value, self.ledger_query(figure))

    def ledger_query(self, figure: ledgers.Figure) -> Json:
        """The list of the rows behind a figure; ``also`` where two ledgers have some."""
        queries = [
            _query(backing.path, ledger=backing.ledger, filters=dict(backing.filters)) for backing in figure.backing
        ]
        return queries[0] | {"also": queries[1:]}

    def disputes_query(self, kinds: Sequence[str]) -> Json:
        whose = {"division": self.township.code, "year": str(self.year), "voided": "false"}
        name = "reconsiderations"
        queries = [_query(f"/{name}", ledger=name, filters=whose | {"kind": kind}) for kind in kinds]
        return queries[0] | {"also": queries[1:]}

    def declarations_query(self, ledger: str) -> Json:
        """A ledger whose rows are not counted here says 0 by its declaration alone."""
        filters = {"division": self.township.code}
        return _query(f"/ledgers/{ledger}/declarations", ledger=ledger, filters=filters) | {"also": []}


def _query(path: str, *, filters: dict[str, str], ledger: str | None = None, source: str | None = None) -> Json:
    """ledger: where the rows lie; source: for figures that the program counts itself."""
    origin = {"ledger": ledger} if ledger else {"source": source}
    address = f"{API}{path}?{urlencode(filters)}" if filters else f"{API}{path}"
    return origin | {"filters": filters, "path": address}


def _channels(source: _Source) -> list[Json]:
    """What each channel of the township's own list published, the list's order kept."""
    by_hand = ledgers.count_posts_by_channel(source.township.code, source.year)
    figures = []
    for channel in ledgers.list_channels(source.township.code):
        if channel.counted_from_disclosures:
            figures.append(_published_here(source, channel.key, channel.name))
        else:
            figure = by_hand[channel.key]
            figures.append(source.of_ledger(channel.key, channel.name, figure))
    return figures


def _published_here(source: _Source, key: str, label: str) -> Json:
    first, last = f"{source.year}-01", f"{source.year}-12"
    value = statistics.count_published((source.prefix,), first, last)
    filters = {"division": source.township.code, "from": first, "to": last, "by": "month,village"}
    query = _query("/statistics/monthly", source="statistics", filters=filters) | {"also": []}
    return source.figure(key, label, value, query)


def _complaints(source: _Source) -> list[Json]:
    """The channels that take complaints, then every other source that has some."""
    counted = ledgers.count_complaints_by_source(source.township.code, source.year)
    channels = ledgers.list_channels(source.township.code)
    names = {c.key: c.name for c in channels if c.takes_complaints and c.key in counted}
    others = {key: each.label for key, each in counted.items() if each.received.value and key not in names}
    return [_complaint(source, key, name, counted[key]) for key, name in (names | others).items()]


def _complaint(source: _Source, key: str, name: str, counted: ledgers.ComplaintFigures) -> Json:
    received, answered = counted.received.value, counted.answered.value
    rate = None if received is None or answered is None else rate_of(answered, received)
    query = source.ledger_query(counted.received)
    return {
        "source": key,
        "label": name,
        "received": source.of_ledger("received", f"{name}投诉收到件数", counted.received),
        "answered": source.of_ledger("answered", f"{name}投诉回应件数", counted.answered),
        "rate": source.figure("rate", f"{name}投诉回复率", rate, query),
    }


def _answers(complaint: Json) -> Answers:
    values = {name: complaint[name]["value"] for name in ("received", "answered", "rate")}
    return Answers(label=complaint["label"], **values)


_APPLICATIONS = {
    "received": "本年新收政府信息公开申请",
    "carried_over_from_last_year": "上年结转政府信息公开申请",
    "carried_over_to_next_year": "结转下年度继续办理",
}
_RECONSIDERATIONS = {
    "reconsiderations": ("行政复议", ("reconsideration",)),
    "litigations": ("行政诉讼", ("direct_suit", "suit_after_reconsideration")),
}


def _applications(source: _Source) -> list[Json]:
    """0 once the ledger is declared complete, not entered before: its rows are not counted here."""
    value = ledgers.count_elsewhere(source.township.code, "applications", source.year).value
    query = source.declarations_query("applications")
    return [source.figure(key, label, value, query) for key, label in _APPLICATIONS.items()]


def _reconsiderations(source: _Source) -> list[Json]:
    """Each with all its outcomes, pending ones among them; not entered while one of those is not."""
    counted = form.count_disputes(source.township.code, source.year)
    figures = []
    for key, (label, kinds) in _RECONSIDERATIONS.items():
        parts = [counted[kind, outcome].value for kind in kinds for outcome in form.DISPUTE_OUTCOMES]
        entered = [part for part in parts if part is not None]
        value = sum(entered) if len(entered) == len(parts) else None
        figures.append(source.figure(key, label, value, source.disputes_query(kinds)))
    return figures


def _villages(source: _Source) -> Json:
    """Villages, not communities, that disclose here on the year's last day, or today before it."""
    day = min(source.last_day, clock.local(source.taken_at).date())
    value = sum(
        place.level == Level.VILLAGE and place.on_platform_from is not None and place.on_platform_from <= day
        for place in divisions.list_disclosing((source.prefix,))
    )
    query = _query(f"/divisions/{source.township.code}/children", source="divisions", filters={}) | {"also": []}
    return source.figure("villages_on_platform", "纳入村务公开小程序的村", value, query)


def _trainings(source: _Source) -> Json:
    figure = ledgers.count_trainings(source.township.code, source.year)
    return source.of_ledger("trainings", "村务公开培训次数", figure)


def _township(code: str) -> Township:
    if divisions.get_division(code).level != Level.TOWNSHIP:
        raise Invalid(errors={"division": ["年度报告以乡镇为单位，请填写乡镇的 12 位区划代码。"]})
    return divisions.get_township(code)


def _require_year(year: int, today: date) -> None:
    if year < FIRST_YEAR:
        sentence = (
            f"{year} 年度不适用现行格式：2019、2020 年度按国办公开办函〔2019〕60号的另一种格式编制，"
            f"本系统提供 {FIRST_YEAR} 年度起的报告。"
        )
        raise Invalid(sentence, errors={"year": [sentence]})
    if year > today.year:
        raise Invalid(errors={"year": [f"{year} 年还没有开始。"]})
