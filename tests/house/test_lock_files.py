"""The lock files name packages and hashes, and nobody's registry."""

from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
@pytest.mark.parametrize("trace", ["://", "index-url", "--find-links", "--trusted-host"])
def test_no_registry_is_named(name: str, trace: str) -> None:
    assert trace not in (PROJECT / name).read_text(encoding="utf-8")


def test_the_tests_run_on_what_is_served() -> None:
    served, tested = (_pins(name) for name in ("requirements.txt", "requirements-dev.txt"))
    assert served <= tested


def _pins(name: str) -> set[str]:
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    return {line.rstrip(" \\") for line in lines if "==" in line and not line.startswith((" ", "#"))}
