"""Who acts: a person with the posts held at this moment, or the system itself."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Holding:
    """A post as held at this moment.

    prefix: the code prefix of the division that the post reaches.
    stands_in_for: the person whose post it is, when this one only stands in.
    """

    post_id: str
    key: str
    role: str
    title: str
    division: str
    prefix: str
    township: str
    office_id: str | None = None
    stands_in_for: str | None = None


@dataclass(frozen=True)
class Actor:
    """person_id is None for the system: commands and scheduled jobs, which can never approve."""

    person_id: str | None
    name: str
    holdings: tuple[Holding, ...] = ()

    @classmethod
    def system(cls, name: str) -> Self:
        return cls(person_id=None, name=name)

    @property
    def is_system(self) -> bool:
        return self.person_id is None

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The code prefixes that the person's posts reach."""
        return tuple(sorted({holding.prefix for holding in self.holdings}))

    def persons_of(self, holding: Holding) -> frozenset[str]:
        """Whom an act by this post counts for: the person, and the one stood in for."""
        return frozenset(person for person in (self.person_id, holding.stands_in_for) if person)
