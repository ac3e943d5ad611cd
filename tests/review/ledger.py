"""What must hold of the database after every act, found out from its rows and not by the program's own counting."""

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import hashes
from sqlalchemy import Select, select

from villagepub.core.audit import AuditEntry, AuditHead
from villagepub.disclosures.models import Disclosure, Revision
from villagepub.extensions import db
from villagepub.publishing.models import NumberCounter, Publication, PublishedAttachment
from villagepub.review.models import Decision, ReferralAnswer, ReviewCase
from villagepub.statistics.models import MonthlyCell

COLUMNS = ("published", "withdrawn", "corrected", "submitted", "returned", "refused")
STAGES = ["secrecy", "office", "leader"]
CHECKLIST = {"political", "policy", "wording", "secrecy"}


class Ledger:
    """Checks in a transaction that the caller has begun; it remembers how far the audit chain was read."""

    def __init__(self) -> None:
        self.read_up_to: dict[str, tuple[int, str]] = {}

    def check_nothing_happened(self) -> None:
        """The audit chains end where they did at the last look."""
        assert {chain: (seq, hashed) for chain, seq, hashed in _heads()} == self.read_up_to

    def check(self) -> None:
        self.check_what_is_public()
        self.check_numbers()
        self.check_totals()
        self.check_new_audit_entries()

    def check_what_is_public(self) -> None:
        """Exactly what three people approved in order, none of whom wrote it or acted for one who did."""
        public = _rows(select(Publication.__table__).where(Publication.state == "published"))
        states = dict(_rows(select(Disclosure.id, Disclosure.state)))
        assert {row.id for row in public} == {key for key, state in states.items() if state == "published"}
        approvals = defaultdict(list)
        columns = Decision.__table__.columns
        query = select(*columns).join(ReviewCase, ReviewCase.id == Decision.case_id)
        for row in _rows(query.where(ReviewCase.outcome == "approved").order_by(Decision.id)):
            approvals[row.disclosure_id].append(row)
        authors = defaultdict(set)
        for row in _rows(select(Revision.disclosure_id, Revision.person_id, Revision.stands_in_for)):
            authors[row.disclosure_id] |= {row.person_id, row.stands_in_for} - {None}
        files = defaultdict(list)
        for row in _rows(select(PublishedAttachment.__table__).order_by(PublishedAttachment.id)):
            files[row.publication_id].append(row)
        for item in public:
            digest = _digest_of_public(item, files[item.id])
            given = approvals[item.id]
            assert [row.stage for row in given] == STAGES
            assert {row.outcome for row in given} == {"approve"}
            assert {row.digest for row in given} | {item.digest} == {digest}
            assert all(set(row.checklist) == CHECKLIST for row in given)
            assert [row.at for row in given] == sorted(row.at for row in given)
            acted = [{row.person_id, row.stands_in_for} - {None} for row in given]
            people = [person for each in [*acted, authors[item.id]] for person in each]
            assert len(people) == len(set(people)), "somebody acted twice"

    def check_numbers(self) -> None:
        """Without gaps or doubles inside a village and year, and no two public items with the same one."""
        given: dict[tuple[str, int], set[int]] = defaultdict(set)
        for (number,) in _rows(select(Publication.number)):
            village, year, serial = number.split("-")
            given[village, int(year)].add(int(serial))
        last = {(row.village, row.year): row.last for row in _rows(select(NumberCounter.__table__))}
        assert {key: set(range(1, count + 1)) for key, count in last.items()} == dict(given)

    def check_totals(self) -> None:
        """Every kept cell equals a count of the rows behind it."""
        kept = {
            (row.village, row.entry, row.month, column): getattr(row, column)
            for row in _rows(select(MonthlyCell.__table__))
            for column in COLUMNS
        }
        found, counted = {key: count for key, count in kept.items() if count}, _recounted()
        assert found == counted, set(found.items()) ^ set(counted.items())

    def check_new_audit_entries(self) -> None:
        """Each entry since the last look follows on the one before it, and the head is the last."""
        for chain, seq, hashed in _heads():
            at, previous = self.read_up_to.get(chain, (0, "sm3:" + "0" * 64))
            query = select(AuditEntry.__table__).where(AuditEntry.chain == chain, AuditEntry.seq > at)
            for row in _rows(query.order_by(AuditEntry.seq)):
                content = dict(row._mapping)
                assert (row.seq, row.previous) == (at + 1, previous)
                own = content.pop("hash")
                assert _sm3(content | {"at": row.at.isoformat(timespec="microseconds")}) == own
                at, previous = row.seq, own
            assert (at, previous) == (seq, hashed)
            self.read_up_to[chain] = (at, previous)


def _heads() -> list[Any]:
    return _rows(select(AuditHead.chain, AuditHead.seq, AuditHead.hash))


def _rows(query: Select[Any]) -> list[Any]:
    return list(db.session.execute(query))


def _recounted() -> dict[tuple[str, str, str, str], int]:
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for village, entry, month, column, by in [*_counted_items(), *_counted_acts()]:
        counts[village, entry, month, column] += by
    return {key: count for key, count in counts.items() if count}


def _counted_items() -> Iterator[tuple[str, str, str, str, int]]:
    names = ("village", "entry", "counts_in", "taken_out_in", "withdrawn_at", "published_at", "supersedes_id")
    for row in _rows(select(*(getattr(Disclosure, name) for name in names))):
        if row.counts_in:
            yield row.village, row.entry, row.counts_in, "published", 1
        if row.taken_out_in:
            yield row.village, row.entry, row.taken_out_in, "published", -1
        if row.withdrawn_at:
            yield row.village, row.entry, _month(row.withdrawn_at), "withdrawn", 1
        if row.supersedes_id and row.published_at:
            yield row.village, row.entry, _month(row.published_at), "corrected", 1


def _counted_acts() -> Iterator[tuple[str, str, str, str, int]]:
    for row in _rows(select(ReviewCase.village, ReviewCase.entry, ReviewCase.opened_at)):
        yield row.village, row.entry, _month(row.opened_at), "submitted", 1
    decided = select(Decision.village, Decision.entry, Decision.at, Decision.outcome)
    answered = select(ReviewCase.village, ReviewCase.entry, ReferralAnswer.at, ReferralAnswer.outcome)
    answers = _rows(answered.join(ReviewCase, ReviewCase.id == ReferralAnswer.case_id))
    columns = {"return": "returned", "refuse": "refused"}
    for row in [*_rows(decided), *answers]:
        if row.outcome in columns:
            yield row.village, row.entry, _month(row.at), columns[row.outcome], 1


def _month(instant: datetime) -> str:
    return f"{instant.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m}"


def _digest_of_public(item: Any, files: list[Any]) -> str:
    names = ("village", "entry", "title", "body", "period", "nothing_to_report", "audience", "change_note")
    attachments = [{name: getattr(file, name) for name in ("name", "media_type", "size", "digest")} for file in files]
    shown = {name: getattr(item, name) for name in names} | {"attachments": attachments}
    return _sm3(shown | {"event_on": item.event_on.isoformat() if item.event_on else None})


def _sm3(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    hasher = hashes.Hash(hashes.SM3())
    hasher.update(unicodedata.normalize("NFC", text).encode())
    return f"sm3:{hasher.finalize().hex()}"
