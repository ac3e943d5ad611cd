"""Slowing down whoever guesses passwords, without shutting the owner out.

Failures are counted for a name from one address, for an address over all names, and for a name over all
addresses. After some free tries each further failure doubles the wait, up to a quarter of an hour. The count
over all addresses never stops an address from which the person has signed in before, so that nobody can be
kept out by somebody else's guessing.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from villagepub.accounts.models import FailedSignIn, Person, SignIn
from villagepub.core import clock
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import TooManyAttempts
from villagepub.extensions import db

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
CALLS, WINDOW = 60, timedelta(minutes=1)  # a whole village may share one address
ANY = "*"


@dataclass(frozen=True)
class _Counter:
    name: str
    address: str
    free: int


def require_patience(username: str, address: str) -> None:
    """Raises TooManyAttempts with the seconds to wait.

    Until the transaction ends nobody else tries this name from this address: of many at once, each would be free.
    """
    _wait_for_turn(username, address)
    now = clock.now()
    waits = [_wait(counter, row) for counter, row in _rows(username, address) if row.last_at > now - FORGOTTEN_AFTER]
    seconds = max((wait.total_seconds() for wait in waits), default=0)
    if seconds > 0:
        raise TooManyAttempts(f"尝试次数过多，请 {_in_words(seconds)}后再试。", retry_after=int(seconds) + 1)


def count_failure(username: str, address: str) -> None:
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    now = clock.now()
    for counter in _counters(username, address):
        fresh = dialect.insert(FailedSignIn).values(
            name_digest=counter.name, address_digest=counter.address, failures=1, last_at=now
        )
        keys = [FailedSignIn.name_digest, FailedSignIn.address_digest]
        forgotten = FailedSignIn.last_at < now - FORGOTTEN_AFTER
        more = {"failures": case((forgotten, 1), else_=FailedSignIn.failures + 1), "last_at": now}
        db.session.execute(fresh.on_conflict_do_update(index_elements=keys, set_=more))


def count_call(door: str, caller: str) -> int | None:
    """Count a call of a door that costs a call to the platform; the seconds to wait when there were too many.

    caller: the address, or the person once it is known who calls.
    """
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    now, keys = clock.now(), (digest(f"door {door}"), digest(caller))
    fresh = dialect.insert(FailedSignIn).values(name_digest=keys[0], address_digest=keys[1], failures=1, last_at=now)
    over = FailedSignIn.last_at <= now - WINDOW
    more = {
        "failures": case((over, 1), else_=FailedSignIn.failures + 1),
        "last_at": case((over, now), else_=FailedSignIn.last_at),
    }
    columns = [FailedSignIn.name_digest, FailedSignIn.address_digest]
    db.session.execute(fresh.on_conflict_do_update(index_elements=columns, set_=more))
    row = db.session.get_one(FailedSignIn, keys, populate_existing=True)
    return None if row.failures <= CALLS else int((row.last_at + WINDOW - now).total_seconds()) + 1


def carry(door: str, caller: str, calls: int) -> None:
    """Keep for a day how often somebody called a door, in place of the rows that told so."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    now, keys = clock.now(), (digest(f"door {door}"), digest(caller))
    row = dialect.insert(FailedSignIn).values(name_digest=keys[0], address_digest=keys[1], failures=calls, last_at=now)
    columns = [FailedSignIn.name_digest, FailedSignIn.address_digest]
    more = {"failures": FailedSignIn.failures + calls, "last_at": now}
    db.session.execute(row.on_conflict_do_update(index_elements=columns, set_=more))


def count_carried(door: str, caller: str) -> int:
    row = db.session.get(FailedSignIn, (digest(f"door {door}"), digest(caller)), populate_existing=True)
    return row.failures if row else 0


def forget_old() -> None:
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.last_at < clock.now() - FORGOTTEN_AFTER))


def forgive(username: str, address: str) -> None:
    """After a right password: the failures of this name from this address are forgotten, and all old ones."""
    ours = (FailedSignIn.name_digest == digest(username)) & (FailedSignIn.address_digest == digest(address))
    db.session.execute(delete(FailedSignIn).where(ours))
    forget_old()


def digest(text: str) -> str:
    return digest_of_bytes(text.strip().lower().encode())


def _wait_for_turn(username: str, address: str) -> None:
    """One after the other is counted. SQLite has one writer anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        pair = f"tries of {digest(username)} from {digest(address)}"
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(pair, 0))))


def _counters(username: str, address: str) -> list[_Counter]:
    return [
        _Counter(digest(username), digest(address), free=5),
        _Counter(ANY, digest(address), free=50),
        _Counter(digest(username), ANY, free=100),
    ]


def _rows(username: str, address: str) -> list[tuple[_Counter, FailedSignIn]]:
    found = []
    for counter in _counters(username, address):
        if counter.address == ANY and _is_known(username, address):
            continue
        row = db.session.get(FailedSignIn, (counter.name, counter.address), populate_existing=True)
        if row is not None:
            found.append((counter, row))
    return found


def _is_known(username: str, address: str) -> bool:
    before = (
        select(SignIn.id)
        .join(SignIn.person)
        .where(Person.username == username, SignIn.address_digest == digest(address))
    )
    return db.session.scalar(before.limit(1)) is not None


def _wait(counter: _Counter, row: FailedSignIn) -> timedelta:
    """How long from now; nothing within the free tries."""
    over = row.failures - counter.free
    if over < 0:
        return timedelta(0)
    doublings = min(over, 10)
    pause: timedelta = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    return row.last_at + pause - clock.now()


def _in_words(seconds: float) -> str:
    return f"{int(seconds) + 1} 秒" if seconds < 60 else f"{int(seconds // 60) + 1} 分钟"
