"""How long an item is shown as current (公示期), and what a changed calendar makes of it."""

from datetime import date, timedelta
from typing import Any

from villagepub.calendars import operations as calendars
from villagepub.calendars.operations import Limit
from villagepub.calendars.places import working_days_after
from villagepub.catalogue import queries as catalogue
from villagepub.catalogue.publicity import Publicity
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.disclosures import operations as disclosures
from villagepub.disclosures import queries as disclosure_queries
from villagepub.divisions import queries as divisions
from villagepub.publishing import queries


def public_until(township: str, publicity: Publicity, published_on: date) -> tuple[date | None, bool]:
    """The last day of the publicity period, counted from the day after publication, and whether it may move."""
    if publicity.days is None:
        return None, False
    if not publicity.working:
        return published_on + timedelta(days=publicity.days), False
    deadline = working_days_after(divisions.get_township(township), published_on, publicity.days)
    return deadline.on, deadline.provisional


def recompute_due(township: str, /, *, actor: Actor) -> int:
    """The periods in working days that are provisional or still run, by the calendar of today. Returns how many moved.

    Disclosures are locked in the order of their ids.
    """
    prefix = divisions.prefix_of(township)
    return sum(_recompute(item_id, actor) for item_id in queries.list_ids_of_running(prefix, clock.today()))


def _recompute(item_id: str, actor: Actor) -> bool:
    disclosure = disclosure_queries.get_disclosure(item_id, ("",), lock=True)
    copy = queries.find_publication(item_id)
    publicity = Publicity.parse(catalogue.get_entry(disclosure.township, disclosure.entry).publicity)
    if copy is None or copy.public_until is None or publicity.days is None or not publicity.working:
        return False
    published_on, before = clock.local(copy.published_at).date(), copy.public_until
    after, is_provisional = public_until(disclosure.township, publicity, published_on)
    if after is None or (after, is_provisional) == (before, copy.public_until_is_provisional):
        return False
    copy.public_until, copy.public_until_is_provisional = after, is_provisional
    copy.changed_at = clock.now()
    if after == before:
        return False
    days = publicity.days
    calendars.note_move("publication", disclosure.id, copy.village, Limit(published_on, days), before, after)
    moved: dict[str, Any] = {"moved_from": before.isoformat(), "moved_to": after.isoformat()}
    disclosures.note("publication.until_moved", disclosure, actor=actor, **moved)
    return True
