"""Reads of findings, incidents and words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from villagepub.clearance.models import OVERRULED, Incident, KnownFinding, ScreeningWord
from villagepub.core import tenancy
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.disclosures import queries as disclosures
from villagepub.extensions import db
from villagepub.screening.rules import ExtraWord


@dataclass(frozen=True)
class Filters:
    """What a list of findings is narrowed to; None means any. is_appealed: those that wait for an answer."""

    is_appealed: bool | None = None
    severity: str | None = None


def list_findings(disclosure_id: str) -> list[KnownFinding]:
    """In the order of the fields and of their text."""
    query = select(KnownFinding).where(KnownFinding.disclosure_id == disclosure_id)
    order = (KnownFinding.field, KnownFinding.place, KnownFinding.start, KnownFinding.id)
    return list(db.session.scalars(query.order_by(*order)))


def get_finding(disclosure_id: str, finding_id: str) -> KnownFinding:
    """Raises NotFound for one that is of another disclosure, or of a passage that is gone."""
    query = select(KnownFinding).where(KnownFinding.id == finding_id, KnownFinding.disclosure_id == disclosure_id)
    finding = db.session.scalar(query)
    if finding is None:
        raise NotFound("没有这一处提示，可能所在的文字已经改动。请刷新后查看。")
    return finding


def list_open_findings(prefixes: tuple[str, ...], filters: Filters, page: PageRequest) -> Page[KnownFinding]:
    """What somebody still has to do something about, newest first."""
    query = select(KnownFinding).where(
        tenancy.within(KnownFinding.village, prefixes),
        _is_open(),
        KnownFinding.disclosure_id.in_(disclosures.ids_in_hand()),
    )
    if filters.is_appealed is not None:
        waits = and_(KnownFinding.appealed_at.is_not(None), KnownFinding.answer.is_(None))
        query = query.where(waits if filters.is_appealed else ~waits)
    if filters.severity is not None:
        query = query.where(KnownFinding.severity == filters.severity)
    return page_of(db.session(), query, [KnownFinding.id], page, descending=True)


def list_blocks_found_between(prefixes: tuple[str, ...], start: datetime, end: datetime) -> list[KnownFinding]:
    """Passages that block, found between two instants in what is or was public, but for false alarms."""
    query = select(KnownFinding).where(
        tenancy.within(KnownFinding.village, prefixes),
        KnownFinding.severity == "block",
        or_(KnownFinding.answer.is_(None), KnownFinding.answer != OVERRULED),
        KnownFinding.found_at >= start,
        KnownFinding.found_at < end,
        disclosures.was_public(KnownFinding.disclosure_id),
    )
    return list(db.session.scalars(query.order_by(KnownFinding.id)))


def _is_open() -> ColumnElement[bool]:
    """As ``KnownFinding.is_open`` says it."""
    is_not_overruled = or_(KnownFinding.answer.is_(None), KnownFinding.answer != OVERRULED)
    is_undecided = or_(KnownFinding.severity == "block", KnownFinding.acknowledged_at.is_(None))
    return and_(is_not_overruled, is_undecided)


def list_words_in_use(township: str) -> Iterable[ExtraWord]:
    query = select(ScreeningWord).where(ScreeningWord.township == township, ScreeningWord.removed_at.is_(None))
    for word in db.session.scalars(query.order_by(ScreeningWord.id)):
        yield ExtraWord(word.text, word.kind, word.entry or None)  # type: ignore[arg-type]  # the door checked the kind


def list_words(prefixes: tuple[str, ...], page: PageRequest) -> Page[ScreeningWord]:
    """Newest first, removed ones included."""
    query = select(ScreeningWord).where(tenancy.within(ScreeningWord.township, prefixes))
    return page_of(db.session(), query, [ScreeningWord.id], page, descending=True)


def get_word(word_id: str, prefixes: tuple[str, ...], *, lock: bool = False) -> ScreeningWord:
    """Raises NotFound, outside the prefixes too. lock: nobody else changes it until the transaction ends."""
    word = db.session.get(ScreeningWord, word_id, with_for_update=lock or None, populate_existing=lock)
    if word is None or not tenancy.covers(prefixes, word.township):
        raise NotFound()
    return word


def find_word_in_use(township: str, text: str, entry: str) -> ScreeningWord | None:
    query = select(ScreeningWord).where(
        ScreeningWord.township == township,
        ScreeningWord.text == text,
        ScreeningWord.entry == entry,
        ScreeningWord.removed_at.is_(None),
    )
    return db.session.scalar(query)


def list_incidents(prefixes: tuple[str, ...], page: PageRequest, *, is_handled: bool | None) -> Page[Incident]:
    """Newest first."""
    query = select(Incident).where(tenancy.within(Incident.village, prefixes))
    if is_handled is not None:
        query = query.where(Incident.handled_at.is_not(None) if is_handled else Incident.handled_at.is_(None))
    return page_of(db.session(), query, [Incident.id], page, descending=True)


def get_incident(incident_id: str, prefixes: tuple[str, ...], *, lock: bool = False) -> Incident:
    """Raises NotFound, outside the prefixes too. lock: nobody else changes it until the transaction ends."""
    incident = db.session.get(Incident, incident_id, with_for_update=lock or None, populate_existing=lock)
    if incident is None or not tenancy.covers(prefixes, incident.village):
        raise NotFound()
    return incident
