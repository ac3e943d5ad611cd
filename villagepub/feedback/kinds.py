"""What people say, what the platform said of it, and who has to answer: ``{key: Chinese name}``."""

from enum import StrEnum


class Kind(StrEnum):
    QUESTION = "question"
    COMPLAINT = "complaint"
    PRAISE = "praise"


KIND_NAMES = {Kind.QUESTION: "咨询", Kind.COMPLAINT: "投诉", Kind.PRAISE: "表扬"}
OWED_AN_ANSWER = (Kind.QUESTION, Kind.COMPLAINT)  # praise may be answered, and nobody waits for it


class Holder(StrEnum):
    VILLAGE = "village"
    TOWNSHIP = "township"


class TextCheck(StrEnum):
    """What WeChat's check of the text (``msg_sec_check``) said.

    It needs the openid of somebody who was in the mini program within two hours. Only ``passed`` and ``not_asked`` let
    a text through to the village; ``risky`` is refused and never stored.
    """

    PASSED = "passed"
    REVIEW = "review"
    RISKY = "risky"
    FAILED = "failed"  # no answer, an error, or 61010: never taken for a pass
    NOT_ASKED = "not_asked"  # WeChat is off, or the person has no openid


STORED_CHECKS = tuple(check for check in TextCheck if check is not TextCheck.RISKY)
