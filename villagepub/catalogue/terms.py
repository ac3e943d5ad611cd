"""How often an entry is owed, and how much of it the public may see."""

from enum import StrEnum


class Frequency(StrEnum):
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"
    ON_EVENT = "on_event"


class Privacy(StrEnum):
    NONE = "P0"
    NAMES_AND_AMOUNTS = "P1"
    VILLAGERS_ONLY = "P2"
