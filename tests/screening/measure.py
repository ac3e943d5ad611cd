"""How good screening is on labelled lines: recall and precision for each kind."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from villagepub.screening.rules import Rules
from villagepub.screening.screen import screen

CORPUS = Path(__file__).parent / "corpus"
TODAY = date(2026, 11, 22)


@dataclass
class Tally:
    """For each kind: labels found, labels missed, findings without a label; and those found at the exact span."""

    found: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def recall(self, kinds: Iterable[str]) -> float:
        found, missed = self._sums(kinds, self.found, self.missed)
        return found / (found + missed) if found + missed else 1.0

    def precision(self, kinds: Iterable[str]) -> float:
        found, wrong = self._sums(kinds, self.found, self.wrong)
        return found / (found + wrong) if found + wrong else 1.0

    @staticmethod
    def _sums(kinds: Iterable[str], *counters: Counter[str]) -> tuple[int, ...]:
        kinds = list(kinds)
        return tuple(sum(counter[kind] for kind in kinds) for counter in counters)


def read(name: str) -> Iterator[dict[str, Any]]:
    with (CORPUS / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def tally(lines: Iterable[dict[str, Any]], rules: Rules) -> Tally:
    """A label counts as found when a finding of its kind overlaps it, and one finding finds one label."""
    result = Tally()
    for line in lines:
        findings = screen(line["text"], html=line["html"], rules=rules, today=TODAY)
        left = [(one.kind, one.start, one.end) for one in findings]
        for label in line["labels"]:
            kind, start, end = label["kind"], label["start"], label["end"]
            match = next((one for one in left if one[0] == kind and one[1] < end and start < one[2]), None)
            if match is None:
                result.missed[kind] += 1
                result.lines.append(f"missed {kind}: {line}")
                continue
            left.remove(match)
            result.found[kind] += 1
            result.exact[kind] += match[1:] == (start, end)
            if match[1:] != (start, end):
                result.lines.append(f"another span {match}: {line}")
        for kind, start, end in left:
            result.wrong[kind] += 1
            result.lines.append(f"wrong {kind} {line['text'][start:end]!r}: {line}")
    return result
