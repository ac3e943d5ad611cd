"""Screening keeps its promise on labelled lines: two corpora by the hand that wrote the rules, three by another."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.screening.corpus import fourth, make, second, third
from tests.screening.measure import CORPUS, read, tally
from villagepub.screening.rules import Rules

IDENTIFIERS = ("id_card", "mobile", "landline", "bank_card", "email", "plate", "passport", "secret_mark")
CIRCUMSTANCES = ("address", "health", "minor", "hardship")
MADE: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
    "corpus": make.corpus,
    "holdout": make.holdout,
    "second": second.second,
    "third": third.third,
    "fourth": fourth.fourth,
}
FILES = tuple(f"{name}.jsonl" for name in MADE)


@pytest.mark.parametrize("name", FILES)
def test_identifiers_and_marks_are_found_and_little_else(name: str, rules: Rules) -> None:
    result = tally(read(name), rules)
    assert result.recall(IDENTIFIERS) >= 0.995, result.lines
    assert result.precision(IDENTIFIERS) >= 0.98, result.lines


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", CIRCUMSTANCES)
def test_what_stands_with_a_person_is_found_and_little_else(name: str, kind: str, rules: Rules) -> None:
    result = tally(read(name), rules)
    assert result.recall([kind]) >= 0.95, result.lines
    assert result.precision([kind]) >= 0.95, result.lines


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_every_kind_of_identifier_is_found(name: str, kind: str, rules: Rules) -> None:
    result = tally(read(name), rules)
    assert result.recall([kind]) >= 0.995, result.lines
    assert result.precision([kind]) >= 0.98, result.lines


@pytest.mark.parametrize("name", FILES)
def test_spans_of_identifiers_are_exact(name: str, rules: Rules) -> None:
    result = tally(read(name), rules)
    assert sum(result.exact[kind] for kind in IDENTIFIERS) == sum(result.found[kind] for kind in IDENTIFIERS), (
        result.lines
    )


def test_the_corpora_are_large_and_much_of_them_look_alikes() -> None:
    for name, least, look_alikes in (
        ("corpus", 600, 0.45),
        ("holdout", 600, 0.45),
        ("second", 500, 0.15),
        ("third", 300, 0.3),
        ("fourth", 250, 0.45),
    ):
        labels = [line["labels"] for line in read(f"{name}.jsonl")]
        assert len(labels) >= least
        assert labels.count([]) >= look_alikes * len(labels)


@pytest.mark.parametrize("name", MADE)
def test_the_script_makes_the_very_file(name: str) -> None:
    made = [{"id": f"{name}-{number}", **line} for number, line in enumerate(MADE[name](), start=1)]
    assert made == list(read(f"{name}.jsonl")), f"请重新生成 {CORPUS / name}.jsonl"
    assert json.dumps(made, ensure_ascii=False)
