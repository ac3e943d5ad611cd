"""The course of a residency, and what consents are for."""

from enum import StrEnum


class State(StrEnum):
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    ENDED = "ended"


class Purpose(StrEnum):
    RESIDENCY = "residency"
    PHONE = "phone"


class Channel(StrEnum):
    MINI_PROGRAM = "mini_program"
    WEB = "web"


RUNNING = (State.REQUESTED, State.CONFIRMED)
CONSENT_WITHDRAWN, BY_THE_PERSON, ERASED = "本人撤回了同意", "本人结束", "本人要求抹去个人信息"
