"""Scores and ranks of villages. Pure: indicators and weights in, scores out, in exact fractions.

The weights are practice, not law; a township sets its own in its file (``scoring``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from villagepub.statistics.indicators import Indicator, Measures

DEFAULT_WEIGHTS = {"timeliness": 35, "completeness": 30, "response": 15, "quality": 20}
WEIGHT_LABELS = {"timeliness": "及时率", "completeness": "完整率", "response": "回应率", "quality": "质量（未退回率）"}
_INDICATORS = {
    "timeliness": Indicator.TIMELINESS,
    "completeness": Indicator.COMPLETENESS,
    "response": Indicator.RESPONSE,
    "quality": Indicator.RETURNS,
}


@dataclass(frozen=True)
class Contender:
    """A village with its indicators."""

    village: str
    name: str
    measures: Measures

    @property
    def is_vetoed(self) -> bool:
        """否决: something that must not be public was found in what was."""
        return bool(self.measures[Indicator.PRIVACY_SLIPS].numerator)


@dataclass(frozen=True)
class Score:
    """tenths: the score in tenths of a point, of 1000; None where nothing could be scored, or all is vetoed."""

    village: str
    tenths: int | None
    rank: int | None
    is_vetoed: bool

    @property
    def text(self) -> str:
        """``92.5``, or ``—``."""
        return "—" if self.tenths is None else f"{self.tenths // 10}.{self.tenths % 10}"

    @property
    def rank_text(self) -> str:
        if self.is_vetoed:
            return "否决"
        return "—" if self.rank is None else str(self.rank)


def weights_of(scoring: Mapping[str, int]) -> dict[str, int]:
    """A township's own weights; the usual ones where its file gives none."""
    return {name: scoring.get(name, 0) if scoring else usual for name, usual in DEFAULT_WEIGHTS.items()}


def score_of(measures: Measures, weights: Mapping[str, int]) -> Fraction | None:
    """Points of 100. None when no indicator with a weight has anything to count.

    What has nothing to count is neither good nor bad: its weight is spread over the others in proportion.
    """
    shares = {name: _share(name, measures) for name, weight in weights.items() if weight}
    counted = {name: share for name, share in shares.items() if share is not None}
    total = sum(weights[name] for name in counted)
    if not total:
        return None
    return 100 * sum((weights[name] * share for name, share in counted.items()), Fraction(0)) / total


def _share(name: str, measures: Measures) -> Fraction | None:
    """What part of the best possible was reached; of returns, the part that was not returned."""
    measure = measures[_INDICATORS[name]]
    if not measure.has_a_rate:
        return None
    reached = Fraction(measure.numerator or 0, measure.denominator or 1)
    return 1 - reached if name == "quality" else reached


def rank(contenders: Sequence[Contender], weights: Mapping[str, int]) -> list[Score]:
    """The best first; equal scores, as printed, share a rank and stand in the order of their names.

    Behind them those without a score, last the vetoed ones; both without a rank.
    """
    tenths = {each.village: _tenths(each, weights) for each in contenders}
    ordered = sorted(
        contenders, key=lambda each: (each.is_vetoed, -(_or_none_last(tenths[each.village])), by_name(each.name))
    )
    ranked = [tenths[each.village] for each in ordered]
    return [
        Score(each.village, points, None if points is None else ranked.index(points) + 1, each.is_vetoed)
        for each, points in zip(ordered, ranked, strict=True)
    ]


def _tenths(contender: Contender, weights: Mapping[str, int]) -> int | None:
    """Rounded half up, but never up to full marks."""
    points = None if contender.is_vetoed else score_of(contender.measures, weights)
    if points is None:
        return None
    return 1000 if points == 100 else min(int(points * 10 + Fraction(1, 2)), 999)


def _or_none_last(tenths: int | None) -> int:
    return -1 if tenths is None else tenths


def by_name(name: str) -> bytes:
    """The customary order of Chinese names: GB 18030 keeps its common characters in the order of their pinyin."""
    return name.encode("gb18030", "replace")
