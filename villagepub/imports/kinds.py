"""What can be taken in from a file, as one literal table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from villagepub.applications import imports as applications
from villagepub.applications import sheet
from villagepub.core.actor import Actor
from villagepub.core.permissions import Permission
from villagepub.core.tabular import Fault, Row
from villagepub.ledgers import imports as ledgers
from villagepub.ledgers.imports import Line, Tell
from villagepub.ledgers.kinds import LEDGERS, Ledger


class Read(Protocol):
    """The rows of a file whose name says how to read it. Raises UnreadableTable and SecretMark."""

    def __call__(self, name: str, data: bytes, /, *, actor: Actor, township: str) -> list[Row]: ...


class Examine(Protocol):
    """The rows as lines, and what is wrong with them. tell: told after each row how many there were."""

    def __call__(self, rows: Sequence[Row], /, *, township: str, tell: Tell) -> tuple[list[Line], list[Fault]]: ...


class Write(Protocol):
    """Write all lines and return no fault, or return what stands against them by now and write none."""

    def __call__(self, lines: Sequence[Line], /, *, actor: Actor, township: str) -> list[Fault]: ...


@dataclass(frozen=True)
class Kind:
    """permission: needed by whoever sends the file, and still by the same person when a worker takes it in.

    columns: ``{field: Chinese header}``.
    """

    name: str
    noun: str
    permission: Permission
    columns: Mapping[str, str]
    read: Read
    examine: Examine
    write: Write


def _of(ledger: Ledger) -> Kind:
    return Kind(
        ledger.name,
        ledger.noun,
        Permission.KEEP_LEDGERS,
        ledger.columns,
        partial(ledgers.read, ledger),
        partial(ledgers.examine, ledger),
        partial(ledgers.write, ledger),
    )


KINDS: Mapping[str, Kind] = {ledger.name: _of(ledger) for ledger in LEDGERS.values()} | {
    "applications": Kind(
        "applications",
        "依申请公开",
        Permission.KEEP_APPLICATIONS,
        sheet.COLUMNS,
        applications.read,
        applications.examine,
        applications.write,
    )
}
