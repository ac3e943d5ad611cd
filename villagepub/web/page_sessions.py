"""The cookie by which a browser is signed in: flask's signed session, in which our token lies.

When the last request came stands beside the token, under the same signature: an old copy of the cookie cannot be
made young again.
"""

from datetime import timedelta

from flask import g, session

from villagepub.accounts.browsers import BrowserSession
from villagepub.core import clock
from villagepub.core.errors import NotSignedIn, SessionEnded
from villagepub.extensions import settings

_TOKEN, _SEEN, _PROVEN = "token", "seen", "proven"
_SECOND_STEP = 300  # seconds
_COARSE = 60  # seconds: the cookie is written anew at most once a minute


def begin(signed_in: BrowserSession) -> None:
    """Put the person into a session that shares nothing with the one before."""
    session.clear()
    session[_TOKEN] = signed_in.token
    session[_SEEN] = _now()


def token() -> str:
    """Raises NotSignedIn without a session, SessionEnded when nothing was done for SESSION_IDLE_MINUTES."""
    if _TOKEN not in session:
        raise NotSignedIn()
    idle = timedelta(seconds=_now() - session[_SEEN])
    if idle > timedelta(minutes=settings.session_idle_minutes):
        minutes = settings.session_idle_minutes
        end()
        raise SessionEnded(f"您有 {minutes} 分钟没有操作，为安全起见已退出，请重新登录。")
    return str(session[_TOKEN])


def begin_second_step(person_id: str) -> None:
    """Remember for a few minutes that the password was right: only the second factor is still to come."""
    session.clear()
    session[_PROVEN], session[_SEEN] = person_id, _now()


def who_is_half_in() -> str | None:
    """The id of the person whose password was right a few minutes ago in this browser."""
    in_time = _now() - session.get(_SEEN, 0) <= _SECOND_STEP
    return session.get(_PROVEN) if in_time else None


def find_token() -> str | None:
    return session.get(_TOKEN)


def keep_alive() -> None:
    if _now() - session[_SEEN] >= _COARSE:
        session[_SEEN] = _now()


def end() -> None:
    session.clear()
    g.pop("actor", None)


def _now() -> int:
    return int(clock.now().timestamp())
