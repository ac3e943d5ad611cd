"""One source per channel and period: single rows and tallies never count the same days twice. Pure.

A span is a day ``2023-11-06``, a month ``2023-11`` or a year ``2023``; one lies inside another exactly when
its text begins with the other's.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LENGTHS = (len("2023"), len("2023-11"), len("2023-11-06"))
_NAMED = 3


@dataclass(frozen=True)
class Claim:
    """One row as seen by the rule.

    key: the channel or source. row: how a sentence names the row, such as ``编号 01H…`` or ``第 3 行``.
    """

    key: str
    span: str
    is_tally: bool
    row: str


class Claims:
    """Which spans are already counted, and by which rows."""

    def __init__(self) -> None:
        self._tallied: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
        self._inside: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)

    def add(self, claim: Claim) -> None:
        if claim.is_tally:
            self._tallied[claim.key, claim.span].append(claim)
        for span in enclosing(claim.span):
            self._inside[claim.key, span].append(claim)

    def against(self, claim: Claim) -> list[Claim]:
        """The rows that a new one clashes with: tallies around it and, if it is a tally, all rows inside."""
        around = [self._tallied.get((claim.key, span), []) for span in enclosing(claim.span)]
        found = [tally for tallies in around for tally in tallies]
        if claim.is_tally:
            inside = self._inside.get((claim.key, claim.span), ())
            found += [other for other in inside if other not in found]
        return found


def enclosing(span: str) -> Iterator[str]:
    """The span itself and the longer ones around it, the longest first."""
    return (span[:length] for length in _LENGTHS if length <= len(span))


def sentence(name: str, clashing: Sequence[Claim]) -> str:
    """What to tell the person. name: of the channel or source."""
    tallies = [claim for claim in clashing if claim.is_tally]
    shown = tallies or clashing
    rows = "、".join(claim.row for claim in shown[:_NAMED])
    more = f"等 {len(shown)} 条" if len(shown) > _NAMED else ""
    spans = "、".join(sorted({claim.span for claim in tallies})[:_NAMED])
    what = f" {spans} 的合计" if tallies else "这一时段的逐条记录"
    return f"{name}已登记{what}（{rows}{more}），同一时段只能有一种来源；如需改用另一种，请先作废已登记的。"
