"""Chance that always falls the same way: every throw follows from the name of what it decides."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")

_LARGEST = 2**64


class Dice:
    """Throws that depend on nothing but the name given and the number of throws made before."""

    def __init__(self, *name: object) -> None:
        self._name = "|".join(str(part) for part in name)
        self._throws = 0

    def share(self) -> float:
        """A number from 0 up to, but not including, 1."""
        self._throws += 1
        digest = sha256(f"{self._name}#{self._throws}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / _LARGEST

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.share() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.between(0, len(choices) - 1)]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """That many different ones of the choices, in their own order."""
        order = sorted(range(len(choices)), key=lambda _: self.share())
        return [choices[index] for index in sorted(order[:count])]
