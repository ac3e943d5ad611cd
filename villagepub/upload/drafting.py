"""What the form of a draft offers and holds: the periods of its entry, its audience, its text as it is typed."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from villagepub.catalogue import queries as catalogue
from villagepub.catalogue.models import CatalogueEntry
from villagepub.catalogue.terms import Frequency, Privacy
from villagepub.core import clock
from villagepub.core.periods import Period, PeriodKind
from villagepub.disclosures.models import Disclosure
from villagepub.disclosures.policy import AUDIENCE_PUBLIC, AUDIENCE_VILLAGERS, default_audience
from villagepub.divisions import queries as divisions
from villagepub.upload import notation
from villagepub.upload.wording import title_for

OFFERED = {PeriodKind.MONTHLY: 12, PeriodKind.QUARTERLY: 8, PeriodKind.HALF_YEARLY: 4, PeriodKind.YEARLY: 3}
AUDIENCES = {AUDIENCE_PUBLIC: "社会公众", AUDIENCE_VILLAGERS: "本村村民（登录后可见）"}


@dataclass(frozen=True)
class About:
    """What a draft is about, which stays as it is. disclosure: None while nothing is stored."""

    village: str
    village_name: str
    entry: CatalogueEntry
    disclosure: Disclosure | None = None

    def periods(self, chosen: str) -> list[tuple[str, str]]:
        """The periods to choose from, the latest first. chosen: what the form has; it is offered, however old."""
        kinds = [PeriodKind(frequency) for frequency in self.entry.frequencies]
        offered = {period for kind in kinds for period in _latest(kind)}
        with suppress(ValueError):
            offered |= {period for period in [Period.parse(chosen)] if period.kind in kinds}
        latest_first = sorted(offered, key=lambda period: (period.first_day, period.last_day), reverse=True)
        return [(str(period), period.in_words) for period in latest_first]

    @property
    def asks_event(self) -> bool:
        return self.entry.frequency == Frequency.ON_EVENT

    @property
    def audiences(self) -> list[tuple[str, str]]:
        """Those that the entry allows."""
        only_villagers = self.entry.privacy == Privacy.VILLAGERS_ONLY
        return [pair for pair in AUDIENCES.items() if not only_villagers or pair[0] == AUDIENCE_VILLAGERS]


def about(village: str, entry: str) -> About:
    """Of a draft that is about to be written. Raises Invalid for an entry that the catalogue has not."""
    return About(
        village, divisions.get_division(village).name, catalogue.get_entry(catalogue.township_of(village), entry)
    )


def about_stored(disclosure: Disclosure) -> About:
    entry = catalogue.get_entry(disclosure.township, disclosure.entry)
    return About(disclosure.village, divisions.get_division(disclosure.village).name, entry, disclosure)


def blank(what: About, period: str | None) -> dict[str, Any]:
    """The values of an empty form."""
    title = title_for(what.village_name, what.entry.name, period) if period else ""
    return {
        "title": title,
        "period": period,
        "audience": default_audience(what.entry),
        "written_as": "notation",
    }


def filled(disclosure: Disclosure) -> dict[str, Any]:
    """The values of the form of a stored draft."""
    return {
        "title": disclosure.title,
        "period": disclosure.period,
        "event_on": disclosure.event_on,
        "audience": disclosure.audience,
        "nothing_to_report": "true" if disclosure.nothing_to_report else None,
        **text_of(disclosure),
    }


def text_of(disclosure: Disclosure) -> dict[str, str]:
    """Its text as it is typed, and in which way."""
    text = notation.find_text(disclosure.body)
    if text is None:
        return {"body": disclosure.body, "written_as": "html"}
    return {"body": text, "written_as": "notation"}


def content_of(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The six content fields that a form says."""
    names = ("title", "period", "event_on", "nothing_to_report", "audience")
    return {name: sent[name] for name in names} | {"body": rich(sent)}


def rich(sent: Mapping[str, Any]) -> str:
    """The text of a form as HTML."""
    body = str(sent["body"])
    return body if sent["written_as"] == "html" else notation.to_html(body)


def _latest(kind: PeriodKind) -> list[Period]:
    """Those that have begun, the latest first."""
    found = [Period.of(kind, clock.today())]
    while len(found) < OFFERED[kind]:
        found.append(Period.of(kind, found[-1].first_day - timedelta(days=1)))
    return found
