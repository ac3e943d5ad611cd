"""The access token, one for all threads and processes.

It is kept in a row, encrypted. Who finds none there takes the row's lease and asks the platform; the others wait for
what that one brings. The lease is no lock of the database's: nothing is held while the platform is asked.
See the platform's page of getStableAccessToken: in normal mode it gives everybody the same token, renews it in its
last five minutes, and can be forced to another one 20 times a day and not twice in 30 seconds.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from villagepub.core import clock
from villagepub.core.ids import new_id
from villagepub.core.sealed import SealBroken, Sealer
from villagepub.wechat.apart import apart
from villagepub.wechat.errors import WeChatError
from villagepub.wechat.models import WeChatToken

KEPT_BACK = timedelta(minutes=5)  # in which the old token and the new one are both good
SHORTEST_USE = timedelta(minutes=1)
BETWEEN_FORCED = timedelta(seconds=30)
LEASE = timedelta(seconds=30)  # longer than asking the platform three times takes
OWN_COPY_SECONDS = 3.0
LONGEST_WAIT_SECONDS = 15.0
LOOK_EVERY_SECONDS = 0.05
LABEL = "wechat token"


@dataclass(frozen=True)
class Fetched:
    """A token as the platform gave it, and for how long."""

    token: str
    lasts: timedelta


Fetch = Callable[[bool], Fetched]  # given whether to force another one


class TokenStore:
    """The token of one account. fetch: asks the platform."""

    def __init__(self, appid: str, secret_key: str, fetch: Fetch) -> None:
        self._appid = appid
        self._sealer = Sealer(secret_key, LABEL)
        self._fetch = fetch
        self._one_at_a_time = threading.Lock()
        self._copy: tuple[str, float] | None = None  # the token, and until when on the clock of this process

    def current(self) -> str:
        """A token that should be good. Raises WeChatError when none can be had."""
        return self._own_copy() or self._shared(instead_of=None)

    def instead_of(self, refused: str) -> str:
        """The token to use after this one was refused: another one's, or what the platform answers now."""
        return self._shared(instead_of=refused)

    def forced(self, refused: str) -> str | None:
        """Another token than one that the platform gives and refuses; None within 30 seconds of the last time."""
        with self._alone():
            lease = self._lease_to_force()
            return self._bring(lease, force=True) if lease else self._kept(instead_of=refused)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One thread of a process at a time. Raises WeChatError when the one before takes too long."""
        if not self._one_at_a_time.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise WeChatError(retryable=True)
        try:
            yield
        finally:
            self._one_at_a_time.release()

    def _own_copy(self) -> str | None:
        copy = self._copy
        return copy[0] if copy and time.monotonic() < copy[1] else None

    def _shared(self, instead_of: str | None) -> str:
        """One thread of a process looks; the others find what it found."""
        with self._alone():
            own = self._own_copy()
            if own and own != instead_of:
                return own
            if instead_of is not None:
                self._drop(instead_of)
            return self._await()

    def _await(self) -> str:
        """What is kept, what this worker fetches, or what another one does."""
        until = time.monotonic() + LONGEST_WAIT_SECONDS
        while time.monotonic() < until:
            if kept := self._kept():
                return kept
            if lease := self._take_lease():
                return self._bring(lease, force=False)
            time.sleep(LOOK_EVERY_SECONDS)
        raise WeChatError(retryable=True)

    def _bring(self, lease: str, *, force: bool) -> str:
        try:
            fetched = self._fetch(force)
        except BaseException:
            self._give_back(lease)
            raise
        self._keep(lease, fetched)
        return self._remember(fetched.token)

    def _remember(self, token: str) -> str:
        self._copy = token, time.monotonic() + OWN_COPY_SECONDS
        return token

    # --- the row ------------------------------------------------------------------------------------------------

    def _kept(self, instead_of: str | None = None) -> str | None:
        with apart(reading=True) as connection:
            row = connection.execute(
                select(WeChatToken.sealed, WeChatToken.fingerprint).where(
                    WeChatToken.appid == self._appid, WeChatToken.usable_until > clock.now()
                )
            ).one_or_none()
        if row is None or row.sealed is None:
            return None
        try:
            token = self._sealer.open(row.sealed)
        except SealBroken:  # the SECRET_KEY was changed: it is asked for anew
            self._forget(row.fingerprint)
            return None
        return self._remember(token) if token != instead_of else None

    def _drop(self, refused: str) -> None:
        """Forget the one that was refused, unless another worker has put a newer one in its place."""
        self._copy = None
        self._forget(self._sealer.digest(refused))

    def _forget(self, fingerprint: str | None) -> None:
        with apart() as connection:
            connection.execute(
                update(WeChatToken)
                .where(WeChatToken.appid == self._appid, WeChatToken.fingerprint == fingerprint)
                .values(sealed=None, fingerprint=None, usable_until=None)
            )

    def _take_lease(self) -> str | None:
        """The lease, unless another worker has it or has brought a token meanwhile."""
        now = clock.now()
        outdated = or_(WeChatToken.usable_until.is_(None), WeChatToken.usable_until <= now)
        with apart() as connection:
            return self._lease(connection, now, outdated)

    def _lease_to_force(self) -> str | None:
        now = clock.now()
        long_ago = or_(WeChatToken.forced_at.is_(None), WeChatToken.forced_at <= now - BETWEEN_FORCED)
        with apart() as connection:
            lease = self._lease(connection, now, long_ago)
            if lease:
                connection.execute(update(WeChatToken).where(self._is_held(lease)).values(forced_at=now))
            return lease

    def _lease(self, connection: Connection, now: datetime, condition: ColumnElement[bool]) -> str | None:
        self._make_row(connection)
        lease = new_id()
        taken = connection.execute(
            update(WeChatToken)
            .where(
                WeChatToken.appid == self._appid,
                or_(WeChatToken.lease_until.is_(None), WeChatToken.lease_until <= now),
                condition,
            )
            .values(lease_token=lease, lease_until=now + LEASE)
        )
        return lease if taken.rowcount else None

    def _make_row(self, connection: Connection) -> None:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(WeChatToken).values(appid=self._appid).on_conflict_do_nothing())

    def _keep(self, lease: str, fetched: Fetched) -> None:
        lasts = max(fetched.lasts - KEPT_BACK, min(SHORTEST_USE, fetched.lasts / 2))
        with apart() as connection:
            connection.execute(
                update(WeChatToken)
                .where(self._is_held(lease))
                .values(
                    sealed=self._sealer.seal(fetched.token),
                    fingerprint=self._sealer.digest(fetched.token),
                    usable_until=clock.now() + lasts,
                    lease_token=None,
                    lease_until=None,
                )
            )

    def _give_back(self, lease: str) -> None:
        with apart() as connection:
            connection.execute(
                update(WeChatToken).where(self._is_held(lease)).values(lease_token=None, lease_until=None)
            )

    def _is_held(self, lease: str) -> ColumnElement[bool]:
        return WeChatToken.lease_token == lease
