"""An entry of the catalogue as far as lists need it."""

from dataclasses import dataclass
from functools import cached_property

from villagepub.catalogue.terms import Frequency


@dataclass(frozen=True)
class Heading:
    """What an entry is called, and how often it is owed; its legal bases are left out."""

    code: str
    name: str
    group: str
    group_name: str
    frequency: str
    also_summarised: str | None

    @cached_property
    def frequencies(self) -> list[Frequency]:
        """The frequencies at which something periodic is owed."""
        return periodic(self.frequency, self.also_summarised)


def periodic(frequency: str, also_summarised: str | None) -> list[Frequency]:
    """An entry's frequencies without that of events."""
    return [Frequency(name) for name in (frequency, also_summarised) if name and name != Frequency.ON_EVENT]
