"""回复率 and its check. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from villagepub.core.rates import rate_of as rate_of  # so that it can be had from here as well


@dataclass(frozen=True)
class Answers:
    """One source's complaints as printed; a number is None while it is not entered."""

    label: str
    received: int | None
    answered: int | None
    rate: str | None


def check_rates(sources: Iterable[Answers]) -> dict[str, Any]:
    """F9: the rate is answered ÷ received, and 0 received has none."""
    passed, details = True, []
    for source in sources:
        if source.received is None or source.answered is None:
            details.append(f"{source.label}：未填报")
            continue
        agrees = source.answered <= source.received and source.rate == rate_of(source.answered, source.received)
        passed = passed and agrees
        words = f"{source.label}：{source.answered} ÷ {source.received} = {source.rate}"
        details.append(words if agrees else f"{words}，不符")
    return {"id": "F9", "passed": passed, "detail": "；".join(details) or "没有受理投诉的渠道。"}
