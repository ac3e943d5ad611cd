"""回复率 and its check. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from villagepub.reports.checks import RULES, Place, Verdict, as_json

NO_RATE = "—"
ALL = "100%"


@dataclass(frozen=True)
class Answers:
    """One source's complaints as printed; a number is None while it is not entered."""

    label: str
    received: int | None
    answered: int | None
    rate: str | None


def rate_of(answered: int, received: int) -> str:
    """``66.7%``; one decimal where needed, never rounded up to 100 %; ``—`` when nothing was received."""
    if received == 0:
        return NO_RATE
    tenths = (2000 * answered + received) // (2 * received)
    if answered < received:
        tenths = min(tenths, 999)
    whole, tenth = divmod(tenths, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"


def check_rates(sources: Iterable[Answers]) -> dict[str, Any]:
    """F9, as JSON: the rate is answered ÷ received, and 0 received has none."""
    places, details, undecided = [], [], False
    for source in sources:
        if source.received is None or source.answered is None:
            undecided = True
            details.append(f"{source.label}：未填报")
            continue
        agrees = source.answered <= source.received and source.rate == rate_of(source.answered, source.received)
        words = f"{source.label}：{source.answered} ÷ {source.received} = {source.rate}"
        details.append(words if agrees else f"{words}，不符")
        if not agrees:
            places.append(Place(source.label, "rate", details[-1]))
    check = as_json(RULES["F9"], Verdict(tuple(places), undecided))
    return check | {"detail": "；".join(details) or "没有受理投诉的渠道。"}
