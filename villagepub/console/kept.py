"""What was found out about a township, kept as long as nothing has happened there.

Every act leaves an entry on the township's audit chain, in its own transaction; so the hash at the end of the chain,
which every process reads from the database, tells whether what was found before still holds. Time acts by itself
(a day ends, a stage runs out of time, a stand-in's days begin), so nothing is kept beyond the minute.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from villagepub.core import audit, clock
from villagepub.extensions import db

MOST_KEPT = 64

T = TypeVar("T")
Stamp = tuple[str | None, str]


class Kept(Generic[T]):
    """Values by township and name; the one asked for longest ago goes first."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[str, str], tuple[Stamp, T]] = OrderedDict()
        self._lock = Lock()

    def get(self, township: str, name: str, find_out: Callable[[], T]) -> T:
        """The value of this minute, found out anew when anything has happened in the township since."""
        stamp = (audit.find_head(db.session(), township), f"{clock.now():%Y-%m-%d %H:%M}")
        with self._lock:
            known = self._values.get((township, name))
        if known is not None and known[0] == stamp:
            return known[1]
        value = find_out()
        with self._lock:
            self._values[township, name] = (stamp, value)
            self._values.move_to_end((township, name))
            while len(self._values) > MOST_KEPT:
                self._values.popitem(last=False)
        return value
