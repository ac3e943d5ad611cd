"""What of the platform's is kept: the token that all workers share."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core.db import Base, Identifier

LONGEST_APPID, FINGERPRINT = 40, 64


class WeChatToken(Base):
    """The access token of one account, and who is fetching the next one.

    sealed: the token, encrypted; fingerprint: a keyed hash by which one knows it again; both absent before the first
    and after one that the platform refused. usable_until: from when a new one is asked for.
    lease_token, lease_until: the one worker that may ask for the next, and for how long others wait for it.
    forced_at: when the platform was last made to give another one.
    """

    __tablename__ = "wechat_token"
    __table_args__ = (
        CheckConstraint("(sealed IS NULL) = (fingerprint IS NULL)", name="known_by_its_fingerprint"),
        CheckConstraint("sealed IS NULL OR usable_until IS NOT NULL", name="ends"),
        CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name="lease_ends"),
    )

    appid: Mapped[str] = mapped_column(String(LONGEST_APPID), primary_key=True)
    sealed: Mapped[bytes | None]
    fingerprint: Mapped[str | None] = mapped_column(String(FINGERPRINT))
    usable_until: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(Identifier)
    lease_until: Mapped[datetime | None]
    forced_at: Mapped[datetime | None]
