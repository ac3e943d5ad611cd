"""What the program can do, the docs say."""

import re
from pathlib import Path

import click
import pytest

from config.base import PROJECT
from villagepub.cli import COMMANDS
from villagepub.core import errors
from villagepub.core.errors import Problem

DOCS = PROJECT / "docs"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", sorted(Problem.known))
def test_every_error_code_has_its_row(code: str) -> None:
    kind = Problem.known[code]
    row = f"| `{code}` | {kind.status} | {kind.title} | {kind.remedy} |"
    assert row in (DOCS / "errors.md").read_text(encoding="utf-8")


def test_the_tree_of_errors_has_each_of_them() -> None:
    tree = (errors.__doc__ or "").partition("Problem\n")[2].partition("\n\n")[0]
    drawn = re.findall(r"── (\w+)", tree)
    assert sorted(drawn) == sorted(k.__name__ for k in Problem.known.values() if k.__module__ == errors.__name__)


def test_every_setting_is_described() -> None:
    source = (PROJECT / "config" / "base.py").read_text(encoding="utf-8")
    names = set(re.findall(r'env\.\w+\("([A-Z_]+)"', source))
    assert len(names) > 10
    assert [name for name in sorted(names) if f"`{name}`" not in OPERATIONS] == []


def _commands() -> list[str]:
    return [
        f"{command.name} {name}" if isinstance(command, click.Group) else str(command.name)
        for command in COMMANDS
        for name in (command.commands if isinstance(command, click.Group) else [""])
    ]


@pytest.mark.parametrize("command", _commands())
def test_every_command_is_described(command: str) -> None:
    assert f"`{command}" in OPERATIONS


@pytest.mark.parametrize("page", sorted(PROJECT.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []
