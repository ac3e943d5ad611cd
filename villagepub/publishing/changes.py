"""What changed in the public's view, one change after another, for platforms that keep a copy of it.

A township's changes are numbered under the lock of its head, which is held until the commit. So they become visible
in the order of their numbers: who has read up to one of them has missed none before it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import Invalid
from villagepub.disclosures.models import Disclosure
from villagepub.divisions.levels import DIGITS, Level
from villagepub.extensions import db, settings
from villagepub.jobs import operations as jobs
from villagepub.publishing import queries
from villagepub.publishing.models import ChangeHead, Publication, PublicationChange

CHANGED = "publishing.changed"  # the kind of the job for whoever follows
PUBLISHER = Actor.system("publishing")


class Event(StrEnum):
    PUBLISHED = "published"
    CORRECTED = "corrected"
    SUSPENDED = "suspended"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Change:
    """One change, and what of its item anybody may read now: of one that is out of sight no title and no digest.

    supersedes: for a correction, the item that it replaces.
    """

    id: str
    seq: int
    event: str
    at: datetime
    township: str
    village: str
    entry: str
    disclosure: str
    supersedes: str | None
    number: str
    url: str
    state: str
    title: str | None
    digest: str | None


@dataclass(frozen=True)
class Changes:
    """after: where to go on reading, the last change that was given or asked from; None before the first one."""

    data: list[Change]
    after: str | None
    has_more: bool


# --- writing ----------------------------------------------------------------------------------------------------


def note_publication(disclosure: Disclosure, original: Disclosure | None) -> None:
    """What was published is new to the public, or replaces what it saw, or, being for villagers alone, ends it."""
    if original is None or not _is_public(original):
        note(Event.PUBLISHED, disclosure)
    elif _is_public(disclosure):
        note(Event.CORRECTED, disclosure)
    else:
        note(Event.WITHDRAWN, original)


def note(event: Event, disclosure: Disclosure) -> None:
    """Number the change and, where somebody follows, queue a job, in the transaction of the act.

    Nothing to do for what the public never saw. Locks the head: of all rows only those of the audit come after.
    """
    if not _is_public(disclosure) or queries.find_publication(disclosure.id) is None:
        return
    head = _lock_head(disclosure.township)
    head.seq += 1
    db.session.add(
        PublicationChange(
            township=disclosure.township,
            seq=head.seq,
            village=disclosure.village,
            publication_id=disclosure.id,
            event=event.value,
            at=clock.now(),
        )
    )
    db.session.flush()
    if head.is_followed:
        _tell_followers(head)


def hold(township: str) -> int:
    """Let no change be numbered and nobody begin or end to follow until the transaction ends.

    Returns the number of the last change.
    """
    return _lock_head(township).seq


def follow(township: str) -> None:
    """Queue a job of kind CHANGED with each change from now on."""
    _lock_head(township).is_followed = True
    db.session.flush()


def unfollow(township: str) -> None:
    _lock_head(township).is_followed = False
    db.session.flush()


def _is_public(disclosure: Disclosure) -> bool:
    return disclosure.audience == queries.PUBLIC_AUDIENCE


def _tell_followers(head: ChangeHead) -> None:
    """A key of its own for each change: a job that is open already may have looked before this one was there."""
    jobs.enqueue(CHANGED, {}, actor=PUBLISHER, division=head.township, key=str(head.seq))


def _lock_head(township: str) -> ChangeHead:
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(ChangeHead).values(township=township, seq=0, is_followed=False)
    db.session.execute(first.on_conflict_do_nothing())
    query = select(ChangeHead).where(ChangeHead.township == township)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


# --- reading ----------------------------------------------------------------------------------------------------


def list_changes(prefix: str, after: str | None, limit: int) -> Changes:
    """The changes below a prefix that follow one of them.

    Raises Invalid above the township, whose sequence it is, and for a change that is not in that sequence: one of
    another township, or of a time that a restored backup knows nothing of. Then everything has to be read again.
    """
    if len(prefix) < DIGITS[Level.TOWNSHIP]:
        raise Invalid(errors={"division": ["请给出乡镇、村或社区的代码：变化按乡镇编号，请逐个乡镇读取。"]})
    township = prefix[: DIGITS[Level.TOWNSHIP]].ljust(tenancy.CODE_LENGTH, "0")
    found = list_since(township, _number_of(township, after), limit + 1, prefix=prefix)
    data = found[:limit]
    return Changes(data, data[-1].id if data else after, len(found) > limit)


def list_since(township: str, seq: int, limit: int | None = None, *, prefix: str = "") -> list[Change]:
    """The changes of a township after the one of this number, in order."""
    query = (
        select(PublicationChange, Publication)
        .join(Publication, Publication.id == PublicationChange.publication_id)
        .where(
            PublicationChange.township == township,
            PublicationChange.seq > seq,
            tenancy.within(PublicationChange.village, (prefix,)),
        )
        .order_by(PublicationChange.seq)
        .limit(limit)
    )
    return [_seen(change, item) for change, item in db.session.execute(query)]


def get_change(change_id: str) -> Change:
    """As its item is now."""
    query = select(PublicationChange, Publication).join(Publication, Publication.id == PublicationChange.publication_id)
    change, item = db.session.execute(query.where(PublicationChange.id == change_id)).one()
    return _seen(change, item)


def _number_of(township: str, change_id: str | None) -> int:
    if change_id is None:
        return 0
    change = db.session.get(PublicationChange, change_id)
    if change is None or change.township != township:
        raise Invalid(errors={"after": ["没有这个读取位置（例如数据从备份恢复过），请不带 after 从头重新读取。"]})
    return change.seq


def _seen(change: PublicationChange, item: Publication) -> Change:
    shown = item.state == "published"
    return Change(
        id=change.id,
        seq=change.seq,
        event=change.event,
        at=change.at,
        township=change.township,
        village=change.village,
        entry=item.entry,
        disclosure=item.id,
        supersedes=item.supersedes if change.event == Event.CORRECTED else None,
        number=item.number,
        url=f"{settings.public_base_url}/api/v1/public/disclosures/{item.id}",
        state=item.state,
        title=item.title if shown else None,
        digest=item.digest if shown else None,
    )
