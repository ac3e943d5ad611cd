"""What the platform answers, with the types it should have had."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class Scene(IntEnum):
    """The circumstances that a text or a picture stands in, as the content checks want them."""

    PROFILE = 1
    COMMENT = 2
    FORUM = 3
    SOCIAL_LOG = 4


class MediaKind(IntEnum):
    SOUND = 1
    PICTURE = 2


class Suggest(StrEnum):
    """What the platform would do, from the mildest to the strictest."""

    PASS = "pass"  # noqa: S105  the platform's word
    REVIEW = "review"
    RISKY = "risky"


@dataclass(frozen=True)
class WeChatUser:
    """unionid: only where the mini-program belongs to an account of the Open Platform."""

    openid: str
    unionid: str | None


@dataclass(frozen=True)
class PhoneNumber:
    """number: without the country code, which is ``86`` in China."""

    number: str
    country_code: str


@dataclass(frozen=True)
class TextVerdict:
    """label: 100 for nothing found; see the platform's page of msgSecCheck. trace_id: its name for the check."""

    suggest: Suggest
    label: int
    trace_id: str


def read_suggest(answer: Any) -> Suggest:
    """What is neither pass nor risky needs a person's eyes."""
    text = str(answer)
    return Suggest(text) if text in set(Suggest) else Suggest.REVIEW


def read_number(value: Any) -> int | None:
    """Numbers have come as texts as well."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
