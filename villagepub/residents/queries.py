"""Reads of residencies, consents and telephone numbers. A person is all that the same human was before."""

from sqlalchemy import ColumnElement, select

from villagepub.accounts import queries as accounts
from villagepub.core import tenancy
from villagepub.core.errors import NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.sealed import Sealer
from villagepub.extensions import db, settings
from villagepub.residents.models import Consent, Residency, Telephone
from villagepub.residents.states import RUNNING, Purpose, State

NAME, PHONE = "resident name", "telephone"
"""What they are sealed for."""


def is_confirmed_resident(person_id: str, village: str) -> bool:
    """Whether the village has confirmed this person, and it still holds."""
    return village in villages_of(person_id)


def villages_of(person_id: str) -> tuple[str, ...]:
    """The codes of the villages that have confirmed this person."""
    confirmed = select(Residency.village).where(_of(person_id), Residency.state == State.CONFIRMED)
    return tuple(db.session.scalars(confirmed.distinct().order_by(Residency.village)))


def list_residencies_of(person_id: str) -> list[Residency]:
    """All that this person ever asked for, latest first."""
    return list(db.session.scalars(select(Residency).where(_of(person_id)).order_by(Residency.id.desc())))


def list_running_of(person_id: str) -> list[Residency]:
    """What this person asked for and waits for or has, locked for a change."""
    running = select(Residency).where(_of(person_id), Residency.state.in_(RUNNING)).order_by(Residency.id)
    return list(db.session.scalars(running.with_for_update(of=Residency)))


def get_own_residency(residency_id: str, person_id: str) -> Residency:
    """Raises NotFound for another's."""
    residency = db.session.scalar(select(Residency).where(Residency.id == residency_id, _of(person_id)))
    if residency is None:
        raise NotFound()
    return residency


def get_residency(residency_id: str, prefixes: tuple[str, ...]) -> Residency:
    """For the village's staff, locked for a decision. Raises NotFound outside the prefixes."""
    query = select(Residency).where(Residency.id == residency_id, tenancy.within(Residency.village, prefixes))
    residency = db.session.scalar(query.with_for_update(of=Residency))
    if residency is None:
        raise NotFound()
    return residency


def list_residencies(prefixes: tuple[str, ...], state: str | None, page: PageRequest) -> Page[Residency]:
    """Below the prefixes, latest first."""
    query = select(Residency).where(tenancy.within(Residency.village, prefixes))
    if state is not None:
        query = query.where(Residency.state == state)
    return page_of(db.session(), query, [Residency.id], page, descending=True)


def list_consents_of(person_id: str) -> list[Consent]:
    """All that this person ever gave, latest first."""
    ours = Consent.person_id.in_(accounts.selves_of(person_id))
    return list(db.session.scalars(select(Consent).where(ours).order_by(Consent.id.desc())))


def get_own_consent(consent_id: str, person_id: str) -> Consent:
    """For withdrawing it, locked. Raises NotFound for another's."""
    ours = (Consent.id == consent_id) & Consent.person_id.in_(accounts.selves_of(person_id))
    consent = db.session.scalar(select(Consent).where(ours).with_for_update())
    if consent is None:
        raise NotFound()
    return consent


def find_standing_consent(person_id: str, purpose: Purpose) -> Consent | None:
    """Locked: what begins to rest on it now, and its withdrawal, wait for each other."""
    ours = Consent.person_id.in_(accounts.selves_of(person_id)) & (Consent.purpose == purpose)
    return db.session.scalar(select(Consent).where(ours, Consent.withdrawn_at.is_(None)).with_for_update().limit(1))


def find_telephone(person_id: str) -> Telephone | None:
    ours = Telephone.person_id.in_(accounts.selves_of(person_id))
    return db.session.scalar(select(Telephone).where(ours).order_by(Telephone.given_at.desc()).limit(1))


def number_of(telephone: Telephone) -> str | None:
    """The whole number; None once SECRET_KEY was changed. Personal data: never to be logged."""
    return Sealer(settings.secret_key, PHONE).opened(telephone.number_sealed)


def name_of(residency: Residency) -> str | None:
    """As the person wrote it; None once erased, or SECRET_KEY was changed."""
    return _opened(residency.name_sealed)


def remark_of(residency: Residency) -> str | None:
    return _opened(residency.remark_sealed)


def _opened(sealed: bytes | None) -> str | None:
    return Sealer(settings.secret_key, NAME).opened(sealed)


def _of(person_id: str) -> ColumnElement[bool]:
    return Residency.person_id.in_(accounts.selves_of(person_id))
