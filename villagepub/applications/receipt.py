"""The day on which an application counts as received. Pure. Source: 《政府信息公开条例》 art. 31."""

from collections.abc import Mapping
from datetime import date, datetime

from villagepub.applications.workflow import State
from villagepub.core import clock

CHANNELS: Mapping[str, str] = {
    "in_person": "当面提交",
    "signed_mail": "邮寄（须签收）",
    "ordinary_mail": "平常信函",
    "online": "互联网",
    "fax": "传真",
}
CONFIRMED_CHANNELS = frozenset({"ordinary_mail", "online", "fax"})
"""By these an application is received on the day on which agency and applicant confirm it to each other."""


def received_on(channel: str, submitted_at: datetime, confirmed_at: datetime | None) -> date | None:
    """A day of Asia/Shanghai: of handing in, of signing for, or of confirmation; None while that has not come.

    submitted_at: when it was handed in, or, sent by mail, signed for; by other channels when it arrived.
    """
    instant = confirmed_at if channel in CONFIRMED_CHANNELS else submitted_at
    return None if instant is None else clock.local(instant).date()


def first_state(channel: str) -> State:
    """Before any event."""
    return State.UNCONFIRMED if channel in CONFIRMED_CHANNELS else State.RUNNING
