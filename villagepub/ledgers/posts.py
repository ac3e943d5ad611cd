"""The posts on other channels, for holding them against what was published here."""

from datetime import date
from typing import cast

from sqlalchemy import select

from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import Invalid, WrongState
from villagepub.core.permissions import Permission, require
from villagepub.disclosures import queries as disclosures
from villagepub.extensions import db
from villagepub.ledgers import queries
from villagepub.ledgers.kinds import LEDGERS
from villagepub.ledgers.models import ChannelPost


def get_post(row_id: str, prefixes: tuple[str, ...], *, lock: bool = False) -> ChannelPost:
    """Raises NotFound outside the prefixes."""
    return cast(ChannelPost, queries.get_row(LEDGERS["channel-posts"], row_id, prefixes, lock=lock))


def list_live_posts(township: str, last: date) -> list[ChannelPost]:
    """The posts up to a day that count and have not been taken down, in the order of entry."""
    query = select(ChannelPost).where(
        ChannelPost.township == township,
        ChannelPost.voided_at.is_(None),
        ChannelPost.removed_on.is_(None),
        ChannelPost.posted_on <= last,
    )
    return list(db.session.scalars(query.order_by(ChannelPost.id)))


def find_kept_channels(township: str) -> frozenset[str] | None:
    """The channels that have single posts; None, for all, once the ledger of posts was declared complete."""
    if queries.list_declarations("channel-posts", (township,)):
        return None
    counted = select(ChannelPost.channel).where(ChannelPost.township == township, ChannelPost.voided_at.is_(None))
    return frozenset(db.session.scalars(counted.distinct()))


def match_post(post: ChannelPost, disclosure_id: str, *, actor: Actor) -> None:
    """Say which matter here a post is about. Raises WrongState for a voided one, Invalid for an unknown matter."""
    require(actor, Permission.KEEP_LEDGERS, post.township)
    if post.is_voided:
        raise WrongState("这一条已经作废，不能再修改；如需更正，请重新登记。")
    if not disclosures.is_of_township(disclosure_id, post.township):
        raise Invalid(errors={"disclosure": ["没有这条公开信息，请核对编号。"]})
    post.disclosure, post.not_a_disclosure, post.edited_at = disclosure_id, False, clock.now()
    db.session.flush()
    audit.record(
        db.session(),
        "ledger.post_matched",
        actor=actor,
        subject_type="channel_post",
        subject_id=post.id,
        division=post.township,
        township=post.township,
        data={"ledger": "channel-posts", "disclosure": disclosure_id},
    )
