"""Everything that a bulletin says, put together. Pure: what was found out in, JSON out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from villagepub.bulletins import wording
from villagepub.bulletins.scoring import WEIGHT_LABELS, Contender, Score, rank
from villagepub.core import clock
from villagepub.core.periods import Period
from villagepub.core.prose import day_text
from villagepub.statistics.adjustments import Adjustment
from villagepub.statistics.indicators import Indicator, Item, Measure, Measures
from villagepub.statistics.standings import DRAFT, VillageStanding

Json = dict[str, Any]
PUBLIC = ("fulfilled", "late")
AT_FAULT = ("late", "overdue")


@dataclass(frozen=True)
class Issue:
    """期号."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}年第{self.number}期"


@dataclass(frozen=True)
class Findings:
    """What a bulletin is made of.

    place, publisher: of the township. items: of the month. before: None where no month can be compared.
    published: net publications of the month and of the one before. overdue: what is not public yet, of earlier months
    too. entries: names by code. villages: names by code. numbers: of disclosures, by id.
    issue: None for a draft.
    """

    township: str
    place: str
    publisher: str
    month: Period
    taken_at: datetime
    items: list[Item]
    whole: Measures
    before: Measures | None
    standings: list[VillageStanding]
    published: int
    published_before: int
    overdue: list[Item]
    adjustments: list[Adjustment]
    weights: Mapping[str, int]
    entries: Mapping[str, str]
    villages: Mapping[str, str]
    numbers: Mapping[str, str | None]
    remarks: Mapping[str, str] = field(default_factory=dict)
    next_steps: Iterable[Json] = ()
    issue: Issue | None = None


def compose(found: Findings) -> Json:
    """The bulletin as JSON values."""
    scores = rank(_contenders(found), found.weights)
    month = found.month
    return {
        "division": found.township,
        "month": str(month),
        "title": f"{found.place}{month.year}年{month.number}月村务公开情况通报",
        "issue": str(found.issue) if found.issue else None,
        "state": "frozen" if found.issue else "draft",
        "notice": None if found.issue else DRAFT,
        "period": {"from": month.first_day.isoformat(), "to": month.last_day.isoformat()},
        "period_text": f"{day_text(month.first_day)}至{day_text(month.last_day)}",
        "as_of": clock.local(found.taken_at).isoformat(timespec="seconds"),
        "as_of_text": f"{day_text(_today(found))}{clock.local(found.taken_at):%H:%M}",
        "day_text": day_text(_today(found)),
        "publisher": found.publisher,
        "indicators": {indicator.value: _shown(measure) for indicator, measure in found.whole.items()},
        "indicators_before": found.before
        and {indicator.value: _shown(measure) for indicator, measure in found.before.items()},
        "published": found.published,
        "published_before": found.published_before if found.before else None,
        "overview": _overview(found),
        "weights": dict(found.weights),
        "villages": list(_table(found, scores)),
        "notes": wording.notes(found.weights, WEIGHT_LABELS),
        "problems": list(_problems(found)),
        "next_steps": [_step(step) for step in found.next_steps],
        "overdue": list(_overdue(found)),
        "adjustments": list(_adjustments(found)),
    }


def _today(found: Findings) -> date:
    return clock.local(found.taken_at).date()


def _shown(measure: Measure) -> Json:
    return {"numerator": measure.numerator, "denominator": measure.denominator, "rate": measure.rate}


def _overview(found: Findings) -> list[str]:
    return wording.overview(
        found.place,
        found.whole,
        found.before,
        done=sum(_is_done(item) for item in found.items),
        published=found.published,
        published_before=found.published_before if found.before else None,
    )


def _is_done(item: Item) -> bool:
    """Whether it fell due, with a verdict, and is public."""
    return item.indicator == Indicator.TIMELINESS and bool(item.of) and item.status in PUBLIC


# --- 二、各村情况表 -----------------------------------------------------------------------------------------


def _contenders(found: Findings) -> list[Contender]:
    """The villages on the platform on the month's last day."""
    here = {item.division for item in found.items if item.indicator == Indicator.COVERAGE}
    return [Contender(each.village, each.name, each.measures) for each in found.standings if each.village in here]


def _table(found: Findings, scores: list[Score]) -> Iterator[Json]:
    """In the order of the scores."""
    measures = {each.village: each.measures for each in found.standings}
    done: dict[str, int] = {}
    for item in found.items:
        done[item.division] = done.get(item.division, 0) + _is_done(item)
    for serial, score in enumerate(scores, start=1):
        own = measures[score.village]
        yield {
            "serial": serial,
            "village": score.village,
            "name": found.villages[score.village],
            "due": own[Indicator.TIMELINESS].denominator,
            "published": done.get(score.village, 0),
            "timeliness": _shown(own[Indicator.TIMELINESS]),
            "completeness": _shown(own[Indicator.COMPLETENESS]),
            "returned": own[Indicator.RETURNS].numerator,
            "unanswered": _unanswered(own[Indicator.RESPONSE]),
            "slips": own[Indicator.PRIVACY_SLIPS].numerator,
            "score": score.text,
            "rank": score.rank_text,
        }


def _unanswered(measure: Measure) -> str:
    if not measure.has_a_rate:
        return "—"
    return str((measure.denominator or 0) - (measure.numerator or 0))


# --- 三、存在问题; 四、下一步要求; 附 ------------------------------------------------------------------------


def _problems(found: Findings) -> Iterator[Json]:
    """By village, only those with something to name; what was returned is for training and named nowhere."""
    for village, name in sorted(found.villages.items()):
        own = [item for item in found.items if item.division == village]
        entries = [_entry(item, found) for item in own if _is_at_fault(item)]
        slips = [
            {"disclosure": item.disclosure, "text": wording.slip(found.numbers.get(item.disclosure or ""))}
            for item in own
            if item.indicator == Indicator.PRIVACY_SLIPS
        ]
        remark = found.remarks.get(village)
        if entries or slips or remark:
            texts = [each["text"] for each in (*entries, *slips)]
            text = "；".join(texts) + "。" if texts else ""
            yield {
                "village": village,
                "name": name,
                "entries": entries,
                "slips": slips,
                "remark": remark,
                "text": text + (remark or ""),
            }


def _is_at_fault(item: Item) -> bool:
    return item.indicator == Indicator.TIMELINESS and bool(item.of) and item.status in AT_FAULT


def _entry(item: Item, found: Findings) -> Json:
    name = found.entries.get(item.entry or "", item.entry or "")
    return {
        "entry": item.entry,
        "name": name,
        "period": item.period,
        "due_on": item.due_on,
        "status": item.status,
        "text": wording.problem(name, item.period or "", item.due_on or "", item.status),
    }


def _step(step: Json) -> Json:
    due_on = step["due_on"]
    due_text = f"{day_text(date.fromisoformat(due_on))}前" if due_on else ""
    return {"text": step["text"], "due_on": due_on, "due_text": due_text}


def _overdue(found: Findings) -> Iterator[Json]:
    """By due day, then by village and entry."""
    items = sorted(found.overdue, key=lambda item: (item.due_on or "", item.division, item.key))
    for serial, item in enumerate(items, start=1):
        due_on = date.fromisoformat(item.due_on or "")
        yield {
            "serial": serial,
            "village": item.division,
            "name": found.villages.get(item.division, item.division),
            "entry": item.entry,
            "entry_name": found.entries.get(item.entry or "", item.entry),
            "period": item.period,
            "period_text": wording.period(item.period or ""),
            "due_on": item.due_on,
            "days": (_today(found) - due_on).days,
        }


def _adjustments(found: Findings) -> Iterator[Json]:
    for each in sorted(found.adjustments, key=lambda each: (each.of_month, each.division, each.name)):
        place = found.villages.get(each.division, found.place)
        yield each.as_json() | {"text": wording.adjustment(each, place, _thing(each, found))}


def _thing(each: Adjustment, found: Findings) -> str:
    if each.entry and each.period:
        return f"{found.entries.get(each.entry, each.entry)}（{wording.period(each.period)}）"
    if each.indicator in (Indicator.RETURNS, Indicator.PRIVACY_SLIPS):
        number = found.numbers.get(each.key)
        return f"编号{number}的信息" if number else "一条信息"
    return "" if each.indicator == Indicator.COVERAGE else "一件投诉"
