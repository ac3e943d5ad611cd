"""Opaque identifiers that sort by creation: 10 characters of time, 16 of chance (the ULID layout)."""

import secrets
import threading

from villagepub.core import clock

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
_CHANCE_BITS = 80

_lock = threading.Lock()
_last = (0, 0)


def new_id() -> str:
    """A new identifier of 26 characters, larger than every earlier one of this process and millisecond."""
    global _last
    millisecond = int(clock.now().timestamp() * 1000)
    with _lock:
        chance = _last[1] + 1 if millisecond == _last[0] else secrets.randbits(_CHANCE_BITS - 1)
        _last = (millisecond, chance)
    return _encode(millisecond << _CHANCE_BITS | chance)


def _encode(number: int) -> str:
    digits = []
    for _ in range(LENGTH):
        number, rest = divmod(number, 32)
        digits.append(ALPHABET[rest])
    return "".join(reversed(digits))
