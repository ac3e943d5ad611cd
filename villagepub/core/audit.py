"""One entry for each change of state, chained per township.

Each entry carries the hash of the one before it, so that a changed, missing or reordered entry breaks the
chain. The last number and hash of each chain, its head, are kept in a table of their own and published:
who remembers a head can prove that the chain was later cut off or rewritten.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, Index, Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor, Holding
from villagepub.core.db import Base, DivisionCode, Identifier, id_column
from villagepub.core.digest import ALGORITHM, digest_of
from villagepub.core.ids import new_id
from villagepub.core.paging import Page, PageRequest, page_of

GENESIS = f"{ALGORITHM}:{'0' * 64}"
_WAITING = "audit_waiting"


class AuditEntry(Base):
    """Insert-only; triggers of the migrations refuse UPDATE and DELETE."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        CheckConstraint("seq > 0", name="counts_from_one"),
        Index(None, "subject_id"),
        Index(None, "chain", "at"),
    )

    id: Mapped[str] = id_column()
    chain: Mapped[str] = mapped_column(DivisionCode)
    seq: Mapped[int]
    at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(Identifier)
    actor_name: Mapped[str] = mapped_column(String(100))
    post_id: Mapped[str | None] = mapped_column(Identifier)
    post_title: Mapped[str | None] = mapped_column(String(100))
    stands_in_for: Mapped[str | None] = mapped_column(Identifier)
    action: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(64))
    division: Mapped[str] = mapped_column(DivisionCode)
    digest: Mapped[str | None] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    algorithm: Mapped[str] = mapped_column(String(10))
    previous: Mapped[str] = mapped_column(String(80))
    hash: Mapped[str] = mapped_column(String(80))

    def content(self) -> dict[str, Any]:
        """What the hash covers: everything but the hash itself."""
        columns = (column.key for column in self.__table__.columns)
        values = {key: getattr(self, key) for key in columns if key != "hash"}
        return values | {"at": self.at.isoformat(timespec="microseconds")}


class AuditHead(Base):
    """The end of one township's chain."""

    __tablename__ = "audit_head"

    chain: Mapped[str] = mapped_column(DivisionCode, primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold, in words."""

    chain: str
    seq: int
    reason: str


def record(
    session: Session,
    action: str,
    *,
    actor: Actor,
    subject_type: str,
    subject_id: str,
    division: str,
    township: str,
    holding: Holding | None = None,
    digest: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Note a change of state; it joins its chain when the transaction is committed.

    action: ``<feature>.<verb>`` in English. digest: of the content that the act was about.
    data: JSON values only, and never personal data or secrets: an entry cannot be deleted.
    """
    entry = AuditEntry(
        id=new_id(),
        at=clock.now(),
        person_id=actor.person_id,
        actor_name=actor.name,
        post_id=holding.post_id if holding else None,
        post_title=holding.title if holding else None,
        stands_in_for=holding.stands_in_for if holding else None,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        division=division,
        chain=township,
        digest=digest,
        data=dict(data or {}),
        algorithm=ALGORITHM,
    )
    session.info.setdefault(_WAITING, []).append(entry)


def forget(session: Session) -> None:
    """Drop what was noted by an act that is rolled back."""
    session.info.pop(_WAITING, None)


def seal(session: Session) -> None:
    """Append the waiting entries to their chains.

    The heads are locked last of all rows and in order, so that two acts never wait for each other.
    """
    waiting: list[AuditEntry] = session.info.pop(_WAITING, [])
    session.flush()
    for chain in sorted({entry.chain for entry in waiting}):
        head = _lock_head(session, chain)
        for entry in (entry for entry in waiting if entry.chain == chain):
            _append(session, head, entry)
    session.flush()


def _lock_head(session: Session, chain: str) -> AuditHead:
    query = select(AuditHead).where(AuditHead.chain == chain).with_for_update()
    head = session.scalar(query)
    if head is None:
        _insert_head(session, chain)
        head = session.scalars(query).one()
    return head


def _insert_head(session: Session, chain: str) -> None:
    values = {"chain": chain, "seq": 0, "hash": GENESIS, "at": clock.now()}
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    session.execute(insert(AuditHead).values(values).on_conflict_do_nothing())


def _append(session: Session, head: AuditHead, entry: AuditEntry) -> None:
    entry.seq, entry.previous = head.seq + 1, head.hash
    entry.hash = digest_of(entry.content())
    session.add(entry)
    head.seq, head.hash, head.at = entry.seq, entry.hash, entry.at


def list_about(session: Session, subject_id: str) -> list[AuditEntry]:
    """Everything that was done to one subject, in order."""
    query = select(AuditEntry).where(AuditEntry.subject_id == subject_id).order_by(AuditEntry.seq)
    return list(session.scalars(query))


def list_entries(
    session: Session,
    prefixes: tuple[str, ...],
    page: PageRequest,
    *,
    subject: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Page[AuditEntry]:
    """The entries about places below the prefixes, in order; between two instants, half open."""
    query = _about(select(AuditEntry), prefixes, subject, start, end)
    return page_of(session, query, [AuditEntry.chain, AuditEntry.seq], page)


def count_entries(
    session: Session,
    prefixes: tuple[str, ...],
    *,
    subject: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> int:
    return session.scalar(_about(select(func.count(AuditEntry.id)), prefixes, subject, start, end)) or 0


def stream_entries(
    session: Session,
    prefixes: tuple[str, ...],
    size: int,
    *,
    subject: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Iterator[Sequence[AuditEntry]]:
    """The same entries, so many at a time and no more of them in memory."""
    query = _about(select(AuditEntry), prefixes, subject, start, end).order_by(AuditEntry.chain, AuditEntry.seq)
    with closing(session.scalars(query, execution_options={"yield_per": size})) as result:
        yield from result.partitions()


def _about(
    query: Select[Any], prefixes: tuple[str, ...], subject: str | None, start: datetime | None, end: datetime | None
) -> Select[Any]:
    query = query.where(tenancy.within(AuditEntry.division, prefixes))
    if subject is not None:
        query = query.where(AuditEntry.subject_id == subject)
    if start is not None:
        query = query.where(AuditEntry.at >= start)
    if end is not None:
        query = query.where(AuditEntry.at < end)
    return query


def heads(session: Session) -> list[AuditHead]:
    return list(session.scalars(select(AuditHead).order_by(AuditHead.chain)))


def heads_below(session: Session, prefixes: tuple[str, ...]) -> list[AuditHead]:
    """Of the townships below the prefixes."""
    query = select(AuditHead).where(tenancy.within(AuditHead.chain, prefixes))
    return list(session.scalars(query.order_by(AuditHead.chain)))


def entries_from(chain: ColumnElement[str], seq: ColumnElement[int]) -> Select[int, str, str]:
    """As part of a query: the numbers, hashes and subjects of a chain's entries from one on, in order."""
    columns = (AuditEntry.seq, AuditEntry.hash, AuditEntry.subject_type)
    return select(*columns).where(AuditEntry.chain == chain, AuditEntry.seq >= seq).order_by(AuditEntry.seq)


def find_head(session: Session, chain: str) -> tuple[int, str]:
    """The number and the hash at the end of a township's chain: others after every act."""
    head = session.get(AuditHead, chain, populate_existing=True)
    return (head.seq, head.hash) if head else (0, GENESIS)


def verify(
    session: Session, remembered: Mapping[str, tuple[int, str]] | None = None, *, only: str | None = None
) -> Iterator[Break]:
    """Walk every chain from its beginning, or only one.

    remembered: heads published earlier, ``{chain: (seq, hash)}``; each must still lie on its chain.
    Yields a Break for each place that does not hold: none means that all entries are there, in order, unchanged.
    """
    known = {head.chain: (head.seq, head.hash) for head in heads(session)}
    chains = set(session.scalars(select(AuditEntry.chain).distinct())) | set(known) | set(remembered or {})
    for chain in sorted(chains if only is None else {only}):
        yield from _verify_chain(session, chain, known.get(chain), (remembered or {}).get(chain))


def _verify_chain(
    session: Session, chain: str, head: tuple[int, str] | None, remembered: tuple[int, str] | None
) -> Iterator[Break]:
    previous, seq = GENESIS, 0
    query = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.seq)
    with closing(session.scalars(query.execution_options(yield_per=500))) as entries:
        for entry in entries:
            if (reason := _fault_of(entry, seq, previous)) is not None:
                yield Break(chain, seq + 1, reason)
                return
            previous, seq = entry.hash, entry.seq
            if remembered and remembered[0] == seq and remembered[1] != previous:
                yield Break(chain, seq, "与先前公布的链头不符，链已被重写")
                return
    if head is None or head != (seq, previous):
        yield Break(chain, seq, f"链尾为第 {seq} 条，与另存的链头（第 {head[0] if head else 0} 条）不符，可能被截断")
    if remembered and remembered[0] > seq:
        yield Break(chain, seq, f"先前公布的链头为第 {remembered[0]} 条，现只有 {seq} 条")


def _fault_of(entry: AuditEntry, seq: int, previous: str) -> str | None:
    """What is wrong with an entry that should follow the one with this number and hash; None when nothing is."""
    if entry.seq != seq + 1:
        return f"缺少第 {seq + 1} 条，其后是第 {entry.seq} 条"
    if entry.previous != previous:
        return "所记的前一条摘要与前一条不符"
    if digest_of(entry.content()) != entry.hash:
        return "内容与摘要不符，已被改动"
    return None
