"""Answers kept so that a repeated request has one effect.

The record is written in the effect's own transaction and per person: a lost answer can be asked for again,
and a request that failed leaves nothing behind.
"""

from datetime import datetime, timedelta

from sqlalchemy import JSON, Index, LargeBinary, String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.db import Base, Identifier
from villagepub.core.errors import Forbidden, IdempotencyKeyReused

KEPT = timedelta(days=7)
LONGEST_KEY = 255


class StoredAnswer(Base):
    """The answer to one person's request under one key; status 0 while the request still runs.

    posts: the posts that the person held then.
    """

    __tablename__ = "stored_answer"
    __table_args__ = (Index(None, "stored_at"),)

    person_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(80))
    status: Mapped[int] = mapped_column(default=0)
    headers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    body: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    posts: Mapped[list[str]] = mapped_column(JSON, default=list)
    stored_at: Mapped[datetime]


def claim(session: Session, actor: Actor, key: str, fingerprint: str) -> StoredAnswer:
    """The record of this key: new (status 0), or with the answer to replay.

    A second call during the first waits here for the first's transaction to end.
    fingerprint: a digest of method, path and body. Raises IdempotencyKeyReused when it differs, and Forbidden
    when the person has lost a post since: the answer was given to the post.
    """
    person_id, posts = str(actor.person_id), sorted({holding.post_id for holding in actor.holdings})
    _forget_old(session, person_id)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {"person_id": person_id, "key": key, "fingerprint": fingerprint, "posts": posts, "stored_at": clock.now()}
    session.execute(dialect.insert(StoredAnswer).values(values).on_conflict_do_nothing())
    ours = select(StoredAnswer).where(StoredAnswer.person_id == person_id, StoredAnswer.key == key)
    record = session.scalars(ours).one()
    if record.fingerprint != fingerprint:
        raise IdempotencyKeyReused()
    if not set(record.posts) <= set(posts):
        raise Forbidden("这项请求已经办过，但您的岗位此后有变动，不能再看当时的答复。")
    return record


def forget(session: Session, person_id: str) -> None:
    """The answers that a person was given, save the one that is being made."""
    answered = (StoredAnswer.person_id == person_id) & (StoredAnswer.status != 0)
    session.execute(delete(StoredAnswer).where(answered))


def _forget_old(session: Session, person_id: str) -> None:
    old = (StoredAnswer.person_id == person_id) & (StoredAnswer.stored_at < clock.now() - KEPT)
    session.execute(delete(StoredAnswer).where(old))
