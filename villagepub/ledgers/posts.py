"""The posts on other channels, for holding them against what was published here."""

from datetime import date
from typing import cast

from sqlalchemy import select

from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import Invalid, WrongState
from villagepub.core.periods import EARLIEST_YEAR
from villagepub.core.permissions import Permission, require
from villagepub.disclosures import queries as disclosures
from villagepub.extensions import db
from villagepub.ledgers import queries
from villagepub.ledgers.kinds import LEDGERS, Ledger
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


def find_kept_channels(township: str, first_year: int, last_year: int) -> frozenset[str]:
    """The channels of which it is known what was posted in these years.

    Those with single posts in them; and those with earlier ones, or every channel where each of the years is declared
    complete, unless a tally stands in these years: it says that single posts were not kept.
    """
    posts, tallies = LEDGERS["channel-posts"], LEDGERS["channel-tallies"]
    within = _channels_in(posts, township, first_year, last_year)
    if all(queries.is_declared(township, posts.name, year) for year in range(first_year, last_year + 1)):
        begun = {channel.key for channel in queries.list_channels(township)}
    else:
        begun = _channels_in(posts, township, EARLIEST_YEAR, last_year)
    return frozenset(within | begun - _channels_in(tallies, township, first_year, last_year))


def _channels_in(ledger: Ledger, township: str, first_year: int, last_year: int) -> set[str]:
    rows = queries.counted(ledger, township, first_year, last_year)
    return set(db.session.scalars(select(ledger.column("channel")).where(*rows).distinct()))


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
