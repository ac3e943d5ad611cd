"""What kinds of job are: a function, how it stands to transactions, and how much is tried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from villagepub.jobs.context import JobContext

Payload = Mapping[str, Any]
Result = dict[str, Any] | None
Work = Callable[["JobContext", Payload], Result]


class Mode(StrEnum):
    ACT = "act"  # short: the whole function and its completion are one transaction
    READ = "read"  # the function runs in a transaction that only reads; its result is its one effect
    STEPS = "steps"  # long: the function opens a transaction for each step, which also keeps how far it came


@dataclass(frozen=True)
class Kind:
    """One row of the registry.

    everywhere: whether the function reaches all places, or only those below the job's division.
    max_attempts: after how many a job is left to a person; in a job of steps, attempts at the same step.
    patience: how long the function may be silent; a worker whose job is silent for longer ends itself.
    """

    work: Work
    mode: Mode = Mode.ACT
    everywhere: bool = False
    max_attempts: int = 5
    patience: timedelta = timedelta(minutes=1)


Kinds = Mapping[str, Kind]


class JobRefused(Exception):
    """Raised by a function that knows why another attempt would not help; its sentence is shown to people."""

    def __init__(self, sentence: str, result: Result = None) -> None:
        self.sentence = sentence
        self.result = result
        super().__init__(sentence)


class LeaseLost(Exception):
    """Another worker has the job by now: whatever this one did must not be stored."""


class Stopped(Exception):
    """The worker was asked to end; the job goes back to the queue as far as it came."""
