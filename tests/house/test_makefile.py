"""`make` alone tells what there is: every target, with a line of help."""

import re
import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_every_target_has_a_line_of_help() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())
    assert targets == set(re.findall(r"^([a-z][\w-]*):.* ## \S", makefile, re.MULTILINE))
    shown = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert targets == set(re.findall(r"^  make ([\w-]+) +\S", shown, re.MULTILINE))
