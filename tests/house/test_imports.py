"""A feature calls another's operations and queries, never its models.

Read from the imports themselves: an entity of another feature may stand in annotations, where it says what a
function takes, and nowhere else; above all in no select.
"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "villagepub"
NO_FEATURES = {"core", "web", "layout"}


def _modules() -> dict[str, ast.Module]:
    return {
        ".".join(file.relative_to(PACKAGE).with_suffix("").parts): ast.parse(file.read_text(encoding="utf-8"))
        for file in sorted(PACKAGE.rglob("*.py"))
    }


def _foreign_models(module: str, tree: ast.Module) -> dict[str, str]:
    """``{name in this module: feature.name}`` of what it imports from other features' models."""
    own = module.partition(".")[0]
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("villagepub."):
            _, feature, *rest = node.module.split(".")
            if feature == own or feature in NO_FEATURES:
                continue
            for alias in node.names:
                if rest == ["models"]:
                    found[alias.asname or alias.name] = f"{feature}.{alias.name}"
                elif not rest and alias.name == "models":
                    found[alias.asname or alias.name] = f"{feature}.models"
        elif isinstance(node, ast.Import):
            found |= {each.name: each.name for each in node.names if each.name.endswith(".models")}
    return found


def _used_at_run_time(tree: ast.Module) -> set[str]:
    """The names that stand outside annotations."""
    annotations = set()
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if part is not None:
                annotations |= {id(inner) for inner in ast.walk(part)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in annotations}


def _words_in_use(modules: dict[str, ast.Module]) -> dict[str, set[str]]:
    used = {}
    for module, tree in modules.items():
        names = _foreign_models(module, tree)
        if names and (words := {names[name] for name in names.keys() & _used_at_run_time(tree)}):
            used[module] = words
    return used


@pytest.mark.slow
def test_no_feature_uses_the_models_of_another() -> None:
    assert _words_in_use(_modules()) == {}


@pytest.mark.parametrize(
    "source",
    [
        "from villagepub.disclosures.models import Disclosure\nselect(Disclosure)",
        "from villagepub.disclosures.models import Disclosure as D\nx = D.id",
        "from villagepub.disclosures import models\nselect(models.Disclosure)",
        "def f():\n    from villagepub.disclosures.models import Disclosure\n    return Disclosure()",
        "from villagepub.disclosures.models import Disclosure\nclass More(Disclosure): pass",
    ],
)
def test_what_would_be_found(source: str) -> None:
    assert _words_in_use({"statistics.queries": ast.parse(source)})


def test_annotations_are_no_use() -> None:
    source = "from villagepub.disclosures.models import Disclosure\ndef f(d: list[Disclosure]) -> Disclosure: ..."
    assert not _words_in_use({"statistics.queries": ast.parse(source)})
