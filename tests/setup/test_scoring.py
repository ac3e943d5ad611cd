"""The weights of a score in a township's file: optional, whole, and a hundred together."""

import shutil
from pathlib import Path

import pytest

from config.base import PROJECT
from villagepub.bulletins.scoring import DEFAULT_WEIGHTS
from villagepub.setup.township_file import TownshipFileRefused, read_township_file

SCORING = "scoring: {timeliness: 35, completeness: 30, response: 15, quality: 20}"
ANSWER_DAYS = "answer_days: 20"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "config" / "townships" / "zhangzheng", tmp_path / "township"))


def edit(folder: Path, old: str, new: str) -> Path:
    path = folder / "township.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("scoring", "weights"),
    [
        (SCORING, DEFAULT_WEIGHTS),
        ("", DEFAULT_WEIGHTS),
        (
            "scoring: {timeliness: 50, completeness: 50, response: 0, quality: 0}",
            {"timeliness": 50, "completeness": 50, "response": 0, "quality": 0},
        ),
    ],
)
def test_weights_are_the_townships_own_or_the_usual_ones(folder: Path, scoring: str, weights: dict[str, int]) -> None:
    assert read_township_file(edit(folder, SCORING, scoring), demo=True).rules.scoring == weights


@pytest.mark.parametrize(
    ("scoring", "where", "sentence"),
    [
        ("scoring: {timeliness: 35, completeness: 30, response: 15, quality: 21}", "scoring", "之和须是 100，现为 101"),
        ("scoring: {timeliness: 35, completeness: 30, response: 15}", "scoring.quality", "没有填写"),
        ("scoring: {timeliness: 135, completeness: -35, response: 0, quality: 0}", "scoring.timeliness", "0 至 100"),
        ("scoring: {timeliness: 35.5, completeness: 29.5, response: 15, quality: 20}", "scoring.timeliness", "整数"),
        (f"{SCORING[:-1]}, coverage: 0}}", "scoring.coverage", "没有这个键"),
        ("scoring: 100", "scoring", "键: 值"),
    ],
)
def test_weights_that_make_no_score(folder: Path, scoring: str, where: str, sentence: str) -> None:
    with pytest.raises(TownshipFileRefused) as refused:
        read_township_file(edit(folder, SCORING, scoring), demo=True)
    assert any(f" {where}：" in fault and sentence in fault for fault in refused.value.faults)


@pytest.mark.parametrize(("line", "days"), [(ANSWER_DAYS, 20), ("answer_days: 1", 1), ("", None)])
def test_days_for_an_answer_may_be_left_out(folder: Path, line: str, days: int | None) -> None:
    assert read_township_file(edit(folder, ANSWER_DAYS, line), demo=True).rules.answer_days == days


@pytest.mark.parametrize("line", ["answer_days: 0", "answer_days: 91", "answer_days: 十天"])
def test_days_that_are_none(folder: Path, line: str) -> None:
    with pytest.raises(TownshipFileRefused, match="answer_days：须是 1 至 90 的整数"):
        read_township_file(edit(folder, ANSWER_DAYS, line), demo=True)
