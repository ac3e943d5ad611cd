"""Bringing a stored row up to what a file says."""

from collections.abc import Mapping
from typing import Any

from villagepub.core.db import Base


def set_values(row: Base, values: Mapping[str, Any]) -> bool:
    """Set the columns that differ. True when there was one."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
