"""The lock files name packages and hashes, and nobody's registry."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
_PIN = r"[a-z0-9][a-z0-9._-]*(\[[a-z0-9,-]+\])?==[0-9a-zA-Z.+!]+( ; [^:/]+)?"
_LINE = re.compile(rf"{_PIN}( \\)?|    --hash=sha256:[0-9a-f]{{64}}( \\)?|    #[^:/]*(\([a-z.:-]+\))?")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_holds_pins_hashes_and_reasons_alone(name: str) -> None:
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not _LINE.fullmatch(line)] == []


def test_the_tests_run_on_what_is_served() -> None:
    served, tested = (_pins(name) for name in ("requirements.txt", "requirements-dev.txt"))
    assert served <= tested


def _pins(name: str) -> set[str]:
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    return {line.rstrip(" \\") for line in lines if "==" in line and not line.startswith((" ", "#"))}
