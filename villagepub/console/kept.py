"""What is known of townships, kept in the process and brought up to date by what happened since.

Every act leaves an entry on the township's audit chain, in its own transaction. So the entries after the one up to
which something is known, which every process reads from the database, tell what may have changed: after acts on
disclosures the squares that these belong to are read again, after anything that is not known here all of it.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

from villagepub.console import standing as standings
from villagepub.console.standing import Standing
from villagepub.core import audit, clock
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.queries import Noted
from villagepub.extensions import db

MOST_KEPT = 24  # months of townships
MOST_ACTS = 50  # since the last look, for which going on is quicker than beginning again
MOST_PLACES = 10

ON_ANSWERS = frozenset({"feedback", "complaint", "complaint_tally", "ledger_import", "ledger_declaration"})
UNSEEN = frozenset(  # what these are about, no screen of the console's grid shows
    {"application", "bulletin", "channel_post", "channel_tally", "export", "job", "ledger_export", "message"}
)

Month = tuple[str, ...]  # a township, a month, and in which address it was asked for where that shows
T = TypeVar("T")


class Recent(Generic[T]):
    """Something for each month of a township; the one that was put there longest ago goes first."""

    def __init__(self) -> None:
        self._values: OrderedDict[Month, T] = OrderedDict()
        self._lock = Lock()

    def find(self, month: Month) -> T | None:
        with self._lock:
            return self._values.get(month)

    def put(self, month: Month, value: T) -> None:
        with self._lock:
            self._values[month] = value
            self._values.move_to_end(month)
            while len(self._values) > MOST_KEPT:
                self._values.popitem(last=False)


@dataclass(frozen=True)
class Known:
    """A standing, and the entry of the chain up to which it holds."""

    standing: Standing
    seq: int
    hash: str


def brought_up_to_date(kept: Recent[Known], township: str, month: str) -> Standing:
    """As of this moment; the same object while nothing has changed. Raises ValueError for what is no month."""
    before = kept.find((township, month))
    after = (before and _followed(before)) or _found_out(township, month)
    if after is not before:
        kept.put((township, month), after)
    return after.standing


def _found_out(township: str, month: str) -> Known:
    seq, entry_hash = audit.find_head(db.session(), township)  # first: what is read then is no older
    return Known(standings.find_out(township, month), seq, entry_hash)


def _followed(known: Known) -> Known | None:
    """None where all has to be found out anew."""
    standing, now = known.standing, clock.now()
    if not standing.ground.found_at <= now < standing.ground.until:
        return None
    noted = disclosures.list_noted(standing.ground.township, known.seq, most=MOST_ACTS)
    if not noted or noted[0].hash != known.hash or len(noted) == MOST_ACTS:
        return None  # there was no act yet, the database is another one, or too much has happened
    after = _after(standing if _holds(standing, now) else standings.summed_again(standing), noted[1:])
    if after is None:
        return None
    return known if after is standing and len(noted) == 1 else Known(after, noted[-1].seq, noted[-1].hash)


def _holds(standing: Standing, now: datetime) -> bool:
    return standing.since <= now < standing.until


def _after(standing: Standing, acts: Sequence[Noted]) -> Standing | None:
    kinds = {act.subject_type for act in acts} - UNSEEN
    if not kinds:
        return standing
    if kinds - ON_ANSWERS - {disclosures.SUBJECT}:
        return None
    places = {(act.village, act.entry) for act in acts if act.village and act.entry}
    if len(places) > MOST_PLACES or any(village not in standing.ground.villages for village, _ in places):
        return None
    return standings.after_acts(standing, places, answered=bool(kinds & ON_ANSWERS))
