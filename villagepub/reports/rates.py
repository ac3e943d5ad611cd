"""The check of 回复率. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from villagepub.core.rates import rate_of
from villagepub.reports.checks import RULES, Place, Verdict, as_json


@dataclass(frozen=True)
class Answers:
    """One source's complaints as printed; a number is None while it is not entered."""

    label: str
    received: int | None
    answered: int | None
    rate: str | None


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
