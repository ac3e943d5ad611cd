"""How long an item is shown as current (公示期)."""

import re
from dataclasses import dataclass
from typing import Self

STANDING = "standing"
_DAYS = re.compile(r"([1-9][0-9]{0,2})(wd)?")


@dataclass(frozen=True)
class Publicity:
    """days: None for an item that stands until it is replaced. working: whether working days are counted."""

    days: int | None
    working: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """``standing``, ``7`` or ``5wd``. Raises ValueError for anything else."""
        if text == STANDING:
            return cls(None)
        match = _DAYS.fullmatch(text)
        if match is None:
            raise ValueError(f"公示天数须是 standing、天数或“天数wd”，现为 {text!r}。")
        return cls(int(match.group(1)), working=match.group(2) is not None)
