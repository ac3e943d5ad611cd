"""The figures of part one: what each channel published, complaints, applications, villages, trainings, supervision."""

from datetime import date

from villagepub.core import clock
from villagepub.core.rates import rate_of
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import Level
from villagepub.ledgers import form as ledger_form
from villagepub.ledgers import queries as ledgers
from villagepub.ledgers.labels import RESULT_KINDS
from villagepub.reports import part_four, part_three
from villagepub.reports.figures import Json, Source, query_of, rows_of
from villagepub.reports.form import CARRIED_IN, CARRIED_OUT, CLOSED, NEW, SUM_OF_OUTCOMES, TOTAL
from villagepub.statistics import queries as statistics

_APPLICATIONS = {
    "received": ("本年新收政府信息公开申请", NEW),
    "carried_over_from_last_year": ("上年结转政府信息公开申请", CARRIED_IN),
    "closed": ("本年度办结政府信息公开申请", CLOSED),
    "carried_over_to_next_year": ("结转下年度继续办理", CARRIED_OUT),
}


def figures_of_part_one(source: Source, third: Json, fourth: Json) -> Json:
    """third, fourth: parts three and four as printed, whose totals part one repeats."""
    return {
        "channels": _channels(source),
        "complaints": _complaints(source),
        "applications": _applications(source, third),
        "reconsiderations": _disputes(source, fourth),
        "villages_on_platform": _villages(source),
        "trainings": _trainings(source),
        "results": _results(source),
        "inspections": _inspections(source),
    }


def _channels(source: Source) -> list[Json]:
    """What each channel of the township's own list published, the list's order kept.

    One item may run on several channels, so they are never added up.
    """
    by_hand = ledgers.count_posts_by_channel(source.township.code, source.year)
    figures = []
    for channel in ledgers.list_channels(source.township.code):
        if channel.counted_from_disclosures:
            figures.append(_published_here(source, channel.key, channel.name))
        else:
            figure = by_hand[channel.key]
            figures.append(source.of_ledger(channel.key, channel.name, figure))
    return figures


def _published_here(source: Source, key: str, label: str) -> Json:
    first, last = f"{source.year}-01", f"{source.year}-12"
    value = statistics.count_published((source.prefix,), first, last)
    filters = {"division": source.township.code, "from": first, "to": last, "by": "month,village"}
    query = query_of("/statistics/monthly", source="statistics", filters=filters) | {"also": []}
    return source.figure(key, label, value, query)


def _complaints(source: Source) -> list[Json]:
    """The channels that take complaints, then every other source that has some."""
    counted = ledgers.count_complaints_by_source(source.township.code, source.year)
    channels = ledgers.list_channels(source.township.code)
    names = {c.key: c.name for c in channels if c.takes_complaints and c.key in counted}
    others = {key: each.label for key, each in counted.items() if each.received.value and key not in names}
    return [_complaint(source, key, name, counted[key]) for key, name in (names | others).items()]


def _complaint(source: Source, key: str, name: str, counted: ledgers.ComplaintFigures) -> Json:
    received, answered = counted.received.value, counted.answered.value
    rate = None if received is None or answered is None else rate_of(answered, received)
    query = rows_of(counted.received.backing)
    return {
        "source": key,
        "label": name,
        "received": source.of_ledger("received", f"{name}投诉收到件数", counted.received),
        "answered": source.of_ledger("answered", f"{name}投诉回应件数", counted.answered),
        "rate": source.figure("rate", f"{name}投诉回复率", rate, query),
    }


def _applications(source: Source, third: Json) -> list[Json]:
    cells = part_three.cells_of(third)
    return [
        source.figure(key, label, cells[row, TOTAL], source.applications_query(row=row, kind=TOTAL))
        for key, (label, row) in _APPLICATIONS.items()
    ]


def _disputes(source: Source, fourth: Json) -> list[Json]:
    """Reconsiderations, and suits of both groups together."""
    cells = part_four.cells_of(fourth)
    reconsiderations, *suits = (cells[group["label"], SUM_OF_OUTCOMES] for group in fourth["groups"])
    litigations = None if None in suits else sum(value or 0 for value in suits)
    queries = [group["cells"][-1]["query"] for group in fourth["groups"]]
    both = queries[1] | {"also": [_alone(queries[2])]}
    return [
        source.figure("reconsiderations", "行政复议", reconsiderations, queries[0]),
        source.figure("litigations", "行政诉讼", litigations, both),
    ]


def _alone(query: Json) -> Json:
    return {name: value for name, value in query.items() if name != "also"}


def _villages(source: Source) -> Json:
    """Villages, not communities, that disclose here on the year's last day, or today before it."""
    day = min(source.last_day, clock.local(source.taken_at).date())
    found = divisions.list_children(source.township.code, level=Level.VILLAGE, on_platform_on=day)
    filters = {"level": str(Level.VILLAGE), "on_platform_on": day.isoformat()}
    query = query_of(f"/divisions/{source.township.code}/children", source="divisions", filters=filters)
    return source.figure("villages_on_platform", "纳入村务公开小程序的村", len(found), query | {"also": []})


def live_since(source: Source) -> str | None:
    """``2023年11月``, the month in which the first village joined, where that lies in the report's year."""
    first = _first_day_live(source)
    return f"{first.year}年{first.month}月" if first and first.year == source.year else None


def is_live(source: Source) -> bool:
    """Whether any village joined before the year was over: a 0 of an earlier year is no count."""
    first = _first_day_live(source)
    return first is not None and first <= source.last_day


def _first_day_live(source: Source) -> date | None:
    days = [place.on_platform_from for place in divisions.list_disclosing((source.prefix,)) if place.on_platform_from]
    return min(days, default=None)


def _trainings(source: Source) -> Json:
    figure = ledgers.count_trainings(source.township.code, source.year)
    return source.of_ledger("trainings", "村务公开培训次数", figure)


def _results(source: Source) -> list[Json]:
    """工作考核、社会评议和责任追究结果, which a government must report (条例 50(四))."""
    counted = ledger_form.count_results(source.township.code, source.year)
    return [source.of_ledger(kind, f"{label}次数", counted[kind]) for kind, label in RESULT_KINDS.items()]


def _inspections(source: Source) -> list[Json]:
    found, put_right = ledger_form.count_inspections(source.township.code, source.year)
    return [
        source.of_ledger("found", "检查反馈问题", found),
        source.of_ledger("put_right", "已整改的检查反馈问题", put_right),
    ]
