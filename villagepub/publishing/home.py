"""The first screen of the mini-program in one reading: a weak network carries one answer better than six."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from villagepub.catalogue import queries as catalogue
from villagepub.core import clock
from villagepub.core.paging import PageRequest
from villagepub.core.periods import month_of
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Division, Township
from villagepub.publishing import feeds, queries
from villagepub.publishing.models import Publication
from villagepub.statistics import queries as statistics

NEWEST = 10


@dataclass(frozen=True)
class Counted:
    """A place and how many items are public below it."""

    division: Division
    published: int

    def __getattr__(self, name: str) -> object:
        return getattr(self.division, name)


@dataclass(frozen=True)
class Home:
    """ancestors: the widest first. contact: the township's, None above it. Says nothing that changes by itself within a
    month, so that who asks again gets a 304."""

    division: Counted
    ancestors: list[Division]
    children: list[Counted]
    groups: list[dict[str, Any]]
    newest: list[Publication]
    month: dict[str, Any]
    year: dict[str, Any]
    contact: dict[str, Any] | None
    feeds: dict[str, str]


def home(code: str, *, base_url: str) -> Home:
    """Of any place. base_url: how the outside reaches this server. Raises NotFound for an unknown code."""
    division = divisions.get_division(code)
    township = divisions.find_township(code)
    counts = queries.count_by_village((division.prefix,))
    month = month_of(clock.now())
    return Home(
        division=_counted(division, counts),
        ancestors=divisions.list_ancestors(code),
        children=[_counted(child, counts) for child in divisions.list_children(code)],
        groups=_groups(division, township),
        newest=queries.list_publications((division.prefix,), queries.Filters(), PageRequest(limit=NEWEST)).data,
        month={"month": month, "published": _published(division, month, month)},
        year={"year": int(month[:4]), "published": _published(division, f"{month[:4]}-01", month)},
        contact=_contact(township) if township else None,
        feeds={kind: feeds.address(base_url, kind, code) for kind in ("atom", "json")},
    )


def _counted(division: Division, counts: Mapping[str, int]) -> Counted:
    return Counted(division, sum(count for village, count in counts.items() if village.startswith(division.prefix)))


def _groups(division: Division, township: Township | None) -> list[dict[str, Any]]:
    """Those of the township's catalogue, also where nothing is public yet; above it, those in which something is."""
    entries = catalogue.list_entries(township.code) if township else []
    counts = dict.fromkeys(((entry.group, entry.group_name) for entry in entries), 0)
    counts |= queries.count_by_group((division.prefix,))
    return [{"group": group, "name": name, "published": count} for (group, name), count in sorted(counts.items())]


def _published(division: Division, first: str, last: str) -> int:
    return statistics.count_published((division.prefix,), first, last)


def _contact(township: Township) -> dict[str, Any]:
    names = ("office", "telephone", "fax", "website")
    return {"publisher": township.publisher} | {name: township.contact.get(name) for name in names}
