"""What a township's file says once it is checked: plain values, wildcards already written out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from villagepub.catalogue.citations import Basis
from villagepub.catalogue.loading import EntryValues
from villagepub.channels.routing import RoutingTable
from villagepub.core.permissions import Role
from villagepub.divisions.levels import DIGITS, Level
from villagepub.divisions.operations import TownshipRules


@dataclass(frozen=True)
class DivisionRow:
    """A place. on_platform_from: None while it does not disclose here."""

    code: str
    name: str
    level: Level
    parent: str | None
    on_platform_from: date | None

    @property
    def prefix(self) -> str:
        return self.code[: DIGITS[self.level]]

    @property
    def discloses(self) -> bool:
        """Whether it is a village or community on the platform."""
        return DIGITS[self.level] == len(self.code) and self.on_platform_from is not None


@dataclass(frozen=True)
class TownshipRow:
    code: str
    name: str
    full_name: str
    publisher: str
    contact: Mapping[str, str]


@dataclass(frozen=True)
class OfficeRow:
    key: str
    name: str


@dataclass(frozen=True)
class ChannelRow:
    """Where the township publishes. counted_from_disclosures: its numbers come from the program itself."""

    key: str
    name: str
    counted_from_disclosures: bool
    takes_complaints: bool


@dataclass(frozen=True)
class EntryRow:
    """An entry of the catalogue. office: the key of the one that looks after it."""

    values: EntryValues
    office: str
    bases: tuple[Basis, ...]


@dataclass(frozen=True)
class PostRow:
    """A post. division: the 12-digit code of the place it reaches; office: the key of the one it sits in."""

    key: str
    role: Role
    title: str
    division: str
    office: str | None

    @property
    def office_reviewed(self) -> str | None:
        """The office whose disclosures it reviews: of all posts only the heads of offices have one."""
        return self.office if self.role is Role.OFFICE_REVIEWER else None


@dataclass(frozen=True)
class PersonRow:
    """A person. posts: keys; password: for the demonstration alone."""

    username: str
    name: str
    posts: tuple[str, ...]
    password: str | None


@dataclass(frozen=True)
class TownshipFile:
    """divisions: a parent before its children. routing: None where the file has no such section."""

    township: TownshipRow
    rules: TownshipRules
    divisions: tuple[DivisionRow, ...]
    offices: tuple[OfficeRow, ...]
    channels: tuple[ChannelRow, ...]
    entries: tuple[EntryRow, ...]
    posts: tuple[PostRow, ...]
    people: tuple[PersonRow, ...]
    routing: RoutingTable | None = None
