"""The rules as they are shipped, loaded once."""

from pathlib import Path

import pytest

from villagepub.screening.rule_files import load_rules
from villagepub.screening.rules import Rules

RULES = Path(__file__).parents[2] / "config" / "screening"


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules(RULES)
