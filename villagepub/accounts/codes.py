"""Codes of invitations: short enough to be typed from paper, too many to be guessed."""

import secrets

from villagepub.core.digest import digest_of_bytes
from villagepub.core.ids import ALPHABET

SIGNS, GROUP = 16, 4  # 80 bits of chance
_MISREAD = str.maketrans("OIL", "011")


def new_code() -> str:
    """Such as ``7KQM-2XWD-PT9A-HVRC``; no sign of it is easily taken for another."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(SIGNS))
    return "-".join(signs[start : start + GROUP] for start in range(0, SIGNS, GROUP))


def digest_of_code(code: str) -> str:
    """However it was typed: in small letters, without the strokes, with an O for a 0."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum()).translate(_MISREAD)
    return digest_of_bytes(signs.encode())
