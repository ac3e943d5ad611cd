"""Who may decide on a residency, and how many a person may have."""

from collections.abc import Sequence

MOST_RUNNING = 3  # a villager who moved or married has two; more is a mistake or curiosity


def may_decide(decider: str | None, resident: Sequence[str]) -> bool:
    """Nobody decides on the own residency. resident: all ids under which the person acted."""
    return decider is not None and decider not in resident


def masked(number: str) -> str:
    """The last four digits alone."""
    return f"{'*' * max(len(number) - 4, 0)}{number[-4:]}"
