"""Screening keeps its promise on labelled lines: the corpus it was made with, and one that it was not."""

import importlib.util
import json

import pytest

from tests.screening.measure import CORPUS, read, tally
from villagepub.screening.rules import Rules

IDENTIFIERS = ("id_card", "mobile", "landline", "bank_card", "email", "plate", "passport", "secret_mark")
CIRCUMSTANCES = ("address", "health", "minor", "hardship")
FILES = ("corpus.jsonl", "holdout.jsonl")


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
def test_spans_of_identifiers_are_exact(name: str, rules: Rules) -> None:
    result = tally(read(name), rules)
    assert sum(result.exact[kind] for kind in IDENTIFIERS) == sum(result.found[kind] for kind in IDENTIFIERS), (
        result.lines
    )


def test_the_corpus_is_large_and_half_of_it_look_alikes() -> None:
    for name in FILES:
        labels = [line["labels"] for line in read(name)]
        assert len(labels) >= 600
        assert labels.count([]) >= 0.45 * len(labels)


def test_the_script_makes_the_very_files() -> None:
    spec = importlib.util.spec_from_file_location("make", CORPUS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    for name, lines in (("corpus", make.corpus()), ("holdout", make.holdout())):
        made = [{"id": f"{name}-{number}", **line} for number, line in enumerate(lines, start=1)]
        assert made == list(read(f"{name}.jsonl")), f"请重新运行 {CORPUS}/make.py"
        assert json.dumps(made, ensure_ascii=False)
