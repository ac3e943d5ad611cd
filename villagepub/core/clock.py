"""The only source of the present moment.

Instants are aware datetimes in UTC; days are counted in Asia/Shanghai (UTC+8, no daylight saving time).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


_clock: Clock = system_clock


def now() -> datetime:
    """The present instant, in UTC."""
    return _clock().astimezone(UTC)


def today() -> date:
    """The present day in Asia/Shanghai."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    """The same instant on the wall clock of Asia/Shanghai."""
    return instant.astimezone(SHANGHAI)


def start_of(day: date) -> datetime:
    """The instant, in UTC, at which a day begins in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


@contextmanager
def running_on(clock: Clock) -> Iterator[None]:
    """Let the whole process read another clock: tests and the demonstration do."""
    global _clock
    before, _clock = _clock, clock
    try:
        yield
    finally:
        _clock = before
