"""Rules are checked whole; a typing error never switches one off unseen."""

import shutil
from pathlib import Path

import pytest

from tests.screening.conftest import RULES
from villagepub.screening.rule_files import load_rules
from villagepub.screening.rules import ExtraWord
from villagepub.screening.screen import screen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RULES, tmp_path / "screening"))


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("severities", "id_card: block", "id_card: stop", "id_card 须是 block（阻止提交）或 warn（提醒）"),
        ("severities", "mobile: block", "mobil: block", "不认识 mobil"),
        ("severities", "email: block\n", "", "缺少 email"),
        ("offices", "0951-6121130", "综合办", "不是电话号码"),
        ("offices", "telephones:", "telephone:", "缺少 telephones"),
        ("words", "topics:", "topic:", "不认识 topic"),
        ("words", "secret_mark: []", "secret_mark: 无", "secret_mark 须是词语的列表"),
        ("identifiers", '- "62"', '- "6x"', "须是 2 到 8 位数字"),
        ("identifiers", '- "62"', "- 62", "不是词语"),
        ("entries", "G04: {safe:", "G04: {save:", "G04 只能有 safe、words、severities"),
        ("names", "given: >-", "givens: >-", "缺少 given"),
        ("names", "surnames: >-", "surnames: [", "不是 UTF-8 编码的 YAML 文件"),
    ],
)
def test_a_fault_is_named_with_its_file(folder: Path, name: str, old: str, new: str, told: str) -> None:
    file = folder / f"{name}.yaml"
    written = file.read_text(encoding="utf-8")
    assert old in written
    file.write_text(written.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"{name}\.yaml：") as refused:
        load_rules(folder)
    assert told in str(refused.value)


def test_all_faults_are_told_at_once(folder: Path) -> None:
    (folder / "names.yaml").unlink()
    (folder / "offices.yaml").write_text("- 1", encoding="utf-8")
    with pytest.raises(ValueError, match=r"names\.yaml：文件不存在") as refused:
        load_rules(folder)
    assert "offices.yaml：须写成" in str(refused.value)


def test_a_word_of_the_administrator_counts_at_once() -> None:
    rules = load_rules(RULES, [ExtraWord("某某工程代号", "secret_mark"), ExtraWord("癌症康复者协会", None)])
    assert [one.kind for one in screen("关于某某工程代号的说明", html=False, rules=rules)] == ["secret_mark"]
    assert screen("马建国加入癌症康复者协会", html=False, rules=rules) == []


def test_a_word_for_one_entry_counts_there_alone() -> None:
    rules = load_rules(RULES, [ExtraWord("家有存款", "hardship", "G01")])
    assert screen("马建国家有存款", html=False, rules=rules) == []
    assert [one.kind for one in screen("马建国家有存款", html=False, rules=rules, entry="G01")] == ["hardship"]


def test_a_word_of_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="太短"):
        load_rules(RULES, [ExtraWord("的", "health")])
