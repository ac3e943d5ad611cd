"""The catalogues of the townships that an export covers."""

from dataclasses import dataclass

from villagepub.catalogue import queries as catalogue
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import DIGITS, Level


@dataclass(frozen=True)
class Entry:
    name: str
    group: str
    group_name: str


class Entries:
    """Every entry of the townships below a code prefix, or of the one that it lies in."""

    def __init__(self, prefix: str) -> None:
        self._known = {
            (_stem(township), entry.code): Entry(entry.name, entry.group, entry.group_name)
            for township in divisions.townships_around(prefix)
            for entry in catalogue.list_entries(township)
        }

    def of(self, village: str, code: str) -> Entry:
        return self._known[_stem(village), code]

    def of_group(self, group: str) -> list[tuple[str, str]]:
        """``(township, code)`` of each entry of a group, such as A."""
        return [(stem.ljust(12, "0"), code) for (stem, code), entry in self._known.items() if entry.group == group]


def _stem(code: str) -> str:
    return code[: DIGITS[Level.TOWNSHIP]]
